import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'permissive-mtls',
  subject: 'mesh',
  title: 'Plain connections are taken as well as mutual TLS',
  category: 'trust',
  severity: 'information',
  citations: [
    manual('Istio PeerAuthentication', 'https://istio.io/latest/docs/reference/config/security/peer_authentication/'),
    manual('Istio mutual TLS migration', 'https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/')
  ],
  check({ policies }, ctx) {
    for (const { label, reach, mode, ports, ignoredPorts, demand } of policies) {
      if (mode?.value === 'permissive') {
        ctx.report({
          at: mode.at,
          message: `${label} lets anybody reach ${reach} without TLS and without a certificate, beside those with mutual TLS`,
          ...(demand ? { fixes: [{ title: 'Demand mutual TLS', edits: demand }] } : {})
        })
      }
      if (ignoredPorts) continue
      for (const { port, mode: ofPort } of ports) {
        if (ofPort.value !== 'permissive') continue
        ctx.report({ at: ofPort.at, message: `${label} lets anybody reach port ${port} of ${reach} without TLS and without a certificate` })
      }
    }
  }
})
