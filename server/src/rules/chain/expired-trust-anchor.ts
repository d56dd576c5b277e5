import { isSameKey, isSelfSigned } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type RuleContext, rfc } from '../../core/rule.js'
import { isPublicStore, isTrustFile } from '../../core/trust.js'
import { day, duration, isForgivenAbove, nameOf, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'expired-trust-anchor',
  subject: 'bundle',
  title: 'An expired CA is still trusted',
  category: 'validity',
  severity: 'warning',
  citations: [rfc(5280, '4.1.2.5'), rfc(5280, '6.1.3')],
  check({ endpoint, sources }, ctx) {
    if (!isVerifying(endpoint) || isForgivenAbove(endpoint, 'certificate-has-expired')) return
    const all = sources.flatMap(it => it.certificates)
    for (const { ref, file, certificates } of sources) {
      if (isPublicStore(file)) continue
      for (const certificate of certificates) {
        if (!isExpired(certificate, ctx) || !isAuthority(certificate, ctx) || isRenewed(certificate, all, ctx)) continue
        ctx.report({
          at: ref.at,
          message: `${said(certificate, ctx)}: ${peersOf(endpoint)} below it are rejected (${openssl('certificate-has-expired')})`,
          related: [{ ...certificate.at('notAfter'), message: 'here, in the file' }]
        })
      }
    }
  },
  also: {
    certificate({ certificate, file, use }, ctx) {
      if (use || !isExpired(certificate, ctx) || !isTrustFile(file)) return
      ctx.report({
        at: certificate.at('notAfter'),
        message: `${said(certificate, ctx)}: what it issued is rejected (${openssl('certificate-has-expired')})`
      })
    }
  }
})

const isExpired = (certificate: Certificate, ctx: RuleContext): boolean => ctx.now > certificate.notAfter

/** A CA, or a self-signed certificate that is pinned. */
const isAuthority = (certificate: Certificate, ctx: RuleContext): boolean => certificate.isCa || isSelfSigned(certificate, ctx.signed)

/** With both in the bundle, the valid one is used. */
const isRenewed = (certificate: Certificate, all: readonly Certificate[], ctx: RuleContext): boolean =>
  all.some(
    it =>
      it.subject.canonical === certificate.subject.canonical && !isExpired(it, ctx) && ctx.now >= it.notBefore && isSameKey(it, certificate)
  )

const said = (certificate: Certificate, ctx: RuleContext): string =>
  `${nameOf(certificate)} expired ${duration(ctx.now.getTime() - certificate.notAfter.getTime())} ago, on ${day(certificate.notAfter)}`
