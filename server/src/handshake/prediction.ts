/** What a prediction says: the answer of the whole folder. */
import type { Location } from '../core/text.js'

export type Side = 'server' | 'client'

/** One message of the handshake, or what follows it, in order. */
export interface Step {
  readonly from: Side
  readonly message:
    | 'ClientHello'
    | 'ServerHello'
    | 'Certificate'
    | 'CertificateRequest'
    | 'CertificateVerify'
    | 'Alert'
    | 'Finished'
    | 'Request'
    | 'Response'
    | 'Close'
  /** What it says and what comes of it, in a sentence without full stop. */
  readonly says: string
  readonly ok: boolean
  /** The text or certificate that decides it. */
  readonly at?: Location
  /** Who speak, where a server has passed the request on: it is the client then. */
  readonly hop?: Hop
}

/** The two sides of a connection that follows the first, as users call them. */
export interface Hop {
  readonly client: string
  readonly server: string
}

/** A place that brought the result about, best first. */
export interface Reason {
  readonly at: Location
  readonly message: string
  /** The rule whose page explains it. */
  readonly rule: string | null
}

export interface Prediction {
  readonly result: 'accepted' | 'rejected' | 'unknown'
  /** Who rejects. */
  readonly side: Side | null
  /** Of the answer that the client gets, where one is predicted. */
  readonly httpStatus: number | null
  /** What the page that comes with it says, where the server writes one of its own. */
  readonly page?: string
  readonly error: { readonly openssl: number | null; readonly text: string } | null
  /** What the server's variable about the client's certificate holds: `SUCCESS`, `FAILED:…`, HAProxy's number. */
  readonly verifyVariable: string | null
  /** The alert that ends the handshake, as OpenSSL names it. */
  readonly alert: string | null
  readonly because: readonly Reason[]
  readonly steps: readonly Step[]
  /** What the client prints for who has started it, as curl, `openssl s_client` and Node.js do. */
  readonly clientPrints?: string
  /** Why there is no answer. */
  readonly reason?: string
  /** What the prediction rests on where no running server was at hand to hold it against. */
  readonly notMeasured?: string
}
