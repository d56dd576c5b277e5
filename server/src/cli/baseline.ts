import { createHash } from 'node:crypto'
import fs from 'node:fs'
import type { Diagnostic } from '../core/diagnostic.js'
import { lineIndex, type Read } from '../core/text.js'
import { UsageError } from './exit.js'
import { relative } from './options.js'

/**
 * What a finding is recognised by in a later run, however far lines have moved: its rule, its file, and the text of its line.
 * The message is left out, for it may count days.
 */
export function fingerprint(it: Diagnostic, read: Read): string {
  return createHash('sha256')
    .update(`${it.rule}\n${relative(it.path)}\n${lineText(it, read)}`)
    .digest('hex')
    .slice(0, 32)
}

function lineText(it: Diagnostic, read: Read): string {
  const entry = read(it.path)
  if (entry.kind !== 'file') return ''
  const lines = lineIndex(entry.file)
  const { line } = lines.position(it.start)
  const end = line + 1 < lines.lineCount ? lines.lineStart(line + 1) : entry.file.text.length
  return entry.file.text.slice(lines.lineStart(line), end).trim()
}

/** How many findings of each fingerprint an earlier `--format json` run had. */
export function readBaseline(file: string): ReadonlyMap<string, number> {
  let report: unknown
  try {
    report = JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`)
  }
  const { diagnostics } = (report ?? {}) as { diagnostics?: readonly { fingerprint?: unknown }[] }
  if (!Array.isArray(diagnostics)) throw new UsageError(`${file}: not what check --format json prints`)
  const known = new Map<string, number>()
  for (const { fingerprint } of diagnostics) if (typeof fingerprint === 'string') known.set(fingerprint, (known.get(fingerprint) ?? 0) + 1)
  return known
}

export function withoutBaseline(found: readonly Diagnostic[], known: ReadonlyMap<string, number>, read: Read): readonly Diagnostic[] {
  const left = new Map(known)
  return found.filter(it => {
    const key = fingerprint(it, read)
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}
