import { isKnown, isTlsServer } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'client-verification-without-ca',
  subject: 'endpoint',
  title: 'A client certificate is verified, but there is no CA to verify it with',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.1'), nginx('ngx_http_ssl_module', 'ssl_client_certificate')],
  check(endpoint, ctx) {
    const { certificate, verifyChain, trustAnchors } = endpoint.peer
    if (!isTlsServer(endpoint) || endpoint.identities.length === 0 || endpoint.incomplete) return
    if (certificate.value === 'ignore' || !isKnown(endpoint, certificate)) return
    if (!verifyChain.value || trustAnchors.some(it => it.intended)) return
    const others = trustAnchors.map(it => it.name)
    const instead = others.length > 0 ? `, and ${others[0]} is there for another purpose` : ''
    ctx.report({
      at: certificate.at,
      message: `${endpoint.label} has no CA to verify client certificates with${instead}: the configuration is refused`
    })
  }
})
