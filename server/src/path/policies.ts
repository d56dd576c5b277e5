import type { Certificate } from '../x509/certificate.js'
import { inhibitAnyPolicyOf, policiesOf, policyConstraintsOf, policyMappingsOf } from './extensions.js'
import type { Finding, Validation } from './validate.js'

/** Inputs of RFC 5280 6.1.1; absent: any policy will do, and none is asked for. */
export interface PolicyQuestion {
  /** OIDs; anyPolicy is `2.5.29.32.0`. */
  readonly acceptable: readonly string[]
  readonly requireExplicit: boolean
  readonly inhibitMapping: boolean
  readonly inhibitAny: boolean
}

const anyPolicy = '2.5.29.32.0'
const anything: PolicyQuestion = { acceptable: [anyPolicy], requireExplicit: false, inhibitMapping: false, inhibitAny: false }

/** A policy that is valid so far, as RFC 9618 keeps it: one node for each policy of a level instead of a tree. */
interface Node {
  /** What the next certificate may call it. */
  readonly expected: ReadonlySet<string>
  /** What it was called where it first left anyPolicy; empty for anyPolicy itself. */
  readonly origins: ReadonlySet<string>
}

type Level = ReadonlyMap<string, Node>

interface State {
  /** `undefined`: no policy is valid any more. */
  level: Level | undefined
  explicit: number
  mapping: number
  any: number
}

/** RFC 5280 6.1.3 (d) to (f), 6.1.4 (a), (b), (h) to (j) and 6.1.5 (a), (b), (g), for the whole path at once. */
export function* checkPolicies(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth > 0) return
  const asked = ctx.question.policies ?? anything
  const below = ctx.path.slice(0, Math.max(ctx.path.length - 1, 1)).reverse()
  const unlimited = below.length + 1
  const state: State = {
    level: new Map([[anyPolicy, { expected: new Set([anyPolicy]), origins: new Set() }]]),
    explicit: asked.requireExplicit ? 0 : unlimited,
    mapping: asked.inhibitMapping ? 0 : unlimited,
    any: asked.inhibitAny ? 0 : unlimited
  }
  for (const [index, certificate] of below.entries()) {
    const at = below.length - 1 - index
    if (!isReadable(certificate)) {
      yield { code: 'invalid-or-inconsistent-certificate-policy-extension', depth: at }
      return
    }
    state.level = nextLevel(state, certificate, at === 0)
    if (state.explicit === 0 && !state.level) {
      yield { code: 'no-explicit-policy', depth: at }
      return
    }
    if (at > 0) prepareNext(state, certificate)
  }
  if (isRefused(state, below.at(-1)!, asked)) yield { code: 'no-explicit-policy', depth: 0 }
}

function isReadable(certificate: Certificate): boolean {
  const policies = policiesOf(certificate)
  const mappings = policyMappingsOf(certificate)
  if (policies === 'malformed' || mappings === 'malformed') return false
  if (policyConstraintsOf(certificate) === 'malformed' || inhibitAnyPolicyOf(certificate) === 'malformed') return false
  // RFC 5280 4.2.1.4: each policy once. 6.1.4 (a): anyPolicy is not mapped.
  if (policies && new Set(policies).size !== policies.length) return false
  return !mappings?.some(it => it.issuerDomain === anyPolicy || it.subjectDomain === anyPolicy)
}

function nextLevel(state: State, certificate: Certificate, isEndEntity: boolean): Level | undefined {
  const policies = policiesOf(certificate)
  if (!state.level || !policies || policies === 'malformed') return undefined
  const above = state.level
  const byExpected = expectations(above)
  const level = new Map<string, Node>()
  for (const policy of policies) {
    if (policy === anyPolicy) continue
    const origins = byExpected.get(policy)
    if (origins) level.set(policy, { expected: new Set([policy]), origins })
    else if (above.has(anyPolicy)) level.set(policy, { expected: new Set([policy]), origins: new Set([policy]) })
  }
  if (policies.includes(anyPolicy) && (state.any > 0 || (!isEndEntity && certificate.selfIssued))) {
    for (const [policy, origins] of byExpected) if (!level.has(policy)) level.set(policy, { expected: new Set([policy]), origins })
  }
  return level.size > 0 ? level : undefined
}

/** Each expected policy with where it came from. */
function expectations(level: Level): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { expected, origins } of level.values()) {
    for (const policy of expected) {
      const known = found.get(policy) ?? new Set<string>()
      for (const origin of origins) known.add(origin)
      found.set(policy, known)
    }
  }
  return found
}

function prepareNext(state: State, certificate: Certificate): void {
  if (state.level) state.level = mapPolicies(state.level, certificate, state.mapping > 0)
  if (!certificate.selfIssued) {
    state.explicit = Math.max(state.explicit - 1, 0)
    state.mapping = Math.max(state.mapping - 1, 0)
    state.any = Math.max(state.any - 1, 0)
  }
  const constraints = policyConstraintsOf(certificate)
  if (constraints && constraints !== 'malformed') {
    state.explicit = Math.min(state.explicit, constraints.requireExplicitPolicy ?? state.explicit)
    state.mapping = Math.min(state.mapping, constraints.inhibitPolicyMapping ?? state.mapping)
  }
  const inhibit = inhibitAnyPolicyOf(certificate)
  if (typeof inhibit === 'number') state.any = Math.min(state.any, inhibit)
}

function mapPolicies(level: Level, certificate: Certificate, allowed: boolean): Level | undefined {
  const mappings = policyMappingsOf(certificate)
  if (!mappings || mappings === 'malformed') return level
  const mapped = new Map(level)
  const targets = new Map<string, Set<string>>()
  for (const { issuerDomain, subjectDomain } of mappings)
    targets.set(issuerDomain, (targets.get(issuerDomain) ?? new Set()).add(subjectDomain))
  for (const [policy, expected] of targets) {
    const node = level.get(policy)
    if (!allowed) mapped.delete(policy)
    else if (node) mapped.set(policy, { ...node, expected })
    else if (level.has(anyPolicy)) mapped.set(policy, { expected, origins: new Set([policy]) })
  }
  return mapped.size > 0 ? mapped : undefined
}

function isRefused(state: State, endEntity: Certificate, asked: PolicyQuestion): boolean {
  const constraints = policyConstraintsOf(endEntity)
  const demanded = constraints && constraints !== 'malformed' && constraints.requireExplicitPolicy === 0
  const explicit = demanded ? 0 : Math.max(state.explicit - 1, 0)
  if (explicit > 0) return false
  if (!state.level) return true
  if (asked.acceptable.includes(anyPolicy) || state.level.has(anyPolicy)) return false
  return ![...state.level.values()].some(it => asked.acceptable.some(policy => it.origins.has(policy)))
}
