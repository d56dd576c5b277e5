import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'ineffective-port-mtls',
  subject: 'mesh',
  title: 'A setting for a port has no effect, because no workload is chosen',
  category: 'trust',
  severity: 'error',
  citations: [manual('Istio PeerAuthentication', 'https://istio.io/latest/docs/reference/config/security/peer_authentication/')],
  check({ policies }, ctx) {
    for (const { label, ignoredPorts, ports } of policies) {
      if (!ignoredPorts) continue
      const named = ports.map(it => it.port).join(', ')
      ctx.report({
        at: ignoredPorts,
        message: `what ${label} says of port ${named} is ignored: settings for ports need a selector that chooses workloads`
      })
    }
  }
})
