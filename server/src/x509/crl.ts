import { type Location, memo, type Span } from '../core/text.js'
import type { Extension, GeneralName, Name, SignatureAlgorithm } from './certificate.js'
import {
  bitString,
  children,
  contentOf,
  type Element,
  element,
  expect,
  isInteger,
  isOid,
  oidOf,
  only,
  smallInteger,
  spanOf,
  tags,
  time
} from './der.js'
import { digest } from './digest.js'
import { isName, readName } from './distinguished-name.js'
import {
  type AuthorityKeyIdentifier,
  readAuthorityKeyIdentifier,
  readDistributionPointName,
  readNamesIn,
  serialText
} from './extensions.js'
import { oids } from './oids.js'
import type { PemBlock } from './pem.js'
import { isAlgorithm } from './public-key.js'
import type { Signed } from './signature.js'
import { readSignatureAlgorithm } from './signature-algorithm.js'

export type CrlField = 'issuer' | 'thisUpdate' | 'nextUpdate' | 'revokedCertificates' | 'extensions' | 'signatureAlgorithm'

/** RFC 5280 5.3.1. */
export const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise'
] as const
export type Reason = NonNullable<(typeof reasons)[number]>

/** One entry of a CRL. */
export interface Revocation {
  readonly serialNumber: string
  readonly revokedAt: Date | undefined
  readonly reason?: Reason
  /** Whose certificate it is, in an indirect CRL. */
  readonly certificateIssuer?: Name
  /** OIDs of critical extensions of the entry that are not known here. */
  readonly unknownCritical: readonly string[]
  readonly bytes: Span
}

/** RFC 5280 5.2.5. */
export interface IssuingDistributionPoint {
  readonly names: readonly GeneralName[]
  /** The name relative to the issuer's. */
  readonly relativeName?: Element
  readonly onlyUserCertificates: boolean
  readonly onlyCaCertificates: boolean
  readonly onlyAttributeCertificates: boolean
  readonly indirect: boolean
  /** Bits of ReasonFlags, from the left; absent: all reasons. */
  readonly reasons?: Uint8Array
}

/** A certificate revocation list. Entries are read when they are asked for. */
export interface Crl extends Signed {
  readonly der: Uint8Array
  readonly block: PemBlock
  readonly version: number
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly extensions: ReadonlyMap<string, Extension>
  /** Upper-case hex. */
  readonly number: string | undefined
  /** The number of the CRL that a delta CRL adds to; absent in a complete one. */
  readonly baseNumber: string | undefined
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined
  /** OIDs of extensions whose content does not decode. */
  readonly malformed: readonly string[]
  readonly size: number
  readonly sha1: string
  /** All entries, in order, one at a time. */
  entries(): Iterable<Revocation>
  /** The entry for a certificate of this serial number and issuer; without an issuer, of anybody. */
  find(serialNumber: string, issuer?: Name): Revocation | undefined
  bytes(field: CrlField): Span | undefined
  at(field?: CrlField): Location
}

/** Why a block that promises a CRL holds none. */
export interface CrlError {
  readonly error: true
  readonly field: CrlField | 'crl'
  readonly at: Span
  /** A sentence without full stop. */
  readonly message: string
}

/** The CRL of a block, or why it holds none; `undefined` for a block that promises something else. */
export const crlOf = (block: PemBlock): Crl | CrlError | undefined => (block.kind === 'crl' && block.der ? crlIn(block) : undefined)

const crlIn = memo((block: PemBlock) => parseCrl(block.der!, block))

export const isCrl = (it: Crl | CrlError | undefined): it is Crl => it !== undefined && !('error' in it)

interface Frame {
  readonly list: Element
  readonly tbs: Element
  readonly version: number
  readonly signature: Element
  readonly issuer: Element
  readonly thisUpdate: Element
  readonly nextUpdate: Element | undefined
  readonly revokedCertificates: Element | undefined
  readonly size: number
  readonly extensions: Element | undefined
  readonly signatureAlgorithm: Element
  readonly signatureValue: Element
}

