import { isPresentedAsEndEntity } from '../../core/chain.js'
import { isMeantFor } from '../../core/purposes.js'
import { defineRule, rfc } from '../../core/rule.js'
import { brief, nameOf } from '../../core/words.js'

export default defineRule({
  id: 'missing-subject-alternative-name',
  subject: 'certificate',
  title: 'A server certificate has no subject alternative name',
  category: 'identity',
  severity: 'error',
  citations: [rfc(9525, '1.2'), rfc(5280, '4.2.1.6')],
  check(subject, ctx) {
    const { certificate, use } = subject
    if ((certificate.subjectAltNames?.length ?? 0) > 0 || certificate.malformed.includes('2.5.29.17')) return
    if (
      use
        ? !isPresentedAsEndEntity(subject) || use.endpoint.role !== 'server' || !use.endpoint.tls.value
        : certificate.isCa || !isMeantFor(certificate, 'server')
    )
      return
    const { commonName } = certificate.subject
    ctx.report({
      at: certificate.at('subject'),
      message: `${nameOf(certificate)} has no subject alternative name: clients reject it by its name, ${
        commonName === undefined
          ? 'for there is none to compare'
          : `because only old ones still look at the common name ${brief(commonName)}`
      }`
    })
  }
})
