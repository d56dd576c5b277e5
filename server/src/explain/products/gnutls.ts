import { cause, type ErrorEntry } from '../entry.js'
import { connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('gnutls', 'https://www.gnutls.org/manual/html_node/Verifying-X_002e509-certificate-paths.html')

export const gnutlsEntries: readonly ErrorEntry[] = [
  entry(
    'unknown-issuer',
    /The certificate issuer is unknown|server certificate verification failed\. CAfile: [^\n]{0,200}/i,
    'unknown-issuer'
  ),
  entry('not-a-ca', /The certificate issuer is not a CA/i, 'not-a-ca'),
  entry('name', /The name in the certificate does not match the expected/i, 'name'),
  entry('expired', /The certificate chain uses expired certificate/i, 'expired'),
  entry('not-yet-valid', /The certificate chain uses not yet valid certificate/i, 'not-yet-valid'),
  entry('revoked', /The certificate chain is revoked/i, 'revoked'),
  entry('weak', /The certificate chain uses insecure algorithm/i, 'weak-digest'),
  entry('purpose', /The certificate chain does not match the intended purpose/i, 'purpose'),
  entry('no-certificate', /No certificate was found|Certificate is required/i, 'no-certificate', { role: 'server' }),
  entry('untrusted', /The certificate is NOT trusted/i, 'unverified', umbrella),
  entry('fatal-alert', /A TLS fatal alert has been received/i, 'unverified', {
    ...connection,
    by: 'other-side',
    ...umbrella,
    means: ({ peer }) => `${peer} ended the handshake with an alert; its name follows where the program prints it.`,
    causes: [
      cause(
        'the certificate that this side presents is refused, or missing',
        'client-certificate-missing',
        'issuer-not-trusted-by-peer',
        'missing-intermediate'
      )
    ]
  }),
  entry('premature', /The TLS connection was non-properly terminated/i, 'closed-early', { ...connection, by: 'unknown' })
]
