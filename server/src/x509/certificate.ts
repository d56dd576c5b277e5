import { createHash } from 'node:crypto'
import { type Location, memoInside, type Span } from '../core/text.js'
import { type Frame, failure, readFrame, readTrust } from './certificate-frame.js'
import { bitString, type Element, element, expect, oidOf, smallInteger, spanOf, tags } from './der.js'
import { readName } from './distinguished-name.js'
import {
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readers,
  readGeneralNames,
  readKeyIdentifier,
  readKeyUsage,
  readPurposes,
  serialText,
  urisOf
} from './extensions.js'
import { oids } from './oids.js'
import type { PemBlock } from './pem.js'
import { readPublicKey } from './public-key.js'
import { readSignatureAlgorithm } from './signature-algorithm.js'

/** An X.501 Name. */
export interface Name {
  readonly der: Uint8Array
  /** RFC 4514-like, most specific last as OpenSSL prints it: `C=DE, O=Acme, CN=api`. */
  readonly text: string
  /** Compares as RFC 5280 7.1 and OpenSSL do: case, runs of blanks and string types folded. Equal strings = equal names. */
  readonly canonical: string
  readonly commonName: string | undefined
  readonly attributes: readonly { readonly oid: string; readonly value: string }[]
  /** The part of it that a person would say: the CN, else the O, else all of it, else `(no name)`. */
  readonly display: string
}

export interface PublicKey {
  /** The whole SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  readonly algorithm:
    | 'RSA'
    | 'RSA-PSS'
    | 'EC'
    | 'Ed25519'
    | 'Ed448'
    | 'X25519'
    | 'X448'
    | 'DSA'
    | 'DH'
    | 'ML-DSA'
    | 'ML-KEM'
    | 'SLH-DSA'
    | 'unknown'
  /** Words for a person: `RSA 2048`, `EC P-256`, `Ed25519`, `ML-DSA-65`. */
  readonly description: string
  /** Bits of the modulus or of the curve's field; absent where that says nothing. */
  readonly size?: number
  /** `P-256`, `secp256k1`, `brainpoolP256r1`; an unnamed curve's OID. */
  readonly curve?: string
  readonly oid: string
}

export interface SignatureAlgorithm {
  readonly oid: string
  /** `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, `Ed25519`, or the OID. */
  readonly name: string
  readonly hash?: 'MD2' | 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'
}

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** The content of extnValue's OCTET STRING. */
  readonly value: Uint8Array
  /** The whole Extension in the certificate. */
  readonly bytes: Span
}

export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri' | 'ip' | 'rid'; readonly value: string; readonly bytes: Span }
  | { readonly type: 'directory'; readonly value: string; readonly name: Name; readonly bytes: Span }
  | { readonly type: 'other'; readonly value: string; readonly bytes: Span }

export type KeyUsageBit =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

/** The parts of a certificate that a finding can stand on. */
export type Field =
  | 'version'
  | 'serialNumber'
  | 'signature'
  | 'issuer'
  | 'notBefore'
  | 'notAfter'
  | 'validity'
  | 'subject'
  | 'subjectPublicKey'
  | 'extensions'
  | 'signatureAlgorithm'
  | 'signatureValue'

/**
 * A certificate as the lean DER reader sees it. Extensions are decoded when they are asked for; one that does not decode
 * is `undefined` and listed in `malformed`.
 */
