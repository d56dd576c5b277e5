import type { Dialect } from '../core/dialect.js'
import type { Read } from '../core/text.js'
import { languages, loadDialects } from '../open-workspace.js'
import { UsageError } from './exit.js'
import { relative } from './options.js'

/**
 * The language of a file that is named on the command line: it must be one that we can read, whatever its name. Nothing for what is
 * no file.
 */
export function requireLanguage(path: string, read: Read): string | undefined {
  const entry = read(path)
  if (entry.kind === 'unreadable') throw new UsageError(`${relative(path)}: ${entry.reason}`)
  if (entry.kind !== 'file') return undefined
  const { text } = entry.file
  const language = languageByDetection(path, text) ?? languageByBlock(text)
  if (!language) throw new UsageError(`${relative(path)}: neither certificates nor a configuration that mTLS Lens knows`)
  return language
}

/** The language that knows the file: by its name and text, else by its text alone. */
const languageByDetection = (path: string, text: string): string | undefined =>
  (languages.find(it => it.mayBe(path) && it.detect(path, text)) ?? languages.find(it => it.detect(path, text)))?.id

/** Who names a file says that it is a configuration, however little shows that. */
function languageByBlock(text: string): string | undefined {
  if (/^[ \t]*(?:global|defaults|frontend|listen|backend)\b/m.test(text)) return 'haproxy'
  return /\b(?:http|stream|mail|server|events)\s*\{/.test(text) ? 'nginx' : undefined
}

/** What the files need, the `named` ones by the languages that they are known to be of. */
export function dialectsFor(
  paths: readonly string[],
  named: ReadonlyMap<string, string | undefined>,
  read: Read
): Promise<readonly Dialect[]> {
  const ids = new Set(named.values())
  // Most files are certificates and keys, and none of them has to be put to the others.
  const others = paths.filter(it => !isPem(it, read))
  return loadDialects(it => it === pem || ids.has(it.id) || others.some(path => it.mayBe(path)))
}

const pem = languages.find(it => it.id === 'pem')!

function isPem(path: string, read: Read): boolean {
  const entry = read(path)
  return entry.kind === 'file' && pem.mayBe(path) && pem.detect(path, entry.file.text)
}
