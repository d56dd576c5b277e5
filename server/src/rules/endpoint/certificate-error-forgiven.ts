import { isTlsServer } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'certificate-error-forgiven',
  subject: 'endpoint',
  title: 'A missing or bad client certificate is answered with the normal content',
  category: 'trust',
  severity: 'error',
  citations: [rfc(8446, '4.4.2.4'), nginx('ngx_http_ssl_module', 'errors')],
  check(endpoint, ctx) {
    const { peer, result } = endpoint
    if (!isTlsServer(endpoint) || peer.certificate.value === 'ignore' || !result?.forgiven) return
    ctx.report({
      at: result.forgiven,
      message: `${endpoint.label} gives the normal content to clients whose certificate is missing or bad`,
      related: [{ ...peer.certificate.at, message: `${peer.certificate.name} is void through it` }]
    })
  }
})
