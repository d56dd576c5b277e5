import { cause, type ErrorEntry } from '../entry.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('python', 'https://docs.python.org/3/library/ssl.html#exceptions')

/** Most of what Python prints are OpenSSL's own words, which stand in the table of OpenSSL. */
export const pythonEntries: readonly ErrorEntry[] = [
  entry(
    'name',
    /Hostname mismatch, certificate is not valid for '[^']{0,260}'|CertificateError: hostname '[^']{0,260}' doesn't match/i,
    'name',
    { role: 'client' }
  ),
  entry('address', /IP address mismatch, certificate is not valid for '[^']{0,60}'/i, 'address', { role: 'client' }),
  entry('plaintext', /\[SSL: (?:WRONG_VERSION_NUMBER|HTTP_REQUEST|RECORD_LAYER_FAILURE)\]/, 'plaintext', connection),
  entry('key-mismatch', /\[(?:SSL|X509): KEY_VALUES_MISMATCH\]/, 'key-mismatch', { ...configuration, by: 'this-side' }),
  entry('pem', /\[(?:SSL|X509): (?:NO_CERTIFICATE_OR_CRL_FOUND)\]|ssl\.SSLError: \[SSL\] PEM lib/, 'file-kind', {
    ...configuration,
    by: 'this-side'
  }),
  entry('eof', /\[SSL: UNEXPECTED_EOF_WHILE_READING\]|SSLEOFError|SSLZeroReturnError/, 'closed-early', { ...connection, by: 'unknown' }),
  entry('missing-ca-bundle', /Could not find a suitable TLS CA certificate bundle, invalid path: [^\n]{0,300}/, 'file-missing', {
    ...configuration,
    by: 'this-side'
  }),
  entry('missing-client-file', /Could not find the TLS (?:certificate|key) file, invalid path: [^\n]{0,300}/, 'file-missing', {
    ...configuration,
    by: 'this-side'
  }),
  entry('reset', /ConnectionResetError: \[Errno 104\]/, 'closed-early', {
    ...connection,
    by: 'unknown',
    ...umbrella,
    causes: [
      cause('the other side refuses a missing or bad client certificate', 'client-certificate-missing', 'issuer-not-trusted-by-peer'),
      cause('the other side does not speak TLS on this port', 'tls-to-plaintext', 'tls-not-enabled'),
      cause('a firewall, load balancer or timeout in between cut it')
    ]
  })
]