export interface Certificate {
  readonly der: Uint8Array
  /** As a rule the same object for copies of one certificate, to remember by it what is found out about all of them. */
  readonly content: object
  /** Where it came from; a certificate given as bytes has a block over a made-up file. */
  readonly block: PemBlock
  /** 1, 2 or 3. */
  readonly version: number
  /** Upper-case hex without colons; the integer's bytes. */
  readonly serialNumber: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
  /** The whole AlgorithmIdentifier beside the signature, parameters included. */
  readonly signatureAlgorithmDer: Uint8Array
  /** The algorithm inside of the signed part is the same, as RFC 5280 4.1.1.2 demands; OpenSSL takes no signature otherwise. */
  readonly algorithmsAgree: boolean
  /** To be verified with the issuer's key. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>
  readonly subjectAltNames: readonly GeneralName[] | undefined
  readonly keyUsage: ReadonlySet<KeyUsageBit> | undefined
  /** OIDs. Absent extension: any purpose. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | undefined
  /** Lower-case hex. */
  readonly subjectKeyIdentifier: string | undefined
  readonly authorityKeyIdentifier: { readonly keyIdentifier?: string; readonly serialNumber?: string; readonly issuer?: Name } | undefined
  /** caIssuers URIs of authorityInfoAccess. */
  readonly issuerUrls: readonly string[]
  readonly ocspUrls: readonly string[]
  readonly crlUrls: readonly string[]
  /** Signed certificate timestamps embedded: a public CA issued it. */
  readonly hasTimestamps: boolean
  /** OIDs of extensions whose content does not decode. */
  readonly malformed: readonly string[]
  /** OIDs of extensions that stand there more than once, which RFC 5280 4.2 forbids; the first counts in `extensions`. */
  readonly repeated: readonly string[]
  /** What `TRUSTED CERTIFICATE` adds: the purposes (OIDs) that OpenSSL trusts and does not trust it for. */
  readonly trust?: { readonly trusted: readonly string[]; readonly rejected: readonly string[] }
  /** Subject and issuer are one name; says nothing about the signature. */
  readonly selfIssued: boolean
  /** basicConstraints CA:TRUE, or a version 1 certificate that is self-issued. */
  readonly isCa: boolean
  /** Lower-case hex over the DER; computed when asked for. */
  readonly sha256: string
  readonly sha1: string
  /** Byte ranges in `der`. */
  bytes(field: Field): Span | undefined
  /** The characters of the file that hold the field (or, by OID, the extension); without one, the whole block. */
  at(field?: Field | { readonly extension: string }): Location
}

/** Why a block that promises a certificate holds none. */
export interface CertificateError {
  readonly field: Field | 'certificate' | 'trust'
  /** Bytes of the DER. */
  readonly at: Span
  /** A sentence without full stop. */
  readonly message: string
}

export const isCertificateError = (it: Certificate | CertificateError | undefined): it is CertificateError =>
  it !== undefined && !(it instanceof LeanCertificate)

/** The certificate of a block, or why it holds none; `undefined` for a block that promises something else. */
export const certificateOf: (block: PemBlock) => Certificate | CertificateError | undefined = memoInside(block => {
  const promised = block.kind === 'certificate' || block.kind === 'trustedCertificate'
  return promised && block.der ? parseCertificate(block.der, block) : undefined
})

/**
 * Reads what OpenSSL loads: the frame and every field are walked once, content is decoded when it is asked for.
 * Beyond OpenSSL, the dates have to be dates; a certificate without is of no use to anybody.
 */
export function parseCertificate(der: Uint8Array, block: PemBlock): Certificate | CertificateError {
  const content = contentOf(der, block.kind === 'trustedCertificate')
  return content instanceof Content ? new LeanCertificate(content, block) : content
}

/** One certificate lies in many files, a CA's above all: it is read once for all of its copies. */
function contentOf(der: Uint8Array, mayHaveTrust: boolean): Content | CertificateError {
  const known = recent.get(keyOf(der, mayHaveTrust)) ?? older.get(keyOf(der, mayHaveTrust))
  if (known && Buffer.compare(known.whole, der) === 0) return known
  const content = readContent(der, mayHaveTrust)
  if (content instanceof Content) remember(content, keyOf(der, mayHaveTrust))
  return content
}

/** The end of the signature, by which two certificates differ if at all; what has the same end pushes the other out. */
function keyOf(der: Uint8Array, mayHaveTrust: boolean): number {
  let key = mayHaveTrust ? 1 : 0
  for (let at = Math.max(der.length - 6, 0); at < der.length; at++) key = key * 256 + der[at]!
  return key
}

function remember(content: Content, key: number): void {
  if (recent.size >= mostRecent) {
    older = recent
    recent = new Map()
  }
  recent.set(key, content)
}

/** Two generations: to delete the oldest of a full map again and again takes longer than to read a certificate. */
let recent = new Map<number, Content>()
let older = new Map<number, Content>()
const mostRecent = 5000

function readContent(der: Uint8Array, mayHaveTrust: boolean): Content | CertificateError {
  const frame = readFrame(der)
  if (!('tbs' in frame)) return frame
  if (!mayHaveTrust || frame.certificate.end === der.length) return new Content(der, frame)
  const trust = readTrust(der, frame.certificate.end)
  return trust
    ? new Content(der, frame, trust)
    : failure('trust', frame.certificate, 'the trust settings after the certificate do not decode')
}

/** What a certificate says, wherever it stands. Keeps offsets only; everything else is read on first use and remembered. */
class Content {
  readonly der: Uint8Array
  readonly trust: Certificate['trust']
  readonly whole: Uint8Array
  readonly frame: Frame
  #issuer: Name | undefined
  #subject: Name | undefined
  #publicKey: PublicKey | undefined
  #extensions: ReadonlyMap<string, LeanExtension> | undefined
  #repeated: readonly string[] = []
  #malformed: readonly string[] | undefined
  #sha256: string | undefined
  #sha1: string | undefined
  #signatureAlgorithm: SignatureAlgorithm | undefined
  #selfIssued: boolean | undefined
  #isCa: boolean | undefined

