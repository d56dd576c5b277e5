import type { Location } from '../core/text.js'
import type { Certificate, Field } from '../x509/certificate.js'
import type { FailureCode } from './failures.js'

type Place = Field | { readonly extension: string }

/** What a failure rests on: the clause that demands otherwise, and the part of the certificate that it is about. */
type Grounds = readonly [clause: string, place?: Place]

const basicConstraints = { extension: '2.5.29.19' }
const keyUsage = { extension: '2.5.29.15' }
const alternativeNames = { extension: '2.5.29.17' }

const grounds: { readonly [code in FailureCode]?: Grounds } = {
  'unable-to-get-issuer-certificate': ['RFC 5280 6.1', 'issuer'],
  'unable-to-get-local-issuer-certificate': ['RFC 5280 6.1', 'issuer'],
  'unable-to-verify-the-first-certificate': ['RFC 5280 6.1', 'issuer'],
  'self-signed-certificate': ['RFC 5280 6.1.1 (d)', 'subject'],
  'self-signed-certificate-in-certificate-chain': ['RFC 5280 6.1.1 (d)', 'subject'],
  'certificate-signature-failure': ['RFC 5280 6.1.3 (a)(1)', 'signatureValue'],
  'certificate-is-not-yet-valid': ['RFC 5280 6.1.3 (a)(2)', 'notBefore'],
  'certificate-has-expired': ['RFC 5280 6.1.3 (a)(2)', 'notAfter'],
  'format-error-in-certificate-notbefore-field': ['RFC 5280 4.1.2.5', 'notBefore'],
  'format-error-in-certificate-notafter-field': ['RFC 5280 4.1.2.5', 'notAfter'],
  'certificate-revoked': ['RFC 5280 6.1.3 (a)(3)'],
  'unable-to-get-certificate-crl': ['RFC 5280 6.3.3'],
  'crl-has-expired': ['RFC 5280 6.3.3 (a)'],
  'crl-is-not-yet-valid': ['RFC 5280 5.1.2.4'],
  'crl-signature-failure': ['RFC 5280 6.3.3 (g)'],
  'key-usage-does-not-include-crl-signing': ['RFC 5280 6.3.3 (f)'],
  'crl-path-validation-error': ['RFC 5280 6.3.3 (f)'],
  'different-crl-scope': ['RFC 5280 6.3.3 (b)'],
  'unhandled-critical-crl-extension': ['RFC 5280 5.2'],
  'ocsp-verification-needed': ['RFC 6960 3.2'],
  'ocsp-verification-failed': ['RFC 6960 3.2'],
  'ocsp-unknown-cert': ['RFC 6960 2.2'],
  'invalid-ca-certificate': ['RFC 5280 6.1.4 (k)', basicConstraints],
  'path-length-constraint-exceeded': ['RFC 5280 6.1.4 (m)', basicConstraints],
  'key-usage-does-not-include-certificate-signing': ['RFC 5280 6.1.4 (n)', keyUsage],
  'unhandled-critical-extension': ['RFC 5280 6.1.4 (o), 6.1.5 (f)'],
  'unsuitable-certificate-purpose': ['RFC 5280 4.2.1.12', { extension: '2.5.29.37' }],
  'permitted-subtree-violation': ['RFC 5280 6.1.3 (b)', alternativeNames],
  'excluded-subtree-violation': ['RFC 5280 6.1.3 (c)', alternativeNames],
  'unsupported-or-invalid-name-constraint-syntax': ['RFC 5280 4.2.1.10', { extension: '2.5.29.30' }],
  'unsupported-name-constraint-type': ['RFC 5280 4.2.1.10'],
  'no-explicit-policy': ['RFC 5280 6.1.5 (g)'],
  'invalid-or-inconsistent-certificate-extension': ['RFC 5280 4.2', 'extensions'],
  'invalid-or-inconsistent-certificate-policy-extension': ['RFC 5280 4.2.1.4', { extension: '2.5.29.32' }],
  'hostname-mismatch': ['RFC 9525 6.3', alternativeNames],
  'ip-address-mismatch': ['RFC 9525 6.4', alternativeNames],
  'email-address-mismatch': ['RFC 5280 4.2.1.6', alternativeNames],
  'issuer-name-empty': ['RFC 5280 4.1.2.4', 'issuer'],
  'subject-name-empty': ['RFC 5280 4.1.2.6', 'subject'],
  'missing-authority-key-identifier': ['RFC 5280 4.2.1.1'],
  'missing-subject-key-identifier': ['RFC 5280 4.2.1.2'],
  'authority-key-identifier-marked-critical': ['RFC 5280 4.2.1.1', { extension: '2.5.29.35' }],
  'subject-key-identifier-marked-critical': ['RFC 5280 4.2.1.2', { extension: '2.5.29.14' }],
  'basic-constraints-of-ca-cert-not-marked-critical': ['RFC 5280 4.2.1.9', basicConstraints],
  'path-length-invalid-for-non-ca-cert': ['RFC 5280 4.2.1.9', basicConstraints],
  'path-length-given-without-key-usage-keycertsign': ['RFC 5280 4.2.1.9', basicConstraints],
  'key-usage-keycertsign-invalid-for-non-ca-cert': ['RFC 5280 4.2.1.3', keyUsage],
  'empty-subject-alternative-name-extension': ['RFC 5280 4.2.1.6', alternativeNames],
  'subject-empty-and-subject-alt-name-extension-not-critical': ['RFC 5280 4.2.1.6', alternativeNames]
}

/** Absent where a product's own setting decides: depth, strength of keys. */
export const clauseOf = (code: FailureCode): string | undefined => grounds[code]?.[0]

const places: { readonly [code in FailureCode]?: Place } = {
  'ee-certificate-key-too-weak': 'subjectPublicKey',
  'ca-certificate-key-too-weak': 'subjectPublicKey',
  'ca-signature-digest-algorithm-too-weak': 'signatureAlgorithm'
}

/** The part of the file that the failure is about; the whole certificate where it is about something that is absent. */
export function placeOf(code: FailureCode, certificate: Certificate): Location {
  const place = places[code] ?? grounds[code]?.[1]
  const isThere = place !== undefined && (typeof place === 'string' || certificate.extensions.has(place.extension))
  return certificate.at(isThere ? place : undefined)
}
