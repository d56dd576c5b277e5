import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'disabled-mtls',
  subject: 'mesh',
  title: 'Mutual TLS is switched off',
  category: 'trust',
  severity: 'warning',
  citations: [manual('Istio PeerAuthentication', 'https://istio.io/latest/docs/reference/config/security/peer_authentication/')],
  check({ policies }, ctx) {
    for (const { label, reach, mode, ports, ignoredPorts } of policies) {
      if (mode?.value === 'disabled') {
        ctx.report({
          at: mode.at,
          message: `${label} switches mutual TLS off for ${reach}: what is sent there is neither encrypted nor is it known who sent it`
        })
      }
      if (ignoredPorts) continue
      for (const { port, mode: ofPort, ownTls } of ports) {
        // TLS with other certificates has to have the mesh's own out of the way.
        if (ofPort.value !== 'disabled' || ownTls) continue
        ctx.report({ at: ofPort.at, message: `${label} switches mutual TLS off on port ${port} of ${reach}` })
      }
    }
  }
})
