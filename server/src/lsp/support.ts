import type { ClientCapabilities } from 'vscode-languageserver'

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
}

export const supportOf = ({ textDocument, workspace, window }: ClientCapabilities): ClientSupport => ({
  related: textDocument?.publishDiagnostics?.relatedInformation ?? false,
  tags: textDocument?.publishDiagnostics?.tagSupport !== undefined,
  configuration: workspace?.configuration ?? false,
  registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
  registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
  workspaceFolders: workspace?.workspaceFolders ?? false,
  progress: window?.workDoneProgress ?? false,
  hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
  markdown: textDocument?.hover?.contentFormat?.includes('markdown') ?? false
})
