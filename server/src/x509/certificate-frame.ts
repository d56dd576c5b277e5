import type { Span } from '../core/text.js'
import { trimmed } from '../core/trimmed.js'
import type { Certificate, CertificateError, Extension, Name } from './certificate.js'
import { type Element, element, expect, isBitString, isInteger, isOid, oidOf, spanOf, tags, time } from './der.js'
import { readIssuerName, readName } from './distinguished-name.js'
import { isAlgorithm, isPublicKey } from './public-key.js'

/** Where each field lies, and what had to be read to know that it is one. */
export interface Frame {
  readonly certificate: Element
  readonly tbs: Element
  readonly version: Element | undefined
  readonly serialNumber: Element
  readonly signature: Element
  readonly issuer: Element
  readonly validity: Element
  readonly notBefore: Element
  readonly notAfter: Element
  readonly from: Date
  readonly until: Date
  readonly subject: Element
  readonly subjectPublicKey: Element
  /** The SEQUENCE inside the explicit tag. */
  readonly extensions: Element | undefined
  readonly signatureAlgorithm: Element
  readonly signatureValue: Element
  readonly issuerName: Name
  readonly subjectName: Name
  readonly extensionList: readonly LeanExtension[]
}

/** Its value is cut out when it is asked for. */
export class LeanExtension implements Extension {
  readonly oid: string
  readonly critical: boolean
  readonly bytes: Span
  /** Where its value starts, which goes on to the end. */
  readonly start: number
  readonly #der: Uint8Array

  constructor(der: Uint8Array, oid: string, critical: boolean, bytes: Span, start: number) {
    this.oid = oid
    this.critical = critical
    this.bytes = bytes
    this.start = start
    this.#der = der
  }
  get value(): Uint8Array {
    return this.#der.subarray(this.start, this.bytes.end)
  }
}

export const failure = (field: CertificateError['field'], at: Span, message: string): CertificateError => ({
  field,
  at: { start: at.start, end: at.end },
  message
})

const missing = (der: Uint8Array, field: CertificateError['field'], at: number, limit: number, what: string): CertificateError => {
  const there = element(der, at, limit)
  if (there) return failure(field, there, `the certificate has something else where its ${what} should stand, at byte ${at}`)
  const message =
    at >= limit
      ? `the certificate ends at byte ${at}, before its ${what}`
      : `the certificate's ${what} at byte ${at} runs beyond what holds it`
  return failure(field, { start: Math.min(at, der.length), end: Math.min(Math.max(limit, at), der.length) }, message)
}

const wrong = (field: CertificateError['field'], it: Element, what: string): CertificateError =>
  failure(field, it, `the certificate's ${what} at byte ${it.start} does not decode`)

/** RFC 5280 4.1: the fields of Certificate and TBSCertificate, in their order. */
export function readFrame(der: Uint8Array): Frame | CertificateError {
  const certificate = expect(der, 0, der.length, tags.sequence)
  if (!certificate) return notACertificate(der)
  const tbs = expect(der, certificate.content, certificate.end, tags.sequence)
  if (!tbs) return missing(der, 'certificate', certificate.content, certificate.end, 'signed part')

  const limit = tbs.end
  const version = expect(der, tbs.content, limit, 0xa0)
  if (version) {
    const number = expect(der, version.content, version.end, tags.integer)
    if (number?.end !== version.end || !isInteger(der, number)) return wrong('version', version, 'version')
  }
  const serialAt = version ? version.end : tbs.content
  const serialNumber = expect(der, serialAt, limit, tags.integer)
  if (!serialNumber) return missing(der, 'serialNumber', serialAt, limit, 'serial number')
  if (!isInteger(der, serialNumber)) return wrong('serialNumber', serialNumber, 'serial number')
  const signature = expect(der, serialNumber.end, limit, tags.sequence)
  if (!signature) return missing(der, 'signature', serialNumber.end, limit, 'signature algorithm')
  if (!isAlgorithm(der, signature)) return wrong('signature', signature, 'signature algorithm')
  const issuer = expect(der, signature.end, limit, tags.sequence)
  if (!issuer) return missing(der, 'issuer', signature.end, limit, 'issuer')
  const issuerName = readIssuerName(der, issuer)
  if (!issuerName.isSound) return wrong('issuer', issuer, 'issuer')

  const validity = expect(der, issuer.end, limit, tags.sequence)
  if (!validity) return missing(der, 'validity', issuer.end, limit, 'validity')
  const notBefore = element(der, validity.content, validity.end)
  if (!notBefore) return missing(der, 'notBefore', validity.content, validity.end, 'notBefore')
  const from = time(der, notBefore)
  if (!from) return failure('notBefore', notBefore, `the certificate's notBefore at byte ${notBefore.start} is no date`)
  const notAfter = element(der, notBefore.end, validity.end)
  if (!notAfter) return missing(der, 'notAfter', notBefore.end, validity.end, 'notAfter')
  const until = time(der, notAfter)
  if (!until) return failure('notAfter', notAfter, `the certificate's notAfter at byte ${notAfter.start} is no date`)
  if (notAfter.end !== validity.end) return surplus('validity', notAfter.end, validity.end)

  const subject = expect(der, validity.end, limit, tags.sequence)
  if (!subject) return missing(der, 'subject', validity.end, limit, 'subject')
  const subjectName = readName(der, subject)
  if (!subjectName.isSound) return wrong('subject', subject, 'subject')
  const subjectPublicKey = expect(der, subject.end, limit, tags.sequence)
  if (!subjectPublicKey) return missing(der, 'subjectPublicKey', subject.end, limit, 'public key')
  if (!isPublicKey(der, subjectPublicKey)) return wrong('subjectPublicKey', subjectPublicKey, 'public key')

  const issuerId = expect(der, subjectPublicKey.end, limit, 0x81) ?? subjectPublicKey
  const subjectId = expect(der, issuerId.end, limit, 0x82) ?? issuerId
  const tagged = expect(der, subjectId.end, limit, 0xa3)
  const extensions = tagged && expect(der, tagged.content, tagged.end, tags.sequence)
  const extensionList = extensions ? readExtensions(der, extensions) : none
  if (tagged && (extensions?.end !== tagged.end || !extensionList)) {
    return extensions ? wrongExtension(der, tagged, extensions) : wrong('extensions', tagged, 'list of extensions')
  }
  const tbsEnd = tagged ? tagged.end : subjectId.end
  if (tbsEnd !== limit) return surplus('extensions', tbsEnd, limit)

  const signatureAlgorithm = expect(der, limit, certificate.end, tags.sequence)
  if (!signatureAlgorithm) return missing(der, 'signatureAlgorithm', limit, certificate.end, 'signature algorithm')
  if (!isAlgorithm(der, signatureAlgorithm)) return wrong('signatureAlgorithm', signatureAlgorithm, 'signature algorithm')
  const signatureValue = expect(der, signatureAlgorithm.end, certificate.end, tags.bitString)
  if (!signatureValue) return missing(der, 'signatureValue', signatureAlgorithm.end, certificate.end, 'signature')
  if (!isBitString(der, signatureValue)) return wrong('signatureValue', signatureValue, 'signature')
  if (signatureValue.end !== certificate.end) return surplus('signatureValue', signatureValue.end, certificate.end)
  return {
    certificate,
    tbs,
    version,
    serialNumber,
    signature,
    issuer,
    validity,
    notBefore,
    notAfter,
    from,
    until,
    subject,
    subjectPublicKey,
    extensions,
    signatureAlgorithm,
    signatureValue,
    issuerName,
    subjectName,
    extensionList: extensionList ?? none
  }
}

