/**
 * How products behave where a handshake leaves them a choice. The engine knows these records, never a product: a difference
 * is a field here, or it is not predicted.
 */
import type { ReferenceIdentifier } from '../../path/verify.js'
import type { Certificate } from '../../x509/certificate.js'

export interface ServerBehaviour {
  readonly title: string
  /** Where this is known from, when it was not measured on a running server. */
  readonly source?: string
  /** Which of the verifier's errors counts: a callback that lets verification go on ends with the last one. */
  readonly decisive: 'first' | 'last'
  /** What a bad certificate, or none where one is demanded, leads to. `close`: the connection ends without a word. */
  readonly refusal: { readonly http: 'alert' | 'http-error'; readonly stream: 'alert' | 'close' }
  /** Errors that do not count where certificates are asked for and their chain is not to be verified. */
  readonly forgivenWithoutChain: ReadonlySet<number> | 'all'
  /** How the name in the handshake chooses: a server by its names, or a certificate by those in it. */
  readonly choosesBy: 'server-names' | 'certificate-names'
  /** Does a wildcard stand for any number of labels? */
  readonly wildcardsSpanLabels: boolean
  /** Does the Host header choose a server anew, and is one refused that verifies and was not negotiated? */
  readonly hostChooses: boolean
  /** What plain HTTP gets from a listener that speaks TLS; `null`: the connection ends. */
  readonly plaintextStatus: number | null
  readonly words: {
    readonly noCertificate: string
    readonly plaintext: string
  }
  /** The variable about the verification. `error`: what the verification ended with, forgiven or not. */
  variable(came: boolean, error: { readonly openssl: number; readonly text: string } | undefined): string | null
}

export interface ClientBehaviour {
  readonly title: string
  readonly source?: string
  readonly decisive: 'first' | 'last'
  /** Does it look at the name only after the path has passed? Then its words for a mismatch are its own. */
  readonly nameCheck: 'with-path' | 'afterwards'
  nameMatches(certificate: Certificate, name: ReferenceIdentifier): boolean
  /** Its own words for a name that does not match. */
  mismatch(name: ReferenceIdentifier): string
  /** What it answers to its own client when the connection fails; a client by hand has none. */
  readonly failureStatus: number | null
  /** Does it end the handshake with an alert when it rejects the server, or complete it and hang up? */
  readonly rejectsWith: 'alert' | 'close'
  /** Has its error a number of OpenSSL in its log? */
  readonly numbers: boolean
  /** A certificate with a key of another kind. */
  readonly otherKindOfKey: 'fails' | 'sends-nothing'
}
