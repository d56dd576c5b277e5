import { isKnown, isTlsServer } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'client-verification-optional',
  subject: 'endpoint',
  title: 'A client certificate is optional, and nothing looks whether one came',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(8446, '4.4.2.4'), nginx('ngx_http_ssl_module', 'ssl_verify_client')],
  check(endpoint, ctx) {
    const { peer, result } = endpoint
    if (!isTlsServer(endpoint) || endpoint.incomplete || endpoint.content?.length === 0) return
    if (peer.certificate.value !== 'request' || !peer.verifyChain.value || !isKnown(endpoint, peer.certificate)) return
    // What nobody wrote is client-ca-not-enforced.
    if (peer.certificate.origin === 'default') return
    if (!result || result.unknown || result.tested.length > 0 || result.handedOn.length > 0) return
    ctx.report({
      at: peer.certificate.at,
      message: `${endpoint.label} lets clients in without a certificate: ${peer.certificate.name} makes it optional and nothing here tests the result`,
      fixes: [{ title: 'Demand a client certificate', endpoint, change: { set: 'certificate', value: 'require' } }]
    })
  }
})
