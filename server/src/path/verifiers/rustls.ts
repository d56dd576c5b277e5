import { type FailureCode, opensslText } from '../failures.js'
import { defineVerifier } from '../verifier.js'
import { algorithms } from './algorithms.js'

// Files and functions are those of rustls-webpki 0.103.

/** rustls with webpki and the ring provider, as in Linkerd. */
export const rustls = defineVerifier('rustls', 'rustls (webpki)', {
  search: ['backtracking', 'verify_cert.rs, build_chain_inner'],
  nameComparison: ['bytes', 'verify_cert.rs: public_values_eq of issuer and subject'],
  keyIdentifiers: ['ignored', 'cert.rs skips the extensions'],
  issuerSerial: ['ignored', 'as before'],
  keyKind: ['ignored', 'signed_data.rs'],
  issuerUsage: ['ignored', 'cert.rs'],
  preferCurrent: [true, 'all are tried, so that the order does not show'],
  anchors: ['all', 'trust_anchor.rs: subject, key and name constraints are all that is kept'],
  trustedEndEntity: ['as-issuer', 'build_chain_inner tries every anchor of the issuer’s name'],
  anchorChecks: [new Set(['nameConstraintsBelow']), 'trust_anchor.rs'],
  depth: [6, 'verify_cert.rs, MAX_SUB_CA_COUNT'],
  signatureLimit: [100, 'verify_cert.rs, Budget::default'],
  stages: [
    [
      { from: 'end-entity', checks: ['form', 'criticalExtensions', 'validity', 'authority', 'pathLength', 'purpose'] },
      { from: 'end-entity', checks: ['completeness'] },
      { from: 'anchor', checks: ['signatureStrength', 'signature', 'revocation', 'nameConstraintsBelow'] },
      { from: 'end-entity', checks: ['identifiers'] }
    ],
    'verify_cert.rs: check_issuer_independent_properties, then check_signed_chain and check_signed_chain_name_constraints'
  ],
  unreadable: ['tolerated', 'only what is looked at is decoded'],
  versions: ['three', 'cert.rs: UnsupportedCertVersion'],
  endEntityCa: ['refused', 'verify_cert.rs, check_basic_constraints: CaUsedAsEndEntity'],
  curves: ['all', 'the key of an end entity is not looked at'],
  keyUsage: ['ignored', 'cert.rs: accepted, not enforced for certificates'],
  understood: [new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.31', '2.5.29.37']), 'cert.rs, remember_cert_extension'],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [new Set(), 'decoded when looked at'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['none', 'check_basic_constraints: EndEntityUsedAsCa'],
  withoutCertSign: ['key-usage', 'never comes up'],
  purposeAbove: ['intermediates', 'check_eku goes over every certificate but the anchor'],
  anyPurpose: ['ignored', 'KeyUsage::required_if_present compares with the one purpose'],
  anyPurposeAbove: ['ignored', 'as before'],
  alsoServer: [new Set(), 'as before'],
  usages: [{ client: [], server: [] }, 'not looked at'],
  netscapeTypes: ['ignored', 'not decoded'],
  purposeWantsAuthority: [false, 'check_eku'],
  selfIssuedCounts: [true, 'build_chain_inner: sub_ca_count'],
  atNotAfter: ['valid', 'check_validity, in whole seconds'],
  timeFormat: ['any', 'der.rs fails while parsing'],
  looseEnd: ['seen', 'build_chain_inner'],
  signatureAlgorithms: [
    new Set([...algorithms.rsa.slice(1), ...algorithms.pss, ...algorithms.ecdsa.slice(1, 3), ...algorithms.ed25519]),
    'ring_algs.rs: SHA-256, SHA-384 and, for RSA, SHA-512'
  ],
  signingKeys: [
    { rsa: [2048, 8192], curves: new Set(['P-256', 'P-384']), others: new Set(['Ed25519']) },
    'ring_algs.rs: RSA_…_2048_8192, ECDSA_P256_…, ECDSA_P384_…, ED25519'
  ],
  securityLevel: [0, 'none'],
  constrainedNames: ['subject-and-alternative', 'subject_name/mod.rs: the subject counts as a directory name'],
  selfIssuedFree: [false, 'check_signed_chain_name_constraints'],
  constraintTypes: [new Set(['dns', 'ip']), 'subject_name/mod.rs, check_presented_id_conforms_to_constraints'],
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-presented', 'the same: such a name under such a constraint is refused'],
  subdomains: ['dns-only', 'such constraints are not checked'],
  commonNameConstrained: [false, 'as before'],
  wildcardNames: ['stand-for-all', 'dns_name.rs, presented_id_matches_constraint'],
  nameComparisonLimit: [250_000, 'verify_cert.rs, Budget::default'],
  crls: ['plain', 'crl/mod.rs: no indirect and no delta lists'],
  ocsp: ['ignored', 'WebPkiServerVerifier.verify_server_cert does not look at ocsp_response'],
  listNumber: ['required', 'crl/types.rs: InvalidCrlNumber'],
  commonName: ['never', 'subject_name'],
  wildcards: ['under-two-labels', 'dns_name.rs, is_valid_dns_id with Wildcards::Allow'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['ignored', 'dns_name.rs: absolute reference identifiers'],
  words: [rustlsWords, 'error.rs']
})

const words: { readonly [code in FailureCode]?: string } = {
  'unable-to-get-local-issuer-certificate': 'UnknownIssuer',
  'unable-to-get-issuer-certificate': 'UnknownIssuer',
  'self-signed-certificate': 'UnknownIssuer',
  'self-signed-certificate-in-certificate-chain': 'UnknownIssuer',
  'certificate-chain-too-long': 'MaximumPathDepthExceeded',
  'certificate-signature-failure': 'InvalidSignatureForPublicKey',
  'ca-signature-digest-algorithm-too-weak': 'UnsupportedSignatureAlgorithm',
  'ca-certificate-key-too-weak': 'UnsupportedSignatureAlgorithmForPublicKey',
  'certificate-has-expired': 'CertExpired',
  'certificate-is-not-yet-valid': 'CertNotValidYet',
  'invalid-ca-certificate': 'EndEntityUsedAsCa',
  'invalid-non-ca-certificate': 'CaUsedAsEndEntity',
  'path-length-constraint-exceeded': 'PathLenConstraintViolated',
  'unsuitable-certificate-purpose': 'RequiredEkuNotFound',
  'permitted-subtree-violation': 'NameConstraintViolation',
  'excluded-subtree-violation': 'NameConstraintViolation',
  'unsupported-name-constraint-type': 'NameConstraintViolation',
  'unhandled-critical-extension': 'UnsupportedCriticalExtension',
  'using-cert-extension-requires-at-least-x509v3': 'UnsupportedCertVersion',
  'hostname-mismatch': 'CertNotValidForName',
  'ip-address-mismatch': 'CertNotValidForName',
  'certificate-revoked': 'CertRevoked',
  'unable-to-get-certificate-crl': 'UnknownRevocationStatus',
  'crl-signature-failure': 'InvalidCrlSignatureForPublicKey',
  'key-usage-does-not-include-crl-signing': 'IssuerNotCrlSigner'
}

function rustlsWords(code: FailureCode): string {
  return words[code] ?? opensslText(code)
}
