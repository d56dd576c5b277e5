import type { Connection } from 'vscode-languageserver'
import type { Diagnostic } from '../core/diagnostic.js'
import type { Read } from '../core/text.js'
import { type DiagnosticSupport, toDiagnostic } from './to-lsp.js'
import { uriOf } from './uris.js'

/** Like no findings at all, not even like none. */
const unknown = ''

export interface Publisher {
  /** Sends the findings of a file, when they are others than those that the editor shows. */
  publish(path: string, found: readonly Diagnostic[]): void
  /** The editor opens the file: some forget then what they were told of it while it was closed. */
  forget(path: string): void
}

export function createPublisher(connection: Connection, read: Read, support: () => DiagnosticSupport): Publisher {
  const published = new Map<string, string>()
  return {
    publish(path, found) {
      const diagnostics = found.map(it => toDiagnostic(it, read, support()))
      const text = JSON.stringify(diagnostics)
      if (text === (published.get(path) ?? '[]')) return
      if (diagnostics.length > 0) published.set(path, text)
      else published.delete(path)
      void connection.sendDiagnostics({ uri: uriOf(path), diagnostics })
    },
    forget(path) {
      if (published.has(path)) published.set(path, unknown)
    }
  }
}