  constructor(whole: Uint8Array, frame: Frame, trust?: Certificate['trust']) {
    const { certificate } = frame
    this.whole = whole
    this.der = certificate.end === whole.length ? whole : whole.subarray(0, certificate.end)
    this.frame = frame
    this.trust = trust
  }

  get version(): number {
    const { version } = this.frame
    const number = version && expect(this.der, version.content, version.end, tags.integer)
    return number ? (smallInteger(this.der, number) ?? -1) + 1 : 1
  }
  get issuer(): Name {
    this.#issuer ??= readName(this.der, this.frame.issuer)
    return this.#issuer
  }
  get subject(): Name {
    this.#subject ??= readName(this.der, this.frame.subject)
    return this.#subject
  }
  get publicKey(): PublicKey {
    this.#publicKey ??= readPublicKey(this.der, this.frame.subjectPublicKey)
    return this.#publicKey
  }
  get signatureAlgorithm(): SignatureAlgorithm {
    this.#signatureAlgorithm ??= readSignatureAlgorithm(this.der, this.frame.signatureAlgorithm)
    return this.#signatureAlgorithm
  }
  get extensions(): ReadonlyMap<string, LeanExtension> {
    this.#extensions ??= this.#readExtensions()
    return this.#extensions
  }
  get repeated(): readonly string[] {
    return this.extensions && this.#repeated
  }
  #readExtensions(): ReadonlyMap<string, LeanExtension> {
    const { der } = this
    const list = this.frame.extensions
    const found = new Map<string, LeanExtension>()
    const repeated = new Set<string>()
    for (let at = list?.content ?? 0; list && at < list.end; ) {
      const extension = element(der, at, list.end)!
      const oid = element(der, extension.content, extension.end)!
      const critical = expect(der, oid.end, extension.end, tags.boolean)
      const value = element(der, critical?.end ?? oid.end, extension.end)!
      const name = oidOf(der, oid)
      if (found.has(name)) repeated.add(name)
      else found.set(name, new LeanExtension(der, name, critical !== undefined && der[critical.content] !== 0, spanOf(extension), value))
      at = extension.end
    }
    this.#repeated = [...repeated]
    return found
  }
  read<T>(oid: string, reader: Reader<T>): T | undefined {
    return this.extensions.get(oid)?.decode(reader)
  }
  get malformed(): readonly string[] {
    this.#malformed ??= [...this.extensions.keys()].filter(oid => {
      const reader = readers.get(oid)
      return reader !== undefined && this.read(oid, reader) === undefined
    })
    return this.#malformed
  }
  get selfIssued(): boolean {
    this.#selfIssued ??= this.#areNamesOne()
    return this.#selfIssued
  }
  #areNamesOne(): boolean {
    const { issuer, subject } = this.frame
    return sameBytes(this.der, issuer, subject) || this.issuer.canonical === this.subject.canonical
  }
  get isCa(): boolean {
    this.#isCa ??= this.version === 1 ? this.selfIssued : this.read(oids.basicConstraints, readBasicConstraints)?.ca === true
    return this.#isCa
  }
  get sha256(): string {
    this.#sha256 ??= createHash('sha256').update(this.der).digest('hex')
    return this.#sha256
  }
  get sha1(): string {
    this.#sha1 ??= createHash('sha1').update(this.der).digest('hex')
    return this.#sha1
  }
}

/** A certificate where it stands; what it says it shares with its copies. */
class LeanCertificate implements Certificate {
  readonly block: PemBlock
  readonly #content: Content

  constructor(content: Content, block: PemBlock) {
    this.#content = content
    this.block = block
  }

