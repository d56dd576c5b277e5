import type { DocumentSymbol } from '../core/dialect.js'
import type { SourceFile, Span } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import { parsePem } from '../x509/pem.js'
import { documentSymbols } from './document-symbols.js'

/** What can be folded: PEM blocks, and blocks of a configuration. */
export function foldings(workspace: Workspace, file: SourceFile): readonly Span[] {
  const pem = file.encoding === 'utf8' && file.text.includes('-----BEGIN ') ? parsePem(file).blocks.map(it => it.span) : []
  const spans = [...pem, ...spansOf(documentSymbols(workspace, file))]
  const once = new Map(spans.map(it => [`${it.start}:${it.end}`, it]))
  return [...once.values()].sort((a, b) => a.start - b.start)
}

/** Nested deeper than any call stack, if somebody wants to. */
function spansOf(symbols: readonly DocumentSymbol[]): readonly Span[] {
  const spans: Span[] = []
  const pending = [...symbols]
  for (let it = pending.pop(); it; it = pending.pop()) {
    spans.push(it.span)
    for (const child of it.children) pending.push(child)
  }
  return spans
}
