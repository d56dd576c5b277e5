import type { Cause, ErrorEntry, ProductId, Side } from './entry.js'
import { lineAround, readInput } from './input.js'
import { errorEntries } from './products/index.js'
import { namesOf, type Situation, situationOf } from './situation.js'

export type Speaker = Side | 'this-side' | 'other-side' | 'configuration-test' | 'unknown'
export type Subject = `${Side | 'this-side' | 'other-side'}-certificate` | 'connection' | 'configuration'

/** One error of a text, explained. */
export interface Explanation {
  /** `nginx/client-sent-no-certificate`. */
  readonly id: string
  /** The words that were recognised. */
  readonly matched: string
  readonly product: ProductId | null
  readonly meaning: string
  readonly saidBy: Speaker
  readonly about: Subject
  /** Both in a sentence: `nginx rejects the certificate of the client`. */
  readonly who: string
  /** Most likely first. */
  readonly causes: readonly { readonly words: string; readonly rules: readonly string[] }[]
  readonly change: string
  readonly citation: string
}

export interface Explained {
  /** The line with the first error, or the first line; shortened, and never with key material. */
  readonly line: string
  /** What is read for names and paths: as `line`, in full. */
  readonly text: string
  /** Most specific first; empty when nothing is known. */
  readonly explanations: readonly Explanation[]
  /** Why the answer may be poorer than the text. */
  readonly note?: string
}

interface Match {
  readonly entry: ErrorEntry
  readonly start: number
  readonly end: number
}

/** Explains a line of a log, or several. Says nothing about what it does not know. */
export function explainError(pasted: string): Explained {
  const { text, isCut, isBinary } = readInput(pasted)
  const matches = rank(withoutContained(withoutUmbrellas(allMatches(text))))
  const first = matches[0]
  const note = isBinary
    ? 'This looks like binary data, not like a line of a log'
    : isCut
      ? 'The text is long; only its beginning was read'
      : text.trim() === ''
        ? 'There is no text to explain'
        : undefined
  return {
    line: isBinary ? '' : lineAround(text, first?.start ?? 0, first?.end ?? 0).shown,
    text,
    explanations: distinct(matches.map(it => explain(it, text))),
    ...(note && { note })
  }
}

function allMatches(text: string): readonly Match[] {
  return errorEntries.flatMap(entry => {
    const found = entry.pattern.exec(text)
    return found ? [{ entry, start: found.index, end: found.index + found[0].length }] : []
  })
}

/** Words inside those of a closer match are told by that one: the path error inside nginx's sentence, say. */
function withoutContained(matches: readonly Match[]): readonly Match[] {
  return matches.filter((it, index) => {
    const length = it.end - it.start
    return !matches.some((other, place) => {
      if (other.start > it.start || other.end < it.end) return false
      const otherLength = other.end - other.start
      return otherLength > length || (otherLength === length && place < index)
    })
  })
}

/** That something failed needs no telling where other words say what. */
function withoutUmbrellas(matches: readonly Match[]): readonly Match[] {
  const closer = matches.filter(it => !it.entry.isUmbrella)
  return closer.length > 0 ? closer : matches
}

/** A product’s own words before those of a library. */
const rank = (matches: readonly Match[]): readonly Match[] => [...matches].sort((a, b) => weight(a) - weight(b) || a.start - b.start)

const libraries: readonly ErrorEntry['product'][] = ['tls', 'openssl']
const weight = ({ entry }: Match): number => (libraries.includes(entry.product) ? 1 : 0)

/** The same sentence twice helps nobody: an alert by name and by number, or two codes of one flaw. */
const distinct = (all: readonly Explanation[]): readonly Explanation[] =>
  all.filter((it, index) => all.findIndex(other => other.meaning === it.meaning) === index)