  get content(): object {
    return this.#content
  }
  get der(): Uint8Array {
    return this.#content.der
  }
  get trust(): Certificate['trust'] {
    return this.#content.trust
  }
  get version(): number {
    return this.#content.version
  }
  get serialNumber(): string {
    return serialText(this.der, this.#content.frame.serialNumber)
  }
  get issuer(): Name {
    return this.#content.issuer
  }
  get subject(): Name {
    return this.#content.subject
  }
  get notBefore(): Date {
    return this.#content.frame.from
  }
  get notAfter(): Date {
    return this.#content.frame.until
  }
  get publicKey(): PublicKey {
    return this.#content.publicKey
  }
  get signatureAlgorithm(): SignatureAlgorithm {
    return this.#content.signatureAlgorithm
  }
  get signatureAlgorithmDer(): Uint8Array {
    return this.#bytesOf(this.#content.frame.signatureAlgorithm)
  }
  get algorithmsAgree(): boolean {
    return sameBytes(this.der, this.#content.frame.signature, this.#content.frame.signatureAlgorithm)
  }
  get tbs(): Uint8Array {
    return this.#bytesOf(this.#content.frame.tbs)
  }
  get signature(): Uint8Array {
    return bitString(this.der, this.#content.frame.signatureValue)!
  }
  #bytesOf(it: Element): Uint8Array {
    return this.der.subarray(it.start, it.end)
  }

  get extensions(): ReadonlyMap<string, LeanExtension> {
    return this.#content.extensions
  }
  get repeated(): readonly string[] {
    return this.#content.repeated
  }
  get subjectAltNames(): readonly GeneralName[] | undefined {
    return this.#content.read(oids.subjectAltName, readGeneralNames)
  }
  get keyUsage(): ReadonlySet<KeyUsageBit> | undefined {
    return this.#content.read(oids.keyUsage, readKeyUsage)
  }
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.#content.read(oids.extendedKeyUsage, readPurposes)
  }
  get basicConstraints(): Certificate['basicConstraints'] {
    return this.#content.read(oids.basicConstraints, readBasicConstraints)
  }
  get subjectKeyIdentifier(): string | undefined {
    return this.#content.read(oids.subjectKeyIdentifier, readKeyIdentifier)
  }
  get authorityKeyIdentifier(): Certificate['authorityKeyIdentifier'] {
    return this.#content.read(oids.authorityKeyIdentifier, readAuthorityKeyIdentifier)
  }
  get issuerUrls(): readonly string[] {
    return urisOf(this.#content.read(oids.authorityInfoAccess, readAuthorityInfoAccess), oids.caIssuers)
  }
  get ocspUrls(): readonly string[] {
    return urisOf(this.#content.read(oids.authorityInfoAccess, readAuthorityInfoAccess), oids.ocsp)
  }
  get crlUrls(): readonly string[] {
    const points = this.#content.read(oids.crlDistributionPoints, readDistributionPoints) ?? []
    return points.flatMap(it => it.names.filter(name => name.type === 'uri').map(name => name.value))
  }
  get hasTimestamps(): boolean {
    return this.extensions.has(oids.timestamps)
  }
  get malformed(): readonly string[] {
    return this.#content.malformed
  }
  get selfIssued(): boolean {
    return this.#content.selfIssued
  }
  get isCa(): boolean {
    return this.#content.isCa
  }
  get sha256(): string {
    return this.#content.sha256
  }
  get sha1(): string {
    return this.#content.sha1
  }

  bytes(field: Field): Span | undefined {
    const it = this.#content.frame[field]
    return it && spanOf(it)
  }
  at(field?: Field | { readonly extension: string }): Location {
    if (field === undefined) return { path: this.block.file.path, start: this.block.span.start, end: this.block.span.end }
    const bytes = typeof field === 'string' ? this.bytes(field) : this.extensions.get(field.extension)?.bytes
    return this.block.locate(bytes ?? { start: 0, end: this.#content.whole.length })
  }
}

type Reader<T> = (der: Uint8Array, start: number, end: number) => T | undefined

/** Its value is cut out and decoded when it is asked for. */
class LeanExtension implements Extension {
  readonly oid: string
  readonly critical: boolean
  readonly bytes: Span
  readonly #der: Uint8Array
  readonly #content: Element
  #isDecoded = false
  #decoded: unknown

  constructor(der: Uint8Array, oid: string, critical: boolean, bytes: Span, content: Element) {
    this.oid = oid
    this.critical = critical
    this.bytes = bytes
    this.#der = der
    this.#content = content
  }
  get value(): Uint8Array {
    return this.#der.subarray(this.#content.content, this.#content.end)
  }
  /** There is but one way to read what stands under an identifier, so that the first answer holds. */
  decode<T>(reader: Reader<T>): T | undefined {
    if (!this.#isDecoded) this.#decoded = reader(this.#der, this.#content.content, this.bytes.end)
    this.#isDecoded = true
    return this.#decoded as T | undefined
  }
}

function sameBytes(der: Uint8Array, one: Element, other: Element): boolean {
  const length = one.end - one.start
  if (other.end - other.start !== length) return false
  for (let at = 0; at < length; at++) if (der[one.start + at] !== der[other.start + at]) return false
  return true
}
