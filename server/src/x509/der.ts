import type { Span } from '../core/text.js'

/** One tag-length-value. Offsets count in the bytes that it was read from. */
export interface Element {
  /** The identifier's first octet: class, constructed bit and, below 31, the tag number. */
  readonly tag: number
  readonly start: number
  readonly content: number
  readonly end: number
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31
} as const

/**
 * Reads the header at `at`. `undefined` when no element lies there within `limit`. Takes lengths that are longer than
 * need be, as OpenSSL does, but not the indefinite form, which DER forbids. Never descends, so nesting costs nothing.
 */
export function element(der: Uint8Array, at: number, limit: number): Element | undefined {
  if (at + 2 > limit) return undefined
  const tag = der[at]!
  let next = at + 1
  if ((tag & 0x1f) === 0x1f) {
    while (next < limit && der[next]! & 0x80) next++
    next++
    if (next >= limit) return undefined
  }
  let length = der[next++]!
  if (length >= 0x80) {
    let octets = length & 0x7f
    if (octets === 0 || octets === 0x7f || next + octets > limit) return undefined
    length = 0
    for (; octets > 0; octets--) {
      length = length * 256 + der[next++]!
      if (length > limit) return undefined
    }
  }
  const end = next + length
  return end > limit ? undefined : { tag, start: at, content: next, end }
}

/** The element at `at` when it has this tag. */
export function expect(der: Uint8Array, at: number, limit: number, tag: number): Element | undefined {
  if (der[at] !== tag || at + 2 > limit) return undefined
  const length = der[at + 1]!
  // The short form has no length of the length; a tag number beyond 30 goes on in the octets after the first.
  if (length >= 0x80 || (tag & 0x1f) === 0x1f) return element(der, at, limit)
  const end = at + 2 + length
  return end > limit ? undefined : { tag, start: at, content: at + 2, end }
}

/** The elements side by side within a range; `undefined` when they do not fill it exactly. */
export function elements(der: Uint8Array, start: number, end: number): readonly Element[] | undefined {
  const found: Element[] = []
  for (let at = start; at < end; ) {
    const next = element(der, at, end)
    if (!next) return undefined
    found.push(next)
    at = next.end
  }
  return found
}

/** The elements inside of one that has the given tag. */
export function children(der: Uint8Array, parent: Element | undefined, tag: number): readonly Element[] | undefined {
  return parent?.tag === tag ? elements(der, parent.content, parent.end) : undefined
}

/** The one element that a range consists of. */
export function only(der: Uint8Array, start: number, end: number, tag: number): Element | undefined {
  const found = expect(der, start, end, tag)
  return found?.end === end ? found : undefined
}

export const spanOf = (it: Element): Span => ({ start: it.start, end: it.end })
export const contentOf = (der: Uint8Array, it: Element): Uint8Array => der.subarray(it.content, it.end)

/** An INTEGER as DER has it: not empty, no needless first octet. OpenSSL refuses others. */
export function isInteger(der: Uint8Array, it: Element): boolean {
  const size = it.end - it.content
  if (size === 0) return false
  if (size === 1) return true
  const first = der[it.content]!
  const next = der[it.content + 1]!
  return !((first === 0x00 && next < 0x80) || (first === 0xff && next >= 0x80))
}

/** A small non-negative INTEGER; `undefined` for a negative one or one beyond what counts here. */
export function smallInteger(der: Uint8Array, it: Element): number | undefined {
  if (!isInteger(der, it) || it.end - it.content > 6 || der[it.content]! >= 0x80) return undefined
  let value = 0
  for (let at = it.content; at < it.end; at++) value = value * 256 + der[at]!
  return value
}

/** An object identifier without needless or missing octets. */
export function isOid(der: Uint8Array, it: Element): boolean {
  if (it.content === it.end || der[it.end - 1]! >= 0x80) return false
  for (let at = it.content; at < it.end; at++) {
    if (der[at] === 0x80 && (at === it.content || der[at - 1]! < 0x80)) return false
  }
  return true
}

/** Dotted decimal. Arcs beyond 2^53 are rare and need no BigInt to be told apart: such an identifier is given in hex. */
function oidText(der: Uint8Array, start: number, end: number): string {
  let text = ''
  let arc = 0
  for (let at = start; at < end; at++) {
    const octet = der[at]!
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER) return `#${hex(der.subarray(start, end))}`
    if (octet >= 0x80) continue
    text = text === '' ? firstArcs(arc) : `${text}.${arc}`
    arc = 0
  }
  return text
}

const firstArcs = (arc: number) => (arc < 40 ? `0.${arc}` : arc < 80 ? `1.${arc - 40}` : `2.${arc - 80}`)

