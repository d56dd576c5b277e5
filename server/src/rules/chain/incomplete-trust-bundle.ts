import { distinct, isSelfSigned, issuersAmong } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { appendAfter, isEditable } from '../../core/pem-edits.js'
import { type Certificate, defineRule, type ProposedFix, type RuleContext, rfc, type TrustBundle, verifiers } from '../../core/rule.js'
import { isPublicStore } from '../../core/trust.js'
import { nameOf, nameText, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'incomplete-trust-bundle',
  subject: 'bundle',
  title: 'An intermediate is trusted without its root',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.1')],
  check(bundle, ctx) {
    const { endpoint, sources, complete } = bundle
    if (!complete || !isVerifying(endpoint) || verifiers[endpoint.verifier].anchors !== 'self-signed') return
    const all = distinct(sources.flatMap(it => it.certificates))
    const hasRoot = all.some(it => isSelfSigned(it, ctx.signed))
    for (const { ref, certificates } of sources.filter(it => it.ref.intended && !isPublicStore(it.file))) {
      for (const certificate of distinct(certificates)) {
        if (!certificate.isCa || isSelfSigned(certificate, ctx.signed) || hasNamedIssuer(certificate, all)) continue
        const root = ctx.issuersInWorkspace(certificate)[0]
        ctx.report({
          at: ref.at,
          message: `${nameOf(certificate)} is trusted, but its issuer ${nameText(certificate.issuer)} is not: ${peersOf(endpoint)} below it are rejected (${openssl('unable-to-get-issuer-certificate')})`,
          // Beside a root, it may be there for a chain that goes another way.
          ...(hasRoot && { severity: 'warning' as const }),
          related: [
            { ...certificate.at(), message: `${nameOf(certificate)} is here` },
            ...(root ? [{ ...root.at(), message: `${nameOf(root)} is here` }] : [])
          ],
          fixes: root ? fixes(certificate, root, bundle, ctx) : []
        })
      }
    }
  }
})

/** One of the right name that did not sign is another matter: issuer-key-mismatch. */
const hasNamedIssuer = (certificate: Certificate, all: readonly Certificate[]): boolean =>
  all.some(it => it.subject.canonical === certificate.issuer.canonical && it !== certificate)

/** Trusting more is for a person to decide. */
function fixes(certificate: Certificate, issuer: Certificate, { sources }: TrustBundle, ctx: RuleContext): readonly ProposedFix[] {
  const above = isSelfSigned(issuer, ctx.signed) ? [] : issuersAmong(issuer, ctx.issuersInWorkspace(issuer), ctx.signed).slice(0, 1)
  const added = [issuer, ...above]
  if (!isEditable(certificate.block) || sources.some(it => it.ref.kind === 'inline')) return []
  return [{ title: `Trust ${added.map(nameOf).join(' and ')} as well`, edits: appendAfter(certificate.block, added) }]
}
