import type { Certificate } from '../x509/certificate.js'
import { netscapeTypesOf } from './extensions.js'
import { hasUnreadableExtension, looksSelfSigned } from './issuance.js'
import type { Finding, Validation } from './validate.js'

export function* checkCriticalExtensions(ctx: Validation, depth: number): Iterable<Finding> {
  for (const extension of ctx.path[depth]!.extensions.values()) {
    if (!extension.critical || ctx.knobs.understood.has(extension.oid)) continue
    yield { code: 'unhandled-critical-extension', depth }
    return
  }
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
  if (hasUnreadableExtension(certificate)) return 'none'
  const maySign = !certificate.keyUsage || certificate.keyUsage.has('keyCertSign')
  if (!maySign && ctx.knobs.withoutCertSign === 'invalid-ca') return 'none'
  if (certificate.basicConstraints) return !certificate.basicConstraints.ca ? 'none' : maySign ? 'stated' : 'unable'
  if (ctx.knobs.impliedAuthority === 'version-1-anchor') return certificate.version === 1 ? 'implied' : 'none'
  if (ctx.knobs.impliedAuthority === 'none') return 'none'
  if (certificate.version === 1 && looksSelfSigned(certificate, ctx.knobs)) return 'implied'
  if (certificate.keyUsage) return 'implied'
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
