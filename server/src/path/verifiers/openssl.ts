import { opensslText } from '../failures.js'
import { defineVerifier, everyCheck } from '../verifier.js'

// Functions are those of crypto/x509 in OpenSSL 3.0; every setting is held against the real `openssl verify` by
// test/path-openssl.test.ts.

/** OpenSSL 3.0 as nginx and HAProxy drive it. */
export const openssl = defineVerifier('openssl', 'OpenSSL 3.0', {
  search: ['first-issuer', 'build_chain, with X509_V_FLAG_TRUSTED_FIRST, which is on by default'],
  nameComparison: ['folded', 'X509_NAME_cmp over the canonical encoding'],
  keyIdentifiers: ['must-agree', 'X509_check_akid'],
  issuerSerial: ['must-agree', 'X509_check_akid'],
  keyKind: ['must-fit', 'check_sig_alg_match'],
  anchors: ['self-signed', 'check_trust; all of them with X509_V_FLAG_PARTIAL_CHAIN'],
  trustedEndEntity: ['as-issuer', 'build_chain: a self-signed end entity is replaced by its like from the store'],
  anchorChecks: [everyCheck, 'check_extensions and internal_verify go over the whole chain'],
  depth: [100, 'the default parameters of x509_vpm.c; a limit in a question counts CA certificates between end entity and anchor'],
  signatureLimit: [Number.POSITIVE_INFINITY, 'there is no search that could cost more than one signature for each certificate'],
  stages: [
    [
      { from: 'end-entity', checks: ['endEntityKeyStrength'] },
      { from: 'end-entity', checks: ['completeness'] },
      { from: 'end-entity', checks: ['criticalExtensions', 'authority', 'explicitCurve', 'purpose', 'pathLength'] },
      { from: 'end-entity', checks: ['authorityKeyStrength', 'signatureStrength'] },
      { from: 'end-entity', checks: ['identifiers'] },
      { from: 'end-entity', checks: ['revocation'] },
      { from: 'anchor', checks: ['signature', 'validity'] },
      { from: 'anchor', checks: ['nameConstraints'] }
    ],
    'X509_verify_cert and verify_chain; policies are off unless X509_V_FLAG_POLICY_CHECK is set'
  ],
  understood: [
    new Set([
      '2.16.840.1.113730.1.1',
      '2.5.29.15',
      '2.5.29.17',
      '2.5.29.19',
      '2.5.29.30',
      '2.5.29.31',
      '2.5.29.32',
      '2.5.29.33',
      '2.5.29.36',
      '2.5.29.37',
      '2.5.29.54',
      '1.3.6.1.5.5.7.1.7',
      '1.3.6.1.5.5.7.1.8',
      '1.3.6.1.5.5.7.1.14',
      '1.3.6.1.5.5.7.48.1.5'
    ]),
    'X509_supported_extension: key identifiers are not among them'
  ],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [new Set(), 'decoded when looked at'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['old-anchor', 'check_ca: X509_check_ca above 1'],
  withoutCertSign: ['invalid-ca', 'check_ca, and once more ossl_x509_signing_allowed'],
  purposeAbove: ['all', 'check_purpose for every certificate of the path, anchor included'],
  anyPurpose: ['ignored', 'check_purpose_ssl_client asks for XKU_SSL_CLIENT itself'],
  anyPurposeAbove: ['ignored', 'check_purpose_ssl_client, which begins alike for CAs'],
  alsoServer: [new Set(['1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1']), 'check_purpose_ssl_server: XKU_SGC'],
  usages: [
    { client: ['digitalSignature', 'keyAgreement'], server: ['digitalSignature', 'keyEncipherment', 'keyAgreement'] },
    'check_purpose_ssl_client, check_purpose_ssl_server'
  ],
  netscapeTypes: ['restrict', 'ns_reject in the same functions'],
  purposeWantsAuthority: [true, 'check_ssl_ca'],
  selfIssuedCounts: [false, 'check_extensions: EXFLAG_SI'],
  atNotAfter: ['expired', 'X509_cmp_time says “before” for equal times'],
  timeFormat: ['strict', 'X509_cmp_time takes YYMMDDHHMMSSZ and YYYYMMDDHHMMSSZ only'],
  looseEnd: ['unseen', 'internal_verify steps over a last certificate that did not issue itself'],
  signatureAlgorithms: ['all', 'what it cannot verify never becomes part of a path: check_sig_alg_match'],
  signingKeys: ['all', 'check_key_level goes by bits alone'],
  securityLevel: [2, 'what Debian and most distributions build as the default security level; `openssl verify` alone uses 0'],
  commonNameConstrained: [true, 'check_name_constraints, NAME_CONSTRAINTS_check_CN'],
  wildcardNames: ['as-written', 'nc_dns compares characters'],
  nameComparisonLimit: [1 << 20, 'NAME_CHECK_MAX in v3_ncons.c'],
  crls: ['plain', 'get_crl_score without X509_V_FLAG_EXTENDED_CRL_SUPPORT; nginx and HAProxy set X509_V_FLAG_CRL_CHECK_ALL'],
  ocsp: [
    { needed: 'end-entity', skew: 300, unknown: 'refused', inLieuOfCrl: false },
    'OCSP_basic_verify, OCSP_resp_find_status and OCSP_check_validity with 300 seconds, where the application calls them: nginx ssl_ocsp, curl --cert-status; X509_verify_cert alone reads none before 3.6'
  ],
  listNumber: ['optional', 'crl_cb in x_crl.c reads it, nothing asks for it'],
  commonName: ['fallback', 'do_x509_check: only with X509_CHECK_FLAG_NEVER_CHECK_SUBJECT it is never looked at'],
  wildcards: ['part-of-label', 'valid_star, wildcard_match'],
  leadingDot: ['any-subdomain', 'do_x509_check: _X509_CHECK_FLAG_DOT_SUBDOMAINS'],
  trailingDot: ['significant', 'equal_case compares whole strings'],
  issuerUsage: ['ignored', 'X509_check_issued is not asked; build_chain goes by ossl_x509_likely_issued'],
  preferCurrent: [true, 'get0_best_issuer_sk, X509_STORE_CTX_get1_issuer'],
  unreadable: ['issues-nothing', 'ossl_x509v3_cache_extensions fails, and with it ossl_x509_likely_issued'],
  versions: ['all', 'none is asked for'],
  endEntityCa: ['allowed', 'check_extensions: must_be_ca is -1 for the first certificate'],
  curves: ['all', 'what libcrypto was built with'],
  keyUsage: ['restricts', 'ku_reject; without any bit the extension counts as invalid'],
  constrainedNames: ['subject-and-alternative', 'NAME_CONSTRAINTS_check'],
  selfIssuedFree: [true, 'check_name_constraints'],
  constraintTypes: [new Set(['directory', 'dns', 'email', 'uri', 'ip']), 'nc_match_single'],
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-presented', 'nc_match compares types first'],
  subdomains: ['dns-only', 'nc_email, nc_uri'],
  words: [opensslText, 'X509_verify_cert_error_string']
})
