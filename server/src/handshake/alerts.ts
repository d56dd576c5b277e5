/** The alert by which OpenSSL rejects a certificate, by the error's number: ssl_x509err2alert in ssl/statem/statem_lib.c. */
const byError: ReadonlyMap<number, string> = new Map([
  ...[9, 11, 13, 14, 15, 16, 28, 62, 63, 64, 65, 66, 67, 68, 6, 94].map(it => [it, 'bad certificate'] as const),
  ...[10, 12].map(it => [it, 'certificate expired'] as const),
  ...[2, 3, 18, 19, 20, 21, 22, 25, 33, 79].map(it => [it, 'unknown ca'] as const),
  ...[4, 5, 7, 8].map(it => [it, 'decrypt error'] as const),
  [23, 'certificate revoked'],
  [26, 'unsupported certificate'],
  [50, 'handshake failure'],
  [1, 'internal error']
])

export const alertOf = (openssl: number): string => byError.get(openssl) ?? 'certificate unknown'
