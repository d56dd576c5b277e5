import { trimmed } from '../core/trimmed.js'
import type { Name } from './certificate.js'
import { contentOf, type Element, element, expect, hexOf, isBitString, isOid, latin1, oidOf, tags } from './der.js'
import { attributeNames, oids } from './oids.js'

/** Is this a Name that OpenSSL loads? Its strings have to be what their types promise. */
export const isName = (der: Uint8Array, name: Element): boolean => readName(der, name).isSound

/** The types that OpenSSL's X509_NAME_ENTRY takes, beside tag numbers that mean nothing. */
function isAttributeValue(der: Uint8Array, value: Element): boolean {
  switch (value.tag) {
    case tags.utf8String:
      return isAscii(der, value) || validUtf8(contentOf(der, value))
    case tags.bmpString:
      return (value.end - value.content) % 2 === 0
    case tags.universalString:
      return (value.end - value.content) % 4 === 0
    case tags.bitString:
      return isBitString(der, value)
    case tags.printableString:
    case tags.ia5String:
    case tags.t61String:
    case tags.numericString:
    case tags.sequence:
      return true
    default:
      return [7, 8, 9, 10, 11, 13, 14, 15, 29].includes(value.tag)
  }
}

function isAscii(der: Uint8Array, value: Element): boolean {
  for (let at = value.content; at < value.end; at++) if (der[at]! >= 0x80) return false
  return true
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function validUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes)
    return true
  } catch {
    return false
  }
}

interface Attribute {
  readonly oid: string
  readonly value: string
  /** False for a value that is no string of characters; it stands there as `#` and hex, tag included. */
  readonly isText: boolean
}

/** A Name, and whether OpenSSL loads it. */
export interface ReadName extends Name {
  readonly isSound: boolean
}

/** Reads a Name. What does not fit its structure is left out. */
export function readName(der: Uint8Array, name: Element): ReadName {
  const attributes: Attribute[] = []
  const ends: number[] = []
  let isSound = true
  for (let at = name.content; at < name.end; ) {
    const relative = element(der, at, name.end)
    if (!relative) {
      isSound = false
      break
    }
    if (!readRelative(der, relative, attributes)) isSound = false
    ends.push(attributes.length)
    at = relative.end
  }
  return new LeanName(der, name, trimmed(attributes), ends.every((end, index) => end === index + 1) ? undefined : ends, isSound)
}

/** The same for an issuer, whom many certificates name: read once as long as it is one of the last. */
export function readIssuerName(der: Uint8Array, name: Element): ReadName {
  if (name.end - name.start > longestShared) return readName(der, name)
  const key = latin1(der, name.start, name.end)
  const known = shared.get(key)
  if (known) return known
  const read = readName(der, name)
  if (shared.size >= mostShared) shared.clear()
  shared.set(key, read)
  return read
}

const shared = new Map<string, ReadName>()
const mostShared = 1000
/** Bytes. */
const longestShared = 500

/** A class, because getters of object literals cost more than reading the name. */
class LeanName implements ReadName {
  readonly attributes: readonly Attribute[]
  readonly isSound: boolean
  readonly #whole: Uint8Array
  readonly #place: Element
  /** Where each relative name ends among the attributes; absent where each has one. */
  readonly #ends: readonly number[] | undefined
  #text: string | undefined
  #canonical: string | undefined
  #display: string | undefined

  constructor(whole: Uint8Array, place: Element, attributes: readonly Attribute[], ends: readonly number[] | undefined, isSound: boolean) {
    this.attributes = attributes
    this.isSound = isSound
    this.#whole = whole
    this.#place = place
    this.#ends = ends
  }
  get der(): Uint8Array {
    return this.#whole.subarray(this.#place.start, this.#place.end)
  }
  get text(): string {
    this.#text ??= this.#relatives()
      .map(it => it.map(attributeText).join(' + '))
      .join(', ')
    return this.#text
  }
  get canonical(): string {
    this.#canonical ??= this.#ends ? this.#relatives().map(canonicalRelative).join(',') : canonicalOf(this.attributes)
    return this.#canonical
  }
  #relatives(): readonly (readonly Attribute[])[] {
    const ends = this.#ends
    if (!ends) return this.attributes.map(it => [it])
    return ends.map((end, at) => this.attributes.slice(at === 0 ? 0 : ends[at - 1], end))
  }
  get commonName(): string | undefined {
    return this.#last(oids.commonName)
  }
  #last(oid: string): string | undefined {
    return this.attributes.findLast(it => it.oid === oid)?.value
  }
  get display(): string {
    this.#display ??= printable(this.commonName ?? '') || printable(this.#last(oids.organization) ?? '') || this.text || '(no name)'
    return this.#display
  }
}

