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
 * The offsets of the base64 letters of `text`, as runs without a gap: `[offset, letters before, …]`. Two numbers a line.
 * Finding a letter is then a binary search.
 */
export function letterRuns(text: string, start: number, end: number): readonly number[] {
  const runs: number[] = []
  let letters = 0
  let inside = false
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    const isLetter = code < 128 && (values[code]! < 64 || values[code] === padding)
    if (isLetter && !inside) runs.push(at, letters)
    if (isLetter) letters++
    inside = isLetter
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