const fail = (field: CrlError['field'], at: Span, message: string): CrlError => ({
  error: true,
  field,
  at: { start: at.start, end: at.end },
  message
})

const broken = (field: CrlError['field'], at: number, limit: number, what: string): CrlError =>
  fail(field, { start: Math.min(at, limit), end: limit }, `the CRL's ${what} at byte ${at} does not decode`)

/** RFC 5280 5.1: the frame, the fields and the frame of each entry. */
function readFrame(der: Uint8Array): Frame | CrlError {
  const list = expect(der, 0, der.length, tags.sequence)
  if (!list) return fail('crl', { start: 0, end: der.length }, 'this is no CRL: it is cut off, or no SEQUENCE')
  const tbs = expect(der, list.content, list.end, tags.sequence)
  if (!tbs) return broken('crl', list.content, list.end, 'signed part')
  const limit = tbs.end
  const number = expect(der, tbs.content, limit, tags.integer)
  const signature = expect(der, number ? number.end : tbs.content, limit, tags.sequence)
  if (!signature || !isAlgorithm(der, signature)) return broken('signatureAlgorithm', tbs.content, limit, 'signature algorithm')
  const issuer = expect(der, signature.end, limit, tags.sequence)
  if (!issuer || !isName(der, issuer)) return broken('issuer', signature.end, limit, 'issuer')
  const thisUpdate = element(der, issuer.end, limit)
  if (!thisUpdate || !time(der, thisUpdate)) return broken('thisUpdate', issuer.end, limit, 'thisUpdate')
  const next = element(der, thisUpdate.end, limit)
  const nextUpdate = next?.tag === tags.utcTime || next?.tag === tags.generalizedTime ? next : undefined
  if (nextUpdate && !time(der, nextUpdate)) return broken('nextUpdate', nextUpdate.start, nextUpdate.end, 'nextUpdate')
  const revokedCertificates = expect(der, (nextUpdate ?? thisUpdate).end, limit, tags.sequence)
  const size = revokedCertificates ? countEntries(der, revokedCertificates) : 0
  if (size === undefined)
    return broken('revokedCertificates', revokedCertificates!.start, revokedCertificates!.end, 'list of revoked certificates')
  const after = (revokedCertificates ?? nextUpdate ?? thisUpdate).end
  const tagged = expect(der, after, limit, 0xa0)
  const extensions = tagged && only(der, tagged.content, tagged.end, tags.sequence)
  if (tagged ? !extensions || tagged.end !== limit : after !== limit) return broken('extensions', after, limit, 'list of extensions')
  const signatureAlgorithm = expect(der, tbs.end, list.end, tags.sequence)
  if (!signatureAlgorithm || !isAlgorithm(der, signatureAlgorithm))
    return broken('signatureAlgorithm', tbs.end, list.end, 'signature algorithm')
  const signatureValue = only(der, signatureAlgorithm.end, list.end, tags.bitString)
  if (!signatureValue || !bitString(der, signatureValue)) return broken('crl', signatureAlgorithm.end, list.end, 'signature')
  const version = number ? (smallInteger(der, number) ?? -1) + 1 : 1
  return {
    list,
    tbs,
    version,
    signature,
    issuer,
    thisUpdate,
    nextUpdate,
    revokedCertificates,
    size,
    extensions,
    signatureAlgorithm,
    signatureValue
  }
}

/** How many entries there are; `undefined` when one is not a serial number, a date and at most a list of extensions. */
function countEntries(der: Uint8Array, list: Element): number | undefined {
  let count = 0
  for (let at = list.content; at < list.end; count++) {
    const entry = expect(der, at, list.end, tags.sequence)
    const serial = entry && expect(der, entry.content, entry.end, tags.integer)
    const date = serial && element(der, serial.end, entry.end)
    if (!date || !isInteger(der, serial) || (date.tag !== tags.utcTime && date.tag !== tags.generalizedTime)) return undefined
    if (date.end !== entry.end && !only(der, date.end, entry.end, tags.sequence)) return undefined
    at = entry.end
  }
  return count
}

