import { memo, type SourceFile, type Span } from '../../core/text.js'
import { type Option, type ReadOptions, readOptions } from './options.js'
import type { Word } from './parser.js'

/** A line of a crt-list: `<file> [<options>] <names>`. https://docs.haproxy.org/3.2/configuration.html#5.1-crt-list */
export interface Entry extends Span {
  readonly certificate: Word
  readonly options: readonly Option[]
  readonly stopped?: ReadOptions['stopped']
  /** With a `!` in front of those that are left out. */
  readonly names: readonly Word[]
}

export const readCrtList = (file: SourceFile, version: string): readonly Entry[] => {
  const known = byVersion(file)
  const entries = known.get(version) ?? readText(file.text, version)
  known.set(version, entries)
  return entries
}

const byVersion = memo((_: SourceFile) => new Map<string, readonly Entry[]>())

function readText(text: string, version: string): readonly Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    const entry = readEntry(text, at, end, version)
    if (entry) entries.push(entry)
    at = end + 1
  }
  return entries
}

function readEntry(text: string, from: number, end: number, version: string): Entry | undefined {
  const words: Word[] = []
  // Words end at blanks, and the brackets stand for themselves.
  const pattern = /[^\s[\]]+|[[\]]/g
  const line = text.slice(from, end)
  if (line.trimStart().startsWith('#')) return undefined
  for (const match of line.matchAll(pattern)) {
    words.push({ start: from + match.index, end: from + match.index + match[0].length, value: match[0], dynamic: false })
  }
  const certificate = words[0]
  if (!certificate) return undefined
  const open = words.findIndex(it => it.value === '[')
  const close = words.findIndex((it, at) => at > open && it.value === ']')
  const inside = open < 0 || close < 0 ? [] : words.slice(open + 1, close)
  const { options, stopped } = readOptions('crt-list', inside, version)
  const names = words.slice(open < 0 || close < 0 ? 1 : close + 1)
  return { start: certificate.start, end: words[words.length - 1]!.end, certificate, options, names, ...(stopped ? { stopped } : {}) }
}
