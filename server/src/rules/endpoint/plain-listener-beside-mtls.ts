import { addressName, demandsCertificate, isLocal } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'plain-listener-beside-mtls',
  subject: 'endpoint',
  title: 'A server that demands client certificates also listens without TLS',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(8446, '1'), nginx('ngx_http_core_module', 'listen')],
  check(endpoint, ctx) {
    if (!demandsCertificate(endpoint) || endpoint.incomplete || endpoint.refusesPlaintext || endpoint.content?.length === 0) return
    if (endpoint.result && (endpoint.result.unknown || endpoint.result.tested.length > 0)) return
    const speaking = endpoint.addresses.filter(it => it.tls)
    for (const address of endpoint.addresses) {
      if (address.tls || address.transport === 'udp') continue
      // Who is on the machine itself need not come over the network; where TLS is local too, nothing sets the two apart.
      if (isLocal(address) && !speaking.every(isLocal)) continue
      ctx.report({
        at: address.at,
        message: `${endpoint.label} also listens on ${addressName(address) ?? 'this address'} without TLS: what it serves there needs no client certificate`,
        related: [{ ...endpoint.peer.certificate.at, message: `${endpoint.peer.certificate.name} counts for TLS connections only` }]
      })
    }
  }
})
