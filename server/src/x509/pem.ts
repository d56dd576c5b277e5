import type { Location, SourceFile, Span } from '../core/text.js'
import type { Certificate } from './certificate.js'

export type BlockKind =
  | 'certificate'
  | 'trustedCertificate'
  | 'certificateRequest'
  | 'crl'
  | 'publicKey'
  | 'privateKey'
  | 'encryptedPrivateKey'
  | 'pkcs7'
  | 'parameters'
  | 'other'

/** What goes wrong in PEM text itself. A closed union, so that each has its own words. */
export type PemErrorCode =
  | 'missing-end'
  | 'label-mismatch'
  | 'invalid-character'
  | 'invalid-padding'
  | 'empty-body'
  | 'end-without-begin'
  | 'glued-lines'
  | 'line-too-long'
  | 'truncated'

export interface PemError extends Span {
  readonly code: PemErrorCode
  /** A sentence without full stop. */
  readonly message: string
}

/** One `-----BEGIN …-----` block, or a whole DER file taken as one. */
export interface PemBlock {
  readonly kind: BlockKind
  /** The label as written: `CERTIFICATE`, `X509 CERTIFICATE`, `RSA PRIVATE KEY`; `` for a DER file. */
  readonly label: string
  /** From the first hyphen of BEGIN to the last of END. */
  readonly span: Span
  readonly file: SourceFile
  /** Absent when the body is not base64. */
  readonly der?: Uint8Array
  readonly errors: readonly PemError[]
  /** RFC 1421 headers inside the block (`Proc-Type`, `DEK-Info`). */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Where a range of DER bytes stands: the exact base64 characters, line breaks between them included. */
  locate(bytes: Span): Location
}

/** Everything in a file that is PEM, or the one structure of a DER file. */
export interface PemFile {
  readonly file: SourceFile
  readonly blocks: readonly PemBlock[]
  /** Errors outside of any block (an END without a BEGIN); those of blocks are with the blocks. */
  readonly errors: readonly PemError[]
  /** The readable certificates, in order. */
  readonly certificates: readonly Certificate[]
}
