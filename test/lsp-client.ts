/** A language client as small as can be, over the real server as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  InitializeResult,
  PublishDiagnosticsParams,
  Range,
  TextEdit,
  WorkspaceEdit
} from 'vscode-languageserver'
import {
  createMessageConnection,
  type MessageConnection,
  type StarRequestHandler,
  StreamMessageReader,
  StreamMessageWriter
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { repository } from './files.js'
import { makeFiles } from './pki.js'

const patience = 20_000

/** A test, or whoever else cleans up after itself. */
export interface Cleanup {
  after(act: () => void): void
}

export interface Client {
  readonly connection: MessageConnection
  readonly initialized: InitializeResult
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedAfter: number
  /** What the server sent and asked, in order. */
  readonly messages: { readonly method: string; readonly params: unknown }[]
  readonly process: ChildProcess
  uri(name: string): string
  /** What the server would find in the editor, or on disk. */
  text(name: string): string
  open(name: string, languageId: string, text?: string): Promise<void>
  /** Replaces the first occurrence of a text in an open document. */
  edit(name: string, from: string, to: string): Promise<void>
  close(name: string): Promise<void>
  /** Writes to disk, and says so as an editor that watches files does. */
  write(name: string, content: string | Buffer): Promise<void>
  stirred(names: readonly string[], type?: 1 | 2 | 3): Promise<void>
  /** What is shown in a file: `rule: the text under the squiggle`. */
  shown(name: string): string[]
  diagnostics(name: string): readonly Diagnostic[]
  /** Waits until the file shows exactly this. */
  until(name: string, expected: readonly string[]): Promise<void>
  /** Waits until every check is done. */
  settled(): Promise<void>
  ask<Answer>(method: string, params: object): Promise<Answer>
  about<Answer>(method: string, name: string, params?: object): Promise<Answer>
  /** Where a text stands in a document. */
  range(name: string, text: string): Range
  apply(edit: WorkspaceEdit): Promise<void>
  stop(): Promise<number | null>
}

export interface StartOptions {
  /** Lines for `pki.ts`. */
  readonly certs?: string
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** Folders to open, relative to the temporary one; default: that itself. `by path` names it as the first editors did. */
  readonly folders?: readonly string[] | 'by path'
  readonly settings?: unknown
  readonly capabilities?: ClientCapabilities
  readonly initializationOptions?: unknown
  readonly prepare?: (root: string) => void
  readonly command?: readonly string[]
  /** Answers what the server asks only after so many milliseconds, and does not wait for the server either. */
  readonly hesitation?: number
}

const usual: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true }
  },
  window: { workDoneProgress: true },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1, 2] }, codeDescriptionSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    hover: { contentFormat: ['markdown'] }
  }
}

const serverCommand = ['--import', 'tsx', 'server/src/lsp/main.ts']

