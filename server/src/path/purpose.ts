import type { Certificate } from '../x509/certificate.js'
import { netscapeTypesOf } from './extensions.js'
import { hasUnreadableExtension, looksSelfSigned, usagesOf } from './issuance.js'
import type { Finding, Validation } from './validate.js'
import type { Purpose } from './verify.js'

export function* checkPurpose(ctx: Validation, depth: number): Iterable<Finding> {
  const { purpose } = ctx.question
  if (purpose === 'any') return
  const certificate = ctx.path[depth]!
  const trust = depth >= ctx.untrusted ? explicitTrust(certificate, purpose) : undefined
  if (trust === 'trusted') return
  // OpenSSL cannot tell the purpose of a certificate with an extension that does not decode, and lets it be.
  const suits =
    trust === undefined &&
    ((ctx.knobs.unreadable === 'issues-nothing' && hasUnreadableExtension(certificate)) || suitsPurpose(ctx, certificate, depth, purpose))
  if (!suits) yield { code: 'unsuitable-certificate-purpose', depth }
}

const purposeOids = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' } as const
const anyPurpose = '2.5.29.37.0'

function suitsPurpose(ctx: Validation, certificate: Certificate, depth: number, purpose: 'client' | 'server'): boolean {
  const isTop = depth === ctx.top
  const restricted = depth === 0 || (isTop ? ctx.knobs.purposeAbove === 'all' : ctx.knobs.purposeAbove !== 'none')
  if (restricted && !allowsPurpose(ctx, certificate, depth, purpose)) return false
  return depth === 0 ? usageAllows(ctx, certificate, purpose) : authorityTypeAllows(ctx, certificate)
}

function allowsPurpose(ctx: Validation, certificate: Certificate, depth: number, purpose: 'client' | 'server'): boolean {
  const purposes = certificate.extendedKeyUsage
  if (!purposes) return true
  if (purposes.includes(purposeOids[purpose])) return true
  if (purpose === 'server' && purposes.some(it => ctx.knobs.alsoServer.has(it))) return true
  const any = depth === 0 ? ctx.knobs.anyPurpose : ctx.knobs.anyPurposeAbove
  return any === 'suffices' && purposes.includes(anyPurpose)
}

function usageAllows(ctx: Validation, certificate: Certificate, purpose: 'client' | 'server'): boolean {
  const usages = ctx.knobs.usages[purpose]
  const types = ctx.knobs.netscapeTypes === 'restrict' ? netscapeTypesOf(certificate) : undefined
  if (types instanceof Set && !types.has(purpose)) return false
  const stated = usagesOf(certificate, ctx.knobs)
  return !stated || usages.length === 0 || usages.some(it => stated.has(it))
}

/** A CA by nsCertType alone is one for TLS only if it says so. */
function authorityTypeAllows(ctx: Validation, certificate: Certificate): boolean {
  if (ctx.knobs.purposeWantsAuthority === false) return true
  const usages = usagesOf(certificate, ctx.knobs)
  if (usages && !usages.has('keyCertSign')) return false
  if (certificate.basicConstraints) return certificate.basicConstraints.ca
  if ((certificate.version === 1 && looksSelfSigned(certificate, ctx.knobs)) || usages) return true
  const types = netscapeTypesOf(certificate)
  return types instanceof Set && types.has('tlsCa')
}

/** What a TRUSTED CERTIFICATE block says for itself; it outweighs the certificate. */
export function explicitTrust(certificate: Certificate, purpose: Purpose): 'trusted' | 'rejected' | undefined {
  const { trust } = certificate
  if (!trust) return undefined
  const oid = purpose === 'any' ? anyPurpose : purposeOids[purpose]
  if (trust.rejected.includes(oid)) return 'rejected'
  if (trust.trusted.length === 0) return undefined
  return trust.trusted.includes(oid) ? 'trusted' : 'rejected'
}

/** What the certificate is made for, as far as its extended key usage says so. */
export function purposeOf(certificate: Certificate): Purpose {
  const purposes = certificate.extendedKeyUsage ?? []
  const client = purposes.includes(purposeOids.client)
  const server = purposes.includes(purposeOids.server)
  if (client === server) return 'any'
  return client ? 'client' : 'server'
}