const none: readonly LeanExtension[] = []

function notACertificate(der: Uint8Array): CertificateError {
  const there = element(der, 0, der.length)
  if (there) return failure('certificate', there, 'this is no certificate: it does not start with a SEQUENCE')
  const cut = der[0] === tags.sequence && der.length > 1
  return failure(
    'certificate',
    { start: 0, end: der.length },
    cut ? `the certificate is cut off at byte ${der.length}` : 'this is no certificate: it is not DER'
  )
}

const surplus = (field: CertificateError['field'], start: number, end: number): CertificateError =>
  failure(field, { start, end }, `the certificate has ${end - start} bytes too many at byte ${start}`)

function readExtensions(der: Uint8Array, list: Element): readonly LeanExtension[] | undefined {
  const found: LeanExtension[] = []
  for (let at = list.content; at < list.end; ) {
    const place = expect(der, at, list.end, tags.sequence)
    const extension = place && readExtension(der, place)
    if (!extension) return undefined
    found.push(extension)
    at = place.end
  }
  return trimmed(found)
}

function readExtension(der: Uint8Array, place: Element): LeanExtension | undefined {
  const oid = expect(der, place.content, place.end, tags.oid)
  if (!oid || !isOid(der, oid)) return undefined
  const critical = expect(der, oid.end, place.end, tags.boolean)
  if (critical && critical.end - critical.content !== 1) return undefined
  const value = expect(der, critical ? critical.end : oid.end, place.end, tags.octetString)
  if (value?.end !== place.end) return undefined
  return new LeanExtension(der, oidOf(der, oid), critical !== undefined && der[critical.content] !== 0, spanOf(place), value.content)
}

/** Walks the list once more to the first extension that is none. */
function wrongExtension(der: Uint8Array, tagged: Element, list: Element): CertificateError {
  for (let at = list.content; at < list.end; ) {
    const extension = expect(der, at, list.end, tags.sequence)
    if (!extension) return missing(der, 'extensions', at, list.end, 'next extension')
    if (!readExtension(der, extension)) return wrong('extensions', extension, 'extension')
    at = extension.end
  }
  return surplus('extensions', list.end, tagged.end)
}

type Trust = NonNullable<Certificate['trust']>

/** OpenSSL's X509_CERT_AUX: `{trust OIDs, [0] rejected OIDs, alias, keyid, [1] other}`, all of them optional. */
export function readTrust(der: Uint8Array, start: number): Trust | undefined {
  const auxiliary = expect(der, start, der.length, tags.sequence)
  if (!auxiliary) return undefined
  const trusted = expect(der, auxiliary.content, auxiliary.end, tags.sequence)
  const rejected = expect(der, trusted ? trusted.end : auxiliary.content, auxiliary.end, 0xa0)
  const identifiers = (list: Element | undefined): string[] => {
    const found: string[] = []
    for (let at = list?.content ?? 0; list && at < list.end; ) {
      const oid = expect(der, at, list.end, tags.oid)
      if (!oid) break
      found.push(oidOf(der, oid))
      at = oid.end
    }
    return found
  }
  return { trusted: identifiers(trusted), rejected: identifiers(rejected) }
}
