import { type FailureCode, failures } from '../../path/failures.js'
import { cause, type ErrorEntry, ofClient } from '../entry.js'
import type { FlawId } from '../flaws.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('openssl', 'https://docs.openssl.org/3.0/man1/openssl-verification-options/')

/** The errors of a certification path that have more to say than their words. */
const flawOf: Readonly<Partial<Record<FailureCode, FlawId>>> = {
  unspecified: 'unverified',
  'unable-to-get-issuer-certificate': 'issuer-without-root',
  'unable-to-get-certificate-crl': 'crl-missing',
  'unable-to-decrypt-certificate-signature': 'signature',
  'unable-to-decrypt-crl-signature': 'crl-flaw',
  'certificate-signature-failure': 'signature',
  'crl-signature-failure': 'crl-flaw',
  'certificate-is-not-yet-valid': 'not-yet-valid',
  'certificate-has-expired': 'expired',
  'crl-is-not-yet-valid': 'crl-date',
  'crl-has-expired': 'crl-date',
  'self-signed-certificate': 'self-signed',
  'self-signed-certificate-in-certificate-chain': 'untrusted-root',
  'unable-to-get-local-issuer-certificate': 'unknown-issuer',
  'unable-to-verify-the-first-certificate': 'unverified-first',
  'certificate-chain-too-long': 'depth',
  'certificate-revoked': 'revoked',
  'path-length-constraint-exceeded': 'path-length',
  'unsuitable-certificate-purpose': 'purpose',
  'certificate-rejected': 'purpose',
  'subject-issuer-mismatch': 'unknown-issuer',
  'authority-and-subject-key-identifier-mismatch': 'signature',
  'authority-and-issuer-serial-number-mismatch': 'signature',
  'key-usage-does-not-include-certificate-signing': 'not-a-ca',
  'unable-to-get-crl-issuer-certificate': 'crl-flaw',
  'key-usage-does-not-include-crl-signing': 'crl-flaw',
  'unhandled-critical-crl-extension': 'crl-flaw',
  'different-crl-scope': 'crl-flaw',
  'crl-path-validation-error': 'crl-flaw',
  'invalid-non-ca-certificate': 'purpose',
  'key-usage-does-not-include-digital-signature': 'purpose',
  'permitted-subtree-violation': 'name-constraint',
  'excluded-subtree-violation': 'name-constraint',
  'hostname-mismatch': 'name',
  'email-address-mismatch': 'name',
  'ip-address-mismatch': 'address',
  'ee-certificate-key-too-weak': 'weak-key',
  'ca-certificate-key-too-weak': 'weak-key',
  'ca-signature-digest-algorithm-too-weak': 'weak-digest',
  'invalid-ca-certificate': 'not-a-ca',
  'unhandled-critical-extension': 'malformed',
  'format-error-in-certificate-notbefore-field': 'malformed',
  'format-error-in-certificate-notafter-field': 'malformed',
  'unable-to-decode-issuer-public-key': 'malformed',
  'invalid-or-inconsistent-certificate-extension': 'malformed'
}

