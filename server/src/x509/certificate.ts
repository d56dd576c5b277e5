import { type Location, memoInside, type Span } from '../core/text.js'
import { type Frame, failure, readFrame, readTrust } from './certificate-frame.js'
import { bitString, type Element, expect, smallInteger, spanOf, tags } from './der.js'
import { digest } from './digest.js'
import { readStatements, type Statements, serialText, urisOf } from './extensions.js'
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
 * A certificate as the lean DER reader sees it. An extension that does not decode is `undefined` and listed in `malformed`.
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
 * Reads what OpenSSL loads: the frame and every field are walked once.
 * Beyond OpenSSL, the dates have to be dates; a certificate without is of no use to anybody.
 */
export function parseCertificate(der: Uint8Array, block: PemBlock): Certificate | CertificateError {
  const content = contentOf(der, block.kind === 'trustedCertificate')
  return content instanceof Content ? new LeanCertificate(content, block) : content
}

/** One certificate lies in many files, a CA's above all: it is read once for all of its copies. */
function contentOf(der: Uint8Array, mayHaveTrust: boolean): Content | CertificateError {
  const key = keyOf(der, mayHaveTrust)
  const known = recent.get(key) ?? older.get(key)
  if (known && Buffer.compare(known.whole, der) === 0) return known
  const content = readContent(der, mayHaveTrust)
  if (content instanceof Content) remember(content, key)
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

/** What a certificate says, wherever it stands. What is `undefined` here is read when somebody asks for it, and remembered. */
class Content {
  readonly whole: Uint8Array
  readonly der: Uint8Array
  readonly frame: Frame
  readonly trust: Certificate['trust']
  readonly said: Readonly<Statements>
  publicKey: PublicKey | undefined
  signatureAlgorithm: SignatureAlgorithm | undefined
  selfIssued: boolean | undefined
  isCa: boolean | undefined
  sha256: string | undefined
  sha1: string | undefined

  constructor(whole: Uint8Array, frame: Frame, trust?: Certificate['trust']) {
    const { end } = frame.certificate
    this.whole = whole
    this.der = end === whole.length ? whole : whole.subarray(0, end)
    this.frame = frame
    this.trust = trust
    this.said = readStatements(whole, frame.extensionList)
  }
}

/**
 * A certificate where it stands; what it says it shares with its copies. Rules ask thousands of times for the same few things,
 * so those are fields, or one step away.
 */
class LeanCertificate implements Certificate {
  readonly content: Content
  readonly block: PemBlock
  readonly der: Uint8Array
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date

  constructor(content: Content, block: PemBlock) {
    const { der, frame } = content
    this.content = content
    this.block = block
    this.der = der
    this.issuer = frame.issuerName
    this.subject = frame.subjectName
    this.notBefore = frame.from
    this.notAfter = frame.until
  }

  get trust(): Certificate['trust'] {
    return this.content.trust
  }
  get version(): number {
    const { version } = this.content.frame
    const number = version && expect(this.der, version.content, version.end, tags.integer)
    return number ? (smallInteger(this.der, number) ?? -1) + 1 : 1
  }
  get serialNumber(): string {
    return serialText(this.der, this.content.frame.serialNumber)
  }
  get publicKey(): PublicKey {
    this.content.publicKey ??= readPublicKey(this.der, this.content.frame.subjectPublicKey)
    return this.content.publicKey
  }
  get signatureAlgorithm(): SignatureAlgorithm {
    this.content.signatureAlgorithm ??= readSignatureAlgorithm(this.der, this.content.frame.signatureAlgorithm)
    return this.content.signatureAlgorithm
  }
  get signatureAlgorithmDer(): Uint8Array {
    return this.#bytesOf(this.content.frame.signatureAlgorithm)
  }
  get algorithmsAgree(): boolean {
    return sameBytes(this.der, this.content.frame.signature, this.content.frame.signatureAlgorithm)
  }
  get tbs(): Uint8Array {
    return this.#bytesOf(this.content.frame.tbs)
  }
  get signature(): Uint8Array {
    return bitString(this.der, this.content.frame.signatureValue)!
  }
  #bytesOf(it: Element): Uint8Array {
    return this.der.subarray(it.start, it.end)
  }

  get extensions(): ReadonlyMap<string, Extension> {
    return this.content.said.extensions
  }
  get repeated(): readonly string[] {
    return this.content.said.repeated
  }
  get malformed(): readonly string[] {
    return this.content.said.malformed
  }
  get subjectAltNames(): readonly GeneralName[] | undefined {
    return this.content.said.subjectAltNames
  }
  get keyUsage(): ReadonlySet<KeyUsageBit> | undefined {
    return this.content.said.keyUsage
  }
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.content.said.extendedKeyUsage
  }
  get basicConstraints(): Certificate['basicConstraints'] {
    return this.content.said.basicConstraints
  }
  get subjectKeyIdentifier(): string | undefined {
    return this.content.said.subjectKeyIdentifier
  }
  get authorityKeyIdentifier(): Certificate['authorityKeyIdentifier'] {
    return this.content.said.authorityKeyIdentifier
  }
  get issuerUrls(): readonly string[] {
    return urisOf(this.content.said.authorityInfoAccess, oids.caIssuers)
  }
  get ocspUrls(): readonly string[] {
    return urisOf(this.content.said.authorityInfoAccess, oids.ocsp)
  }
  get crlUrls(): readonly string[] {
    const points = this.content.said.crlDistributionPoints ?? []
    return points.flatMap(it => it.names.filter(name => name.type === 'uri').map(name => name.value))
  }
  get hasTimestamps(): boolean {
    return this.content.said.extensions.has(oids.timestamps)
  }
  get selfIssued(): boolean {
    this.content.selfIssued ??= this.#areNamesOne()
    return this.content.selfIssued
  }
  #areNamesOne(): boolean {
    const { issuer, subject } = this.content.frame
    return sameBytes(this.der, issuer, subject) || this.issuer.canonical === this.subject.canonical
  }
  get isCa(): boolean {
    this.content.isCa ??= this.version === 1 ? this.selfIssued : this.basicConstraints?.ca === true
    return this.content.isCa
  }
  get sha256(): string {
    this.content.sha256 ??= digest('sha256', this.der)
    return this.content.sha256
  }
  get sha1(): string {
    this.content.sha1 ??= digest('sha1', this.der)
    return this.content.sha1
  }

  bytes(field: Field): Span | undefined {
    const it = this.content.frame[field]
    return it && spanOf(it)
  }
  at(field?: Field | { readonly extension: string }): Location {
    if (field === undefined) return { path: this.block.file.path, start: this.block.span.start, end: this.block.span.end }
    const bytes = typeof field === 'string' ? this.bytes(field) : this.extensions.get(field.extension)?.bytes
    return this.block.locate(bytes ?? { start: 0, end: this.content.whole.length })
  }
}

function sameBytes(der: Uint8Array, one: Element, other: Element): boolean {
  const length = one.end - one.start
  if (other.end - other.start !== length) return false
  for (let at = 0; at < length; at++) if (der[one.start + at] !== der[other.start + at]) return false
  return true
}
