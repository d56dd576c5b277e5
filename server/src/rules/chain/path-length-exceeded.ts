import { endEntityOf, isAmong, isSameCertificate, isSelfSigned, longestChain, pathUp } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type Finding, oids, type RuleContext, rfc, verifiers } from '../../core/rule.js'
import { nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'path-length-exceeded',
  subject: 'chain',
  title: 'More intermediates follow a CA than it allows',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '4.2.1.9')],
  check({ certificates, use }, ctx) {
    const endEntity = endEntityOf(certificates)
    if (!endEntity || certificates.length > longestChain || (use && !use.endpoint.tls.value)) return
    const path = extended(pathUp(endEntity, certificates, ctx.signed), ctx)
    const finding = excess(path.slice(1), certificates)
    if (finding) ctx.report(finding)
  },
  also: {
    file({ certificates }, ctx) {
      // With an end entity it is a chain, and looked at as such.
      if (certificates.length > longestChain || !certificates.every(it => it.isCa)) return
      for (const it of certificates) {
        const finding = excess(extended(pathUp(it, certificates, ctx.signed), ctx), certificates)
        if (finding) ctx.report(finding)
      }
    },
    bundle({ endpoint, sources }, ctx) {
      const all = sources.flatMap(it => it.certificates)
      if (!isVerifying(endpoint) || !verifiers[endpoint.verifier].anchorChecks.has('pathLength') || all.length > longestChain) return
      for (const { ref, certificates } of sources) {
        for (const it of certificates) {
          const finding = it.isCa ? excess(pathUp(it, all, ctx.signed), all) : undefined
          if (finding) ctx.report({ ...finding, at: ref.at, related: [{ ...finding.at, message: 'here' }, ...(finding.related ?? [])] })
        }
      }
    }
  }
})

/** Goes on with the workspace where the file ends, as long as there is but one way. */
function extended(path: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  let top = path.at(-1)!
  if (isSelfSigned(top, ctx.signed)) return path
  const whole = [...path]
  while (whole.length < longestChain && !isSelfSigned(top, ctx.signed)) {
    const issuers = ctx.issuersInWorkspace(top)
    const next = issuers[0]
    if (!next || !issuers.every(it => isSameCertificate(it, next)) || isAmong(next, whole)) break
    whole.push(next)
    top = next
  }
  return whole
}

/** `authorities`: an issuing CA and what is above it. RFC 5280 does not count self-issued certificates. */
function excess(authorities: readonly Certificate[], own: readonly Certificate[]): Finding | undefined {
  for (let at = 0; at < authorities.length; at++) {
    const limiting = authorities[at]!
    const allowed = limiting.basicConstraints?.pathLength
    if (allowed === undefined || at <= allowed) continue
    const below = authorities.slice(0, at).filter(it => !it.selfIssued)
    if (below.length <= allowed) continue
    const lowest = authorities[0]!
    const place = own.includes(limiting) ? limiting.at({ extension: oids.basicConstraints }) : lowest.at()
    return {
      at: place,
      message: `${nameOf(limiting)} allows ${count(allowed)} below it, and there ${below.length === 1 ? 'is 1' : `are ${below.length}`}: whatever ${nameOf(lowest)} issues is rejected (${openssl('path-length-constraint-exceeded')})`,
      related: [{ ...lowest.at(), message: `${nameOf(lowest)} is here` }]
    }
  }
  return undefined
}

const count = (allowed: number): string =>
  allowed === 0 ? 'no intermediate' : allowed === 1 ? '1 intermediate' : `${allowed} intermediates`
