import type { Certificate } from '../x509/certificate.js'
import { nameConstraintsOf, netscapeTypesOf } from './extensions.js'
import { hasUnreadableExtension, looksSelfSigned, usagesOf } from './issuance.js'
import type { Finding, Validation } from './validate.js'

export function* checkCriticalExtensions(ctx: Validation, depth: number): Iterable<Finding> {
  for (const extension of ctx.path[depth]!.extensions.values()) {
    if (!extension.critical || (ctx.knobs.understood.has(extension.oid) && !isBeyond(ctx, depth, extension.oid))) continue
    yield { code: 'unhandled-critical-extension', depth }
    return
  }
}

/** Name constraints of a kind that the verifier cannot check make the whole extension one that it does not understand. */
function isBeyond(ctx: Validation, depth: number, oid: string): boolean {
  if (oid !== '2.5.29.30' || ctx.knobs.otherConstraints !== 'if-critical') return false
  const constraints = nameConstraintsOf(ctx.path[depth]!)
  if (!constraints || constraints === 'malformed') return false
  return [...constraints.permitted, ...constraints.excluded].some(it => !ctx.knobs.constraintTypes.has(it.name.type))
}

/** Everything above the end entity has to be a CA. */
export function* checkAuthority(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth === 0) return
  const authority = authorityOf(ctx.path[depth]!, ctx)
  const isTop = depth === ctx.top
  if (authority === 'none' || (authority === 'implied' && !isTop)) yield { code: 'invalid-ca-certificate', depth }
  if (authority === 'unable') yield { code: 'key-usage-does-not-include-certificate-signing', depth }
}

type Authority = 'stated' | 'implied' | 'none' | 'unable'

/** Without basicConstraints, OpenSSL still believes some certificates of old to be CAs. */
function authorityOf(certificate: Certificate, ctx: Validation): Authority {
  if (ctx.knobs.unreadable === 'issues-nothing' && hasUnreadableExtension(certificate)) return 'none'
  const usages = usagesOf(certificate, ctx.knobs)
  const maySign = !usages || usages.has('keyCertSign')
  if (!maySign && ctx.knobs.withoutCertSign === 'invalid-ca') return 'none'
  const stated = certificate.basicConstraints
  if (stated) return !stated.ca ? 'none' : maySign ? 'stated' : 'unable'
  if (ctx.knobs.impliedAuthority === 'version-1-anchor') return certificate.version !== 1 ? 'none' : maySign ? 'implied' : 'unable'
  if (ctx.knobs.impliedAuthority === 'none') return 'none'
  if (certificate.version === 1 && looksSelfSigned(certificate, ctx.knobs)) return 'implied'
  if (usages) return 'implied'
  const types = netscapeTypesOf(certificate)
  const mayIssue = types instanceof Set && (types.has('tlsCa') || types.has('emailCa') || types.has('objectCa'))
  return mayIssue ? 'implied' : 'none'
}

export function* checkExplicitCurve(ctx: Validation, depth: number): Iterable<Finding> {
  const { algorithm, curve, description } = ctx.path[depth]!.publicKey
  if (ctx.path.length > 1 && algorithm === 'EC' && curve === undefined && description.includes('explicit')) {
    yield { code: 'certificate-public-key-has-explicit-ecc-parameters', depth }
  }
}

/** RFC 5280 4.2.1.9: how many non-self-issued intermediates may follow a CA. */
export function* checkPathLength(ctx: Validation, depth: number): Iterable<Finding> {
  const allowed = ctx.path[depth]!.basicConstraints?.pathLength
  if (depth === 0 || allowed === undefined) return
  const below = ctx.path.slice(1, depth).filter(it => ctx.knobs.selfIssuedCounts || !it.selfIssued).length
  if (below > allowed) yield { code: 'path-length-constraint-exceeded', depth }
}

/** What a verifier wants of every certificate before it looks any closer. */
export function* checkForm(ctx: Validation, depth: number): Iterable<Finding> {
  const certificate = ctx.path[depth]!
  const { knobs } = ctx
  if (knobs.unreadable === 'refused' && isMalformed(certificate, ctx))
    yield { code: 'invalid-or-inconsistent-certificate-extension', depth }
  if (knobs.emptySubject === 'critical-alternative-name' && certificate.subject.attributes.length === 0) {
    if (!certificate.extensions.get('2.5.29.17')?.critical)
      yield { code: 'subject-empty-and-subject-alt-name-extension-not-critical', depth }
  }
  if (knobs.versions === 'three' && certificate.version !== 3) yield { code: 'using-cert-extension-requires-at-least-x509v3', depth }
  if (knobs.endEntityCa === 'refused' && depth === 0 && certificate.basicConstraints?.ca)
    yield { code: 'invalid-non-ca-certificate', depth }
  const { algorithm, curve } = certificate.publicKey
  if (knobs.curves !== 'all' && algorithm === 'EC' && !knobs.curves.has(curve ?? ''))
    yield { code: 'unable-to-decode-issuer-public-key', depth }
}

function isMalformed(certificate: Certificate, { knobs: { decoded } }: Validation): boolean {
  if (certificate.repeated.length > 0 || certificate.malformed.some(it => decoded.has(it))) return true
  if (decoded.has('2.5.29.30') && hasNoUse(nameConstraintsOf(certificate))) return true
  return decoded.has('2.5.29.17') && (hasOddAddress(certificate) || certificate.serialNumber.startsWith('-'))
}

const hasOddAddress = (certificate: Certificate) =>
  certificate.subjectAltNames?.some(it => it.type === 'ip' && it.value.startsWith('#')) === true

/** RFC 5280 4.2.1.10: name constraints must not be an empty sequence. */
const hasNoUse = (constraints: ReturnType<typeof nameConstraintsOf>) =>
  constraints === 'malformed' || (constraints !== undefined && constraints.permitted.length + constraints.excluded.length === 0)
