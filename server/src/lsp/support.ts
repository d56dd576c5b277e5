import type { ClientCapabilities } from 'vscode-languageserver'
import { predictHandshakeCommand } from './protocol.js'

/** What this editor can do, as far as it matters here. */
export interface ClientSupport {
  readonly related: boolean
  readonly tags: boolean
  readonly configuration: boolean
  readonly registersConfiguration: boolean
  readonly registersWatchers: boolean
  readonly workspaceFolders: boolean
  readonly progress: boolean
  readonly hierarchicalSymbols: boolean
  readonly markdown: boolean
  readonly refreshesLenses: boolean
  /** Does it run our commands itself, as our own client does? Else the server has to. */
  readonly runsCommands: boolean
}

export const supportOf = ({ textDocument, workspace, window, experimental }: ClientCapabilities): ClientSupport => ({
  related: textDocument?.publishDiagnostics?.relatedInformation ?? false,
  tags: textDocument?.publishDiagnostics?.tagSupport !== undefined,
  configuration: workspace?.configuration ?? false,
  registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
  registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
  workspaceFolders: workspace?.workspaceFolders ?? false,
  progress: window?.workDoneProgress ?? false,
  hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
  markdown: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
  refreshesLenses: workspace?.codeLens?.refreshSupport ?? false,
  runsCommands: namedCommands(experimental).includes(predictHandshakeCommand)
})

/** `experimental: { commands: { commands: [...] } }`, as other servers have it too. */
function namedCommands(experimental: unknown): readonly unknown[] {
  const { commands } = isRecord(experimental) && isRecord(experimental.commands) ? experimental.commands : { commands: undefined }
  return Array.isArray(commands) ? commands : []
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
