import { isSelfSigned } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { defineRule, rfc } from '../../core/rule.js'
import { day, duration, isForgivenAbove, nameOf, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'certificate-not-yet-valid',
  subject: 'certificate',
  title: 'A certificate is not valid yet',
  category: 'validity',
  severity: 'error',
  citations: [rfc(5280, '4.1.2.5'), rfc(5280, '6.1.3')],
  check({ certificate, use }, ctx) {
    if (!(ctx.now < certificate.notBefore)) return
    if (use?.part === 'trusted' && (!isVerifying(use.endpoint) || isForgivenAbove(use.endpoint, 'certificate-is-not-yet-valid'))) return
    if (use?.part === 'presented' && (!use.endpoint.tls.value || (use.position > 0 && isSelfSigned(certificate, ctx.signed)))) return
    const wait = duration(certificate.notBefore.getTime() - ctx.now.getTime())
    const whom = use?.part === 'trusted' ? `${peersOf(use.endpoint)} below it are` : `it is`
    ctx.report({
      at: certificate.at('notBefore'),
      message: `${nameOf(certificate)} becomes valid in ${wait}, on ${day(certificate.notBefore)}: until then ${whom} rejected (${openssl('certificate-is-not-yet-valid')})`
    })
  }
})
