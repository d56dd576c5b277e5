import type { Span } from '../core/text.js'

export const beginMark = '-----BEGIN '
export const endMark = '-----END '
const tail = '-----'
/** Longer labels do not exist; a bound keeps a hostile line from being read again and again. */
const longestLabel = 64

/** `-----BEGIN label-----` or `-----END label-----` where it stands. */
export interface Mark extends Span {
  /** Absent when the five hyphens after it are. */
  readonly label: string | undefined
  /** What stands before it on its line; `opening` is what a value may start after: a quote, `key:`, `- `. */
  readonly before: 'nothing' | 'blanks' | 'hyphens' | 'opening' | 'text'
  /** What follows: the end of the line, a written-out `\n` as in JSON, or something else. */
  readonly after: 'line-end' | 'escape' | 'text'
}

/** The next mark of this kind at or after `from`. */
export function findMark(text: string, mark: string, from: number): Mark | undefined {
  const start = text.indexOf(mark, from)
  if (start < 0) return undefined
  const name = start + mark.length
  const bounded = text.slice(name, name + longestLabel + tail.length)
  const length = bounded.indexOf(tail)
  const label = length < 0 || /[\r\n\\]/.test(bounded.slice(0, length)) ? undefined : bounded.slice(0, length)
  const end = label === undefined ? name + /^[\w #.]*-*/.exec(bounded)![0].length : name + length + tail.length
  return { start, end, label, before: before(text, start), after: after(text, end) }
}

function before(text: string, start: number): Mark['before'] {
  let at = start
  while (at > 0 && isBlankCode(text.charCodeAt(at - 1))) at--
  if (at === 0 || isLineBreak(text.charCodeAt(at - 1))) return at === start ? 'nothing' : 'blanks'
  if (at === 1 && text.charCodeAt(0) === byteOrderMark) return 'nothing'
  const last = text[at - 1]!
  if (last === '-' && at === start) return hyphensFromLineStart(text, at) ? 'hyphens' : 'text'
  return at === start ? ('"\'`'.includes(last) ? 'opening' : 'text') : ':=-|>,['.includes(last) ? 'opening' : 'text'
}

function hyphensFromLineStart(text: string, end: number): boolean {
  let at = end
  while (at > 0 && text.charCodeAt(at - 1) === 45) at--
  return at === 0 || isLineBreak(text.charCodeAt(at - 1))
}

function after(text: string, end: number): Mark['after'] {
  let at = end
  // OpenSSL strips every control character at the end of a line.
  while (at < text.length && text.charCodeAt(at) <= 32 && !isLineBreak(text.charCodeAt(at))) at++
  if (at === text.length || isLineBreak(text.charCodeAt(at))) return 'line-end'
  return text[at] === '\\' && (text[at + 1] === 'n' || text[at + 1] === 'r') ? 'escape' : 'text'
}

const byteOrderMark = 0xfeff
const isBlankCode = (code: number) => code === 32 || code === 9
const isLineBreak = (code: number) => code === 10 || code === 13

export function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlankCode(text.charCodeAt(at))) return false
  return true
}

export const standsAlone = (mark: Mark) => (mark.before === 'nothing' || mark.before === 'hyphens') && mark.after === 'line-end'

/** Does a block start here, or does somebody only speak of one? */
export function startsBlock(mark: Mark, end: Mark | undefined, glued: boolean): boolean {
  if (mark.label === undefined) return false
  if (glued) return end !== undefined || mark.after === 'line-end'
  switch (mark.before) {
    case 'nothing':
    case 'blanks':
      return end !== undefined || mark.after === 'line-end'
    case 'opening':
      return end !== undefined && mark.after !== 'text'
    case 'text':
      return end !== undefined && mark.after === 'escape'
    case 'hyphens':
      return false
  }
}

/** A BEGIN line that OpenSSL passes over: hyphens missing, or too many. Prose is longer than a label. */
export function isDamagedBegin(text: string, mark: Mark): boolean {
  if (mark.label !== undefined) return mark.before === 'hyphens' && standsAlone(mark)
  return standsAlone(mark) && /^[A-Z\d #.]*-*$/.test(text.slice(mark.start + beginMark.length, mark.end))
}
