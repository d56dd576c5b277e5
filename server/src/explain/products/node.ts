import { cause, type ErrorEntry } from '../entry.js'
import type { FlawId } from '../flaws.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('node', 'https://nodejs.org/api/tls.html#x509-certificate-error-codes')
const errors = { citation: 'https://nodejs.org/api/errors.html#nodejs-error-codes' } as const

/** Node names OpenSSL's errors by their constants. */
const codes: Readonly<Record<string, FlawId>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unverified-first',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'issuer-without-root',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted-root',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_SIGNATURE_FAILURE: 'signature',
  UNABLE_TO_GET_CRL: 'crl-missing',
  CRL_HAS_EXPIRED: 'crl-date',
  CRL_NOT_YET_VALID: 'crl-date',
  CRL_SIGNATURE_FAILURE: 'crl-flaw',
  CERT_REVOKED: 'revoked',
  CERT_CHAIN_TOO_LONG: 'depth',
  INVALID_CA: 'not-a-ca',
  PATH_LENGTH_EXCEEDED: 'path-length',
  INVALID_PURPOSE: 'purpose',
  CERT_UNTRUSTED: 'purpose',
  CERT_REJECTED: 'purpose',
  HOSTNAME_MISMATCH: 'name'
}

export const nodeEntries: readonly ErrorEntry[] = [
  ...Object.entries(codes).map(([code, flaw]) =>
    entry(code.toLowerCase().replaceAll('_', '-'), new RegExp(`\\b(?:X509_V_ERR_)?${code}\\b`), flaw)
  ),
  entry('altname-invalid', /\bERR_TLS_CERT_ALTNAME_(?:INVALID|FORMAT)\b|Hostname\/IP does not match certificate's altnames/, 'name', {
    role: 'client',
    ...errors
  }),
  entry('key-mismatch', /\bERR_OSSL_X509_KEY_VALUES_MISMATCH\b/, 'key-mismatch', { ...configuration, by: 'this-side', ...errors }),
  entry('no-start-line', /\bERR_OSSL_PEM_NO_START_LINE\b/, 'file-kind', { ...configuration, by: 'this-side', ...errors }),
  entry('encrypted-key', /\bERR_OSSL_(?:EVP_)?BAD_DECRYPT\b|\bERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED\b/, 'encrypted-key', {
    ...configuration,
    by: 'this-side',
    ...errors
  }),
  entry('pkcs12', /\bERR_CRYPTO_UNSUPPORTED_OPERATION\b|Unable to load PFX certificate|mac verify failure/i, 'encrypted-key', {
    ...configuration,
    by: 'this-side',
    ...errors
  }),
  entry('peer-did-not-return', /\bERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE\b/, 'no-certificate', { role: 'server', ...errors }),
  entry('wrong-version', /\bERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)\b/, 'plaintext', {
    ...connection,
    ...errors
  }),
  entry('unsupported-protocol', /\bERR_SSL_(?:UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW)\b/, 'protocol-version', {
    ...connection,
    ...errors
  }),
  entry('no-shared-cipher', /\bERR_SSL_NO_(?:SHARED_CIPHER|SUITABLE_SIGNATURE_ALGORITHM)\b/, 'no-shared-cipher', {
    ...connection,
    role: 'server',
    ...errors
  }),
  entry('disconnected', /Client network socket disconnected before secure TLS connection was established/, 'closed-early', {
    ...connection,
    role: 'client',
    by: 'unknown',
    ...errors
  }),
  entry('socket-hang-up', /\bsocket hang up\b/, 'closed-early', { ...connection, role: 'client', by: 'unknown', ...errors }),
  entry('reset', /\bECONNRESET\b/, 'closed-early', {
    ...connection,
    by: 'unknown',
    ...umbrella,
    ...errors,
    causes: [
      cause(
        'with TLS 1.3 a client hears only after its handshake that its certificate was refused, and sometimes only as a reset',
        'client-certificate-missing',
        'issuer-not-trusted-by-peer'
      ),
      cause('the other side does not speak TLS on this port', 'tls-to-plaintext', 'tls-not-enabled'),
      cause('a firewall, load balancer or timeout in between cut it')
    ]
  })
]