function explain({ entry, start, end }: Match, text: string): Explanation {
  const { line } = lineAround(text, start, end)
  const situation = situationFor(entry, situationOf(line), () => situationOf(text))
  const sides = sidesOf(entry, situation)
  const { local, peer } = namesOf(situation)
  const isPeer = sides.speaker === 'other-side' || (situation.role !== undefined && sides.speaker === otherSide(situation.role))
  const [judge, holder] = isPeer ? [peer, local] : [local, peer]
  return {
    id: entry.id,
    matched: text.slice(start, Math.min(end, start + 200)),
    product: situation.product ?? null,
    meaning: sentence(entry.means({ local, peer, judge, holder })),
    saidBy: sides.speaker,
    about: sides.subject,
    who: sentence(whoSays(entry, judge, holder, local)),
    causes: causesFor(entry.causes, sides.holder, situation.product).map(({ words, rules }) => ({ words, rules })),
    change: entry.change,
    citation: entry.citation
  }
}

/** The line itself, then the words that were matched, then the text around them. */
function situationFor(entry: ErrorEntry, near: Situation, around: () => Situation): Situation {
  const own = entry.product === 'tls' || entry.product === 'openssl' ? undefined : entry.product
  const wide = near.product && near.role ? near : around()
  const product = own ?? near.product ?? wide.product ?? (entry.product === 'openssl' ? 'openssl' : undefined)
  // The role that another program of the same text has is not this one's.
  const fits = (it: Situation) => it.product === product || own === undefined || it.product === undefined
  const role = entry.role ?? (fits(near) ? near.role : undefined) ?? (fits(wide) ? wide.role : undefined) ?? roleBySpeaker(entry)
  return { ...(product && { product }), ...(role && { role }) }
}

/** Of an alert that only servers send, the receiver is the client; the direction of the alert stands in the entry’s name. */
function roleBySpeaker({ by, id }: ErrorEntry): Side | undefined {
  if (by !== 'server' && by !== 'client') return undefined
  return id.endsWith('/received') ? otherSide(by) : by
}

const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')

interface Sides {
  readonly speaker: Speaker
  readonly subject: Subject
  /** Whose certificate it is, where that is known. */
  readonly holder?: Side
}

function sidesOf({ by, concerns }: ErrorEntry, { role }: Situation): Sides {
  const speaker: Speaker = by === 'this-side' ? (role ?? by) : by === 'other-side' ? (role ? otherSide(role) : by) : by
  const other = speaker === 'client' || speaker === 'server' ? otherSide(speaker) : speaker === 'other-side' ? 'this-side' : 'other-side'
  const own = speaker === 'client' || speaker === 'server' || speaker === 'other-side' ? speaker : 'this-side'
  const owner = concerns === 'own-certificate' ? own : other
  const holder = owner === 'client' || owner === 'server' ? owner : undefined
  const subject: Subject = concerns === 'connection' || concerns === 'configuration' ? concerns : `${owner}-certificate`
  return { speaker, subject, ...(holder && concerns !== 'configuration' && { holder }) }
}

function whoSays({ by, concerns }: ErrorEntry, judge: string, holder: string, local: string): string {
  if (by === 'configuration-test') return `${local} says it about its own configuration, before any connection`
  if (by === 'unknown') return 'the line does not say which side gave up'
  switch (concerns) {
    case 'certificate':
      return `${judge} says it, about the certificate of ${holder}`
    case 'own-certificate':
      return `${judge} says it, about its own certificate and key`
    case 'connection':
      return `${judge} says it, about the connection with ${holder} and no certificate`
    case 'configuration':
      return `${judge} says it, about its own configuration`
  }
}

function causesFor(causes: readonly Cause[], holder: Side | undefined, product: ProductId | undefined): readonly Cause[] {
  return causes.filter(it => (!it.of || !holder || it.of === holder) && (!it.saidIn || it.saidIn === product))
}

/** nginx and curl are written small even at the beginning. */
const sentence = (words: string): string =>
  `${/^(?:nginx|curl)\b/.test(words) ? words.charAt(0) : words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`
