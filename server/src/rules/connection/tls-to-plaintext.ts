import { isKnown } from '../../core/endpoints.js'
import { defineRule, rfc } from '../../core/rule.js'
import { serversOf, told } from './sides.js'

export default defineRule({
  id: 'tls-to-plaintext',
  subject: 'connection',
  title: 'The client speaks TLS, and the server does not',
  category: 'protocol',
  severity: 'error',
  citations: [rfc(8446, '5.1')],
  check(meeting, ctx) {
    const { client, listener } = meeting
    const servers = serversOf(meeting)
    if (!client.tls.value || client.incomplete || !isKnown(client, client.tls)) return
    if (listener.servers.some(it => it.address.tls) || !servers.every(it => !it.incomplete && it.tls.origin !== 'unknown')) return
    const server = servers[0]!
    ctx.report({
      ...told(meeting, { client: client.at, server: listener.servers[0]!.address.at }),
      message: `${client.label} speaks TLS, and ${server.label} does not at ${listener.name}: the client sees “wrong version number”`
    })
  }
})
