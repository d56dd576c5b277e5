import { demandsCertificate } from '../../core/endpoints.js'
import { defineRule, rfc } from '../../core/rule.js'
import { serversOf, speakTls, told } from './sides.js'

export default defineRule({
  id: 'client-certificate-missing',
  subject: 'connection',
  title: 'The server demands a certificate, and this client presents none',
  category: 'trust',
  severity: 'error',
  citations: [rfc(8446, '4.4.2.4'), rfc(8446, '4.3.2')],
  check(meeting, ctx) {
    const { client } = meeting
    const servers = serversOf(meeting)
    // Who tries out a request without a certificate may want to see it refused.
    if (client.identities.length > 0 || client.trial || !speakTls(meeting) || !servers.every(demandsCertificate)) return
    const server = servers[0]!
    ctx.report({
      ...told(meeting, { client: client.at, server: server.peer.certificate.at }),
      message: `${client.label} presents no certificate, and ${server.label} demands one: the server rejects every request`
    })
  }
})
