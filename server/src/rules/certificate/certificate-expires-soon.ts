import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, rfc } from '../../core/rule.js'
import { isPublicStore } from '../../core/trust.js'
import { day, duration, nameOf } from '../../core/words.js'

export default defineRule({
  id: 'certificate-expires-soon',
  subject: 'certificate',
  title: 'A certificate expires soon',
  category: 'validity',
  severity: 'warning',
  citations: [rfc(5280, '4.1.2.5')],
  check({ certificate, file, use }, ctx) {
    if (isPublicStore(file)) return
    if (use && !(use.part === 'trusted' ? isVerifying(use.endpoint) : use.endpoint.tls.value)) return
    const left = certificate.notAfter.getTime() - ctx.now.getTime()
    const warning = warningTime(certificate, ctx.settings.expiryWarningDays)
    if (!(left >= 0 && left < 2 * warning) || ctx.now < certificate.notBefore) return
    ctx.report({
      at: certificate.at('notAfter'),
      message: `${nameOf(certificate)} expires in ${duration(left)}, on ${day(certificate.notAfter)}`,
      ...(left >= warning && { severity: 'information' as const })
    })
  }
})

const oneDay = 86_400_000

/** The identities of a workload live for hours or days and are renewed at half time: only one that was missed is news. */
function warningTime({ notBefore, notAfter, subjectAltNames }: Certificate, days: number): number {
  const lifetime = notAfter.getTime() - notBefore.getTime()
  const isWorkload = subjectAltNames?.some(it => it.type === 'uri' && it.value.startsWith('spiffe:')) ?? false
  return isWorkload && lifetime <= 10 * oneDay ? lifetime / 6 : days * oneDay
}
