import type { VerifierId } from '../core/model.js'
import type { Certificate } from '../x509/certificate.js'
import type { PemBlock } from '../x509/pem.js'

export type Purpose = 'client' | 'server' | 'any'

export interface PathQuestion {
  readonly endEntity: Certificate
  /** What is sent or lies about beside the end entity, in order. */
  readonly intermediates: readonly Certificate[]
  /** The trust store, in order. For OpenSSL it may hold intermediates, which then are no anchors unless `partialChain`. */
  readonly trustAnchors: readonly Certificate[]
  readonly purpose: Purpose
  readonly verifier: VerifierId
  readonly at: Date
  /** How many CA certificates may stand between end entity and anchor. */
  readonly maxDepth?: number
  readonly partialChain?: boolean
  /** CRL blocks; given, every CA of the path needs one (OpenSSL's CRL_CHECK_ALL), unless the verifier says otherwise. */
  readonly crls?: readonly PemBlock[]
  /** Reference identifiers, any of which has to match. */
  readonly names?: readonly ReferenceIdentifier[]
}

export interface ReferenceIdentifier {
  readonly type: 'dns' | 'ip' | 'uri' | 'email'
  readonly value: string
}

export interface PathVerdict {
  readonly verified: boolean
  readonly verifier: VerifierId
  /** End entity first, anchor last; when not verified, the best partial path. */
  readonly path: readonly Certificate[]
  /** The most useful first; empty when verified. */
  readonly errors: readonly PathError[]
  /** Set when the budget ran out before an answer: neither verified nor refused. */
  readonly undecided?: string
}

export interface PathError {
  /** `unable-to-get-local-issuer-certificate`: OpenSSL's X509_V_ERR_ name in kebab-case, for all verifiers. */
  readonly code: string
  /** OpenSSL's number. */
  readonly openssl: number
  /** 0 is the end entity. */
  readonly depth: number
  readonly certificate: Certificate
  /** The verifier's own words. */
  readonly message: string
  /** What to do. */
  readonly hint?: string
}
