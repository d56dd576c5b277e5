import { trimmed } from '../core/trimmed.js'
import type { Extension, GeneralName, KeyUsageBit, Name } from './certificate.js'
import {
  bitString,
  children,
  contentOf,
  type Element,
  element,
  elements,
  expect,
  hex,
  hexOf,
  isBitString,
  isInteger,
  isOid,
  latin1,
  oidOf,
  only,
  smallInteger,
  spanOf,
  tags
} from './der.js'
import { readName } from './distinguished-name.js'
import { oids } from './oids.js'

// Every reader takes the bytes of the certificate and the range of extnValue's content, so that spans come out in the
// certificate's own bytes; each answers `undefined` when the content is not what the extension promises.

/** GeneralNames, as subjectAltName and issuerAltName have them. */
export function readGeneralNames(der: Uint8Array, start: number, end: number): readonly GeneralName[] | undefined {
  const names = only(der, start, end, tags.sequence)
  return names && readNamesIn(der, names)
}

/** One GeneralName; also with a constructed or primitive tag that is wrong for its kind, `undefined`. */
export function readGeneralName(der: Uint8Array, it: Element): GeneralName | undefined {
  const bytes = spanOf(it)
  switch (it.tag) {
    case 0xa0:
      return otherName(der, it)
    case 0x81:
      return { type: 'email', value: latin1(der, it.content, it.end), bytes }
    case 0x82:
      return { type: 'dns', value: latin1(der, it.content, it.end), bytes }
    case 0xa3:
    case 0xa5:
      return { type: 'other', value: hexOf(der, it.content, it.end), bytes }
    case 0xa4:
      return directoryName(der, it)
    case 0x86:
      return { type: 'uri', value: latin1(der, it.content, it.end), bytes }
    case 0x87:
      return { type: 'ip', value: ipText(contentOf(der, it)), bytes }
    case 0x88:
      return isOid(der, it) ? { type: 'rid', value: oidOf(der, it), bytes } : undefined
    default:
      return undefined
  }
}

const nameWords = {
  dns: 'DNS',
  email: 'email',
  uri: 'URI',
  ip: 'IP',
  rid: 'registered ID',
  directory: 'directory',
  other: 'other'
} as const

/** `DNS:api.example.com`. */
export const generalNameText = ({ type, value }: GeneralName): string => `${nameWords[type]}:${value}`

function directoryName(der: Uint8Array, it: Element): GeneralName | undefined {
  const inner = only(der, it.content, it.end, tags.sequence)
  if (!inner) return undefined
  const name = readName(der, inner)
  return { type: 'directory', value: name.text, name, bytes: spanOf(it) }
}

/** `1.3.6.1.4.1.311.20.2.3: user@example.com`; a value that is no string in hex. */
function otherName(der: Uint8Array, it: Element): GeneralName | undefined {
  const [type, wrapped, ...more] = elements(der, it.content, it.end) ?? []
  if (type?.tag !== tags.oid || wrapped?.tag !== 0xa0 || more.length > 0) return undefined
  const value = only(der, wrapped.content, wrapped.end, tags.utf8String) ?? only(der, wrapped.content, wrapped.end, tags.ia5String)
  const text = value ? Buffer.from(contentOf(der, value)).toString('utf8') : hex(contentOf(der, wrapped))
  return { type: 'other', value: `${oidOf(der, type)}: ${text}`, bytes: spanOf(it) }
}

/** `10.0.0.1`, `2001:db8::1`; `#` and hex for a number of octets that is no address. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return bytes.length === 16 ? ipv6Text(bytes) : `#${hex(bytes)}`
}

/** `10.0.0.0/255.0.0.0`, as name constraints have it: an address and a mask of the same length. */
export function subnetText(bytes: Uint8Array): string {
  const half = bytes.length / 2
  return half === 4 || half === 16 ? `${ipText(bytes.subarray(0, half))}/${ipText(bytes.subarray(half))}` : `#${hex(bytes)}`
}

