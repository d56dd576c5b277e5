import { type FailureCode, opensslText } from '../failures.js'
import { defineVerifier } from '../verifier.js'
import { algorithms } from './algorithms.js'

// Functions are those of lib/x509 in GnuTLS 3.7; the random paths of test/path-gnutls.test.ts ask the real certtool.

/** GnuTLS, as its clients and servers verify with a trust list. */
export const gnutls = defineVerifier('gnutls', 'GnuTLS', {
  search: [
    'sent-chain',
    'gnutls_x509_trust_list_verify_crt2 sorts what was sent (_gnutls_sort_clist) and shortens it to the first trusted one'
  ],
  nameComparison: ['bytes', 'compare_dn compares raw names'],
  keyIdentifiers: ['must-agree', 'is_issuer'],
  issuerSerial: ['ignored', 'is_issuer looks at key identifiers'],
  keyKind: ['ignored', 'the signature fails'],
  issuerUsage: ['ignored', 'check_if_ca finds it'],
  preferCurrent: [true, 'gnutls_x509_trust_list_get_issuer prefers those in date'],
  anchors: ['all', 'a trust list holds anchors only'],
  trustedEndEntity: ['as-issuer', 'gnutls_x509_trust_list_verify_crt2'],
  anchorChecks: [new Set(['authority', 'validity', 'nameConstraints', 'pathLength', 'criticalExtensions']), '_gnutls_verify_crt_status'],
  depth: [16, 'DEFAULT_MAX_VERIFY_DEPTH'],
  signatureLimit: [300, 'a budget of our own'],
  stages: [
    [
      { from: 'end-entity', checks: ['completeness', 'signatureStrength', 'endEntityKeyStrength', 'authorityKeyStrength'] },
      { from: 'end-entity', checks: ['criticalExtensions', 'authority', 'pathLength', 'signature', 'validity', 'purpose'] },
      { from: 'anchor', checks: ['nameConstraints'] },
      { from: 'end-entity', checks: ['revocation', 'identifiers'] }
    ],
    '_gnutls_verify_crt_status and verify_crt'
  ],
  unreadable: ['refused', 'gnutls_x509_crt_import'],
  versions: ['all', 'check_if_ca'],
  endEntityCa: ['allowed', 'verify_crt'],
  curves: ['all', 'gnutls_x509_crt_import'],
  keyUsage: ['restricts', 'check_if_ca'],
  understood: [
    new Set([
      '2.5.29.14',
      '2.5.29.15',
      '2.5.29.17',
      '2.5.29.18',
      '2.5.29.19',
      '2.5.29.30',
      '2.5.29.31',
      '2.5.29.32',
      '2.5.29.35',
      '2.5.29.37',
      '2.5.29.54',
      '1.3.6.1.5.5.7.1.1',
      '1.3.6.1.5.5.7.1.14'
    ]),
    '_gnutls_is_critical_extension_supported'
  ],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [new Set(['2.5.29.17', '2.5.29.31', '2.5.29.18']), 'gnutls_x509_crt_import: cache_alt_names and others'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['old-anchor', 'check_if_ca asks anchors for no more than their key usage'],
  withoutCertSign: ['key-usage', 'check_if_ca'],
  purposeAbove: ['intermediates', '_gnutls_check_key_purpose'],
  anyPurpose: ['suffices', '_gnutls_check_key_purpose'],
  anyPurposeAbove: ['suffices', 'as before'],
  alsoServer: [new Set(), 'as before'],
  usages: [{ client: [], server: [] }, 'looked at in the handshake, not here'],
  netscapeTypes: ['ignored', 'not decoded'],
  purposeWantsAuthority: [false, '_gnutls_check_key_purpose'],
  selfIssuedCounts: [true, 'verify_crt: max_path'],
  atNotAfter: ['valid', 'check_time_status'],
  timeFormat: ['any', 'gnutls_x509_crt_get_expiration_time'],
  looseEnd: ['seen', 'verify_crt'],
  signatureAlgorithms: [
    new Set([...algorithms.rsa, ...algorithms.pss, ...algorithms.ecdsa, ...algorithms.edwards, ...algorithms.dsa]),
    'gnutls_sign_is_secure2: neither MD5 nor SHA-1 for certificates'
  ],
  signingKeys: ['all', 'is_level_acceptable goes by bits'],
  securityLevel: [2, 'Debian builds it with the profile MEDIUM'],
  constrainedNames: ['alternative', 'gnutls_x509_name_constraints_check_crt'],
  selfIssuedFree: [false, 'as before'],
  constraintTypes: [new Set(['dns', 'email', 'ip']), 'gnutls_x509_name_constraints_check'],
  constrainedCertificates: ['end-entity', 'verify_crt hands only the end entity to gnutls_x509_name_constraints_check_crt'],
  otherConstraints: ['if-excluding', 'check_unsupported_constraint; permitted ones pass'],
  subdomains: ['dns-only', 'email_matches'],
  commonNameConstrained: [true, 'check_crt: where there is no DNS name'],
  wildcardNames: ['as-written', 'dnsname_matches'],
  nameComparisonLimit: [1 << 20, 'MAX_NC_CHECKS'],
  crls: ['plain', 'gnutls_x509_crt_check_revocation; a missing list is no failure there'],
  ocsp: [
    { needed: 'end-entity', skew: 0, unknown: 'accepted', inLieuOfCrl: false },
    'check_ocsp_response in cert-session.c; a response about another certificate is GNUTLS_CERT_INVALID_OCSP_STATUS'
  ],
  listNumber: ['optional', 'as before'],
  commonName: ['fallback', 'gnutls_x509_crt_check_hostname2'],
  wildcards: ['under-two-labels', 'hostname-verify.c'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['significant', 'as before'],
  words: [gnutlsWords, 'gnutls_certificate_verification_status_print']
})

const untrusted = 'The certificate is NOT trusted. '
const words: { readonly [code in FailureCode]?: string } = {
  'unable-to-get-local-issuer-certificate': `${untrusted}The certificate issuer is unknown.`,
  'unable-to-get-issuer-certificate': `${untrusted}The certificate issuer is unknown.`,
  'self-signed-certificate': `${untrusted}The certificate issuer is unknown.`,
  'self-signed-certificate-in-certificate-chain': `${untrusted}The certificate issuer is unknown.`,
  'invalid-ca-certificate': `${untrusted}The certificate issuer is not a CA.`,
  'key-usage-does-not-include-certificate-signing': `${untrusted}The certificate issuer is not a CA.`,
  'ca-signature-digest-algorithm-too-weak': `${untrusted}The certificate chain uses insecure algorithm.`,
  'certificate-has-expired': `${untrusted}The certificate chain uses expired certificate.`,
  'certificate-is-not-yet-valid': `${untrusted}The certificate chain uses not yet valid certificate.`,
  'certificate-signature-failure': `${untrusted}The signature in the certificate is invalid.`,
  'unsuitable-certificate-purpose': `${untrusted}The certificate chain does not match the intended purpose.`,
  'permitted-subtree-violation': `${untrusted}The certificate chain violates the signer's constraints.`,
  'excluded-subtree-violation': `${untrusted}The certificate chain violates the signer's constraints.`,
  'path-length-constraint-exceeded': `${untrusted}The certificate chain violates the signer's constraints.`,
  'certificate-revoked': `${untrusted}The certificate chain is revoked.`,
  'ocsp-verification-failed': `${untrusted}The received OCSP status response is invalid.`,
  'ocsp-verification-needed': `${untrusted}The received OCSP status response is invalid.`,
  'hostname-mismatch': `${untrusted}The name in the certificate does not match the expected.`,
  'unhandled-critical-extension': `${untrusted}The certificate contains an unknown critical extension.`
}

function gnutlsWords(code: FailureCode): string {
  return words[code] ?? opensslText(code)
}
