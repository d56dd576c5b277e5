import type { VerifierId } from '../core/model.js'
import { type SourceFile, sourceFile } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { certificateOf, isCertificateError } from '../x509/certificate.js'
import { ocspBlocksOf } from '../x509/ocsp.js'
import { derBlock, type PemBlock, parsePem } from '../x509/pem.js'
import { purposeOf } from './purpose.js'
import { type PathVerdict, type Purpose, type ReferenceIdentifier, verifyPath } from './verify.js'

/** PEM text, with one or more blocks, or the bytes of one structure in DER. */
export type Input = string | Uint8Array

export interface VerifyInput {
  /** The first certificate counts; others in the same text are taken as sent along. */
  readonly endEntity: Input
  readonly intermediates?: readonly Input[]
  readonly trustAnchors: readonly Input[]
  /** Default: what the extended key usage says, else any. */
  readonly purpose?: Purpose
  /** Any of them has to match. */
  readonly names?: readonly ReferenceIdentifier[]
  /** Default: now. */
  readonly at?: Date
  readonly maxDepth?: number
  /** Default: OpenSSL. */
  readonly verifier?: VerifierId
  readonly partialChain?: boolean
  readonly crls?: readonly Input[]
  /** OCSP responses, e.g. one that was stapled; nothing is ever fetched. */
  readonly ocsp?: readonly Input[]
}

/** What `mtls-lens verify --format json` prints. */
export interface VerifyResult {
  readonly verified: boolean
  readonly verifier: VerifierId
  /** End entity first, anchor last; when not verified, the best partial path. */
  readonly path: readonly { readonly subject: string; readonly sha256: string; readonly file: string | null }[]
  readonly errors: readonly {
    readonly code: string
    readonly openssl: number
    readonly depth: number
    readonly subject: string
    readonly message: string
    readonly hint: string | null
  }[]
  /** Why there is no answer; absent when there is one. */
  readonly undecided?: string
}

/** Verifies a certification path from nothing but what it is given. Throws a TypeError where that is no certificate. */
export function verifyPathInput(input: VerifyInput): VerifyResult {
  const [endEntity, ...sent] = certificatesIn(input.endEntity, 'endEntity')
  if (!endEntity) throw new TypeError('endEntity holds no certificate')
  const verdict = verifyPath({
    endEntity,
    intermediates: [...sent, ...(input.intermediates ?? []).flatMap(it => certificatesIn(it, 'intermediates'))],
    trustAnchors: input.trustAnchors.flatMap(it => certificatesIn(it, 'trustAnchors')),
    purpose: input.purpose ?? purposeOf(endEntity),
    verifier: input.verifier ?? 'openssl',
    at: input.at ?? new Date(),
    ...(input.names && { names: input.names }),
    ...(input.maxDepth !== undefined && { maxDepth: input.maxDepth }),
    ...(input.partialChain !== undefined && { partialChain: input.partialChain }),
    ...(input.crls && { crls: input.crls.flatMap(crlsIn) }),
    ...(input.ocsp && { ocspResponses: input.ocsp.flatMap(ocspIn) })
  })
  return describeVerdict(verdict, () => null)
}

/** The verdict as plain JSON; `fileOf` says how a certificate's file is to be called, `null` where it has none. */
export function describeVerdict(verdict: PathVerdict, fileOf: (certificate: Certificate) => string | null): VerifyResult {
  return {
    verified: verdict.verified,
    verifier: verdict.verifier,
    path: verdict.path.map(it => ({ subject: it.subject.text, sha256: it.sha256, file: fileOf(it) })),
    errors: verdict.errors.map(({ code, openssl, depth, certificate, message, hint }) => ({
      code,
      openssl,
      depth,
      subject: certificate.subject.text,
      message,
      hint: hint ?? null
    })),
    ...(verdict.undecided !== undefined && { undecided: verdict.undecided })
  }
}

const made: SourceFile = { path: '', text: '', encoding: 'binary' }

function certificatesIn(input: Input, what: string): readonly Certificate[] {
  if (typeof input === 'string') return parsePem(sourceFile('', input)).certificates
  const read = certificateOf(derBlock(made, input, 'certificate'))
  if (!read || isCertificateError(read)) throw new TypeError(`${what}: ${read?.message ?? 'this is no certificate'}`)
  return [read]
}

function crlsIn(input: Input): readonly PemBlock[] {
  if (typeof input === 'string') return parsePem(sourceFile('', input)).blocks.filter(it => it.kind === 'crl')
  return [derBlock(made, input, 'crl')]
}

function ocspIn(input: Input): readonly PemBlock[] {
  if (typeof input === 'string') return ocspBlocksOf(sourceFile('', input))
  return [derBlock(made, input, 'other')]
}