/** RFC 5952: the longest run of zero groups is `::`. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2]! << 8) | bytes[index * 2 + 1]!).toString(16))
  const text = groups.join(':')
  const runs = text.match(/\b0(?::0)+\b/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return text
  const at = text.search(new RegExp(`(^|:)${longest}(:|$)`))
  const from = text[at] === ':' ? at + 1 : at
  return `${text.slice(0, from).replace(/:$/, '')}::${text.slice(from + longest.length).replace(/^:/, '')}`
}

const keyUsageBits: readonly KeyUsageBit[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly'
]

export function readKeyUsage(der: Uint8Array, start: number, end: number): ReadonlySet<KeyUsageBit> | undefined {
  const string = only(der, start, end, tags.bitString)
  if (!string || !isBitString(der, string)) return undefined
  const first = string.content + 1
  const count = Math.min((string.end - first) * 8 - der[string.content]!, keyUsageBits.length)
  let bits = 0
  for (let index = 0; index < count; index++) if (der[first + (index >> 3)]! & (0x80 >> (index & 7))) bits |= 1 << index
  usagesByBits[bits] ??= new Set(keyUsageBits.filter((_, index) => bits & (1 << index)))
  return usagesByBits[bits]
}

/** There are but a few that certificates have. */
const usagesByBits: ReadonlySet<KeyUsageBit>[] = []

/** OIDs, of extKeyUsage. */
export function readPurposes(der: Uint8Array, start: number, end: number): readonly string[] | undefined {
  const list = only(der, start, end, tags.sequence)
  if (!list) return undefined
  const purposes: string[] = []
  for (let at = list.content; at < list.end; ) {
    const purpose = expect(der, at, list.end, tags.oid)
    if (!purpose || !isOid(der, purpose)) return undefined
    purposes.push(oidOf(der, purpose))
    at = purpose.end
  }
  return trimmed(purposes)
}

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

export function readBasicConstraints(der: Uint8Array, start: number, end: number): BasicConstraints | undefined {
  const list = only(der, start, end, tags.sequence)
  const flag = list && expect(der, list.content, end, tags.boolean)
  if (!list || (flag && flag.end - flag.content !== 1)) return undefined
  const ca = flag !== undefined && der[flag.content] !== 0
  const at = flag ? flag.end : list.content
  if (at === end) return { ca }
  const length = only(der, at, end, tags.integer)
  const pathLength = length && smallInteger(der, length)
  return pathLength === undefined ? undefined : { ca, pathLength }
}

/** Lower-case hex. */
export function readKeyIdentifier(der: Uint8Array, start: number, end: number): string | undefined {
  const identifier = only(der, start, end, tags.octetString)
  return identifier && hexOf(der, identifier.content, identifier.end)
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: string
  readonly serialNumber?: string
  readonly issuer?: Name
}

export function readAuthorityKeyIdentifier(der: Uint8Array, start: number, end: number): AuthorityKeyIdentifier | undefined {
  const list = only(der, start, end, tags.sequence)
  // Nearly all have this and nothing else.
  const lone = list && only(der, list.content, end, 0x80)
  if (lone) return { keyIdentifier: hexOf(der, lone.content, end) }
  const parts = children(der, list, tags.sequence)
  if (!parts?.every(it => it.tag === 0x80 || it.tag === 0xa1 || it.tag === 0x82)) return undefined
  const keyIdentifier = parts.find(it => it.tag === 0x80)
  const issuers = parts.find(it => it.tag === 0xa1)
  const serial = parts.find(it => it.tag === 0x82)
  const names = issuers && elements(der, issuers.content, issuers.end)
  if ((issuers && !names) || (serial && !isInteger(der, serial))) return undefined
  const issuer = names?.map(it => readGeneralName(der, it)).find(it => it?.type === 'directory')
  return {
    ...(keyIdentifier && { keyIdentifier: hex(contentOf(der, keyIdentifier)) }),
    ...(issuer?.type === 'directory' && { issuer: issuer.name }),
    ...(serial && { serialNumber: serialText(der, serial) })
  }
}

