import { isKnown } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'upstream-verification-without-ca',
  subject: 'endpoint',
  title: 'The upstream is to be verified, but there is no CA to verify it with',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.1'), nginx('ngx_http_proxy_module', 'proxy_ssl_trusted_certificate')],
  check(endpoint, ctx) {
    const { verifyChain, trustAnchors } = endpoint.peer
    if (endpoint.role !== 'client' || endpoint.incomplete || !endpoint.tls.value || endpoint.tls.origin === 'unknown') return
    if (!verifyChain.value || !isKnown(endpoint, verifyChain) || trustAnchors.some(it => it.intended)) return
    ctx.report({
      at: verifyChain.at,
      message: `${endpoint.label} has no CA to verify the server with: the configuration is refused`
    })
  }
})