function parseCrl(whole: Uint8Array, block: PemBlock): Crl | CrlError {
  const frame = readFrame(whole)
  if ('error' in frame) return frame
  const der = whole.subarray(0, frame.list.end)
  const extensions = readExtensions(der, frame.extensions)
  if (!extensions) return broken('extensions', frame.extensions!.start, frame.extensions!.end, 'list of extensions')
  const issuer = readName(der, frame.issuer)
  const malformed: string[] = []
  const decode = <T>(oid: string, reader: (der: Uint8Array, start: number, end: number) => T | undefined): T | undefined => {
    const extension = extensions.get(oid)
    const value = extension && reader(der, extension.bytes.end - extension.value.length, extension.bytes.end)
    if (extension && value === undefined) malformed.push(oid)
    return value
  }
  const fields: Readonly<Record<CrlField, Element | undefined>> = frame
  let sha256: string | undefined
  return {
    der,
    block,
    version: frame.version,
    issuer,
    thisUpdate: time(der, frame.thisUpdate)!,
    nextUpdate: frame.nextUpdate && time(der, frame.nextUpdate),
    signatureAlgorithm: readSignatureAlgorithm(der, frame.signatureAlgorithm),
    signatureAlgorithmDer: der.subarray(frame.signatureAlgorithm.start, frame.signatureAlgorithm.end),
    algorithmsAgree:
      Buffer.compare(
        der.subarray(frame.signature.start, frame.signature.end),
        der.subarray(frame.signatureAlgorithm.start, frame.signatureAlgorithm.end)
      ) === 0,
    tbs: der.subarray(frame.tbs.start, frame.tbs.end),
    signature: bitString(der, frame.signatureValue)!,
    extensions,
    number: decode(oids.crlNumber, readNumber),
    baseNumber: decode(oids.deltaCrlIndicator, readNumber),
    authorityKeyIdentifier: decode(oids.authorityKeyIdentifier, readAuthorityKeyIdentifier),
    issuingDistributionPoint: decode(oids.issuingDistributionPoint, readIssuingDistributionPoint),
    malformed,
    size: frame.size,
    get sha256() {
      sha256 ??= digest('sha256', der)
      return sha256
    },
    get sha1() {
      return digest('sha1', der)
    },
    entries: () => readEntries(der, frame.revokedCertificates),
    find: (serialNumber, of) => findEntry(der, frame.revokedCertificates, serialNumber, issuer, of),
    bytes: field => fields[field] && spanOf(fields[field]),
    at: field => {
      const bytes = field && fields[field]
      return bytes ? block.locate(spanOf(bytes)) : { path: block.file.path, start: block.span.start, end: block.span.end }
    }
  }
}

/** `undefined` when one of them is none. */
function readExtensions(der: Uint8Array, list: Element | undefined): ReadonlyMap<string, Extension> | undefined {
  const found = new Map<string, Extension>()
  for (const it of children(der, list, tags.sequence) ?? []) {
    const [oid, second, third] = children(der, it, tags.sequence) ?? []
    const value = third ?? second
    if (oid?.tag !== tags.oid || !isOid(der, oid) || value?.tag !== tags.octetString) return undefined
    const critical = third !== undefined && second?.tag === tags.boolean && der[second.content] !== 0
    found.set(oidOf(der, oid), { oid: oidOf(der, oid), critical, value: contentOf(der, value), bytes: spanOf(it) })
  }
  return found
}

function readNumber(der: Uint8Array, start: number, end: number): string | undefined {
  const number = only(der, start, end, tags.integer)
  return number && isInteger(der, number) ? serialText(der, number) : undefined
}

