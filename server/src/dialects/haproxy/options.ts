import { compare } from './conditions.js'
import { bindOptions, crtListOptions, type Options, serverOptions, type Vocabulary } from './keyword-table.js'
import type { Line, Word } from './parser.js'

/** An option of a `bind` or `server` line with its values. */
export interface Option {
  readonly name: string
  readonly word: Word
  readonly values: readonly Word[]
}

export interface ReadOptions {
  readonly options: readonly Option[]
  /** HAProxy stops at the first option that it does not know, or that lacks its value. */
  readonly stopped?: { readonly word: Word; readonly why: 'unknown' | 'missing value' }
}

export type LineKind = 'bind' | 'server' | 'crt-list'

const tables: Readonly<Record<LineKind, Options>> = { bind: bindOptions, server: serverOptions, 'crt-list': crtListOptions }

/** The version whose words count as `later`. */
const laterVersion = '2.7'
const knownLater = new Map<string, boolean>()

/** Asked for every word of a file, so that the answer is kept. */
export function knowsLater(version: string): boolean {
  const known = knownLater.get(version)
  if (known !== undefined) return known
  const later = compare(version, laterVersion) >= 0
  knownLater.set(version, later)
  return later
}

export const isKnown = ({ early, later }: Vocabulary, word: string, version: string): boolean =>
  early.has(word) || (knowsLater(version) && later.has(word))

/** How many values follow this option; nothing when it is unknown. */
function valuesOf(kind: LineKind, name: string, version: string): number | undefined {
  const { early, later } = tables[kind]
  const bare = name.startsWith('set-proxy-v2-tlv-fmt(') ? 'set-proxy-v2-tlv-fmt' : name
  return early.get(bare) ?? (knowsLater(version) ? later.get(bare) : undefined)
}

export const optionNames = (kind: LineKind, version: string): readonly string[] => [
  ...tables[kind].early.keys(),
  ...(knowsLater(version) ? tables[kind].later.keys() : [])
]

const none: readonly Word[] = []

/** Words of the source address of a server take their own. */
const sourceWords: ReadonlySet<string> = new Set(['usesrc', 'interface'])

/** What has been read so far of one configuration. */
export interface OptionsRead {
  readonly version: string
  readonly options: Map<Line, ReadOptions>
}

/** The options of a `bind`, `server` or similar line from its word `start` on; read once, because several ask. */
export function optionsOf(kind: LineKind, line: Line, start: number, { version, options }: OptionsRead): ReadOptions {
  const known = options.get(line)
  if (known) return known
  const read = readOptions(kind, line.words.slice(start), version)
  options.set(line, read)
  return read
}

export function readOptions(kind: LineKind, words: readonly Word[], version: string): ReadOptions {
  const options: Option[] = []
  let afterSource = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const name = word.value
    // A word that is empty ends the line for HAProxy.
    if (name === '' && !word.dynamic) return { options }
    const count = valuesOf(kind, name, version) ?? (afterSource && sourceWords.has(name) ? 1 : undefined)
    if (count === undefined) {
      // An environment variable may hold anything, or nothing.
      if (word.dynamic) continue
      return { options, stopped: { word, why: 'unknown' } }
    }
    const values = count === 0 ? none : words.slice(at + 1, at + 1 + count)
    options.push({ name, word, values })
    if (values.length < count || (count > 0 && values[0]!.value === '')) return { options, stopped: { word, why: 'missing value' } }
    at += count
    afterSource = name === 'source' || (afterSource && sourceWords.has(name))
  }
  return { options }
}

/** The last one counts: HAProxy reads on and replaces. */
export const lastOf = (options: readonly Option[], ...names: readonly string[]): Option | undefined => {
  for (let at = options.length - 1; at >= 0; at--) if (names.includes(options[at]!.name)) return options[at]
  return undefined
}