/** `verify error:num=20:…`, `error 20 at 0 depth lookup`, nginx's `(20:…)`, HAProxy's and everybody's plain words. */
function verificationEntry(code: FailureCode): ErrorEntry {
  const [number, text] = failures[code]
  const flaw = flawOf[code] ?? 'fallback'
  const words = literal(text).replaceAll(/self-signed/g, 'self[- ]signed')
  const numbered = `(?:\\bverify error: ?num=|\\bverify error: \\(|\\berror (?=\\d+ at \\d+ depth)|\\bverify return code: )${number}(?![\\d])(?: at \\d+ depth lookup)?[: (]{0,3}`
  return entry(`verify-${number}`, new RegExp(`${numbered}(?:${words})?|\\b${words}(?!\\w)`, 'i'), flaw, {
    ...(flaw === 'fallback' && {
      means: ({ judge, holder }) => `${judge} refuses the certificate of ${holder}: ${text} (OpenSSL ${number}).`
    })
  })
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const errors = 'https://docs.openssl.org/3.0/man3/ERR_get_error/'

export const opensslEntries: readonly ErrorEntry[] = [
  ...(Object.keys(failures) as FailureCode[]).map(verificationEntry),
  entry(
    'server-certificate-verify-failed',
    /(?:tls_(?:post_)?process_server_certificate|ssl3_get_server_certificate):certificate verify failed/i,
    'unverified',
    { role: 'client', ...umbrella, citation: errors }
  ),
  entry(
    'client-certificate-verify-failed',
    /(?:tls_process_client_certificate|ssl3_get_client_certificate):certificate verify failed/i,
    'unverified',
    { role: 'server', ...umbrella, citation: errors }
  ),
  entry('certificate-verify-failed', /\bcertificate[ _]verify[ _]failed\b/i, 'unverified', { ...umbrella, citation: errors }),
  entry('no-certificate-returned', /peer[ _]did[ _]not[ _]return[ _]a[ _]certificate/i, 'no-certificate', {
    role: 'server',
    citation: errors
  }),
  entry('wrong-version-number', /\bwrong[ _]version[ _]number\b/i, 'plaintext', { ...connection, citation: errors }),
  entry('packet-length-too-long', /\bpacket[ _]length[ _]too[ _]long\b|\brecord[ _]layer[ _]failure\b/i, 'plaintext', {
    ...connection,
    citation: errors
  }),
  entry('http-request', /SSL routines:[^:\n]{0,60}:https?[ _](?:proxy[ _])?request\b/i, 'plaintext', {
    ...connection,
    role: 'server',
    citation: errors
  }),
  entry('no-shared-cipher', /\bno[ _]shared[ _]cipher\b|\bno[ _]suitable[ _]signature[ _]algorithm\b/i, 'no-shared-cipher', {
    ...connection,
    role: 'server',
    citation: errors
  }),
  entry(
    'unsupported-protocol',
    /\bunsupported[ _]protocol\b|\bno[ _]protocols[ _]available\b|\bversion[ _]too[ _]low\b/i,
    'protocol-version',
    {
      ...connection,
      citation: errors
    }
  ),
  entry('key-values-mismatch', /\bkey[ _]values[ _]mismatch\b|\bkey[ _]type[ _]mismatch\b/i, 'key-mismatch', {
    concerns: 'own-certificate',
    citation: errors
  }),
  entry('no-certificate-assigned', /\bno[ _]certificate[ _]assigned\b/i, 'key-mismatch', { concerns: 'own-certificate', citation: errors }),
  entry('no-start-line', /\bno[ _]start[ _]line\b/i, 'file-kind', { ...configuration, citation: errors }),
  entry('bad-pem', /\bbad[ _]end[ _]line\b|\bbad[ _]base64[ _]decode\b/i, 'damaged-pem', { ...configuration, citation: errors }),
  entry('bad-decrypt', /\bbad[ _]decrypt\b|\bproblems[ _]getting[ _]password\b|\bbad[ _]password[ _]read\b/i, 'encrypted-key', {
    ...configuration,
    citation: errors
  }),
  entry('no-certificate-or-crl', /\bno[ _]certificate[ _]or[ _]crl[ _]found\b/i, 'file-kind', { ...configuration, citation: errors }),
  entry('key-too-small', /\bee[ _]key[ _]too[ _]small\b|\bca[ _]key[ _]too[ _]small\b|\bdh[ _]key[ _]too[ _]small\b/i, 'weak-key', {
    concerns: 'own-certificate',
    citation: errors
  }),
  entry('digest-too-weak', /\bca[ _]md[ _]too[ _]weak\b/i, 'weak-digest', { concerns: 'own-certificate', citation: errors }),
  entry('bad-signature', /\btls_process_cert_verify:bad signature\b|\bSSL routines:[\w]{0,60}:bad[ _]signature\b/i, 'signature', {
    citation: errors,
    causes: [cause('the private key does not belong to the certificate that was presented', 'key-does-not-match-certificate')],
    change: 'Use the key that belongs to the certificate.'
  }),
  entry(
    'unexpected-eof',
    /\bunexpected[ _]eof[ _]while[ _]reading\b|\bSSL_ERROR_SYSCALL\b|\bEOF occurred in violation of protocol\b/i,
    'closed-early',
    {
      ...connection,
      by: 'unknown',
      citation: errors
    }
  ),
  entry('no-renegotiation', /\bno[ _]renegotiation\b|\brenegotiation[ _]not[ _]allowed\b|\bPOST_HANDSHAKE_AUTH\b/i, 'fallback', {
    ...connection,
    citation: errors,
    means: ({ local, peer }) =>
      `${local} or ${peer} asked for a certificate after the handshake, by renegotiation or post-handshake authentication, which the other does not support.`,
    causes: [ofClient('a server asks for the certificate by path and not in the first handshake', 'mixed-client-verification')],
    change: 'Ask for the client certificate in the first handshake, for the whole host name or port.'
  }),
  entry('verify-ok', /(?:Verify return code|Verification): ?(?:0 \(ok\)|OK)/i, 'fallback', {
    ...connection,
    ...umbrella,
    means: ({ judge, holder }) =>
      `No error: ${judge} accepts the path of the certificate of ${holder}. Whether the name fits is told only if one was asked for.`,
    causes: [],
    change: 'Nothing has to change here; if the connection still fails, look at what the other side says of the client certificate.'
  })
]