/** Starts a server over a temporary folder that holds the files, and waits until it has checked them. */
export async function startClient(t: Cleanup, options: StartOptions = {}): Promise<Client> {
  const root = makeFolder(t, options)
  const began = performance.now()
  const child = spawn(process.execPath, [...(options.command ?? serverCommand), '--stdio'], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit']
  })
  t.after(() => child.kill('SIGKILL'))
  const connection = createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!))
  const documents = new Map<string, TextDocument>()
  const published = new Map<string, readonly Diagnostic[]>()
  const messages: { method: string; params: unknown }[] = []
  const waiting = new Set<() => void>()
  const state = { settings: options.settings }

  connection.onUnhandledNotification(({ method, params }) => note(method, params))
  connection.onUnhandledProgress(it => note('$/progress', it))
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params.diagnostics)
    note('textDocument/publishDiagnostics', params)
  })
  const answerServer: StarRequestHandler = async (method, params) => {
    note(method, params)
    if (options.hesitation !== undefined) await new Promise(resolve => setTimeout(resolve, options.hesitation))
    if (method === 'workspace/configuration') return (params as { items: unknown[] }).items.map(() => state.settings ?? null)
    return null
  }
  connection.onRequest(answerServer)
  function note(method: string, params: unknown): void {
    messages.push({ method, params })
    for (const check of [...waiting]) check()
  }
  connection.listen()
  // What is asked of a server that is gone is answered by an error.
  child.once('exit', () => setImmediate(() => connection.dispose()))

  const uri = (name: string) => (name.includes(':') ? name : pathToFileURL(join(root, name)).toString())
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    capabilities: options.capabilities ?? usual,
    initializationOptions: options.initializationOptions,
    ...(options.folders === 'by path'
      ? { rootPath: root }
      : { rootUri: null, workspaceFolders: (options.folders ?? ['.']).map(it => ({ uri: uri(it), name: it })) })
  })
  const startedAfter = performance.now() - began
  await connection.sendNotification('initialized', {})

  const documentOf = (name: string) => {
    const document = documents.get(uri(name))
    if (!document) throw new Error(`${name} is not open`)
    return document
  }
  const on = new Map<string, string>()
  for (const [name, content] of Object.entries(filesOf(options))) if (typeof content === 'string') on.set(uri(name), content)
  const text = (name: string) => documents.get(uri(name))?.getText() ?? on.get(uri(name)) ?? ''
  const plainDocument = (name: string) => documents.get(uri(name)) ?? TextDocument.create(uri(name), 'text', 0, text(name))
  const diagnostics = (name: string) => published.get(uri(name)) ?? []
  const shown = (name: string) => diagnostics(name).map(it => `${it.code}: ${plainDocument(name).getText(it.range)}`)

  const when = (what: () => boolean, describe: () => string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!what()) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(check)
        reject(new Error(`waited in vain: ${describe()}`))
      }, patience)
      waiting.add(check)
      check()
    })

  const client: Client = {
    connection,
    initialized,
    startedAfter,
    messages,
    process: child,
    uri,
    text,
    async open(name, languageId, content = text(name)) {
      documents.set(uri(name), TextDocument.create(uri(name), languageId, 1, content))
      await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(name), languageId, version: 1, text: content } })
    },
    async edit(name, from, to) {
      const document = documentOf(name)
      const start = document.getText().indexOf(from)
      if (start < 0) throw new Error(`no ${from} in ${name}`)
      const range = { start: document.positionAt(start), end: document.positionAt(start + from.length) }
      const version = document.version + 1
      TextDocument.update(document, [{ range, text: to }], version)
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: uri(name), version },
        contentChanges: [{ range, text: to }]
      })
    },
    async close(name) {
      documents.delete(uri(name))
      await connection.sendNotification('textDocument/didClose', { textDocument: { uri: uri(name) } })
    },
    async write(name, content) {
      writeFile(root, name, content)
      if (typeof content === 'string') on.set(uri(name), content)
      await client.stirred([name])
    },
    stirred: (names, type = 2) =>
      connection.sendNotification('workspace/didChangeWatchedFiles', { changes: names.map(it => ({ uri: uri(it), type })) }),
    shown,
    diagnostics,
    until: (name, expected) =>
      when(
        () => JSON.stringify([...shown(name)].sort()) === JSON.stringify([...expected].sort()),
        () => `${name} shows ${JSON.stringify(shown(name))} and not ${JSON.stringify(expected)}`
      ),
    settled: async () => void (await connection.sendRequest('mtlsLens/checkWorkspace', {})),
    ask: (method, params) => connection.sendRequest(method, params),
    about: (method, name, params = {}) => connection.sendRequest(method, { textDocument: { uri: uri(name) }, ...params }),
    range(name, part) {
      const document = plainDocument(name)
      const start = document.getText().indexOf(part)
      if (start < 0) throw new Error(`no ${part} in ${name}`)
      return { start: document.positionAt(start), end: document.positionAt(start + part.length) }
    },
    async apply({ changes = {} }) {
      for (const [target, edits] of Object.entries(changes)) {
        const document = documents.get(target)
        if (!document) throw new Error(`an edit of ${target}, which is not open`)
        const version = document.version + 1
        const whole = TextDocument.applyEdits(document, edits as TextEdit[])
        TextDocument.update(document, [{ text: whole }], version)
        await connection.sendNotification('textDocument/didChange', {
          textDocument: { uri: target, version },
          contentChanges: [{ text: whole }]
        })
      }
    },
    async stop() {
      const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
      await connection.sendRequest('shutdown')
      await connection.sendNotification('exit')
      return ended
    }
  }
  if (options.hesitation === undefined) await client.settled()
  return Object.assign(client, { settings: state })
}

/** Sets other settings, and says so as an editor does. */
export async function changeSettings(client: Client, settings: unknown): Promise<void> {
  ;(client as unknown as { settings: { settings: unknown } }).settings.settings = settings
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { mtlsLens: settings } })
}

export const actionsAt = (client: Client, name: string, range: Range, only?: readonly string[]): Promise<CodeAction[]> =>
  client.about('textDocument/codeAction', name, { range, context: { diagnostics: client.diagnostics(name), ...(only && { only }) } })

function makeFolder(t: Cleanup, options: StartOptions): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mtls-lens-lsp-')))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(filesOf(options))) writeFile(root, name, content)
  options.prepare?.(root)
  return root
}

function filesOf({ certs, files }: StartOptions): Readonly<Record<string, string | Buffer>> {
  const made = certs ? [...makeFiles(certs)].map(([name, it]) => [name, it.binary ? Buffer.from(it.text, 'latin1') : it.text] as const) : []
  return { ...Object.fromEntries(made), ...files }
}

function writeFile(root: string, name: string, content: string | Buffer): void {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, 0o600)
}
