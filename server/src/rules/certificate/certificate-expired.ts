import { isSelfSigned } from '../../core/chain.js'
import { type CertificateUse, defineRule, type RuleContext, rfc } from '../../core/rule.js'
import { isTrustFile } from '../../core/trust.js'
import { day, duration, nameOf, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'certificate-expired',
  subject: 'certificate',
  title: 'A certificate has expired',
  category: 'validity',
  severity: 'error',
  citations: [rfc(5280, '4.1.2.5'), rfc(5280, '6.1.3')],
  check(subject, ctx) {
    const { certificate } = subject
    if (!(ctx.now > certificate.notAfter) || isJudgedElsewhere(subject, ctx)) return
    const age = duration(ctx.now.getTime() - certificate.notAfter.getTime())
    ctx.report({
      at: certificate.at('notAfter'),
      message: `${nameOf(certificate)} expired ${age} ago, on ${day(certificate.notAfter)}: ${consequence(subject)}`
    })
  }
})

/** What is trusted, or looks as if it were kept to be trusted, is the matter of expired-trust-anchor. */
function isJudgedElsewhere({ certificate, file, use }: CertificateUse, ctx: RuleContext): boolean {
  if (!use) return isTrustFile(file)
  if (use.part === 'trusted' || !use.endpoint.tls.value) return true
  // Peers judge a root by their own copy.
  return use.position > 0 && isSelfSigned(certificate, ctx.signed)
}

const consequence = ({ use }: CertificateUse): string =>
  use
    ? `${peersOf(use.endpoint)} reject it (${openssl('certificate-has-expired')})`
    : `whoever is shown it rejects it (${openssl('certificate-has-expired')})`
