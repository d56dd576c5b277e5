import type { VerifierId } from '../core/model.js'
import { lineIndex, type Position, type SourceFile, sourceFile } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { certificateOf, isCertificateError } from '../x509/certificate.js'
import { ocspBlocksOf } from '../x509/ocsp.js'
import { derBlock, type PemBlock, parsePem } from '../x509/pem.js'
import { purposeOf } from './purpose.js'
import { type PathError, type PathVerdict, type Purpose, type ReferenceIdentifier, verifyPath } from './verify.js'

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
    /** Where the part of the certificate stands that it is about; `null` where that is no text file. Lines and characters from 0. */
    readonly file: string | null
    readonly range: { readonly start: Position; readonly end: Position } | null
    /** `RFC 5280 6.1.3 (a)(2)`; `null` where a setting of the product decides. */
    readonly clause: string | null
    readonly message: string
    readonly hint: string | null
  }[]
  /** What was given and changed nothing, because the verifier does not look at it. */
  readonly notes: readonly string[]
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
    errors: verdict.errors.map(it => ({
      code: it.code,
      openssl: it.openssl,
      depth: it.depth,
      subject: it.certificate.subject.text,
      file: fileOf(it.certificate),
      range: fileOf(it.certificate) === null ? null : rangeOf(it),
      clause: it.clause ?? null,
      message: it.message,
      hint: it.hint ?? null
    })),
    notes: verdict.notes,
    ...(verdict.undecided !== undefined && { undecided: verdict.undecided })
  }
}

function rangeOf({ at, certificate }: PathError): { readonly start: Position; readonly end: Position } | null {
  const { file } = certificate.block
  if (file.encoding === 'binary') return null
  const lines = lineIndex(file)
  return { start: lines.position(at.start), end: lines.position(at.end) }
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
