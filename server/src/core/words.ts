/** Words that several messages share. */
import { type FailureCode, opensslNumber, opensslText } from '../path/failures.js'
import type { Certificate, Name } from '../x509/certificate.js'
import type { TlsEndpoint, VerifierId } from './model.js'

/** `OpenSSL 10, certificate has expired`: what people will find in their logs. */
export const openssl = (code: FailureCode): string => `OpenSSL ${opensslNumber(code)}, ${opensslText(code)}`

/** The same after a colon where the verifier says it in OpenSSL's words, and nothing where it has others. */
export const saidBy = (verifier: VerifierId, code: FailureCode): string =>
  verifier === 'openssl' || verifier === 'boringssl' ? `: ${openssl(code)}` : ''

/** Does this error not count above the end entity, because the configuration says so? */
export function isForgivenAbove({ peer: { forgiven } }: TlsEndpoint, code: FailureCode): boolean {
  return forgiven !== undefined && (forgiven.above === 'all' || forgiven.above.has(opensslNumber(code)))
}

/** Who meets this endpoint. */
export const peersOf = (endpoint: TlsEndpoint): 'clients' | 'servers' => (endpoint.role === 'server' ? 'clients' : 'servers')
export const peerOf = (endpoint: TlsEndpoint): 'client' | 'server' => (endpoint.role === 'server' ? 'client' : 'server')

/** What a person would call a certificate. */
export function nameOf(certificate: Certificate): string {
  if (certificate.subject.attributes.length > 0) return nameText(certificate.subject)
  const first = certificate.subjectAltNames?.[0]
  return first ? brief(first.value) : `serial number ${brief(certificate.serialNumber)}`
}

export const nameText = (name: Name): string => brief(name.display)

const controls = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Names come from files that anybody may have written: one line, and not too long. */
export function brief(text: string): string {
  const shown = text.slice(0, 400).replace(controls, ' ')
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}

export const day = (date: Date): string => date.toISOString().slice(0, 10)

const units = [
  ['year', 365 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
] as const

/** `3 years`, `12 days`, `an hour`: rounded down, in the greatest unit of which there are at least two, years excepted. */
export function duration(milliseconds: number): string {
  const length = Math.abs(milliseconds)
  for (const [unit, size] of units) {
    const count = Math.floor(length / size)
    if (count >= 2 || (count === 1 && unit !== 'year')) return count === 1 ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `${count} ${unit}s`
  }
  return 'less than a minute'
}

/** `a, b and c`; of many the first, and how many there are besides. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
