import type { Certificate } from '../x509/certificate.js'
import { checkAuthority, checkCriticalExtensions, checkExplicitCurve, checkForm, checkPathLength } from './authority.js'
import type { CandidatePath } from './build.js'
import type { FailureCode } from './failures.js'
import { checkIdentifiers } from './identifiers.js'
import { looksSelfSigned } from './issuance.js'
import { checkNameConstraints, checkNameConstraintsBelow } from './name-constraints.js'
import { checkPolicies } from './policies.js'
import { checkProfile } from './profile.js'
import { checkPurpose } from './purpose.js'
import { checkRevocation } from './revocation.js'
import { checkSignature } from './signatures.js'
import { checkAuthorityKeyStrength, checkEndEntityKeyStrength, checkSignatureStrength } from './strength.js'
import { checkValidity } from './validity.js'
import type { CheckName, Knobs } from './verifier.js'
import type { PathQuestion } from './verify.js'

/** A failure at a certificate of the path, by its depth. */
export interface Finding {
  readonly code: FailureCode
  readonly depth: number
  /** What only whoever found it can say: why, and what to do. */
  readonly because?: string
}

/** What outlives the examination of one path. */
export interface Surroundings {
  readonly budget: Budget
  /** May this certificate, which is not part of the path, sign CRLs for it? */
  trustsCrlIssuer(issuer: Certificate): boolean
}

/** Steps and signatures that may still be spent on a question. */
export interface Budget {
  takeStep(): void
  takeSignature(): void
  isSpent(): boolean
}

export function budgetOf(steps: number, signatures: number): Budget {
  let stepsLeft = steps
  let signaturesLeft = signatures
  return {
    takeStep: () => void stepsLeft--,
    takeSignature: () => void signaturesLeft--,
    isSpent: () => stepsLeft <= 0 || signaturesLeft <= 0
  }
}

/** One path under examination. */
export interface Validation extends Surroundings {
  readonly question: PathQuestion
  readonly knobs: Knobs
  /** End entity first. */
  readonly path: readonly Certificate[]
  /** How many, from the end entity on, were not taken from the trust store. */
  readonly untrusted: number
  readonly gaps: readonly Finding[]
  /** The depth of the last certificate; infinite while nobody knows yet where the path will end. */
  readonly top: number
  /** The last certificate needs nobody to vouch for it: it signed itself, or any trusted certificate will do. */
  readonly topSpeaksForItself: boolean
  /** What earlier checks found. */
  readonly found: readonly Finding[]
  /** Says what cannot be known here, e.g. a signature of an algorithm that this machine does not have. */
  doubt(reason: string): void
}

export interface Validated {
  /** In the verifier's own order. */
  readonly findings: readonly Finding[]
  readonly doubts: readonly string[]
}

type Check = (ctx: Validation, depth: number) => Iterable<Finding>

const checks: { readonly [name in CheckName]: Check } = {
  completeness: checkCompleteness,
  form: checkForm,
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
  nameConstraints: checkNameConstraints,
  nameConstraintsBelow: checkNameConstraintsBelow,
  policies: checkPolicies,
  profile: checkProfile
}

/** Looks at a path as the verifier does, and goes on after a failure, so that all of them are known. */
export function validate(question: PathQuestion, knobs: Knobs, candidate: CandidatePath, surroundings: Surroundings): Validated {
  const doubts: string[] = []
  const found: Finding[] = []
  const path = candidate.certificates
  const ctx: Validation = {
    ...surroundings,
    question,
    knobs,
    path,
    untrusted: candidate.untrusted,
    gaps: candidate.gaps,
    top: path.length - 1,
    topSpeaksForItself: question.partialChain === true || knobs.anchors !== 'self-signed' || looksSelfSigned(path.at(-1)!, knobs),
    found,
    doubt: reason => doubts.push(reason)
  }
  for (const finding of findings(ctx)) found.push(finding)
  return { findings: found, doubts }
}

function* findings(ctx: Validation): Iterable<Finding> {
  for (const stage of ctx.knobs.stages) {
    for (let step = 0; step <= ctx.top; step++) {
      const depth = stage.from === 'end-entity' ? step : ctx.top - step
      for (const name of stage.checks) {
        if (isChecked(ctx, name, depth)) yield* checks[name](ctx, depth)
      }
    }
  }
}

/** From the trust store on, only what the verifier looks at in anchors. An end entity that is trusted for itself is its own anchor. */
function isChecked({ gaps, untrusted, knobs }: Validation, name: CheckName, depth: number): boolean {
  if (gaps.length > 0 || depth < untrusted) return true
  if (depth > 0) return knobs.anchorChecks.has(name)
  switch (knobs.trustedEndEntity) {
    case 'unchecked':
      return (name === 'identifiers' || name === 'form') && knobs.anchorChecks.has(name)
    case 'as-anchor':
      return name === 'identifiers' || knobs.anchorChecks.has(name)
    case 'path-of-one':
    case 'as-issuer':
      return true
  }
}

/** What speaks against going on with a path over the certificate that was added last, before it is known where the path ends. */
export function probe(
  question: PathQuestion,
  knobs: Knobs,
  surroundings: Surroundings,
  path: readonly Certificate[],
  anchored: boolean
): readonly Finding[] {
  const depth = path.length - 1
  const ctx: Validation = {
    ...surroundings,
    question,
    knobs,
    path,
    untrusted: anchored ? depth : path.length,
    gaps: [],
    top: anchored ? depth : Number.POSITIVE_INFINITY,
    topSpeaksForItself: true,
    found: [],
    doubt: () => {}
  }
  const limit = question.maxDepth ?? knobs.depth
  if (depth > limit + (anchored ? 1 : 0)) return [{ code: 'certificate-chain-too-long', depth }]
  if (depth === 0 && knobs.trustedEndEntity === 'unchecked') return []
  const local = knobs.stages.flatMap(it => it.checks).filter(it => localChecks.has(it) && (!anchored || knobs.anchorChecks.has(it)))
  const found = local.flatMap(it => [...checks[it](ctx, depth)])
  if (found.length > 0 || depth === 0) return found
  return [...checks.signatureStrength(ctx, depth - 1), ...checks.signature(ctx, depth - 1)]
}

/** Those that need nothing but the certificate and what is below it. */
const localChecks: ReadonlySet<CheckName> = new Set([
  'form',
  'criticalExtensions',
  'authority',
  'purpose',
  'pathLength',
  'validity',
  'authorityKeyStrength',
  'nameConstraintsBelow'
])

/** OpenSSL says what was wrong before again, rather than that the path is incomplete. */
function* checkCompleteness(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth > 0 || ctx.gaps.length === 0) return
  const [earlier] = ctx.found
  if (earlier) yield { code: earlier.code, depth: ctx.path.length - 1 }
  else yield* ctx.gaps
}
