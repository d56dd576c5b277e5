import { isPresentedAsEndEntity } from '../../core/chain.js'
import { isFromPublicCa } from '../../core/public-ca.js'
import { allows, isMeantFor } from '../../core/purposes.js'
import { type CertificateUse, defineRule, manual } from '../../core/rule.js'
import { nameOf, nameText } from '../../core/words.js'

export default defineRule({
  id: 'public-ca-client-certificate',
  subject: 'certificate',
  title: 'A client certificate comes from a public CA, which will not renew it for clients',
  category: 'identity',
  severity: 'warning',
  citations: [
    manual("Let's Encrypt on clientAuth", 'https://letsencrypt.org/2025/05/14/ending-tls-client-authentication/'),
    manual('Chrome Root Program Policy', 'https://googlechrome.github.io/chromerootprogram/')
  ],
  check(subject, ctx) {
    const { certificate } = subject
    if (!isClients(subject) || certificate.isCa || !allows(certificate, 'client') || !isFromPublicCa(certificate)) return
    ctx.report({
      at: certificate.at('issuer'),
      message: `${nameOf(certificate)} is from the public CA ${nameText(certificate.issuer)}: public CAs end clientAuth (Let's Encrypt on 8 July 2026, all that Chrome trusts on 15 March 2027), so servers will reject its renewal`
    })
  }
})

const isClients = (subject: CertificateUse): boolean => {
  const { certificate, use } = subject
  if (!use) return isMeantFor(certificate, 'client')
  return isPresentedAsEndEntity(subject) && use.endpoint.role === 'client' && use.endpoint.tls.value
}
