import type { Name } from './certificate.js'
import { children, contentOf, type Element, element, expect, hex, isOid, oidOf, tags } from './der.js'
import { attributeNames, oids } from './oids.js'

/** Is this a Name that OpenSSL loads? Its strings have to be what their types promise. */
export function isName(der: Uint8Array, name: Element): boolean {
  for (let at = name.content; at < name.end; ) {
    const relative = expect(der, at, name.end, tags.set)
    if (!relative) return false
    for (let inner = relative.content; inner < relative.end; ) {
      const attribute = expect(der, inner, relative.end, tags.sequence)
      if (!attribute || !isAttribute(der, attribute)) return false
      inner = attribute.end
    }
    at = relative.end
  }
  return true
}

function isAttribute(der: Uint8Array, attribute: Element): boolean {
  const type = expect(der, attribute.content, attribute.end, tags.oid)
  if (!type || !isOid(der, type)) return false
  const value = element(der, type.end, attribute.end)
  return value?.end === attribute.end && isAttributeValue(der, value)
}

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
      return value.end > value.content
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
  readonly canonical: string
}

/** Reads a Name. What does not fit its structure is left out; `isName` says whether all does. */
export function readName(der: Uint8Array, name: Element): Name {
  const relatives = (children(der, name, tags.sequence) ?? []).map(it => readRelative(der, it))
  const attributes = relatives.flat()
  const text = relatives.map(it => it.map(attributeText).join(' + ')).join(', ')
  const commonName = attributes.findLast(it => it.oid === oids.commonName)?.value
  const organization = attributes.findLast(it => it.oid === oids.organization)?.value
  return {
    der: der.subarray(name.start, name.end),
    text,
    // A set has no order; each attribute carries its length, so that no value can pass for two.
    canonical: relatives
      .map(it =>
        it
          .map(attribute => attribute.canonical)
          .sort()
          .join('+')
      )
      .join(','),
    ...(commonName !== undefined && { commonName }),
    attributes: attributes.map(({ oid, value }) => ({ oid, value })),
    display: printable(commonName) || printable(organization) || text || '(no name)'
  }
}

/** Reads the attributes of one RelativeDistinguishedName as a Name of its own, which CRL distribution points use. */
export function readRelativeName(der: Uint8Array, set: Element): readonly { readonly oid: string; readonly value: string }[] {
  return readRelative(der, { ...set, tag: tags.set }).map(({ oid, value }) => ({ oid, value }))
}

function readRelative(der: Uint8Array, relative: Element): readonly Attribute[] {
  const found: Attribute[] = []
  for (const attribute of children(der, relative, tags.set) ?? []) {
    const [type, value] = children(der, attribute, tags.sequence) ?? []
    if (type?.tag !== tags.oid || !value) continue
    const oid = oidOf(der, type)
    const text = stringValue(der, value)
    const folded = text === undefined ? undefined : foldCase(text)
    found.push({
      oid,
      value: text ?? `#${hex(der.subarray(value.start, value.end))}`,
      canonical: folded === undefined ? `${oid}#${hex(der.subarray(value.start, value.end))}` : `${oid}:${folded.length}:${folded}`
    })
  }
  return found
}

/** RFC 5280 7.1 and OpenSSL fold ASCII letters and blanks only; ü and Ü differ. */
function foldCase(text: string): string {
  return text
    .replace(/^[\t-\r ]+/, '')
    .replace(/[\t-\r ]+/g, ' ')
    .replace(/ $/, '')
    .replace(/[A-Z]+/g, it => it.toLowerCase())
}

/** The characters of an ASN.1 string; `undefined` for anything else. T61String is read as Latin-1, as everybody does. */
export function stringValue(der: Uint8Array, value: Element): string | undefined {
  const bytes = Buffer.from(der.buffer, der.byteOffset + value.content, value.end - value.content)
  switch (value.tag) {
    case tags.utf8String:
      return bytes.toString('utf8')
    case tags.printableString:
    case tags.ia5String:
    case tags.t61String:
    case tags.numericString:
    case tags.visibleString:
      return bytes.toString('latin1')
    case tags.bmpString:
      return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined
    case tags.universalString:
      return universalString(bytes)
    default:
      return undefined
  }
}

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
  return printable(value.replace(/[,+"\\<>;]|^[ #]| $/g, it => `\\${it}`)) ?? ''
}

function printable(text: string): string
function printable(text: string | undefined): string | undefined
function printable(text: string | undefined): string | undefined {
  // Bidirectional overrides would let a name show itself as another.
  return text?.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu,
    it => `\\${it.codePointAt(0)!.toString(16).padStart(2, '0').toUpperCase()}`
  )
}
