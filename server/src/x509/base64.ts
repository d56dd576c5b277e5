import type { Span } from '../core/text.js'

/** What is wrong with base64 text; offsets are those of the text given. */
export interface Base64Fault extends Span {
  readonly code: 'invalid-character' | 'invalid-padding' | 'truncated' | 'empty-body'
}

export type Decoded = { readonly bytes: Uint8Array } | { readonly fault: Base64Fault }

const blank = 64
const control = 65
const padding = 66
const invalid = 67

const values = (() => {
  const table = new Uint8Array(128).fill(invalid)
  for (let code = 0; code < 32; code++) table[code] = control
  for (const code of [9, 10, 13, 32]) table[code] = blank
  for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
    table[letter.charCodeAt(0)] = value
  table[61] = padding
  return table
})()

/**
 * The bytes of lines that hold base64 and nothing else, as nearly all do: Node decodes them many times as fast as we can. Nothing
 * where a line is blank, or where anything but letters, line feeds and the right padding would have to be looked at.
 */
export function decodePlain(text: string): Uint8Array | undefined {
  const other = text.search(otherThanLetters)
  const stop = other < 0 ? text.length : other
  let letters = stop
  for (let at = text.indexOf('\n'); at >= 0 && at < stop; at = text.indexOf('\n', at + 1)) {
    if (text.charCodeAt(at + 1) === 10) return undefined
    letters--
  }
  const pads = -letters & 3
  if (letters === 0 || pads === 3 || !isPadding(text, stop, stop + pads)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

const otherThanLetters = /[^A-Za-z0-9+/\n]/

/** Is there nothing but `=` from `start` to `end`, and at most a line feed behind it? */
function isPadding(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) !== 61) return false
  return end === text.length || (end === text.length - 1 && text.charCodeAt(end) === 10)
}

/** Decodes the base64 of `text` from `start` to `end` as OpenSSL does: blanks may stand anywhere, padding has to be exact. */
export function decodeBase64(text: string, start: number, end: number): Decoded {
  // From the pool: an ArrayBuffer of its own for each certificate costs more than decoding it.
  const bytes = Buffer.allocUnsafe(((end - start) * 3) >> 2)
  let size = 0
  let bits = 0
  let letters = 0
  let pads = 0
  let last = start
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    const value = code < 128 ? values[code]! : invalid
    if (value < 64) {
      if (pads > 0) return fault('invalid-padding', last, at)
      bits = ((bits << 6) | value) & 0xffffff
      if ((++letters & 3) === 0) {
        bytes[size++] = bits >> 16
        bytes[size++] = (bits >> 8) & 0xff
        bytes[size++] = bits & 0xff
      }
      last = at
    } else if (value === padding) {
      pads++
      last = at
    } else if (value === control) {
      // OpenSSL strips control characters at the end of a line, and nowhere else.
      const rest = endOfControls(text, at, end)
      if (rest === undefined) return fault('invalid-character', at, at + 1)
      at = rest - 1
    } else if (value === invalid) return fault('invalid-character', at, at + characterLength(code))
  }
  if (letters === 0) return fault('empty-body', start, end)
  if ((letters & 3) === 1) return fault('truncated', last, last + 1)
  if (pads > 2 || ((letters + pads) & 3) !== 0) return fault('invalid-padding', last, last + 1)
  if ((letters & 3) === 2) bytes[size++] = (bits >> 4) & 0xff
  else if ((letters & 3) === 3) {
    bytes[size++] = (bits >> 10) & 0xff
    bytes[size++] = (bits >> 2) & 0xff
  }
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, size) }
}

const fault = (code: Base64Fault['code'], start: number, end: number): Decoded => ({ fault: { code, start, end } })

const characterLength = (code: number) => (code >= 0xd800 && code < 0xdc00 ? 2 : 1)

/** The end of the blanks and control characters at `start` when nothing else follows on the line. */
function endOfControls(text: string, start: number, end: number): number | undefined {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 10) return at
    if (code > 32) return undefined
  }
  return end
}

/**
 * The offsets of the base64 letters of `text` from `start`, as runs without a gap: `[offset, letters before, …]`. Two numbers a line.
 * Finding a letter is then a binary search.
 */
export function letterRuns(text: string, start: number): readonly number[] {
  const runs: number[] = []
  const run = /[A-Za-z0-9+/=]+/g
  run.lastIndex = start
  let letters = 0
  for (let found = run.exec(text); found; found = run.exec(text)) {
    runs.push(found.index, letters)
    letters += found[0].length
  }
  return runs
}

/** The span of the letters that hold the given bytes, line breaks between them included. */
export function spanOfBytes(runs: readonly number[], bytes: Span): Span {
  const first = Math.floor((bytes.start * 8) / 6)
  const last = bytes.end > bytes.start ? Math.floor((bytes.end * 8 - 1) / 6) : first
  return { start: offsetOfLetter(runs, first), end: offsetOfLetter(runs, last) + 1 }
}

function offsetOfLetter(runs: readonly number[], letter: number): number {
  let low = 0
  let high = runs.length / 2 - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (runs[middle * 2 + 1]! <= letter) low = middle
    else high = middle - 1
  }
  return (runs[low * 2] ?? 0) + letter - (runs[low * 2 + 1] ?? 0)
}
