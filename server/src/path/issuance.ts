import type { Certificate } from '../x509/certificate.js'
import { keyObject } from '../x509/signature.js'
import { nameConstraintsOf, netscapeTypesOf } from './extensions.js'
import type { Knobs } from './verifier.js'

/** Could `issuer` have issued `subject`, by what both say of themselves? Looks at no signature. */
export function mayHaveIssued(issuer: Certificate, subject: Certificate, knobs: Knobs): boolean {
  if (!sameName(issuer.subject, subject.issuer, knobs)) return false
  if (knobs.unreadable === 'issues-nothing' && (hasUnreadableExtension(issuer) || hasUnreadableExtension(subject))) return false
  if (knobs.issuerUsage === 'must-certify' && issuer.keyUsage && !issuer.keyUsage.has('keyCertSign')) return false
  return keyIdentifiersAgree(issuer, subject, knobs) && keyFits(issuer, subject, knobs)
}

export function sameName(a: Certificate['subject'], b: Certificate['subject'], knobs: Knobs): boolean {
  return knobs.nameComparison === 'folded' ? a.canonical === b.canonical : sameBytes(a.der, b.der)
}

/** The extensions that OpenSSL decodes before it does anything else with a certificate. */
const extensionsThatCount = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.31', '2.5.29.35', '2.5.29.37'])

export function hasUnreadableExtension(certificate: Certificate): boolean {
  return (
    certificate.malformed.some(it => extensionsThatCount.has(it)) ||
    // RFC 5280 4.2.1.3: at least one bit must be set.
    certificate.keyUsage?.size === 0 ||
    nameConstraintsOf(certificate) === 'malformed' ||
    netscapeTypesOf(certificate) === 'malformed'
  )
}

function keyIdentifiersAgree(issuer: Certificate, subject: Certificate, knobs: Knobs): boolean {
  const authority = subject.authorityKeyIdentifier
  if (!authority) return true
  if (knobs.keyIdentifiers === 'must-agree' && keyIdentifierMismatch(issuer, subject)) return false
  if (knobs.issuerSerial === 'ignored') return true
  if (authority.serialNumber !== undefined && authority.serialNumber !== issuer.serialNumber) return false
  return authority.issuer === undefined || authority.issuer.canonical === issuer.issuer.canonical
}

export function keyIdentifierMismatch(issuer: Certificate, subject: Certificate): boolean {
  const wanted = subject.authorityKeyIdentifier?.keyIdentifier
  return wanted !== undefined && issuer.subjectKeyIdentifier !== undefined && wanted !== issuer.subjectKeyIdentifier
}

function keyFits(issuer: Certificate, subject: Certificate, knobs: Knobs): boolean {
  if (knobs.keyKind === 'ignored') return true
  const keys = signatureKeys.get(subject.signatureAlgorithm.oid) ?? []
  return keys.includes(issuer.publicKey.algorithm) && keyObject(issuer.publicKey) !== undefined
}

type KeyAlgorithm = Certificate['publicKey']['algorithm']

const numbered = (arc: string, numbers: readonly number[]) => numbers.map(it => `${arc}.${it}`)
const keysOf = (keys: readonly KeyAlgorithm[], oids: readonly string[]) => oids.map(it => [it, keys] as const)

/** Keys that make signatures of each algorithm, as OpenSSL pairs them. An algorithm that is not here was made by no key. */
const signatureKeys: ReadonlyMap<string, readonly KeyAlgorithm[]> = new Map([
  ...keysOf(['RSA'], numbered('1.2.840.113549.1.1', [2, 3, 4, 5, 11, 12, 13, 14, 15, 16])),
  ...keysOf(['RSA'], ['1.3.14.3.2.29', ...numbered('2.16.840.1.101.3.4.3', [13, 14, 15, 16])]),
  ...keysOf(['RSA', 'RSA-PSS'], ['1.2.840.113549.1.1.10']),
  ...keysOf(
    ['EC'],
    ['1.2.840.10045.4.1', ...numbered('1.2.840.10045.4.3', [1, 2, 3, 4]), ...numbered('2.16.840.1.101.3.4.3', [9, 10, 11, 12])]
  ),
  ...keysOf(
    ['DSA'],
    ['1.2.840.10040.4.3', '1.3.14.3.2.13', '1.3.14.3.2.27', ...numbered('2.16.840.1.101.3.4.3', [1, 2, 3, 4, 5, 6, 7, 8])]
  ),
  ...keysOf(['Ed25519'], ['1.3.101.112']),
  ...keysOf(['Ed448'], ['1.3.101.113'])
])

/** Key usage as the verifier sees it; `undefined`: no restriction. */
export function usagesOf(certificate: Certificate, knobs: Knobs): Certificate['keyUsage'] {
  const usages = certificate.keyUsage
  if (knobs.keyUsage === 'ignored' || (knobs.keyUsage === 'restricts-if-any' && usages?.size === 0)) return undefined
  return usages
}

/** Does the certificate look as if it had signed itself? OpenSSL asks no more of a trust anchor. */
export function looksSelfSigned(certificate: Certificate, knobs: Knobs): boolean {
  return certificate.selfIssued && mayHaveIssued(certificate, certificate, knobs)
}

export const sameCertificate = (a: Certificate, b: Certificate): boolean => a === b || sameBytes(a.der, b.der)

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
