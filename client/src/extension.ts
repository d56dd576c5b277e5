import * as vscode from 'vscode'
import type { ChainNode, CreatePkiParams } from '../../server/src/lsp/protocol.js'
import { type ChainView, createChainView } from './chain-view.js'
import { checkWorkspace } from './check-workspace.js'
import { createDevelopmentPki } from './create-pki.js'
import { explainError } from './explain-error.js'
import { createLanguageServer, type LanguageServer } from './language-server.js'
import { createHandshakePages, type HandshakePages, predictHandshake } from './predict-handshake.js'
import { createResultPanels, type Result } from './result-panels.js'
import { showCertificate } from './show-certificate.js'
import { createStatusItem } from './status-item.js'
import { createTrustMapPages, type TrustMapPages } from './trust-map.js'
import { verifyChain } from './verify-chain.js'

/** What other extensions and our own tests may ask of us. */
export interface MtlsLens {
  /** Resolves when the server answers. */
  readonly ready: Promise<void>
  readonly chains: ChainView['provider']
  /** The answer that was shown last. */
  readonly shown: () => Result | undefined
  /** The prediction that was shown last, and what can be copied of it. */
  readonly shownHandshake: () => HandshakePages['shown']
  /** The map that was shown last, and what can be copied of it. */
  readonly shownTrustMap: () => TrustMapPages['shown']
}

let server: LanguageServer | undefined

export function activate(ctx: vscode.ExtensionContext): MtlsLens {
  const output = vscode.window.createOutputChannel('mTLS Lens', { log: true })
  const started = createLanguageServer(ctx, output)
  server = started
  const results = createResultPanels()
  const view = createChainView(started)
  const status = createStatusItem(started)
  const handshakes = createHandshakePages(ctx, started)
  const trustMap = createTrustMapPages(ctx, started)
  ctx.subscriptions.push(output, results, view, status, handshakes, trustMap)

  const register = <T extends unknown[]>(command: string, run: (...parameters: T) => unknown) =>
    ctx.subscriptions.push(vscode.commands.registerCommand(command, run))
  register('mtlsLens.verifyChain', (target?: vscode.Uri | ChainNode) => verifyChain(started, results, target))
  register('mtlsLens.showCertificate', (target?: vscode.Uri | ChainNode) => showCertificate(started, results, target))
  register('mtlsLens.checkWorkspace', () => checkWorkspace(started))
  register('mtlsLens.createDevelopmentPki', (given?: Partial<CreatePkiParams>) => createDevelopmentPki(started, given))
  register('mtlsLens.explainError', (line?: unknown) => explainError(started, results, line))
  register('mtlsLens.predictHandshake', (given?: unknown) => predictHandshake(started, handshakes, given))
  register('mtlsLens.copyHandshakeText', () => handshakes.copy('text'))
  register('mtlsLens.copyHandshakeMermaid', () => handshakes.copy('mermaid'))
  register('mtlsLens.showTrustMap', (within?: unknown) => trustMap.open(within instanceof vscode.Uri ? within : undefined))
  register('mtlsLens.copyTrustMapMermaid', () => trustMap.copy('mermaid'))
  register('mtlsLens.copyTrustMapSvg', () => trustMap.copy('svg'))
  register('mtlsLens.saveTrustMap', (to?: unknown) => trustMap.save(to instanceof vscode.Uri ? to : undefined))
  register('mtlsLens.refreshChains', () => view.provider.refresh())
  register('mtlsLens.restartServer', () => started.restart())
  register('mtlsLens.showOutput', () => output.show(true))

  return {
    ready: started.start(),
    chains: view.provider,
    shown: () => results.shown,
    shownHandshake: () => handshakes.shown,
    shownTrustMap: () => trustMap.shown
  }
}

/** Waits for the server to end, so that it can write what it still has to write. */
export function deactivate(): Promise<void> | undefined {
  return server?.stop()
}
