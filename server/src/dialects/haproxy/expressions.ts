/** Sample expressions and conditions: what HAProxy decides by, and what it hands on. */
import type { Span } from '../../core/text.js'
import type { Line, Word } from './parser.js'

/** What an expression says of the client's certificate. */
export type Carries = 'result' | 'identity' | 'nothing' | 'other'

/** True only when a certificate came. */
const presence = /\b(?:ssl_c_used|ssl_fc_has_crt)\b/
/** 0, which means good, also when none came. */
const outcome = /\b(?:ssl_c_verify|ssl_c_err|ssl_c_ca_err)\b/
/** Empty when none came, so that a comparison with a name fails. */
const identity = /\bssl_c_(?!used\b|verify\b|err\b|ca_err)\w+/

export const readsPresence = (text: string): boolean => presence.test(text)
export const readsOutcome = (text: string): boolean => outcome.test(text)
export const readsIdentity = (text: string): boolean => identity.test(text)
export const readsCertificate = (text: string): boolean => /\bssl_(?:c_|fc_has_crt\b)/.test(text)

export function carriesOf(text: string): Carries {
  if (presence.test(text) || outcome.test(text)) return 'result'
  if (identity.test(text)) return 'identity'
  return text === '' ? 'nothing' : 'other'
}

/** One test of a condition: a named ACL, or one in braces. */
export interface Test extends Span {
  readonly negated: boolean
  /** The name of an ACL; absent for one in braces. */
  readonly name?: Word
  /** What stands between the braces. */
  readonly words: readonly Word[]
}

export interface Condition extends Span {
  readonly kind: 'if' | 'unless'
  /** Joined by `or`; the tests of each are joined by and. */
  readonly terms: readonly (readonly Test[])[]
  readonly problem?: { readonly message: string; readonly word: Word }
}

/** Finds the condition at the end of a line. `from` is the first word that may start it. */
export function conditionOf(line: Line, from: number): Condition | undefined {
  const at = conditionIndex(line, from)
  return at < 0 ? undefined : readCondition(line.words, at)
}

export function conditionIndex({ words }: Line, from: number): number {
  for (let at = from; at < words.length; at++) if (words[at]!.value === 'if' || words[at]!.value === 'unless') return at
  return -1
}

function readCondition(words: readonly Word[], at: number): Condition {
  const terms: Test[][] = [[]]
  let problem: Condition['problem']
  let negated = false
  for (let index = at + 1; index < words.length; index++) {
    const word = words[index]!
    let text = word.value
    if (text === '||' || (text.length === 2 && text.toLowerCase() === 'or')) {
      terms.push([])
      negated = false
      continue
    }
    while (text.startsWith('!')) {
      negated = !negated
      text = text.slice(1)
    }
    if (text === '') continue
    const start = word.start
    if (text === '{') {
      let close = index + 1
      while (close < words.length && words[close]!.value !== '}') close++
      if (close >= words.length) problem ??= { message: "missing closing '}' in condition", word }
      const end = words[Math.min(close, words.length - 1)]!.end
      terms[terms.length - 1]!.push({ start, end, negated, words: words.slice(index + 1, close) })
      index = close
    } else {
      const name = text === word.value ? word : { ...word, value: text }
      terms[terms.length - 1]!.push({ start, end: word.end, negated, name, words: noWords })
    }
    negated = false
  }
  const last = words[words.length - 1]!
  const kind = words[at]!.value === 'if' ? 'if' : 'unless'
  return { kind, start: words[at]!.start, end: last.end, terms: terms.filter(it => it.length > 0), ...(problem ? { problem } : {}) }
}

const noWords: readonly Word[] = []

export function textOf(words: readonly Word[], from = 0, to = words.length): string {
  let text = words[from]?.value ?? ''
  for (let at = from + 1; at < to; at++) text += ` ${words[at]!.value}`
  return text
}

/** Rule sets whose lines end in a condition, with the place of the first word that may start it. */
const ruleSets: Readonly<Record<string, number>> = {
  'http-request': 2,
  'http-response': 2,
  'http-after-response': 2,
  'tcp-request': 2,
  'tcp-response': 2,
  use_backend: 2,
  'use-server': 2,
  redirect: 2,
  'force-persist': 1,
  'ignore-persist': 1,
  monitor: 2,
  stick: 2,
  block: 1,
  stats: 2,
  'email-alert': 9
}

/** The condition of a line that decides something, if it has one. */
export function conditionOfRule(line: Line): Condition | undefined {
  const keyword = line.words[0]!.value
  const from = Object.hasOwn(ruleSets, keyword) ? ruleSets[keyword] : undefined
  return from === undefined ? undefined : conditionOf(line, argumentsEnd(line, from))
}

/** Values that a rule takes before its condition, so that a value `if` is none. */
const valuesBefore: Readonly<Record<string, number>> = {
  'set-header': 2,
  'add-header': 2,
  'replace-header': 3,
  'replace-value': 3,
  'replace-path': 2,
  'replace-uri': 2,
  'del-header': 1,
  'set-path': 1,
  'set-uri': 1
}

const argumentsEnd = (line: Line, from: number): number =>
  from + (Object.hasOwn(valuesBefore, line.words[1]?.value ?? '') ? valuesBefore[line.words[1]!.value]! : 0)
