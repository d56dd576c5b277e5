/** What a product does with a configuration and with requests, as its dialect reads it from the text: the ground of predictions. */
import type { Certificate } from '../x509/certificate.js'
import type { Address, TlsEndpoint, TlsVersion } from './model.js'
import type { Location } from './text.js'

/** What `nginx -t` or `haproxy -c` would say. */
export type ConfigurationTest =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** In the product's words. */
      readonly message: string
      /** The place that it names, as far as it names one. */
      readonly place?: Location
      /** What is wrong, for those who look for it where the product names no place. */
      readonly cause?: Location
    }

/** A request that came over a connection, and what the server knows of its client. */
export interface ClientRequest {
  readonly path: string
  /** The Host header, lower case, without port; absent where it is not known. */
  readonly host?: string
  /** The name that the client asked for in the handshake. */
  readonly serverName?: string
  readonly tls: boolean
  readonly version?: TlsVersion
  /** The client's certificate, verified or not; absent when none came or none was asked for. */
  readonly certificate?: Certificate
  /** What the product's variable about the verification holds: `SUCCESS`, `21`. */
  readonly verified: string
  /** Numbers of the first errors at the certificate itself and above it, where the product keeps them apart. */
  readonly verifiedEndEntity?: string
  readonly verifiedIssuer?: string
  /** Why the server itself turns the request away, before it looks at what is asked for. */
  readonly refusal?: 'bad-certificate' | 'no-certificate' | 'plaintext' | 'misdirected'
}

/** What becomes of it. */
export type Answer =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly at?: Location /** True when the result of the verification decided. */
      readonly guard?: boolean
    }
  /** Content whose status is not written anywhere. */
  | { readonly kind: 'content'; readonly at?: Location }
  /** Handed on to the client endpoint at this place, or over plain text. */
  | {
      readonly kind: 'forward'
      readonly at: Location
      readonly tls: boolean
      /** Where to, for a hop in plain text, which is no endpoint. */
      readonly addresses?: readonly Address[]
      /** The Host header that it sends on; absent when it is not known. */
      readonly host?: string
      readonly path?: string
    }
  | { readonly kind: 'close'; readonly at?: Location }
  | { readonly kind: 'unknown'; readonly reason: string; readonly at?: Location }

export type Answering = (endpoint: TlsEndpoint, request: ClientRequest) => Answer
