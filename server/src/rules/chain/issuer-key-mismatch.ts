import { hasIssued, isSelfSigned, keyIdentifiersAgree, longestChain } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type Finding, type RuleContext, rfc } from '../../core/rule.js'
import { nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'issuer-key-mismatch',
  subject: 'chain',
  title: 'An issuer of the right name has another key',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.3'), rfc(5280, '4.2.1.1')],
  check({ certificates, use }, ctx) {
    if (use && !use.endpoint.tls.value) return
    for (const finding of mismatches(certificates, ctx)) ctx.report(finding)
  },
  also: {
    file({ certificates }, ctx) {
      // With an end entity it is a chain, and looked at as such.
      if (certificates.every(it => it.isCa)) for (const finding of mismatches(certificates, ctx)) ctx.report(finding)
    },
    bundle({ endpoint, sources }, ctx) {
      if (!isVerifying(endpoint)) return
      const all = sources.flatMap(it => it.certificates)
      for (const { ref, certificates } of sources) {
        for (const { at, message, related = [] } of mismatches(all, ctx)) {
          if (certificates.some(it => it.block.file.path === at.path))
            ctx.report({ at: ref.at, message, related: [{ ...at, message: 'here' }, ...related] })
        }
      }
    }
  }
})

function mismatches(certificates: readonly Certificate[], ctx: RuleContext): readonly Finding[] {
  const authorities = certificates.filter(it => !it.selfIssued || it.isCa)
  if (certificates.length > longestChain) return []
  return certificates.flatMap(certificate => {
    if (isSelfSigned(certificate, ctx.signed)) return []
    const named = authorities.filter(it => it !== certificate && it.subject.canonical === certificate.issuer.canonical)
    const [impostor] = named
    if (!impostor || named.some(it => hasIssued(it, certificate, ctx.signed))) return []
    return [mismatch(certificate, impostor)]
  })
}

function mismatch(certificate: Certificate, impostor: Certificate): Finding {
  const why = keyIdentifiersAgree(impostor, certificate)
    ? `its key did not sign it (${openssl('certificate-signature-failure')})`
    : `its key identifier is another (${openssl('unable-to-get-local-issuer-certificate')})`
  return {
    at: impostor.at(),
    message: `${nameOf(impostor)} has the name of the issuer of ${nameOf(certificate)}, but ${why}: a CA of the same name with a new key, perhaps`,
    related: [{ ...certificate.at('issuer'), message: `${nameOf(certificate)} names it as its issuer` }]
  }
}
