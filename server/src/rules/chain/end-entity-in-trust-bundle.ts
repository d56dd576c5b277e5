import { distinct, isSameCertificate, isSelfSigned, issuersAmong, longestChain } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type RuleContext, rfc, verifiers } from '../../core/rule.js'
import { nameOf, nameText, openssl, peerOf } from '../../core/words.js'

export default defineRule({
  id: 'end-entity-in-trust-bundle',
  subject: 'bundle',
  title: 'A trust store holds the certificate of a peer instead of its CA',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.1')],
  check({ endpoint, sources }, ctx) {
    if (!isVerifying(endpoint) || verifiers[endpoint.verifier].anchors !== 'self-signed') return
    const all = sources.flatMap(it => it.certificates)
    for (const { ref, certificates } of sources.filter(it => it.ref.intended)) {
      for (const certificate of distinct(certificates.filter(it => isIssued(it, ctx))).slice(0, mostReported)) {
        const trusted = isTrustedThroughCa(certificate, all, ctx)
        if (trusted === true) continue
        const [authority] = ctx.issuersInWorkspace(certificate)
        const instead = authority ? `${nameOf(authority)}, which issued it` : `its CA, ${nameText(certificate.issuer)}`
        ctx.report({
          at: ref.at,
          message: `${nameOf(certificate)} is no CA: even the ${peerOf(endpoint)} that holds it is rejected, because ${instead}, is not trusted (${openssl('unable-to-get-local-issuer-certificate')}, or ${openssl('unable-to-verify-the-first-certificate')})`,
          // Whether a CA beside it is above it cannot be known without those between.
          ...(trusted === undefined && { severity: 'warning' as const }),
          related: [
            { ...certificate.at(), message: `${nameOf(certificate)} is here` },
            ...(authority ? [{ ...authority.at(), message: `${nameOf(authority)} is here` }] : [])
          ]
        })
      }
    }
  }
})

/** Does its path lead to a root in the trust store? Then it does neither good nor harm there. `undefined`: cannot be known. */
function isTrustedThroughCa(certificate: Certificate, all: readonly Certificate[], ctx: RuleContext): boolean | undefined {
  const roots = all.filter(it => it.isCa && isSelfSigned(it, ctx.signed))
  if (roots.length === 0) return false
  let top = certificate
  for (let step = 0; step < longestChain; step++) {
    const next = issuersAmong(top, all, ctx.signed)[0] ?? ctx.issuersInWorkspace(top)[0]
    if (!next) return undefined
    if (isSelfSigned(next, ctx.signed)) return roots.some(it => isSameCertificate(it, next))
    top = next
  }
  return undefined
}

/** An end entity of some CA. Self-signed ones may be pinned; one that may sign certificates is an issuer, if a bad one. */
const isIssued = (certificate: Certificate, ctx: RuleContext): boolean =>
  !certificate.isCa && !certificate.selfIssued && !certificate.keyUsage?.has('keyCertSign') && !isSelfSigned(certificate, ctx.signed)

/** The first few tell, and all stand on one path. */
const mostReported = 5