function readIssuingDistributionPoint(der: Uint8Array, start: number, end: number): IssuingDistributionPoint | undefined {
  const parts = children(der, only(der, start, end, tags.sequence), tags.sequence)
  if (!parts?.every(it => [0xa0, 0x81, 0x82, 0x83, 0x84, 0x85].includes(it.tag))) return undefined
  const part = (tag: number) => parts.find(it => it.tag === tag)
  const flag = (tag: number) => {
    const it = part(tag)
    return it !== undefined && der[it.content] !== 0 && it.end > it.content
  }
  const name = part(0xa0)
  const named = name ? readDistributionPointName(der, name) : { names: [] }
  const someReasons = part(0x83)
  const flags = someReasons && bitString(der, someReasons)
  if (!named || (someReasons && !flags)) return undefined
  return {
    ...named,
    onlyUserCertificates: flag(0x81),
    onlyCaCertificates: flag(0x82),
    onlyAttributeCertificates: flag(0x85),
    indirect: flag(0x84),
    ...(flags && { reasons: flags })
  }
}

function* readEntries(der: Uint8Array, list: Element | undefined): Iterable<Revocation> {
  let certificateIssuer: Name | undefined
  for (let at = list?.content ?? 0; list && at < list.end; ) {
    const entry = element(der, at, list.end)!
    const revocation = readEntry(der, entry, certificateIssuer)
    certificateIssuer = revocation.certificateIssuer
    yield revocation
    at = entry.end
  }
}

/** RFC 5280 5.3.3: an entry without certificateIssuer has that of the entry before. */
function readEntry(der: Uint8Array, entry: Element, inherited: Name | undefined): Revocation {
  const [serial, date, list] = children(der, entry, tags.sequence) ?? []
  const extensions = list && (readExtensions(der, list) ?? new Map<string, Extension>())
  const reason = extensions?.get(oids.crlReason)
  const named = extensions?.get(oids.certificateIssuer)
  const issuer = (named && issuerOf(named.value)) ?? inherited
  const name = reason && reasonOf(reason.value)
  return {
    serialNumber: serialText(der, serial!),
    revokedAt: time(der, date!),
    ...(name && { reason: name }),
    ...(issuer && { certificateIssuer: issuer }),
    unknownCritical: [...(extensions?.values() ?? [])].filter(it => it.critical && !knownOfEntries.has(it.oid)).map(it => it.oid),
    bytes: spanOf(entry)
  }
}

const knownOfEntries: ReadonlySet<string> = new Set([oids.crlReason, oids.invalidityDate, oids.certificateIssuer])

function reasonOf(value: Uint8Array): Reason | undefined {
  const it = only(value, 0, value.length, tags.enumerated)
  return it && reasons[smallInteger(value, it) ?? -1]
}

function issuerOf(value: Uint8Array): Name | undefined {
  const names = only(value, 0, value.length, tags.sequence)
  const directory = names && (readNamesIn(value, names) ?? []).find(it => it.type === 'directory')
  return directory?.type === 'directory' ? directory.name : undefined
}

/** Compares bytes, so that a list of a million entries is searched without reading them. */
function findEntry(
  der: Uint8Array,
  list: Element | undefined,
  serialNumber: string,
  crlIssuer: Name,
  issuer: Name | undefined
): Revocation | undefined {
  let certificateIssuer: Name | undefined
  for (let at = list?.content ?? 0; list && at < list.end; ) {
    const entry = element(der, at, list.end)!
    const serial = element(der, entry.content, entry.end)!
    const date = element(der, serial.end, entry.end)!
    // Only entries with extensions can change whose certificates the following ones are.
    const isLast = date.end === entry.end
    const matches = sameSerial(der, serial, serialNumber)
    if (matches || !isLast) {
      const revocation = readEntry(der, entry, certificateIssuer)
      certificateIssuer = revocation.certificateIssuer
      const of = certificateIssuer ?? crlIssuer
      if (matches && (!issuer || of.canonical === issuer.canonical)) return revocation
    }
    at = entry.end
  }
  return undefined
}

/** Cheap first: the last digits differ for nearly all. */
function sameSerial(der: Uint8Array, serial: Element, text: string): boolean {
  const last = der[serial.end - 1]!.toString(16).toUpperCase()
  return (text.startsWith('-') || text.endsWith(last)) && serialText(der, serial) === text
}
