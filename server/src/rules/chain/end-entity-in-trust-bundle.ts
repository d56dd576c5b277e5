import { distinct, isSelfSigned, issuersAmong } from '../../core/chain.js'
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
        // Beside its own CA it does neither good nor harm.
        if (issuersAmong(certificate, all.slice(0, mostLookedAt), ctx.signed).length > 0) continue
        const [authority] = ctx.issuersInWorkspace(certificate)
        const instead = authority ? `${nameOf(authority)}, which issued it` : `its CA, ${nameText(certificate.issuer)}`
        ctx.report({
          at: ref.at,
          message: `${nameOf(certificate)} is no CA: even the ${peerOf(endpoint)} that holds it is rejected, because ${instead}, is not trusted (${openssl('unable-to-get-local-issuer-certificate')}, or ${openssl('unable-to-verify-the-first-certificate')})`,
          related: [
            { ...certificate.at(), message: `${nameOf(certificate)} is here` },
            ...(authority ? [{ ...authority.at(), message: `${nameOf(authority)} is here` }] : [])
          ]
        })
      }
    }
  }
})

/** An end entity of some CA. Self-signed ones may be pinned; one that may sign certificates is an issuer, if a bad one. */
const isIssued = (certificate: Certificate, ctx: RuleContext): boolean =>
  !certificate.isCa && !certificate.selfIssued && !certificate.keyUsage?.has('keyCertSign') && !isSelfSigned(certificate, ctx.signed)

/** A bundle of thousands has its CA by name, and then nothing is to be said of each of them. */
const mostLookedAt = 1000
/** The first few tell, and all stand on one path. */
const mostReported = 5
