import type { Connection } from 'vscode-languageserver'
import type { Diagnostic } from '../core/diagnostic.js'
import type { Read } from '../core/text.js'
import { type DiagnosticSupport, toDiagnostic } from './to-lsp.js'
import { uriOf } from './uris.js'

/** Sends the findings of a file, when they are others than those that the editor shows. */
export function createPublisher(connection: Connection, read: Read, support: () => DiagnosticSupport) {
  const published = new Map<string, string>()
  return (path: string, found: readonly Diagnostic[]): void => {
    const diagnostics = found.map(it => toDiagnostic(it, read, support()))
    const text = JSON.stringify(diagnostics)
    if (text === (published.get(path) ?? '[]')) return
    if (diagnostics.length > 0) published.set(path, text)
    else published.delete(path)
    void connection.sendDiagnostics({ uri: uriOf(path), diagnostics })
  }
}