/** Certificates name the same few again and again, whose texts are kept. */
export function oidOf(der: Uint8Array, { content, end }: Element): string {
  if (end - content === 3 && der[content] === 0x55 && der[content + 2]! < 0x80) {
    if (der[content + 1] === 0x1d) return certificateExtensions[der[content + 2]!]!
    if (der[content + 1] === 0x04) return attributeTypes[der[content + 2]!]!
  }
  let hash = end - content
  for (let at = content; at < end; at++) hash = (hash * 31 + der[at]!) | 0
  const known = knownOids.get(hash)
  if (known && isSame(der, content, end, known.octets)) return known.text
  const text = oidText(der, content, end)
  if (!known && knownOids.size < mostKnownOids && end - content < 32)
    knownOids.set(hash, { octets: new Uint8Array(der.subarray(content, end)), text })
  return text
}

// Nearly all identifiers of a certificate lie below these two.
const certificateExtensions = Array.from({ length: 128 }, (_, last) => `2.5.29.${last}`)
const attributeTypes = Array.from({ length: 128 }, (_, last) => `2.5.4.${last}`)

const knownOids = new Map<number, { readonly octets: Uint8Array; readonly text: string }>()
const mostKnownOids = 500

function isSame(der: Uint8Array, start: number, end: number, octets: Uint8Array): boolean {
  if (end - start !== octets.length) return false
  for (let at = start; at < end; at++) if (der[at] !== octets[at - start]) return false
  return true
}

/** One character an octet. Short strings, as names have, are quicker made by hand than by `Buffer`. */
export function latin1(der: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return Buffer.from(der.buffer, der.byteOffset + start, end - start).toString('latin1')
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(der[at]!)
  return text
}

/** Lower case, without separators. */
export const hex = (bytes: Uint8Array): string => hexOf(bytes, 0, bytes.length)
/** The same of a range, of which no view has to be made first. */
export const hexOf = (der: Uint8Array, start: number, end: number): string =>
  Buffer.from(der.buffer, der.byteOffset + start, end - start).toString('hex')

/** Does the content of a BIT STRING start with the count of its unused bits? */
export const isBitString = (der: Uint8Array, it: Element): boolean => it.end > it.content && der[it.content]! <= 7

/** A BIT STRING's octets after the count of unused bits; `undefined` when that count is absent or wrong. */
export const bitString = (der: Uint8Array, it: Element): Uint8Array | undefined =>
  isBitString(der, it) ? der.subarray(it.content + 1, it.end) : undefined

/** Where ASN.1 leaves the type open, OpenSSL still wants the plain types to be what they promise. */
export function isAny(der: Uint8Array, it: Element): boolean {
  switch (it.tag) {
    case tags.boolean:
      return it.end - it.content === 1
    case tags.integer:
    case tags.enumerated:
      return isInteger(der, it)
    case tags.bitString:
      return isBitString(der, it)
    case tags.null:
      return it.end === it.content
    case tags.oid:
      return isOid(der, it)
    default:
      return true
  }
}

/**
 * A Time. Takes what ASN.1 takes beyond RFC 5280 (no seconds, an offset from UTC, fractions of a second), because OpenSSL
 * loads such certificates; `undefined` when it is no date of the calendar.
 */
export function time(der: Uint8Array, { tag, content, end }: Element): Date | undefined {
  if (tag !== tags.utcTime && tag !== tags.generalizedTime) return undefined
  const isLong = tag === tags.generalizedTime
  let at = content + (isLong ? 4 : 2)
  let year = twoDigits(der, content, end)
  if (isLong) year = year * 100 + twoDigits(der, content + 2, end)
  // RFC 5280 4.1.2.5.1: two digits below 50 are of this century.
  else year += year < 50 ? 2000 : 1900
  const month = twoDigits(der, at, end)
  const day = twoDigits(der, at + 2, end)
  const hour = twoDigits(der, at + 4, end)
  const minute = twoDigits(der, at + 6, end)
  at += 8
  const hasSeconds = isDigit(der, at, end)
  const second = hasSeconds ? twoDigits(der, at, end) : 0
  if (hasSeconds) at += 2
  if (isLong && (der[at] === 0x2e || der[at] === 0x2c)) {
    at++
    if (!isDigit(der, at, end)) return undefined
    while (isDigit(der, at, end)) at++
  }
  const zone = at < end ? der[at++]! : 0
  let offset = 0
  if (zone === 0x2b || zone === 0x2d) {
    offset = (twoDigits(der, at, end) * 60 + twoDigits(der, at + 2, end)) * (zone === 0x2b ? 1 : -1)
    at += 4
  } else if (zone !== 0x5a) return undefined
  if (at !== end || Number.isNaN(year + month + day + hour + minute + second + offset)) return undefined
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second))
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1) return undefined
  if (offset !== 0) date.setTime(date.getTime() - offset * 60_000)
  return date
}

function twoDigits(der: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return Number.NaN
  const high = der[at]! - 48
  const low = der[at + 1]! - 48
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN
}

const isDigit = (der: Uint8Array, at: number, end: number): boolean => at < end && der[at]! >= 48 && der[at]! <= 57
