/** The only place where offsets become lines and characters, and paths become URIs. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
  type DocumentSymbol as LspSymbol,
  type TextEdit as LspTextEdit,
  type Position,
  type Range,
  type SymbolInformation,
  SymbolKind,
  type WorkspaceEdit
} from 'vscode-languageserver'
import type { Diagnostic, Severity } from '../core/diagnostic.js'
import type { DocumentSymbol } from '../core/dialect.js'
import { type Location, lineIndex, type Read, type SourceFile, type Span, type TextEdit } from '../core/text.js'
import type { ChainTreeNode } from '../features/chain-tree.js'
import type { ChainNode } from './protocol.js'
import { uriOf } from './uris.js'

/** What this editor understands of a diagnostic. */
export interface DiagnosticSupport {
  readonly related: boolean
  readonly tags: boolean
}

export function toRange(file: SourceFile, { start, end }: Span): Range {
  // An editor shows no text for bytes that are none, so there is no place in it either.
  if (file.encoding === 'binary') return nowhere
  const { position } = lineIndex(file)
  return { start: position(start), end: position(end) }
}

export const toOffset = (file: SourceFile, position: Position): number => lineIndex(file).offset(position)

export const toSpan = (file: SourceFile, { start, end }: Range): Span => ({ start: toOffset(file, start), end: toOffset(file, end) })

export function toLocation({ path, start, end }: Location, read: Read): { readonly uri: string; readonly range: Range } {
  const entry = read(path)
  return { uri: uriOf(path), range: entry.kind === 'file' ? toRange(entry.file, { start, end }) : nowhere }
}

export function toDiagnostic(it: Diagnostic, read: Read, support: DiagnosticSupport): LspDiagnostic {
  const tags = support.tags ? tagsOf[it.rule] : undefined
  return {
    range: toLocation(it, read).range,
    severity: toSeverity(it.severity),
    code: it.rule,
    codeDescription: { href: it.url },
    source: 'mTLS Lens',
    message: it.message,
    ...(tags && { tags }),
    ...(support.related &&
      it.related.length > 0 && {
        relatedInformation: it.related.map(each => ({ location: toLocation(each, read), message: each.message }))
      })
  }
}

export function toWorkspaceEdit(edits: readonly TextEdit[], read: Read): WorkspaceEdit {
  const changes: Record<string, LspTextEdit[]> = {}
  for (const edit of edits) {
    const { uri, range } = toLocation(edit, read)
    changes[uri] ??= []
    changes[uri].push({ range, newText: edit.newText })
  }
  return { changes }
}

export function toChainNode({ at, children, ...node }: ChainTreeNode, read: Read): ChainNode {
  const place = 'start' in at ? toLocation(at, read) : { uri: uriOf(at.path) }
  return { ...node, ...place, children: children.map(it => toChainNode(it, read)) }
}

/** Whole lines, for folding: the last line stays visible when it holds more than the end. */
export function toLineRange(file: SourceFile, span: Span): { readonly startLine: number; readonly endLine: number } {
  const { start, end } = toRange(file, span)
  return { startLine: start.line, endLine: end.line }
}

/** An outline deeper than this is nobody's; editors and JSON have their limits. */
const deepest = 100

export function toSymbol(file: SourceFile, it: DocumentSymbol, depth = 0): LspSymbol {
  return {
    name: it.name.trim() || '(no name)',
    detail: it.detail,
    kind: symbolKinds[it.kind],
    range: toRange(file, it.span),
    selectionRange: toRange(file, it.selection),
    children: depth < deepest ? it.children.map(child => toSymbol(file, child, depth + 1)) : []
  }
}

/** For editors without trees. */
export const toFlatSymbols = (file: SourceFile, symbols: readonly DocumentSymbol[], depth = 0): SymbolInformation[] =>
  symbols.flatMap(it => [
    {
      name: it.name.trim() || '(no name)',
      kind: symbolKinds[it.kind],
      location: { uri: uriOf(file.path), range: toRange(file, it.span) }
    },
    ...(depth < deepest ? toFlatSymbols(file, it.children, depth + 1) : [])
  ])

const symbolKinds: Readonly<Record<DocumentSymbol['kind'], SymbolKind>> = {
  block: SymbolKind.Namespace,
  server: SymbolKind.Module,
  upstream: SymbolKind.Interface,
  certificate: SymbolKind.Object,
  key: SymbolKind.Key,
  request: SymbolKind.Event,
  crl: SymbolKind.Array,
  other: SymbolKind.Object
}

const nowhere: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }

function toSeverity(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error
    case 'warning':
      return DiagnosticSeverity.Warning
    case 'information':
      return DiagnosticSeverity.Information
    case 'hint':
      return DiagnosticSeverity.Hint
  }
}

/** Editors grey out what is unnecessary and strike through what is deprecated. */
const tagsOf: Readonly<Record<string, DiagnosticTag[]>> = {
  'ineffective-setting': [DiagnosticTag.Unnecessary],
  'duplicate-certificate': [DiagnosticTag.Unnecessary],
  'obsolete-tls-version': [DiagnosticTag.Deprecated]
}
