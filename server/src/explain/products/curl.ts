import { cause, type ErrorEntry } from '../entry.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('curl', 'https://curl.se/libcurl/c/libcurl-errors.html')
const client = { role: 'client' } as const

export const curlEntries: readonly ErrorEntry[] = [
  entry(
    'no-alternative-name',
    /SSL: no alternative certificate subject name matches target (?:host name|ipv[46] address)(?: '[^']{0,300}')?/i,
    'name',
    client
  ),
  entry(
    'no-name',
    /SSL: (?:certificate subject name (?:\(?'?[^\n]{0,200}'?\)? )?does not match target host name|unable to obtain common name from peer certificate)/i,
    'name',
    client
  ),
  // ossl_connect_step2 takes the alert for a verdict of its own, and finds that it has none: measured on curl 7.88.1.
  entry('expired-alert', /curl: \(60\) SSL certificate verification failed/, 'expired', {
    ...client,
    by: 'other-side',
    means: ({ local, peer }) =>
      `${peer} refused the client certificate as expired. ${local} says 60, as if it had refused the certificate of ${peer}, because it takes the alert certificate_expired for a verdict of its own; with --insecure it even names a reason that has nothing to do with it.`
  }),
  entry('60', /curl: \(60\)|\bCURLE_PEER_FAILED_VERIFICATION\b|SSL certificate problem:/, 'unverified', { ...client, ...umbrella }),
  entry('51', /curl: \(51\)/, 'name', { ...client, ...umbrella }),
  entry(
    '58',
    /curl: \(58\)[^\n]{0,80}|\bCURLE_SSL_CERTPROBLEM\b|could not load PEM client certificate|unable to set private key file/i,
    'file-kind',
    {
      ...configuration,
      role: 'client',
      means: ({ local }) => `${local} cannot use the client certificate or key that it was given, and does not even connect.`,
      causes: [
        cause('the file of --cert or --key is not there', 'file-not-found'),
        cause('the key does not belong to the certificate', 'key-does-not-match-certificate'),
        cause('the key is encrypted, and there is no --pass', 'private-key-encrypted'),
        cause('the file is DER or PKCS#12, and --cert-type does not say so', 'wrong-file-kind', 'malformed-pem')
      ],
      change: 'Check --cert, --key, --cert-type and --pass.'
    }
  ),
  entry('77', /curl: \(77\)|error setting certificate (?:verify locations|file)|\bCURLE_SSL_CACERT_BADFILE\b/i, 'file-missing', {
    ...configuration,
    role: 'client',
    means: ({ local }) => `${local} cannot read the bundle of CAs that it is to trust.`,
    causes: [
      cause('the file of --cacert is not there', 'file-not-found'),
      cause('the file holds no PEM certificates', 'wrong-file-kind', 'malformed-pem')
    ],
    change: 'Name a readable PEM bundle with --cacert.'
  }),
  entry('35', /curl: \(35\)|\bCURLE_SSL_CONNECT_ERROR\b/, 'closed-early', {
    ...client,
    ...connection,
    by: 'unknown',
    ...umbrella,
    means: ({ local, peer }) => `The TLS handshake of ${local} with ${peer} failed; the words after the number say how.`
  }),
  entry('56', /curl: \(56\)/, 'closed-early', {
    ...client,
    ...connection,
    by: 'unknown',
    ...umbrella,
    means: ({ local, peer }) =>
      `${local} failed when it read the answer of ${peer}. With TLS 1.3 that is the moment when it hears that its client certificate was refused, for its own handshake was over before.`,
    causes: [
      cause('the server demands a client certificate and got none', 'client-certificate-missing'),
      cause(
        'the server does not trust the client certificate',
        'issuer-not-trusted-by-peer',
        'missing-intermediate',
        'missing-client-auth',
        'certificate-expired'
      ),
      cause('the server, or something in between, reset the connection')
    ],
    change: 'Read the log of the server at the same moment; give curl --cert and --key.'
  }),
  entry('52', /curl: \(52\)|Empty reply from server/i, 'closed-early', {
    ...client,
    ...connection,
    by: 'unknown',
    causes: [
      cause(
        'the server closes after a bad or missing client certificate, as nginx stream and HAProxy’s TCP mode do',
        'client-certificate-missing',
        'issuer-not-trusted-by-peer'
      ),
      cause('plain HTTP was spoken to a TLS port', 'plaintext-to-tls')
    ]
  }),
  entry(
    'reset',
    /OpenSSL SSL_(?:connect|read|write): (?:Connection reset by peer|SSL_ERROR_SYSCALL)|Recv failure: Connection reset by peer/i,
    'closed-early',
    {
      ...client,
      ...connection,
      by: 'unknown'
    }
  )
]
