import { isKnown, isTlsServer } from '../../core/endpoints.js'
import { defineRule, manual, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'ambiguous-verify-result',
  subject: 'endpoint',
  title: 'A result is trusted that reads as good where no certificate came',
  category: 'trust',
  severity: 'error',
  citations: [rfc(8446, '4.4.2.4'), manual('HAProxy ssl_c_verify', 'https://docs.haproxy.org/3.2/configuration.html#7.3.4-ssl_c_verify')],
  check(endpoint, ctx) {
    const { certificate } = endpoint.peer
    if (!isTlsServer(endpoint) || endpoint.incomplete || certificate.value === 'require' || !isKnown(endpoint, certificate)) return
    if (endpoint.result?.unknown) return
    for (const { at, decides, named } of endpoint.result?.ambiguous ?? []) {
      const fate = decides ? 'this test lets clients in' : 'what is handed on here reads the same'
      ctx.report({
        at,
        // Whoever gets an empty name along with it can tell that there was no certificate.
        ...(!decides && named && { severity: 'warning' as const }),
        message: `${fate} without a certificate: for ${endpoint.label} the result is 0 (ok) when none was sent, and nothing asks whether one was`,
        related: [{ ...certificate.at, message: `${certificate.name} does not demand one` }]
      })
    }
  }
})
