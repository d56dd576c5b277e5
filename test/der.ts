/** Just enough DER to write certificates, broken ones included, that no library would agree to write. */

export type Bytes = Uint8Array

export function der(tag: number, ...content: readonly Bytes[]): Bytes {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), derLength(body.length), body])
}

function derLength(length: number): Bytes {
  if (length < 0x80) return Buffer.from([length])
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export const sequence = (...content: readonly Bytes[]): Bytes => der(0x30, ...content)
export const set = (...content: readonly Bytes[]): Bytes => der(0x31, ...content)
/** A constructed, context-specific tag: `[number] EXPLICIT`. */
export const explicit = (number: number, ...content: readonly Bytes[]): Bytes => der(0xa0 | number, ...content)
/** A primitive, context-specific tag: `[number] IMPLICIT`. */
export const implicit = (number: number, content: Bytes): Bytes => der(0x80 | number, content)
export const boolean = (value: boolean): Bytes => der(0x01, Buffer.from([value ? 0xff : 0]))
/** From the very bytes of its content, so that a test may write a negative or padded one. */
export const integer = (content: Bytes | number): Bytes => der(0x02, typeof content === 'number' ? Buffer.from([content]) : content)
export const octets = (content: Bytes): Bytes => der(0x04, content)
export const bits = (content: Bytes, unused = 0): Bytes => der(0x03, Buffer.from([unused]), content)
export const nothing: Bytes = Buffer.from([0x05, 0x00])
export const ascii = (text: string): Bytes => Buffer.from(text, 'latin1')

export function oid(text: string): Bytes {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80)
  return digits
}

/** UTCTime until 2049, GeneralizedTime after, as RFC 5280 4.1.2.5 wants it. */
export function time(date: Date): Bytes {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050 ? der(0x17, ascii(text.slice(2))) : der(0x18, ascii(text))
}