/** Upper-case hex of the number, as OpenSSL prints it: without the octet that only keeps it positive, `-` before a negative one. */
export function serialText(der: Uint8Array, it: Element): string {
  const bytes = contentOf(der, it)
  if (bytes[0]! < 0x80) return hex(bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes).toUpperCase()
  const magnitude = ((1n << BigInt(bytes.length * 8)) - BigInt(`0x${hex(bytes)}`)).toString(16).toUpperCase()
  return `-${magnitude.padStart(magnitude.length + (magnitude.length % 2), '0')}`
}

export interface AccessDescription {
  readonly method: string
  readonly location: GeneralName
}

export function readAuthorityInfoAccess(der: Uint8Array, start: number, end: number): readonly AccessDescription[] | undefined {
  const descriptions = children(der, only(der, start, end, tags.sequence), tags.sequence)
  return descriptions && allOrNothing(descriptions.map(it => readAccessDescription(der, it)))
}

function readAccessDescription(der: Uint8Array, it: Element): AccessDescription | undefined {
  const [method, location, ...more] = children(der, it, tags.sequence) ?? []
  if (method?.tag !== tags.oid || !location || more.length > 0) return undefined
  const name = readGeneralName(der, location)
  return name && { method: oidOf(der, method), location: name }
}

export const urisOf = (descriptions: readonly AccessDescription[] | undefined, method: string): readonly string[] =>
  (descriptions ?? []).filter(it => it.method === method && it.location.type === 'uri').map(it => it.location.value)

export interface DistributionPoint {
  readonly names: readonly GeneralName[]
  /** The name relative to the issuer's, as the attributes of one RelativeDistinguishedName. */
  readonly relativeName?: Element
  /** Bits of ReasonFlags, from the left; absent: all reasons. */
  readonly reasons?: Uint8Array
  readonly issuers?: readonly GeneralName[]
}

/** CRLDistributionPoints, of cRLDistributionPoints and freshestCRL. */
export function readDistributionPoints(der: Uint8Array, start: number, end: number): readonly DistributionPoint[] | undefined {
  const points = children(der, only(der, start, end, tags.sequence), tags.sequence)
  return points && allOrNothing(points.map(it => readDistributionPoint(der, it)))
}

function readDistributionPoint(der: Uint8Array, it: Element): DistributionPoint | undefined {
  const parts = children(der, it, tags.sequence)
  if (!parts?.every(part => part.tag === 0xa0 || part.tag === 0x81 || part.tag === 0xa2)) return undefined
  const name = parts.find(part => part.tag === 0xa0)
  const reasons = parts.find(part => part.tag === 0x81)
  const issuers = parts.find(part => part.tag === 0xa2)
  const named = name ? readDistributionPointName(der, name) : { names: [] }
  const issuerNames = issuers && readNamesIn(der, issuers)
  const flags = reasons && bitString(der, reasons)
  if (!named || (issuers && !issuerNames) || (reasons && !flags)) return undefined
  return { ...named, ...(flags && { reasons: flags }), ...(issuerNames && { issuers: issuerNames }) }
}

/** The explicitly tagged DistributionPointName. */
export function readDistributionPointName(der: Uint8Array, it: Element): Pick<DistributionPoint, 'names' | 'relativeName'> | undefined {
  const inner = elements(der, it.content, it.end)
  const choice = inner?.length === 1 ? inner[0]! : undefined
  if (choice?.tag === 0xa1) return { names: [], relativeName: choice }
  const names = choice?.tag === 0xa0 ? readNamesIn(der, choice) : undefined
  return names && { names }
}