function canonicalOf(attributes: readonly Attribute[]): string {
  let text = ''
  for (let at = 0; at < attributes.length; at++) text += (at === 0 ? '' : ',') + canonicalAttribute(attributes[at]!)
  return text
}

/** A set has no order; each attribute carries its length, so that no value can pass for two. */
const canonicalRelative = (relative: readonly Attribute[]): string => relative.map(canonicalAttribute).sort().join('+')

function canonicalAttribute({ oid, value, isText }: Attribute): string {
  if (!isText) return `${oid}${value}`
  const folded = foldCase(value)
  return `${oid}:${folded.length}:${folded}`
}

/** Reads the attributes of one RelativeDistinguishedName as a Name of its own, which CRL distribution points use. */
export function readRelativeName(der: Uint8Array, set: Element): readonly { readonly oid: string; readonly value: string }[] {
  const found: Attribute[] = []
  readRelative(der, { ...set, tag: tags.set }, found)
  return found.map(({ oid, value }) => ({ oid, value }))
}

/** Adds the attributes as far as they can be read; false when OpenSSL would not load all of them. */
function readRelative(der: Uint8Array, relative: Element, into: Attribute[]): boolean {
  if (relative.tag !== tags.set) return false
  let isSound = true
  for (let at = relative.content; at < relative.end; ) {
    const attribute = element(der, at, relative.end)
    const type = attribute && expect(der, attribute.content, attribute.end, tags.oid)
    const value = type && element(der, type.end, attribute.end)
    if (!attribute || !value) return false
    if (attribute.tag !== tags.sequence || value.end !== attribute.end || !isOid(der, type) || !isAttributeValue(der, value))
      isSound = false
    const text = stringValue(der, value)
    into.push({ oid: oidOf(der, type), value: text ?? `#${hexOf(der, value.start, value.end)}`, isText: text !== undefined })
    at = attribute.end
  }
  return isSound
}

/** RFC 5280 7.1 and OpenSSL fold ASCII letters and blanks only; ü and Ü differ. */
function foldCase(text: string): string {
  if (alreadyFolded.test(text)) return text
  return text
    .replace(/^[\t-\r ]+/, '')
    .replace(/[\t-\r ]+/g, ' ')
    .replace(/ $/, '')
    .replace(/[A-Z]+/g, it => it.toLowerCase())
}

const alreadyFolded = /^[!-@[-~]*$/

/** The characters of an ASN.1 string; `undefined` for anything else. T61String is read as Latin-1, as everybody does. */
export function stringValue(der: Uint8Array, value: Element): string | undefined {
  switch (value.tag) {
    case tags.utf8String:
      return isAscii(der, value) ? latin1(der, value.content, value.end) : bufferOf(der, value).toString('utf8')
    case tags.printableString:
    case tags.ia5String:
    case tags.t61String:
    case tags.numericString:
    case tags.visibleString:
      return latin1(der, value.content, value.end)
    case tags.bmpString:
      return bmpString(bufferOf(der, value))
    case tags.universalString:
      return universalString(bufferOf(der, value))
    default:
      return undefined
  }
}

const bufferOf = (der: Uint8Array, it: Element) => Buffer.from(der.subarray(it.content, it.end))

const bmpString = (bytes: Buffer) => (bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : undefined)

function universalString(bytes: Buffer): string | undefined {
  if (bytes.length % 4 !== 0) return undefined
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32BE(at)
    if (point > 0x10ffff) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}

function attributeText({ oid, value }: Attribute): string {
  return `${attributeNames.get(oid) ?? oid}=${escapeValue(value)}`
}

/** RFC 4514 2.4, and control characters as hex, so that a hostile name cannot break out of its line. */
function escapeValue(value: string): string {
  if (ordinary.test(value)) return value
  return printable(value.replace(/[,+"\\<>;]|^[ #]| $/g, it => `\\${it}`))
}

/** What needs no escape: most names. */
const ordinary = /^[\w@*:/.'()-]+(?: [\w@*:/.'()-]+)*$/

function printable(text: string): string {
  if (ordinary.test(text)) return text
  // Bidirectional overrides would let a name show itself as another.
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu,
    it => `\\${it.codePointAt(0)!.toString(16).padStart(2, '0').toUpperCase()}`
  )
}
