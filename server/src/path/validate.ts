import type { Certificate } from '../x509/certificate.js'
import { checkAuthority, checkCriticalExtensions, checkExplicitCurve, checkPathLength } from './authority.js'
import type { CandidatePath } from './build.js'
import { checkRevocation } from './crl.js'
import type { FailureCode } from './failures.js'
import { checkIdentifiers } from './identifiers.js'
import { looksSelfSigned } from './issuance.js'
import { checkNameConstraints } from './name-constraints.js'
import { checkPurpose } from './purpose.js'
import { checkSignature } from './signatures.js'
import { checkAuthorityKeyStrength, checkEndEntityKeyStrength, checkSignatureStrength } from './strength.js'
import { checkValidity } from './validity.js'
import type { CheckName, Knobs } from './verifier.js'
import type { PathQuestion } from './verify.js'

/** A failure at a certificate of the path, by its depth. */
export interface Finding {
  readonly code: FailureCode
  readonly depth: number
}

/** One path under examination. */
export interface Validation {
  readonly question: PathQuestion
  readonly knobs: Knobs
  /** End entity first. */
  readonly path: readonly Certificate[]
  /** How many, from the end entity on, were not taken from the trust store. */
  readonly untrusted: number
  readonly gaps: readonly Finding[]
  /** The last certificate needs nobody to vouch for it: it signed itself, or any trusted certificate will do. */
  readonly topSpeaksForItself: boolean
  /** What earlier checks found. */
  readonly found: readonly Finding[]
  /** Says what cannot be known here, e.g. a signature of an algorithm that this machine does not have. */
  doubt(reason: string): void
  /** May this certificate, which is not part of the path, sign CRLs for it? */
  trustsCrlIssuer(issuer: Certificate): boolean
}

export interface Validated {
  /** In the verifier's own order. */
  readonly findings: readonly Finding[]
  readonly doubts: readonly string[]
}

type Check = (ctx: Validation, depth: number) => Iterable<Finding>

const checks: { readonly [name in CheckName]: Check } = {
  completeness: checkCompleteness,
  criticalExtensions: checkCriticalExtensions,
  authority: checkAuthority,
  explicitCurve: checkExplicitCurve,
  purpose: checkPurpose,
  pathLength: checkPathLength,
  endEntityKeyStrength: checkEndEntityKeyStrength,
  authorityKeyStrength: checkAuthorityKeyStrength,
  signatureStrength: checkSignatureStrength,
  identifiers: checkIdentifiers,
  revocation: checkRevocation,
  signature: checkSignature,
  validity: checkValidity,
  nameConstraints: checkNameConstraints
}

/** Looks at a path as the verifier does, and goes on after a failure, so that all of them are known. */
export function validate(
  question: PathQuestion,
  knobs: Knobs,
  candidate: CandidatePath,
  trustsCrlIssuer: (issuer: Certificate) => boolean
): Validated {
  const doubts: string[] = []
  const found: Finding[] = []
  const path = candidate.certificates
  const ctx: Validation = {
    question,
    knobs,
    path,
    untrusted: candidate.untrusted,
    gaps: candidate.gaps,
    topSpeaksForItself: question.partialChain === true || knobs.anchors === 'all' || looksSelfSigned(path.at(-1)!, knobs),
    found,
    trustsCrlIssuer,
    doubt: reason => doubts.push(reason)
  }
  for (const finding of findings(ctx)) found.push(finding)
  return { findings: found, doubts }
}

function* findings(ctx: Validation): Iterable<Finding> {
  const last = ctx.path.length - 1
  for (const stage of ctx.knobs.stages) {
    for (let step = 0; step <= last; step++) {
      const depth = stage.from === 'end-entity' ? step : last - step
      for (const name of stage.checks) yield* checks[name](ctx, depth)
    }
  }
}

/** OpenSSL says what was wrong before again, rather than that the path is incomplete. */
function* checkCompleteness(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth > 0 || ctx.gaps.length === 0) return
  const [earlier] = ctx.found
  if (earlier) yield { code: earlier.code, depth: ctx.path.length - 1 }
  else yield* ctx.gaps
}
