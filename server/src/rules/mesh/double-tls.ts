import { defineRule, manual, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'double-tls',
  subject: 'mesh',
  title: 'A proxy wraps TLS of the application in TLS once more',
  category: 'protocol',
  severity: 'error',
  citations: [
    manual('Istio double TLS', 'https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls'),
    manual('Istio ServiceEntry', 'https://istio.io/latest/docs/reference/config/networking/service-entry/'),
    rfc(8446, '5.1')
  ],
  check({ doubledTls }, ctx) {
    for (const { label, host, port, modeAt, entry, certain } of doubledTls) {
      ctx.report({
        at: modeAt,
        ...(certain ? {} : { severity: 'warning' }),
        message: `${label} begins TLS on port ${port} of ${host}, where ${entry.label} says that applications send ${entry.protocol}: it is wrapped twice, and they see \u201cwrong version number\u201d`,
        related: [{ ...entry.protocolAt, message: `${entry.label} says what applications send` }]
      })
    }
  }
})
