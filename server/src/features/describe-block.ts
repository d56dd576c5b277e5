import { day, nameOf, nameText } from '../core/words.js'
import { type Certificate, certificateOf, isCertificateError } from '../x509/certificate.js'
import { type Crl, crlOf, isCrl } from '../x509/crl.js'
import { describeKey, type KeyDescription } from '../x509/keys.js'
import type { PemBlock } from '../x509/pem.js'
import {
  altNameWords,
  authorityWords,
  code,
  count,
  daysLeft,
  fingerprint,
  plain,
  purposeWords,
  type Row,
  shorten,
  table,
  validityWords
} from './words.js'

/** What a PEM block is, as Markdown, as far as it can be said at once. Nothing of private keys but kind and size. */
export function describeBlock(block: PemBlock, now: Date): string {
  const certificate = certificateOf(block)
  if (certificate && !isCertificateError(certificate)) return describeCertificate(certificate, now)
  if (certificate) return `**${plain(block.label || 'certificate')}**: it cannot be read, ${plain(certificate.message)}`
  const key = describeKey(block)
  if (key) return `**${keyTitle(key)}**${keyNotes(key)}`
  const crl = crlOf(block)
  if (isCrl(crl)) return describeCrl(crl, now)
  return `**${titles[block.kind] ?? plain(block.label)}**${block.der ? '' : ': it cannot be read'}`
}

const titles: Partial<Record<PemBlock['kind'], string>> = {
  certificateRequest: 'Certificate signing request',
  crl: 'Certificate revocation list',
  publicKey: 'Public key',
  privateKey: 'Private key',
  encryptedPrivateKey: 'Encrypted private key',
  pkcs7: 'PKCS#7 structure',
  parameters: 'Parameters'
}

function describeCrl(crl: Crl, now: Date): string {
  const isLate = crl.nextUpdate !== undefined && crl.nextUpdate < now
  const rows: readonly Row[] = [
    ['Issuer', code(shorten(crl.issuer.text))],
    ['This update', day(crl.thisUpdate)],
    ['Next update', crl.nextUpdate && `${day(crl.nextUpdate)}${isLate ? ', **out of date**' : ''}`],
    ['Revoked', count(crl.size, 'certificate')],
    ['Number', crl.number && code(crl.number)],
    ['Signature', plain(crl.signatureAlgorithm.name)]
  ]
  return `**Certificate revocation list** of **${plain(nameText(crl.issuer))}**\n\n${table(rows)}`
}

export function keyTitle(key: KeyDescription): string {
  const kind = key.private ? (key.encrypted ? 'Encrypted private key' : 'Private key') : 'Public key'
  return key.algorithm === 'unknown' ? kind : `${kind}, ${plain(key.description)}`
}

function keyNotes(key: KeyDescription): string {
  const encryption = key.encrypted ? `, encrypted${key.encryption === undefined ? '' : ` with ${plain(key.encryption)}`}` : ''
  return key.format === 'unknown' ? encryption : ` (${key.format}${encryption})`
}

/** One line: whose certificate it is, from whom, until when. */
export const summarize = (certificate: Certificate, now: Date): string =>
  `**${plain(nameOf(certificate))}**, ${kindOf(certificate)} ${issuedBy(certificate)}, ${validityWords(certificate, now)}`

const issuedBy = (certificate: Certificate): string =>
  certificate.selfIssued ? '(self-signed)' : `issued by ${plain(nameText(certificate.issuer))}`

export const kindOf = (certificate: Certificate): string =>
  certificate.isCa ? (certificate.selfIssued ? 'root CA' : 'intermediate CA') : 'end-entity certificate'

export const describeCertificate = (certificate: Certificate, now: Date): string =>
  `${summarize(certificate, now)}\n\n${table(rowsOf(certificate, now))}`

export function rowsOf(certificate: Certificate, now: Date): readonly Row[] {
  const { subjectAltNames, keyUsage, extendedKeyUsage } = certificate
  return [
    ['Subject', code(shorten(certificate.subject.text))],
    ['Issuer', code(shorten(certificate.issuer.text))],
    ['Valid', `${validityRange(certificate)}, **${daysLeft(certificate, now) ?? validityWords(certificate, now)}**`],
    ['Names', subjectAltNames && altNameWords(subjectAltNames)],
    ['Key', plain(certificate.publicKey.description)],
    ['Signature', plain(certificate.signatureAlgorithm.name)],
    ['Key usage', keyUsage && [...keyUsage].join(', ')],
    ['Extended key usage', extendedKeyUsage && plain(purposeWords(extendedKeyUsage))],
    ['CA', authorityWords(certificate)],
    ['Serial number', code(shorten(certificate.serialNumber, 80))],
    ['SHA-256', code(fingerprint(certificate.sha256))]
  ]
}

const validityRange = ({ notBefore, notAfter }: Certificate): string => `${day(notBefore)} to ${day(notAfter)}`