/** GeneralNames under an implicit tag. */
export function readNamesIn(der: Uint8Array, it: Element): readonly GeneralName[] | undefined {
  const names: GeneralName[] = []
  for (let at = it.content; at < it.end; ) {
    const next = element(der, at, it.end)
    const name = next && readGeneralName(der, next)
    if (!name) return undefined
    names.push(name)
    at = next.end
  }
  return trimmed(names)
}

const allOrNothing = <T>(values: readonly (T | undefined)[]): readonly T[] | undefined =>
  values.every(it => it !== undefined) ? (values as readonly T[]) : undefined

/** What the extensions of a certificate say, as far as it is looked into here. One that is absent or does not decode is `undefined`. */
export interface Statements {
  readonly extensions: ReadonlyMap<string, Extension>
  readonly repeated: readonly string[]
  readonly malformed: readonly string[]
  subjectAltNames: readonly GeneralName[] | undefined
  keyUsage: ReadonlySet<KeyUsageBit> | undefined
  extendedKeyUsage: readonly string[] | undefined
  basicConstraints: BasicConstraints | undefined
  subjectKeyIdentifier: string | undefined
  authorityKeyIdentifier: AuthorityKeyIdentifier | undefined
  authorityInfoAccess: readonly AccessDescription[] | undefined
  crlDistributionPoints: readonly DistributionPoint[] | undefined
}

/** An extension whose value lies in the bytes of its certificate from `start` on. */
type Placed = Extension & { readonly start: number }

/** Reads all of them at once, since who asks for one asks for most. The first counts of those that stand there more than once. */
export function readStatements(der: Uint8Array, list: readonly Placed[]): Readonly<Statements> {
  const extensions = new Map<string, Extension>()
  const repeated: string[] = []
  const malformed: string[] = []
  const said: Statements = {
    extensions,
    repeated,
    malformed,
    subjectAltNames: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    basicConstraints: undefined,
    subjectKeyIdentifier: undefined,
    authorityKeyIdentifier: undefined,
    authorityInfoAccess: undefined,
    crlDistributionPoints: undefined
  }
  let again: Set<string> | undefined
  for (let at = 0; at < list.length; at++) {
    const extension = list[at]!
    const { oid } = extension
    if (extensions.has(oid)) {
      again ??= new Set()
      if (!again.has(oid)) repeated.push(oid)
      again.add(oid)
    } else {
      extensions.set(oid, extension)
      if (!decodes(der, extension, said)) malformed.push(oid)
    }
  }
  return said
}

function decodes(der: Uint8Array, { oid, start, bytes: { end } }: Placed, into: Statements): boolean {
  switch (oid) {
    case oids.subjectAltName:
      into.subjectAltNames = readGeneralNames(der, start, end)
      return into.subjectAltNames !== undefined
    case oids.issuerAltName:
      return readGeneralNames(der, start, end) !== undefined
    case oids.keyUsage:
      into.keyUsage = readKeyUsage(der, start, end)
      return into.keyUsage !== undefined
    case oids.extendedKeyUsage:
      into.extendedKeyUsage = readPurposes(der, start, end)
      return into.extendedKeyUsage !== undefined
    case oids.basicConstraints:
      into.basicConstraints = readBasicConstraints(der, start, end)
      return into.basicConstraints !== undefined
    case oids.subjectKeyIdentifier:
      into.subjectKeyIdentifier = readKeyIdentifier(der, start, end)
      return into.subjectKeyIdentifier !== undefined
    case oids.authorityKeyIdentifier:
      into.authorityKeyIdentifier = readAuthorityKeyIdentifier(der, start, end)
      return into.authorityKeyIdentifier !== undefined
    case oids.authorityInfoAccess:
      into.authorityInfoAccess = readAuthorityInfoAccess(der, start, end)
      return into.authorityInfoAccess !== undefined
    case oids.crlDistributionPoints:
      into.crlDistributionPoints = readDistributionPoints(der, start, end)
      return into.crlDistributionPoints !== undefined
    case oids.freshestCrl:
      return readDistributionPoints(der, start, end) !== undefined
    default:
      return true
  }
}
