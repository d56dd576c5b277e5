import { distinct, isSameCertificate, isSameKey, isSelfSigned, longestChain, pathUp } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { appendAfter, isEditable } from '../../core/pem-edits.js'
import { type Certificate, defineRule, type ProposedFix, type RuleContext, rfc, type TrustBundle, verifiers } from '../../core/rule.js'
import { isPublicStore } from '../../core/trust.js'
import { listed, nameOf, nameText, openssl, peersOf } from '../../core/words.js'

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
    for (const { ref, certificates } of sources.filter(it => it.ref.intended && !isPublicStore(it.file))) {
      for (const certificate of distinct(certificates)) {
        if (
          !certificate.isCa ||
          isSelfSigned(certificate, ctx.signed) ||
          hasNamedIssuer(certificate, all) ||
          hasBetterTwin(certificate, all)
        )
          continue
        const root = ctx.issuersInWorkspace(certificate)[0]
        ctx.report({
          at: ref.at,
          message: `${nameOf(certificate)} is trusted, but its issuer ${nameText(certificate.issuer)} is not: ${peersOf(endpoint)} below it are rejected (${openssl('unable-to-get-issuer-certificate')})`,
          related: [
            { ...certificate.at(), message: `${nameOf(certificate)} is here` },
            ...(root ? [{ ...root.at(), message: `${nameOf(root)} is here` }] : [])
          ],
          fixes: fixes(certificate, bundle, ctx)
        })
      }
    }
  }
})

/** One of the right name that did not sign is another matter: issuer-key-mismatch. */
const hasNamedIssuer = (certificate: Certificate, all: readonly Certificate[]): boolean =>
  all.some(it => it.subject.canonical === certificate.issuer.canonical && it !== certificate)

/** The same CA, certified by somebody who is trusted. */
const hasBetterTwin = (certificate: Certificate, all: readonly Certificate[]): boolean =>
  all.some(it => it.subject.canonical === certificate.subject.canonical && isSameKey(it, certificate) && hasNamedIssuer(it, all))

/** Trusting more is for a person to decide. */
function fixes(certificate: Certificate, { sources }: TrustBundle, ctx: RuleContext): readonly ProposedFix[] {
  const added = pathUp(certificate, issuersAbove(certificate, ctx), ctx.signed).slice(1)
  const reachesRoot = added.length > 0 && isSelfSigned(added.at(-1)!, ctx.signed)
  if (!reachesRoot || !isEditable(certificate.block) || sources.some(it => it.ref.kind === 'inline')) return []
  return [{ title: `Trust ${listed(added.map(nameOf))} as well`, edits: appendAfter(certificate.block, added) }]
}

function issuersAbove(certificate: Certificate, ctx: RuleContext): readonly Certificate[] {
  const found = [certificate]
  for (let at = 0; at < found.length && found.length < longestChain; at++) {
    found.push(...ctx.issuersInWorkspace(found[at]!).filter(it => !found.some(known => isSameCertificate(known, it))))
  }
  return found
}
