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

/** What OpenSSL makes of an alert that it receives: its number, and the words under which it is logged. Of openssl errstr 3.0. */
const received: ReadonlyMap<string, readonly [number: number, words: string]> = new Map([
  ['handshake failure', [40, 'sslv3 alert handshake failure']],
  ['bad certificate', [42, 'sslv3 alert bad certificate']],
  ['unsupported certificate', [43, 'sslv3 alert unsupported certificate']],
  ['certificate revoked', [44, 'sslv3 alert certificate revoked']],
  ['certificate expired', [45, 'sslv3 alert certificate expired']],
  ['certificate unknown', [46, 'sslv3 alert certificate unknown']],
  ['illegal parameter', [47, 'sslv3 alert illegal parameter']],
  ['unknown ca', [48, 'tlsv1 alert unknown ca']],
  ['decrypt error', [51, 'tlsv1 alert decrypt error']],
  ['protocol version', [70, 'tlsv1 alert protocol version']],
  ['internal error', [80, 'tlsv1 alert internal error']],
  ['unrecognized name', [112, 'tlsv1 unrecognized name']],
  ['no application protocol', [120, 'tlsv1 alert no application protocol']],
  ['certificate required', [116, 'tlsv13 alert certificate required']]
])

export const numberOfAlert = (alert: string): number | undefined => received.get(alert)?.[0]

/** `error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48`, as nginx and curl print it. */
export function readByOpenssl(alert: string): string | undefined {
  const known = received.get(alert)
  if (!known) return undefined
  const [number, words] = known
  // Alerts stand in OpenSSL's list of reasons from 1000 on.
  const code = (0x0a000000 + 1000 + number).toString(16).toUpperCase().padStart(8, '0')
  return `error:${code}:SSL routines::${words}:SSL alert number ${number}`
}
