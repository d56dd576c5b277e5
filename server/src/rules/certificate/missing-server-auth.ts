import { type CertificateUse, defineRule, type RuleContext, rfc } from '../../core/rule.js'
import { checkPurpose } from './purpose.js'

export default defineRule({
  id: 'missing-server-auth',
  subject: 'certificate',
  title: 'A certificate for servers does not allow serverAuth',
  category: 'identity',
  severity: 'error',
  citations: [rfc(5280, '4.2.1.12'), rfc(8446, '4.4.2.2')],
  check: (subject: CertificateUse, ctx: RuleContext) => checkPurpose(subject, 'server', ctx)
})
