/** One side judges the certificates of the other. */
import { type PathError, type PathVerdict, type Purpose, verifyPath } from '../path/verify.js'
import type { Certificate } from '../x509/certificate.js'
import type { Judgement } from './client-side.js'

export function judge(
  chain: readonly [Certificate, ...Certificate[]],
  purpose: Purpose,
  by: Judgement,
  at: Date,
  withNames: boolean
): PathVerdict {
  const [endEntity, ...intermediates] = chain
  return verifyPath({
    endEntity,
    intermediates,
    trustAnchors: by.anchors,
    purpose,
    verifier: by.verifier,
    at,
    ...(by.maxDepth !== undefined && { maxDepth: by.maxDepth }),
    ...(by.crls && { crls: by.crls }),
    ...(by.partialChain && { partialChain: true }),
    ...(by.securityLevel !== undefined && { securityLevel: by.securityLevel }),
    ...(withNames && by.names.length > 0 && { names: by.names })
  })
}

export interface Forgiven {
  readonly endEntity: ReadonlySet<number> | 'all'
  readonly above: ReadonlySet<number> | 'all'
}

const isIn = (openssl: number, errors: ReadonlySet<number> | 'all'): boolean => errors === 'all' || errors.has(openssl)

/** The error that counts: the last, or the first that is not forgiven where it stands. */
export function decisiveError(verdict: PathVerdict, decisive: 'first' | 'last', forgiven?: Forgiven): PathError | undefined {
  if (decisive === 'last') return verdict.reported.at(-1)
  return verdict.reported.find(it => !forgiven || !isIn(it.openssl, it.depth === 0 ? forgiven.endEntity : forgiven.above))
}

/** Which rule's page explains an error of a client's (or server's) certificate. */
export function ruleOf(openssl: number, purpose: 'client' | 'server'): string | null {
  const byNumber: Readonly<Record<number, string>> = {
    2: 'incomplete-trust-bundle',
    3: 'incomplete-crl',
    7: 'issuer-key-mismatch',
    9: 'certificate-not-yet-valid',
    10: 'certificate-expired',
    12: 'crl-expired',
    18: 'end-entity-in-trust-bundle',
    19: 'issuer-not-trusted-by-peer',
    20: 'issuer-not-trusted-by-peer',
    21: 'missing-intermediate',
    22: 'verify-depth-too-small',
    23: 'revoked-certificate',
    25: 'path-length-exceeded',
    26: purpose === 'client' ? 'missing-client-auth' : 'missing-server-auth',
    32: 'issuer-not-a-ca',
    47: 'name-constraint-violated',
    48: 'name-constraint-violated',
    62: 'san-does-not-match',
    64: 'san-does-not-match',
    66: 'weak-key',
    67: 'weak-key',
    68: 'weak-signature',
    79: 'issuer-not-a-ca'
  }
  return byNumber[openssl] ?? null
}
