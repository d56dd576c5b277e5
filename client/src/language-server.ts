import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, State, type StaticFeature, TransportKind } from 'vscode-languageclient/node'
import { checkedNotification, predictHandshakeCommand } from '../../server/src/lsp/protocol.js'
import { documentSelector } from './document-selector.js'

/** How long a server is down, in milliseconds, before it counts as stopped: one that is started anew is up by then, or starting. */
const grace = 1000

/** The connection to the language server, as the rest of the client needs it. */
export interface LanguageServer {
  /** Rejects when the server could not be started; the user has been told then. */
  start(): Promise<void>
  stop(): Promise<void>
  restart(): Promise<void>
  /** Waits for the server to be up, asks it, and answers what it answers. */
  ask<Answer>(method: string, params?: object): Promise<Answer>
  /** Listens now and after each restart. */
  onNotification<Params>(method: string, listener: (params: Params) => void): vscode.Disposable
  /** Fires each time the server is up. */
  readonly onStarted: vscode.Event<void>
  /** Down, and nobody starts it again. */
  readonly isStopped: boolean
  /** Fires when the server is down and nobody starts it again. */
  readonly onStopped: vscode.Event<void>
  /** Fires each time the server has caught up with changes: other answers may be due. */
  readonly onChecked: vscode.Event<void>
}

export function createLanguageServer(ctx: vscode.ExtensionContext, output: vscode.LogOutputChannel): LanguageServer {
  const client = createClient(ctx, output)
  const started = new vscode.EventEmitter<void>()
  const stopped = new vscode.EventEmitter<void>()
  const checked = new vscode.EventEmitter<void>()
  const isDown = () => client.state === State.Stopped || client.state === State.StartFailed
  const tellState = () => {
    void vscode.commands.executeCommand('setContext', 'mtlsLens.isStopped', isDown())
    if (isDown()) stopped.fire()
  }
  ctx.subscriptions.push(
    started,
    stopped,
    checked,
    client.onNotification(checkedNotification, () => checked.fire()),
    started.event(() => output.info(`mTLS Lens ${ctx.extension.packageJSON.version}: the language server is running`)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) started.fire()
      setTimeout(tellState, newState === State.Running ? 0 : grace)
    })
  )
  return {
    start: () => client.start(),
    stop: () => client.stop(),
    restart: () => client.restart(),
    // Sending waits for the start by itself.
    ask: (method, params) =>
      client.sendRequest<never>(method, params).catch((error: unknown) => {
        throw isDown()
          ? new Error('The language server has stopped. The command “mTLS Lens: Restart Language Server” starts it again')
          : error
      }),
    onNotification: (method, listener) => client.onNotification(method, listener),
    get isStopped() {
      return isDown()
    },
    onStarted: started.event,
    onStopped: stopped.event,
    onChecked: checked.event
  }
}

function createClient(ctx: vscode.ExtensionContext, output: vscode.LogOutputChannel): LanguageClient {
  const module = ctx.asAbsolutePath('dist/server.js')
  const options: LanguageClientOptions = {
    documentSelector,
    outputChannel: output,
    synchronize: { configurationSection: 'mtlsLens' },
    markdown: { isTrusted: false, supportHtml: false }
  }
  const run = { module, transport: TransportKind.ipc }
  const client = new LanguageClient(
    'mtlsLens',
    'mTLS Lens',
    { run, debug: { ...run, options: { execArgv: ['--nolazy', '--enable-source-maps'] } } },
    options
  )
  client.registerFeature(ownCommands)
  return client
}

/** Tells the server which commands it may leave to us. */
const ownCommands: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: [predictHandshakeCommand] } }
  },
  initialize() {},
  getState: () => ({ kind: 'static' }),
  clear() {}
}
