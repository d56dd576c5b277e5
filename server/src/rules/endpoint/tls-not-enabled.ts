import { addressName, isInside } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'tls-not-enabled',
  subject: 'endpoint',
  title: 'TLS settings on a listener that does not speak TLS',
  category: 'protocol',
  severity: 'warning',
  citations: [rfc(8446, '1'), nginx('ngx_http_core_module', 'listen')],
  check(endpoint, ctx) {
    const { tls, addresses, incomplete } = endpoint
    if (endpoint.role !== 'server' || tls.value || tls.origin === 'unknown' || incomplete) return
    const idle = ownSetting(endpoint)
    const address = addresses.find(it => it.port !== undefined && /443$/.test(`${it.port}`)) ?? addresses[0]
    if (idle === undefined || !address) return
    ctx.report({
      at: address.at,
      message: `${endpoint.label} listens on ${addressName(address) ?? 'this address'} without TLS: its ${idle} has no effect`,
      fixes: [{ title: 'Speak TLS here', endpoint, change: { set: 'tls', value: true, address } }]
    })
  }
})

/** What stands in an enclosing block is there for others as well. */
function ownSetting({ identities, peer, block }: TlsEndpoint): string | undefined {
  if (peer.certificate.origin === 'written' && peer.certificate.value !== 'ignore') return peer.certificate.name
  return [...identities.map(it => it.certificate), ...peer.trustAnchors].find(it => isInside(it.at, block))?.name
}
