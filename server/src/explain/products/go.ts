import { cause, type ErrorEntry, ofClient } from '../entry.js'
import { configuration, connection, tableOf } from '../table.js'

const entry = tableOf('go', 'https://pkg.go.dev/crypto/x509#Certificate.Verify')
const tls = { citation: 'https://pkg.go.dev/crypto/tls' } as const

export const goEntries: readonly ErrorEntry[] = [
  entry(
    'same-name-authority',
    /x509: certificate signed by unknown authority \(possibly because of "[^"]{0,200}" while trying to verify candidate authority certificate "[^"]{0,200}"\)/,
    'signature',
    {
      means: ({ judge, holder }) =>
        `${judge} trusts a CA of the right name for the certificate of ${holder}, but it is not the one that signed: the words in parentheses say why it was passed over.`
    }
  ),
  entry('unknown-authority', /x509: certificate signed by unknown authority/, 'unknown-issuer', {
    causes: [
      cause('the CA is not in RootCAs or ClientCAs, nor in the system’s store where those are nil', 'issuer-not-trusted-by-peer'),
      cause('the intermediate is missing from the file that is presented', 'missing-intermediate'),
      cause('the CA was renewed with a new key, and one side still has the old one', 'issuer-key-mismatch'),
      ofClient('the client certificate has ExtKeyUsage and the CA is another one than ClientCAs', 'missing-client-auth'),
      cause('the pool holds the leaf of the peer, but another one', 'end-entity-in-trust-bundle')
    ]
  }),
  entry(
    'expired',
    /x509: certificate has expired or is not yet valid: current time [^\n]{1,60} is after [\w:.+-]{0,40}|x509: certificate has expired or is not yet valid: ?$/,
    'expired'
  ),
  entry(
    'not-yet-valid',
    /x509: certificate has expired or is not yet valid: current time [^\n]{1,60} is before [\w:.+-]{0,40}/,
    'not-yet-valid'
  ),
  entry('validity', /x509: certificate has expired or is not yet valid/, 'validity'),
  entry(
    'name',
    /x509: certificate is (?:valid for [^\n]{0,2000}, not |not valid for any names, but wanted to match )[\w.:-]{1,260}/,
    'name'
  ),
  entry('address', /x509: cannot validate certificate for [^\n]{0,60} because it doesn't contain any IP SANs/, 'address'),
  entry(
    'common-name',
    /x509: certificate relies on legacy Common Name field, use SANs(?: or temporarily[^\n]{0,80})?(?: instead)?/,
    'no-alternative-names'
  ),
  entry('purpose', /x509: certificate specifies an incompatible key usage/, 'purpose', {
    causes: [
      ofClient('the extended key usage lacks clientAuth', 'missing-client-auth'),
      cause(
        'the extended key usage lacks serverAuth, or clientAuth where a client presents it',
        'missing-server-auth',
        'missing-client-auth'
      ),
      cause('a CA above it has an extended key usage that excludes this use', 'missing-client-auth', 'missing-server-auth')
    ]
  }),
  entry('path-length', /x509: too many intermediates for path length constraint/, 'path-length'),
  entry(
    'not-a-ca',
    /x509: (?:certificate is not authorized to sign other certificates|invalid signature: parent certificate cannot sign this kind of certificate)/,
    'not-a-ca'
  ),
  entry(
    'name-constraint',
    /x509: (?:a root or intermediate certificate is not authorized to sign for this name|issuer has name constraints but leaf )/,
    'name-constraint'
  ),
  entry('issuer-name', /x509: issuer name does not match subject from issuing certificate/, 'unknown-issuer'),
  entry('weak-digest', /x509: cannot verify signature: insecure algorithm/, 'weak-digest'),
  entry(
    'signature',
    /(?:x509: .{0,40}verification (?:error|failure)|crypto\/(?:rsa|ecdsa|x509): verification (?:error|failure))/,
    'signature'
  ),
  entry(
    'malformed',
    /x509: (?:malformed|invalid|unhandled critical extension|negative serial number|certificate contains duplicate extensions)/,
    'malformed'
  ),
  entry('no-client-certificate', /tls: client didn't provide a certificate/, 'no-certificate', { role: 'server', ...tls }),
  entry('bad-client-signature', /tls: invalid (?:certificate signature|signature by the (?:client|server) certificate)/, 'signature', {
    ...tls,
    causes: [cause('the private key does not belong to the certificate', 'key-does-not-match-certificate')]
  }),
  entry('plain-client', /client sent an HTTP request to an HTTPS server/i, 'plaintext', { ...connection, role: 'server', ...tls }),
  entry('plain-server', /http: server gave HTTP response to HTTPS client/, 'plaintext', { ...connection, role: 'client', ...tls }),
  entry('no-tls', /tls: first record does not look like a TLS handshake|tls: oversized record received/, 'plaintext', {
    ...connection,
    ...tls
  }),
  entry(
    'version',
    /tls: (?:client offered only unsupported versions|server selected unsupported protocol version|no supported versions satisfy)/,
    'protocol-version',
    { ...connection, ...tls }
  ),
  entry(
    'no-cipher',
    /tls: (?:no cipher suite supported by both client and server|peer doesn't support any of the certificate's signature algorithms|client doesn't support (?:selected certificate|any cipher suites))/,
    'no-shared-cipher',
    { ...connection, ...tls }
  ),
  entry(
    'nothing-presented',
    /tls: (?:no certificates configured|neither Certificates, GetCertificate, nor GetConfigForClient set)/,
    'nothing-presented',
    { ...configuration, ...tls }
  ),
  entry('key-mismatch', /tls: private key (?:type )?does not match public key(?: type)?/, 'key-mismatch', { ...configuration, ...tls }),
  entry(
    'file-kind',
    /tls: (?:failed to find any PEM data in (?:certificate|key) input|failed to find "CERTIFICATE" PEM block|found a certificate rather than a key|failed to find PEM block with type ending|failed to parse private key)/,
    'file-kind',
    { ...configuration, ...tls }
  ),
  entry(
    'closed',
    /http: TLS handshake error from [^\n]{1,80}: (?:EOF|read tcp [^\n]{0,120}connection reset by peer|[^\n]{0,120}i\/o timeout)/,
    'closed-early',
    { ...connection, role: 'server', by: 'unknown', ...tls }
  )
]
