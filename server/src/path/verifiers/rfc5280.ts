import { opensslText } from '../failures.js'
import { defineVerifier, everyCheck } from '../verifier.js'
import { algorithms } from './algorithms.js'

/** RFC 5280 to the letter, with RFC 9525 for names: what a certificate has to be so that nobody can object. */
export const rfc5280 = defineVerifier('rfc5280', 'RFC 5280', {
  search: ['backtracking', 'RFC 4158 2: any path that validates will do'],
  nameComparison: ['folded', 'RFC 5280 7.1'],
  keyIdentifiers: ['hint', 'RFC 5280 4.2.1.1: a means to build paths; 6.1 does not look at it'],
  issuerSerial: ['ignored', 'as before'],
  keyKind: ['ignored', 'RFC 5280 6.1.3 (a)(1): the signature is verified, whatever its kind'],
  anchors: ['all', 'RFC 5280 6.1.1 (d): a trust anchor is whom the user believes'],
  trustedEndEntity: ['as-issuer', 'RFC 5280 6.1: the anchor is no part of the path'],
  anchorChecks: [everyCheck, 'RFC 5280 6.2 lets an application restrict anchors; who configures a certificate means what it says'],
  depth: [20, 'RFC 5280 sets no limit; real paths stay far below'],
  signatureLimit: [300, 'a budget of our own'],
  stages: [
    [
      { from: 'end-entity', checks: ['completeness'] },
      {
        from: 'anchor',
        checks: ['signature', 'validity', 'nameConstraintsBelow', 'criticalExtensions', 'authority', 'pathLength', 'purpose']
      },
      { from: 'end-entity', checks: ['policies', 'revocation', 'identifiers', 'signatureStrength', 'authorityKeyStrength', 'profile'] }
    ],
    'RFC 5280 6.1.3 to 6.1.5'
  ],
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
    'RFC 5280 4.2, the paragraph on what applications must recognise, and cRLDistributionPoints for 6.3'
  ],
  asSent: [false, 'paths are built'],
  searchedAnchors: ['all', 'their dates are looked at afterwards, if at all'],
  emptySubject: ['allowed', 'not looked at while verifying'],
  decoded: [new Set(), 'decoded when looked at'],
  oddNames: ['compared', 'each kind of name is compared with constraints of its kind'],
  impliedAuthority: ['version-1-anchor', 'RFC 5280 6.1.4 (k): by other means for versions 1 and 2, which is being an anchor'],
  withoutCertSign: ['key-usage', 'RFC 5280 6.1.4 (n)'],
  purposeAbove: [
    'all',
    'RFC 5280 4.2.1.12 says “the certified public key may be used”; every verifier in use reads it as a restriction of what is below'
  ],
  anyPurpose: ['suffices', 'RFC 5280 4.2.1.12'],
  anyPurposeAbove: ['suffices', 'RFC 5280 4.2.1.12'],
  alsoServer: [new Set(), 'RFC 5280 4.2.1.12'],
  usages: [
    { client: ['digitalSignature', 'keyAgreement'], server: ['digitalSignature', 'keyEncipherment', 'keyAgreement'] },
    'RFC 5280 4.2.1.12, the key usages that go with serverAuth and clientAuth'
  ],
  netscapeTypes: ['ignored', 'RFC 5280 does not know them'],
  purposeWantsAuthority: [false, 'RFC 5280 6.1.4 (k)'],
  selfIssuedCounts: [false, 'RFC 5280 4.2.1.9'],
  atNotAfter: ['valid', 'RFC 5280 4.1.2.5: “through notAfter, inclusive”'],
  timeFormat: ['strict', 'RFC 5280 4.1.2.5.1, 4.1.2.5.2'],
  looseEnd: ['seen', 'RFC 5280 6.1.3 (a)(2)'],
  signatureAlgorithms: [
    new Set([...algorithms.rsa, ...algorithms.pss, ...algorithms.ecdsa, ...algorithms.edwards, ...algorithms.dsa]),
    'RFC 3279, RFC 4055, RFC 5758 and RFC 8410, less MD5 and SHA-1 where RFC 9155 and RFC 8702 call them broken'
  ],
  signingKeys: ['all', 'RFC 5280 leaves strength to others'],
  securityLevel: [0, 'as before'],
  commonNameConstrained: [false, 'RFC 5280 4.2.1.10: applies to subject and subjectAltName'],
  wildcardNames: ['stand-for-all', 'a name that matches an excluded host is not outside of the excluded subtree'],
  nameComparisonLimit: [1 << 20, 'a budget of our own'],
  crls: ['full', 'RFC 5280 6.3'],
  ocsp: [
    { needed: 'end-entity', skew: 0, unknown: 'refused', inLieuOfCrl: true },
    'RFC 6960 1: in lieu of or as a supplement to checking against a CRL; 3.2, 4.2.2.2'
  ],
  listNumber: ['required', 'RFC 5280 5.2.3'],
  commonName: ['never', 'RFC 9525 2'],
  wildcards: ['whole-label', 'RFC 9525 6.3'],
  leadingDot: ['literal', 'no such convention'],
  trailingDot: ['ignored', 'RFC 9525 4.1: reference identifiers are fully qualified'],
  issuerUsage: ['ignored', 'RFC 5280 6.1.4 (n) finds it while validating'],
  preferCurrent: [true, 'a hint to the search, nothing more'],
  unreadable: ['tolerated', 'what does not decode is a breach of the profile, found as such'],
  versions: ['all', 'RFC 5280 6.1.4 (k) speaks of versions 1 and 2'],
  endEntityCa: ['allowed', 'RFC 5280 6.1 has no such rule'],
  curves: ['all', 'RFC 5480 leaves it open'],
  keyUsage: ['restricts', 'RFC 5280 4.2.1.3'],
  constrainedNames: ['subject-and-alternative', 'RFC 5280 4.2.1.10'],
  selfIssuedFree: [true, 'RFC 5280 6.1.3 (b)'],
  constraintTypes: [new Set(['directory', 'dns', 'email', 'uri', 'ip']), 'RFC 5280 4.2.1.10 defines these'],
  constrainedCertificates: ['all', 'every certificate below the CA that constrains'],
  otherConstraints: ['if-presented', 'RFC 5280 4.2.1.10: or reject the certificate when such a name appears'],
  subdomains: ['dns-only', 'RFC 5280 4.2.1.10: a host without a leading period is that host'],
  words: [opensslText, 'the RFC has none']
})
