/** The shape of the tables: one entry an error, one file a product. */
export type ProductId = 'nginx' | 'haproxy' | 'envoy' | 'openssl' | 'curl' | 'go' | 'java' | 'node' | 'python' | 'rustls' | 'gnutls'
export type Side = 'client' | 'server'

export interface Cause {
  /** What is wrong, as a clause without full stop. */
  readonly words: string
  /** The rules that find it; none where no file can show it. */
  readonly rules: readonly string[]
  /** Only where the certificate in question is this side's. */
  readonly of?: Side
  /** Only where this product says it. */
  readonly saidIn?: ProductId
}

/** How the two sides are called in a sentence: `nginx` and `the upstream`. */
export interface Parties {
  /** Who wrote the line, and who was at the other end. */
  readonly local: string
  readonly peer: string
  /** Who objects, and whose certificate it is. */
  readonly judge: string
  readonly holder: string
}

/** What an error is about, whoever says it. */
export interface Flaw {
  /** One or two sentences. */
  readonly means: (parties: Parties) => string
  /** Most likely first. */
  readonly causes: readonly Cause[]
  /** What to change, as a sentence. */
  readonly change: string
}

export interface ErrorEntry extends Flaw {
  /** `nginx/client-sent-no-certificate`: stable, for those who read JSON. */
  readonly id: string
  readonly product: ProductId | 'tls'
  /** Matches in linear time: no unbounded repetition but at the end, for hostile lines are ordinary. */
  readonly pattern: RegExp
  /** Who says it, seen from the program that wrote the line. */
  readonly by: 'this-side' | 'other-side' | 'client' | 'server' | 'configuration-test' | 'unknown'
  /** `certificate`: that of the side that did not say it. */
  readonly concerns: 'certificate' | 'own-certificate' | 'connection' | 'configuration'
  /** What the program that wrote it was in this handshake, where the words tell. */
  readonly role?: Side
  /** Says that something failed, but not what: told only where nothing else is known. */
  readonly isUmbrella?: true
  /** Where this is documented, or that it was measured. */
  readonly citation: string
}

export const cause = (words: string, ...rules: readonly string[]): Cause => ({ words, rules })
export const ofClient = (words: string, ...rules: readonly string[]): Cause => ({ words, rules, of: 'client' })
export const ofServer = (words: string, ...rules: readonly string[]): Cause => ({ words, rules, of: 'server' })
export const saidIn = (product: ProductId, it: Cause): Cause => ({ ...it, saidIn: product })

export const rfc8446 = 'https://www.rfc-editor.org/rfc/rfc8446#section-6.2'
export const measuredNginx = 'Measured on nginx 1.22.1 with OpenSSL 3.0'
export const measuredHaproxy = 'Measured on HAProxy 2.6.12 with OpenSSL 3.0'
