import { opensslText } from '../failures.js'
import { defineVerifier } from '../verifier.js'
import { openssl } from './openssl.js'

const like = <K extends keyof typeof openssl>(knob: K, source: string) => [openssl[knob], source] as const

// Functions are those of crypto/x509 in BoringSSL, as Envoy's default_validator.cc calls them.

/** BoringSSL as Envoy sets it up. It stops at the first failure. */
export const boringssl = defineVerifier('boringssl', 'BoringSSL (Envoy)', {
  search: ['first-issuer', 'X509_verify_cert'],
  nameComparison: like('nameComparison', 'X509_NAME_cmp'),
  keyIdentifiers: like('keyIdentifiers', 'X509_check_akid'),
  issuerSerial: like('issuerSerial', 'X509_check_akid'),
  keyKind: ['ignored', 'X509_check_issued does not compare kinds of keys'],
  issuerUsage: ['must-certify', 'X509_check_issued: X509_V_ERR_KEYUSAGE_NO_CERTSIGN'],
  preferCurrent: [false, 'find_issuer and X509_STORE_CTX_get1_issuer take the first'],
  anchors: [
    'any-on-path',
    'check_trust; Envoy sets X509_V_FLAG_PARTIAL_CHAIN, since 1.25 by default (envoy.reloadable_features.enable_intermediate_ca), since 1.31 always'
  ],
  trustedEndEntity: [
    'as-anchor',
    'check_trust: with X509_V_FLAG_PARTIAL_CHAIN, lookup_cert_match accepts one that is in the store, and check_chain_extensions passes it by'
  ],
  anchorChecks: [
    new Set(['completeness', 'revocation', 'signature', 'validity', 'nameConstraints']),
    'check_chain_extensions stops at last_untrusted; check_revocation, internal_verify and check_name_constraints go on'
  ],
  depth: [100, 'x509_vpm.cc; Envoy’s max_verify_depth counts intermediates'],
  signatureLimit: like('signatureLimit', 'there is no search'),
  stages: [
    [
      { from: 'end-entity', checks: ['completeness'] },
      { from: 'end-entity', checks: ['criticalExtensions', 'authority', 'purpose', 'pathLength'] },
      { from: 'end-entity', checks: ['identifiers'] },
      { from: 'end-entity', checks: ['revocation'] },
      { from: 'anchor', checks: ['signature', 'validity'] },
      { from: 'anchor', checks: ['nameConstraints'] }
    ],
    'X509_verify_cert, its last lines'
  ],
  unreadable: like('unreadable', 'x509v3_cache_extensions'),
  versions: ['all', 'as before'],
  endEntityCa: ['allowed', 'check_chain_extensions'],
  curves: ['all', 'the key of an end entity is decoded when it is used'],
  keyUsage: ['restricts', 'ku_reject'],
  understood: [
    new Set([...openssl.understood].filter(it => !it.startsWith('1.3.6.1.5.5.7.'))),
    'X509_supported_extension: no proxies, no RFC 3779'
  ],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [new Set(), 'decoded when looked at'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['none', 'check_ca'],
  withoutCertSign: ['invalid-ca', 'check_ca'],
  purposeAbove: ['intermediates', 'check_chain_extensions stops at last_untrusted'],
  anyPurpose: like('anyPurpose', 'xku_reject'),
  anyPurposeAbove: like('anyPurposeAbove', 'xku_reject'),
  alsoServer: [new Set(), 'check_purpose_ssl_server'],
  usages: like('usages', 'check_purpose_ssl_client, check_purpose_ssl_server'),
  netscapeTypes: like('netscapeTypes', 'ns_reject'),
  purposeWantsAuthority: [true, 'check_purpose_ssl_client for CAs'],
  selfIssuedCounts: [false, 'check_chain_extensions'],
  atNotAfter: ['expired', 'X509_cmp_time_posix says “before” for equal times'],
  timeFormat: like('timeFormat', 'X509_cmp_time_posix'),
  looseEnd: ['unseen', 'internal_verify'],
  signatureAlgorithms: ['all', 'x509_digest_verify_init'],
  signingKeys: ['all', 'as before'],
  securityLevel: [0, 'there are no levels'],
  constrainedNames: like('constrainedNames', 'NAME_CONSTRAINTS_check'),
  selfIssuedFree: [true, 'check_name_constraints'],
  constraintTypes: like('constraintTypes', 'nc_match_single'),
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-presented', 'nc_match'],
  subdomains: ['dns-only', 'nc_email, nc_uri'],
  commonNameConstrained: [true, 'check_name_constraints: X509_V_ERR_NAME_CONSTRAINTS_WITHOUT_SANS, stricter still'],
  wildcardNames: ['as-written', 'nc_dns'],
  nameComparisonLimit: [1 << 20, 'NAME_CHECK_MAX'],
  crls: ['plain', 'X509_verify_cert refuses extended CRL support; Envoy sets X509_V_FLAG_CRL_CHECK_ALL unless only_verify_leaf_cert_crl'],
  ocsp: ['ignored', 'SSL_get0_ocsp_response is for the application; Envoy staples its own (ocsp_staple_policy) and reads none of its peer'],
  listNumber: ['optional', 'crl_cb'],
  commonName: ['fallback', 'X509_check_host, in certificates without any DNS name'],
  wildcards: ['whole-label', 'valid_star; Envoy compares alternative names itself'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['significant', 'equal_case'],
  words: [opensslText, 'X509_verify_cert_error_string']
})
