import { type FailureCode, opensslText } from '../failures.js'
import { defineVerifier } from '../verifier.js'
import { algorithms } from './algorithms.js'

// Functions are those of crypto/x509; the random paths of test/path-go.test.ts ask the real one.

/** Go's crypto/x509, as its servers and clients verify with it. */
export const go = defineVerifier('go', 'Go crypto/x509', {
  search: ['backtracking', 'Certificate.buildChains'],
  nameComparison: ['bytes', 'CertPool.findPotentialParents looks up RawIssuer'],
  keyIdentifiers: ['hint', 'findPotentialParents sorts by it'],
  issuerSerial: ['ignored', 'never looked at'],
  keyKind: ['ignored', 'CheckSignatureFrom fails for it'],
  issuerUsage: ['ignored', 'CheckSignatureFrom finds it'],
  preferCurrent: [true, 'all are tried, so that the order does not show'],
  anchors: ['all', 'VerifyOptions.Roots'],
  trustedEndEntity: ['path-of-one', 'Certificate.Verify: Roots.contains(c)'],
  anchorChecks: [
    new Set(['form', 'criticalExtensions', 'authority', 'pathLength', 'purpose', 'validity', 'nameConstraintsBelow']),
    'isValid with rootCertificate, CheckSignatureFrom and checkChainForKeyUsage take roots like others'
  ],
  depth: [100, 'there is no setting; signature checks run out first'],
  signatureLimit: [100, 'maxChainSignatureChecks'],
  stages: [
    [
      { from: 'end-entity', checks: ['form', 'criticalExtensions'] },
      {
        from: 'end-entity',
        checks: [
          'validity',
          'identifiers',
          'completeness',
          'authority',
          'pathLength',
          'signatureStrength',
          'signature',
          'nameConstraintsBelow'
        ]
      },
      { from: 'end-entity', checks: ['purpose'] }
    ],
    'Certificate.Verify: isValid of the end entity, VerifyHostname, buildChains, checkChainForKeyUsage'
  ],
  unreadable: ['refused', 'ParseCertificate'],
  versions: ['all', 'CheckSignatureFrom knows older versions'],
  endEntityCa: ['allowed', 'isValid with leafCertificate'],
  curves: [new Set(['P-224', 'P-256', 'P-384', 'P-521']), 'parsePublicKey: unsupported elliptic curve'],
  keyUsage: ['restricts-if-any', 'CheckSignatureFrom: KeyUsage != 0'],
  understood: [
    new Set([
      '2.5.29.15',
      '2.5.29.17',
      '2.5.29.19',
      '2.5.29.30',
      '2.5.29.31',
      '2.5.29.32',
      '2.5.29.33',
      '2.5.29.36',
      '2.5.29.37',
      '2.5.29.54'
    ]),
    'processExtensions; later releases refuse critical key identifiers and authority information access outright'
  ],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [
    new Set([
      '2.5.29.14',
      '2.5.29.15',
      '2.5.29.17',
      '2.5.29.19',
      '2.5.29.30',
      '2.5.29.31',
      '2.5.29.32',
      '2.5.29.33',
      '2.5.29.35',
      '2.5.29.36',
      '2.5.29.37',
      '2.5.29.54',
      '1.3.6.1.5.5.7.1.1'
    ]),
    'processExtensions'
  ],
  oddNames: ['refused', 'isValid: cannot parse rfc822Name'],
  impliedAuthority: ['version-1-anchor', 'CheckSignatureFrom asks version 3 for basicConstraints, isValid every intermediate'],
  withoutCertSign: ['key-usage', 'CheckSignatureFrom'],
  purposeAbove: ['all', 'checkChainForKeyUsage'],
  anyPurpose: ['suffices', 'checkChainForKeyUsage: ExtKeyUsageAny'],
  anyPurposeAbove: ['suffices', 'checkChainForKeyUsage'],
  alsoServer: [new Set(), 'checkChainForKeyUsage'],
  usages: [{ client: [], server: [] }, 'Verify does not look at the key usage of the end entity'],
  netscapeTypes: ['ignored', 'not decoded'],
  purposeWantsAuthority: [false, 'checkChainForKeyUsage'],
  selfIssuedCounts: [true, 'isValid: numIntermediates counts all'],
  atNotAfter: ['valid-at-start', 'isValid: now.After(c.NotAfter), to the nanosecond'],
  timeFormat: ['any', 'parseTime fails while parsing'],
  looseEnd: ['seen', 'buildChains'],
  signatureAlgorithms: [
    new Set([...algorithms.rsa.slice(1), ...algorithms.pss, ...algorithms.ecdsa.slice(1), ...algorithms.ed25519]),
    'signatureAlgorithmDetails less InsecureAlgorithmError: SHA-1 since 1.18'
  ],
  signingKeys: [
    { rsa: [0, 16384], curves: new Set(['P-224', 'P-256', 'P-384', 'P-521']), others: new Set(['Ed25519']) },
    'checkSignature; later releases want RSA 1024'
  ],
  securityLevel: [0, 'none'],
  constrainedNames: ['alternative', 'isValid goes over certificates with a subjectAltName extension'],
  selfIssuedFree: [false, 'isValid'],
  constraintTypes: [new Set(['dns', 'email', 'uri', 'ip']), 'parseNameConstraintsExtension'],
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-critical', 'parseNameConstraintsExtension: unhandled'],
  subdomains: ['all', 'matchDomainConstraint serves mailboxes and URIs too'],
  commonNameConstrained: [false, 'since 1.15'],
  wildcardNames: ['stand-for-all', 'since 1.25; before, characters were compared'],
  nameComparisonLimit: [Number.POSITIVE_INFINITY, 'since 1.26 constraints are sorted; before, 250,000 comparisons'],
  crls: ['ignored', 'Verify knows no revocation'],
  ocsp: ['ignored', 'ConnectionState.OCSPResponse is handed to the application, Verify knows no revocation'],
  listNumber: ['optional', 'as before'],
  commonName: ['never', 'VerifyHostname since 1.15'],
  wildcards: ['whole-label', 'matchHostnames'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['ignored', 'VerifyHostname'],
  words: [goWords, 'UnknownAuthorityError, CertificateInvalidError, HostnameError, UnhandledCriticalExtension']
})

const unknownAuthority = 'x509: certificate signed by unknown authority'
const words: { readonly [code in FailureCode]?: string } = {
  'unable-to-get-local-issuer-certificate': unknownAuthority,
  'unable-to-get-issuer-certificate': unknownAuthority,
  'self-signed-certificate': unknownAuthority,
  'self-signed-certificate-in-certificate-chain': unknownAuthority,
  'certificate-signature-failure': `${unknownAuthority} (possibly because the signature does not verify with the candidate authority's key)`,
  'key-usage-does-not-include-certificate-signing': `${unknownAuthority} (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate")`,
  'ca-signature-digest-algorithm-too-weak': `${unknownAuthority} (possibly because of "x509: cannot verify signature: insecure algorithm")`,
  'invalid-ca-certificate': 'x509: certificate is not authorized to sign other certificates',
  'certificate-has-expired': 'x509: certificate has expired or is not yet valid',
  'certificate-is-not-yet-valid': 'x509: certificate has expired or is not yet valid',
  'path-length-constraint-exceeded': 'x509: too many intermediates for path length constraint',
  'unsuitable-certificate-purpose': 'x509: certificate specifies an incompatible key usage',
  'permitted-subtree-violation': 'x509: a root or intermediate certificate is not authorized to sign for this name',
  'excluded-subtree-violation': 'x509: a root or intermediate certificate is not authorized to sign for this name',
  'unhandled-critical-extension': 'x509: unhandled critical extension',
  'hostname-mismatch': 'x509: certificate is not valid for that name',
  'ip-address-mismatch': 'x509: certificate is not valid for that address',
  'unable-to-decode-issuer-public-key': 'x509: unsupported elliptic curve'
}

function goWords(code: FailureCode): string {
  return words[code] ?? `x509: ${opensslText(code)}`
}
