import { cause, type ErrorEntry, ofServer } from '../entry.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('java', 'https://docs.oracle.com/en/java/javase/17/security/java-secure-socket-extension-jsse-reference-guide.html')

export const javaEntries: readonly ErrorEntry[] = [
  entry(
    'path-building',
    /PKIX path building failed(?:: (?:sun\.security\.provider\.certpath|java\.security\.cert)\.[\w.]{1,60})?(?:: unable to find valid certification path to requested target)?|unable to find valid certification path to requested target/,
    'unknown-issuer',
    {
      means: ({ judge, holder }) =>
        `${judge} found no way from the certificate of ${holder} to a CA in its truststore; a truststore that is set replaces the one of the JDK.`,
      causes: [
        cause(
          'the truststore does not hold the root, or another truststore is in use than the one that was changed',
          'issuer-not-trusted-by-peer'
        ),
        cause('the intermediate is missing from what is presented', 'missing-intermediate'),
        cause('the truststore holds the leaf of the peer instead of its CA, and the leaf was renewed', 'end-entity-in-trust-bundle'),
        ofServer('a proxy that inspects TLS answers with a certificate of its own CA')
      ],
      change:
        'Import the root into the truststore that this process uses (-Djavax.net.ssl.trustStore), and let the other side send its intermediates.'
    }
  ),
  entry('no-anchor', /Path does not chain with any of the trust anchors/, 'unknown-issuer'),
  entry('no-anchors', /the trustAnchors parameter must be non-empty/, 'verification-without-ca', {
    ...configuration,
    by: 'this-side',
    means: ({ local }) => `The truststore of ${local} is empty, is not there, or holds only private key entries.`,
    causes: [
      cause('the path of the truststore is wrong: Java takes a missing file for an empty store', 'file-not-found'),
      cause('the CA was imported with its key, or not at all', 'upstream-verification-without-ca', 'client-verification-without-ca')
    ],
    change: 'Correct the path, and look with keytool -list for trustedCertEntry.'
  }),
  entry('expired', /(?:java\.security\.cert\.)?CertificateExpiredException(?:: NotAfter:)?/, 'expired'),
  entry('not-yet-valid', /(?:java\.security\.cert\.)?CertificateNotYetValidException(?:: NotBefore:)?/, 'not-yet-valid'),
  entry(
    'validity',
    /PKIX path validation failed: java\.security\.cert\.CertPathValidatorException: validity check failed|\bvalidity check failed\b/,
    'validity',
    umbrella
  ),
  entry('signature', /\bsignature check failed\b|java\.security\.SignatureException: Signature does not match/, 'signature'),
  entry('not-a-ca', /\bbasic constraints check failed\b|TrustAnchor with subject "[^"]{0,300}" is not a CA certificate/, 'not-a-ca'),
  entry('path-length', /basic constraints check failed: pathLenConstraint violated/, 'path-length'),
  entry('name-constraint', /\bname constraints check failed\b/, 'name-constraint'),
  entry('client-purpose', /Extended key usage does not permit use for TLS client authentication/, 'purpose', { role: 'server' }),
  entry('server-purpose', /Extended key usage does not permit use for TLS server authentication/, 'purpose', { role: 'client' }),
  entry('key-usage', /KeyUsage does not allow (?:digital signatures|key encipherment|key agreement)/, 'purpose', {
    causes: [cause('the key usage lacks what this handshake needs, mostly digitalSignature', 'missing-digital-signature')]
  }),
  entry(
    'no-alternative-names',
    /No subject alternative (?:names present|DNS name present)|No subject alternative names(?! matching)/,
    'no-alternative-names',
    { role: 'client' }
  ),
  entry(
    'name',
    /No (?:subject alternative DNS name matching|name matching) [^\s]{1,260} found|Certificate for <[^>]{1,260}> doesn't match any of the subject alternative names|Hostname [^\s]{1,260} not verified/,
    'name',
    { role: 'client' }
  ),
  entry('address', /No subject alternative names matching IP address [^\s]{1,60} found/, 'address', { role: 'client' }),
  entry('weak', /Certificates do(?:es)? not conform to algorithm constraints|Algorithm constraints check failed on/, 'weak-digest', {
    means: ({ judge, holder }) =>
      `A certificate in the path of ${holder} uses a digest or a key size that jdk.certpath.disabledAlgorithms of ${judge} forbids.`,
    causes: [cause('a certificate is signed with SHA-1 or MD5', 'weak-signature'), cause('a key is too short', 'weak-key')]
  }),
  entry('revoked', /Certificate has been revoked|CertificateRevokedException/, 'revoked'),
  entry('revocation-unknown', /Unable to determine revocation status|Could not determine revocation status/i, 'crl-missing', {
    means: ({ judge, holder }) => `${judge} checks revocation, and neither CRL nor OCSP tells about the path of ${holder}.`
  }),
  entry('no-client-certificate', /Empty (?:client|server) certificate chain|\bnull cert chain\b/, 'no-certificate', { role: 'server' }),
  entry('peer-not-authenticated', /SSLPeerUnverifiedException: peer not authenticated/, 'no-certificate', {
    ...umbrella,
    means: ({ judge, holder }) =>
      `${judge} asked for the certificate of ${holder} and there is none: it was not sent, or the handshake had failed before.`
  }),
  entry('no-trust-manager', /No X509TrustManager(?: implementation)? (?:available|found)/, 'verification-without-ca', {
    ...configuration,
    by: 'this-side',
    means: ({ local }) =>
      `${local} has no trust manager that could judge a certificate: its TLS context was made without one, or its truststore could not be read.`,
    causes: [
      cause('the TLS context has a truststore that could not be loaded', 'file-not-found', 'wrong-file-kind'),
      cause('no truststore is configured', 'upstream-verification-without-ca', 'client-verification-without-ca')
    ],
    change: 'Initialise the TLS context with a TrustManagerFactory over a truststore that holds the CA.'
  }),
  entry('plaintext', /Unsupported or unrecognized SSL message|Unrecognized SSL message, plaintext connection/, 'plaintext', connection),
  entry(
    'closed',
    /Remote host (?:terminated the handshake|closed connection during handshake)|SSL peer shut down incorrectly/,
    'closed-early',
    { ...connection, by: 'unknown' }
  ),
  entry(
    'write-failed',
    /java\.io\.IOException: Error writing to server|java\.net\.SocketException: (?:Broken pipe|Connection or outbound has been closed|Connection reset(?: by peer)?)/,
    'closed-early',
    {
      ...connection,
      by: 'unknown',
      means: ({ local, peer }) =>
        `${peer} closed the connection while ${local} was still writing. With TLS 1.3 that happens when a server refuses the client certificate, or its absence, after the client’s own handshake is over.`
    }
  ),
  entry('no-cipher', /no cipher suites in common|No available authentication scheme/, 'no-shared-cipher', {
    ...connection,
    role: 'server'
  }),
  entry(
    'version',
    /No appropriate protocol \(protocol is disabled or cipher suites are inappropriate\)|Client requested protocol [\w.]{1,12} is? ?not enabled or (?:is )?not supported|The (?:client|server) (?:supported protocol versions|selected protocol version) [^\n]{0,60} (?:is|are) not accepted/,
    'protocol-version',
    connection
  ),
  entry(
    'keystore-password',
    /keystore password was incorrect|Keystore was tampered with, or password was incorrect|Cannot recover key|Get Key failed/,
    'encrypted-key',
    { ...configuration, by: 'this-side' }
  ),
  entry('keystore-form', /Invalid keystore format|toDerInputStream rejects tag type|Unrecognized keystore format/, 'file-kind', {
    ...configuration,
    by: 'this-side'
  }),
  entry('path-validation', /PKIX path validation failed/, 'unverified', umbrella)
]
