import { type FailureCode, opensslText } from '../failures.js'
import { defineVerifier } from '../verifier.js'
import { algorithms } from './algorithms.js'

// Classes are those of sun.security in OpenJDK 17; the random paths of test/path-java.test.ts ask the real trust manager.

/** Java's PKIX trust manager, the default of every JSSE server and client. */
export const java = defineVerifier('java', 'Java PKIX', {
  search: ['backtracking', 'SunCertPathBuilder, where the chain as sent does not lead to an anchor'],
  nameComparison: ['folded', 'X500Principal, canonical form'],
  keyIdentifiers: ['hint', 'ForwardBuilder sorts by it; only a path taken as sent has to agree with its anchor: AdaptableX509CertSelector'],
  issuerSerial: ['ignored', 'as before'],
  keyKind: ['ignored', 'the signature fails'],
  issuerUsage: ['ignored', 'KeyChecker finds it'],
  preferCurrent: [true, 'all are tried, so that the order does not show'],
  anchors: ['all', 'PKIXParameters.getTrustAnchors'],
  trustedEndEntity: ['unchecked', 'PKIXValidator.engineValidate: a trusted first certificate is the whole path'],
  anchorChecks: [
    new Set(['authority', 'form']),
    'PKIXValidator: an anchor of version 3 without CA:TRUE is none (jdk.security.allowNonCaAnchor); dates and constraints are not looked at'
  ],
  depth: [100, 'PKIXValidator validates what was sent without a limit; PKIXBuilderParameters has 5 for what it builds'],
  signatureLimit: [300, 'a budget of our own'],
  stages: [
    [
      { from: 'end-entity', checks: ['completeness'] },
      {
        from: 'anchor',
        checks: [
          'signatureStrength',
          'form',
          'authority',
          'pathLength',
          'nameConstraintsBelow',
          'validity',
          'signature',
          'revocation',
          'criticalExtensions'
        ]
      },
      { from: 'end-entity', checks: ['policies', 'purpose', 'identifiers'] }
    ],
    'PKIXMasterCertPathValidator with its checkers, then EndEntityChecker, then HostnameChecker'
  ],
  unreadable: ['refused', 'CertificateExtensions: duplicate extensions; other unparseable ones are kept unless critical'],
  versions: ['all', 'ConstraintsChecker'],
  endEntityCa: ['allowed', 'EndEntityChecker'],
  curves: ['all', 'AlgorithmChecker'],
  keyUsage: ['restricts', 'KeyChecker, EndEntityChecker'],
  understood: [
    new Set([
      '2.5.29.15',
      '2.5.29.17',
      '2.5.29.19',
      '2.5.29.30',
      '2.5.29.32',
      '2.5.29.33',
      '2.5.29.36',
      '2.5.29.37',
      '2.5.29.54',
      '2.16.840.1.113730.1.1'
    ]),
    'supported extensions of the checkers and of EndEntityChecker'
  ],
  asSent: [true, 'PKIXValidator.engineValidate'],
  searchedAnchors: [
    'direct-or-current',
    'ForwardBuilder.getMatchingCACerts keeps its selector, with the date that it set for the step before'
  ],
  emptySubject: ['critical-alternative-name', 'X509CertInfo.verifyCert: X.509 Certificate is incomplete'],
  decoded: [new Set(), 'decoded when looked at'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['version-1-anchor', 'ConstraintsChecker.mergeBasicConstraints wants version 3 of intermediates'],
  withoutCertSign: ['key-usage', 'KeyChecker.verifyCAKeyUsage'],
  purposeAbove: ['none', 'EndEntityChecker looks at the first certificate only'],
  anyPurpose: ['suffices', 'EndEntityChecker.checkEKU'],
  anyPurposeAbove: ['suffices', 'never comes up'],
  alsoServer: [new Set(['1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1']), 'EndEntityChecker.checkTLSServer'],
  usages: [{ client: ['digitalSignature'], server: ['digitalSignature'] }, 'EndEntityChecker, with the key exchanges of TLS 1.3 and ECDHE'],
  netscapeTypes: ['restrict', 'EndEntityChecker: SimpleValidator.getNetscapeCertTypeBit'],
  purposeWantsAuthority: [false, 'EndEntityChecker'],
  selfIssuedCounts: [false, 'ConstraintsChecker'],
  atNotAfter: ['valid-at-start', 'CertificateValidity.valid compares milliseconds'],
  timeFormat: ['any', 'DerInputStream'],
  looseEnd: ['seen', 'BasicChecker'],
  signatureAlgorithms: [
    new Set([...algorithms.rsa, ...algorithms.pss, ...algorithms.ecdsa, ...algorithms.edwards, ...algorithms.dsa, ...algorithms.sha1]),
    'jdk.certpath.disabledAlgorithms: MD2, MD5; SHA-1 only under the anchors that come with the JDK'
  ],
  signingKeys: [
    { rsa: [1024, 16384], curves: new Set(['P-224', 'P-256', 'P-384', 'P-521']), others: new Set(['Ed25519', 'Ed448', 'DSA']) },
    'jdk.certpath.disabledAlgorithms, and the curves of SunEC'
  ],
  securityLevel: [0, 'none'],
  constrainedNames: ['subject-and-alternative', 'NameConstraintsExtension.verify'],
  selfIssuedFree: [true, 'ConstraintsChecker.verifyNameConstraints'],
  constraintTypes: [new Set(['directory', 'dns', 'email', 'uri', 'ip']), 'GeneralNameInterface.constrains'],
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-presented', 'NameConstraintsExtension.verify'],
  subdomains: ['dns-only', 'RFC822Name.constrains, URIName.constrains'],
  commonNameConstrained: [true, 'NameConstraintsExtension.verify: without alternative names the common name is one'],
  wildcardNames: ['as-written', 'DNSName.constrains'],
  nameComparisonLimit: [Number.POSITIVE_INFINITY, 'none'],
  crls: ['full', 'RevocationChecker with CRLs from a CertStore'],
  ocsp: [
    { needed: 'whole-path', skew: 900, unknown: 'refused', inLieuOfCrl: true },
    'RevocationChecker, OCSPResponse.verify: MAX_CLOCK_SKEW; only where revocation is enabled (com.sun.net.ssl.checkRevocation)'
  ],
  listNumber: ['optional', 'DistributionPointFetcher'],
  commonName: ['fallback', 'HostnameChecker.matchDNS, where there is no DNS name'],
  wildcards: ['part-of-label', 'HostnameChecker.matchLeftmostWildcard'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['ignored', 'HostnameChecker strips it'],
  words: [javaWords, 'sun.security.validator and java.security.cert']
})

const noPath =
  'PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target'
const failed = (reason: string) => `PKIX path validation failed: java.security.cert.CertPathValidatorException: ${reason}`
const words: { readonly [code in FailureCode]?: string } = {
  'unable-to-get-local-issuer-certificate': noPath,
  'unable-to-get-issuer-certificate': noPath,
  'self-signed-certificate': noPath,
  'self-signed-certificate-in-certificate-chain': noPath,
  'certificate-signature-failure': failed('signature check failed'),
  'certificate-has-expired': failed('validity check failed'),
  'certificate-is-not-yet-valid': failed('validity check failed'),
  'invalid-ca-certificate': failed('basic constraints check failed: this is not a CA certificate'),
  'path-length-constraint-exceeded': failed(
    'basic constraints check failed: pathLenConstraint violated - this cert must be the last cert in the certification path'
  ),
  'key-usage-does-not-include-certificate-signing': failed('CA key usage check failed: keyCertSign bit is not set'),
  'permitted-subtree-violation': failed('name constraints check failed'),
  'excluded-subtree-violation': failed('name constraints check failed'),
  'unhandled-critical-extension': failed('unrecognized critical extension(s)'),
  'ca-signature-digest-algorithm-too-weak': failed('algorithm constraints check failed'),
  'ca-certificate-key-too-weak': failed('algorithm constraints check failed'),
  'no-explicit-policy': failed('certificate policies check failed'),
  'unsuitable-certificate-purpose': 'the extended key usage or key usage does not permit this use in TLS',
  'certificate-revoked': failed('Certificate has been revoked'),
  'crl-has-expired': failed('Could not determine revocation status'),
  'crl-is-not-yet-valid': failed('Could not determine revocation status'),
  'unable-to-get-certificate-crl': failed('Could not determine revocation status'),
  'ocsp-verification-needed': failed('Could not determine revocation status'),
  'ocsp-verification-failed': failed('Could not determine revocation status'),
  'ocsp-unknown-cert': failed("the certificate's revocation status is unknown")
}

function javaWords(code: FailureCode): string {
  return words[code] ?? opensslText(code)
}
