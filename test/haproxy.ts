/** HAProxy configurations as values, for tests: files by path, the first of them the root. */
import type { Lowered } from '../server/src/core/dialect.js'
import { defaultSettings, type Settings } from '../server/src/core/settings.js'
import { type Location, type Read, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { haproxy } from '../server/src/dialects/haproxy/index.js'
import { type Files, readOf } from './nginx.js'

export interface Lowering extends Lowered {
  readonly root: SourceFile
  readonly read: Read
  /** The text at a place. */
  text(at: Location): string
}

/** Reads a text as `/project/haproxy.cfg`, or several files of which the first is the root. */
export function lowerHaproxy(given: string | Files, settings: Partial<Settings> = {}): Lowering {
  const named = typeof given === 'string' ? { '/project/haproxy.cfg': given } : given
  const files = new Map(Object.entries(named).map(([path, text]) => [path, sourceFile(path, text)]))
  const root = [...files.values()][0]!
  const read = readOf(files)
  const lowered = haproxy.lower(root, { read, settings: { ...defaultSettings, ...settings }, declared: () => [] })
  return { ...lowered, root, read, text: at => files.get(at.path)?.text.slice(at.start, at.end) ?? '' }
}
