import type { Diagnostic, Fix } from '../core/diagnostic.js'
import { ignoreComment } from '../core/suppress.js'
import { lineIndex, type SourceFile, type Span, type TextEdit } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import { parsePem } from '../x509/pem.js'
import { dialectFor } from './document-symbols.js'

/** Something that can be done about a finding. */
export interface Action {
  readonly title: string
  readonly finding: Diagnostic
  readonly edits: readonly TextEdit[]
  /** The one to take when the user does not choose. */
  readonly preferred: boolean
}

/** What can be done about the findings that touch a span: their fixes first, then to ignore them. */
export function codeActions(workspace: Workspace, file: SourceFile, findings: readonly Diagnostic[], span: Span): readonly Action[] {
  const touched = findings.filter(it => it.start <= span.end && span.start <= it.end)
  return [...touched.flatMap(fixActions), ...ignoreActions(workspace, file, touched)]
}

const fixActions = (finding: Diagnostic): readonly Action[] =>
  finding.fixes.map(({ title, edits, safe }) => ({ title, finding, edits, preferred: safe }))

function ignoreActions(workspace: Workspace, file: SourceFile, findings: readonly Diagnostic[]): readonly Action[] {
  const sign = dialectFor(workspace, file.path)?.comment
  if (sign === undefined || file.encoding === 'binary') return []
  const once = new Map<string, Action>()
  for (const finding of findings) {
    const edit = ignoreEdit(file, finding, sign)
    const key = `${finding.rule}:${edit.start}`
    if (once.has(key)) continue
    once.set(key, { title: `Ignore this finding (${finding.rule})`, finding, edits: [edit], preferred: false })
  }
  return [...once.values()]
}

/** A comment of its own above the line, with the line's indentation; for a finding inside of a PEM block, above the block. */
function ignoreEdit(file: SourceFile, finding: Diagnostic, sign: string): TextEdit {
  const { lineStart, position } = lineIndex(file)
  const start = lineStart(position(blockStart(file, finding.start)).line)
  const indentation = /^[ \t]*/.exec(file.text.slice(start, start + 200))![0]
  const newText = `${indentation}${ignoreComment(sign, finding.rule)}${lineEnding(file.text)}`
  return { path: file.path, start, end: start, newText }
}

function blockStart(file: SourceFile, offset: number): number {
  if (!file.text.includes('-----BEGIN ')) return offset
  const block = parsePem(file).blocks.find(({ span }) => span.start <= offset && offset < span.end)
  return block ? block.span.start : offset
}

function lineEnding(text: string): string {
  const lineFeed = text.indexOf('\n')
  return lineFeed > 0 && text[lineFeed - 1] === '\r' ? '\r\n' : '\n'
}

/** All safe fixes of a file at once. Of two that touch the same text, and of alternatives for one finding, the first is taken. */
export function fixAll(findings: readonly Diagnostic[]): readonly TextEdit[] {
  const taken: TextEdit[] = []
  for (const { fixes } of findings) {
    const fix = fixes.find(it => it.safe)
    if (fix && !overlaps(fix, taken)) taken.push(...fix.edits)
  }
  return taken
}

const overlaps = (fix: Fix, taken: readonly TextEdit[]): boolean =>
  fix.edits.some(edit => taken.some(it => it.path === edit.path && edit.start <= it.end && it.start <= edit.end))
