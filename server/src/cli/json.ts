import type { Diagnostic } from '../core/diagnostic.js'
import { type Location, lineIndex, type Position, type Read } from '../core/text.js'
import { fingerprint } from './baseline.js'
import type { CheckReport } from './commands/check.js'
import { relative } from './options.js'

/** The report as `interfaces.md` promises it: lines and characters zero-based, files relative to the working directory. */
export function formatJson(report: CheckReport): string {
  const { diagnostics, files, certificates, endpoints, elapsedMs, read } = report
  const count = (severity: Diagnostic['severity']) => diagnostics.filter(it => it.severity === severity).length
  const summary = {
    files,
    certificates,
    endpoints,
    errors: count('error'),
    warnings: count('warning'),
    information: count('information'),
    hints: count('hint'),
    elapsedMs
  }
  return `${JSON.stringify({ schema: 1, summary, diagnostics: diagnostics.map(it => toJson(it, read)) }, null, 2)}\n`
}

const toJson = (it: Diagnostic, read: Read) => ({
  rule: it.rule,
  severity: it.severity,
  ...place(it, read),
  message: it.message,
  url: it.url,
  fingerprint: fingerprint(it, read),
  related: it.related.map(each => ({ ...place(each, read), message: each.message })),
  fixes: it.fixes.map(fix => ({
    title: fix.title,
    safe: fix.safe,
    edits: fix.edits.map(edit => ({ ...place(edit, read), newText: edit.newText }))
  }))
})

const place = (it: Location, read: Read) => ({ file: relative(it.path), range: rangeOf(it, read) })

/** Line and character of both ends; of a file that is gone, its beginning. */
export function rangeOf(it: Location, read: Read): { readonly start: Position; readonly end: Position } {
  const entry = read(it.path)
  if (entry.kind !== 'file') return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
  const lines = lineIndex(entry.file)
  return { start: lines.position(it.start), end: lines.position(it.end) }
}
