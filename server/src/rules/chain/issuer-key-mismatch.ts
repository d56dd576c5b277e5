import { distinct, hasIssued, isSelfSigned, keyIdentifiersAgree, longestChain, mostOfOneName, pathUp } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type Finding, type RuleContext, rfc } from '../../core/rule.js'
import { memo } from '../../core/text.js'
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
    const stale = staleIssuer(certificates, ctx)
    if (stale) ctx.report(stale)
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
  if (certificates.length < 2 || certificates.length > longestChain) return []
  const found: Finding[] = []
  for (const certificate of certificates) {
    if (isSelfSigned(certificate, ctx.signed)) continue
    const named = certificates.filter(it => it !== certificate && isNamedIssuer(it, certificate) && (!it.selfIssued || it.isCa))
    const impostor = named[0]
    if (impostor && !named.some(it => hasIssued(it, certificate, ctx.signed))) found.push(mismatch(certificate, impostor))
  }
  return found
}

/**
 * The chain ends below a CA that the workspace has, by name, and none of that name signed it. Elsewhere there may be
 * another, so this is a warning.
 */
function staleIssuer(certificates: readonly Certificate[], ctx: RuleContext): Finding | undefined {
  const endEntity = certificates[0]
  if (!endEntity || endEntity.isCa || certificates.length > longestChain) return undefined
  const top = pathUp(endEntity, certificates, ctx.signed).at(-1)!
  if (isSelfSigned(top, ctx.signed) || certificates.some(it => it !== top && isNamedIssuer(it, top))) return undefined
  const named = authoritiesAmong(ctx.certificatesNamed(top.issuer))
  const impostor = named[0]
  if (!impostor || named.some(it => hasIssued(it, top, ctx.signed))) return undefined
  return {
    at: top.at('issuer'),
    severity: 'warning',
    message: `${nameOf(top)} is not from the CA ${nameOf(impostor)} that is here, but from another of the same name: ${reason(top, impostor)}`,
    related: [{ ...impostor.at(), message: `the CA ${nameOf(impostor)} that is here` }]
  }
}

/** The certificate of one CA may lie in hundreds of files, and all that descends from it asks. */
const authoritiesAmong = memo((named: readonly Certificate[]) => distinct(named.filter(it => it.isCa)).slice(0, mostOfOneName))

const isNamedIssuer = (issuer: Certificate, certificate: Certificate): boolean => issuer.subject.canonical === certificate.issuer.canonical

const reason = (certificate: Certificate, impostor: Certificate): string =>
  keyIdentifiersAgree(impostor, certificate)
    ? `its key did not sign it (${openssl('certificate-signature-failure')})`
    : `its key identifier is another (${openssl('unable-to-get-local-issuer-certificate')})`

function mismatch(certificate: Certificate, impostor: Certificate): Finding {
  return {
    at: impostor.at(),
    message: `${nameOf(impostor)} has the name of the issuer of ${nameOf(certificate)}, but ${reason(certificate, impostor)}: a CA of the same name with a new key, perhaps`,
    related: [{ ...certificate.at('issuer'), message: `${nameOf(certificate)} names it as its issuer` }]
  }
}
