import { asksForNothing, demandsCertificate, listenersOf } from '../../core/endpoints.js'
import { defineRule, manual, nginx, rfc } from '../../core/rule.js'

const maxNamed = 5

export default defineRule({
  id: 'mixed-client-verification',
  subject: 'configuration',
  title: 'Servers share one address, and only some of them demand a client certificate',
  category: 'trust',
  severity: 'warning',
  citations: [
    rfc(6066, '11.1'),
    rfc(8446, '4.2.11'),
    nginx('ngx_http_ssl_module', 'ssl_verify_client'),
    manual('CVE-2025-23419', 'https://nginx.org/en/security_advisories.html')
  ],
  check({ endpoints }, ctx) {
    for (const { name, servers } of listenersOf(endpoints)) {
      const speaking = servers.filter(it => it.address.tls).map(it => it.endpoint)
      const open = speaking.filter(asksForNothing)
      if (open.length === 0) continue
      const told = new Set<number>()
      for (const endpoint of speaking.filter(demandsCertificate)) {
        const { certificate } = endpoint.peer
        // One demand in the block around is one finding, however many servers inherit it.
        if (told.has(certificate.at.start)) continue
        told.add(certificate.at.start)
        ctx.report({
          at: certificate.at,
          message: `${endpoint.label} demands a client certificate on ${name} and ${open[0]!.label} there does not: the name that a client sends decides`,
          related: open.slice(0, maxNamed).map(it => ({ ...it.at, message: `${it.label} asks for no certificate` }))
        })
      }
    }
  }
})
