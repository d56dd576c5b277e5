/** What the real programs said of the corpus, and one edit of a file of it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))

/** One edit of a file of the corpus; offsets count UTF-16 units. */
export interface Edit {
  readonly mutation: string
  readonly at: number
  readonly delete: number | null
  readonly insert: string | null
}

export function mutate(text: string, { mutation, at, delete: length, insert }: Edit): string {
  if (mutation === 'crlf') return text.replace(/\n/g, '\r\n')
  if (mutation === 'truncate') return text.slice(0, at)
  return text.slice(0, at) + (insert ?? '') + text.slice(at + (length ?? 0))
}

export const textOf = (file: string): string => readFileSync(corpus + file, 'utf8')

export const readLines = <T>(name: string): T[] =>
  readFileSync(corpus + name, 'utf8')
    .trim()
    .split('\n')
    .map(it => JSON.parse(it) as T)
