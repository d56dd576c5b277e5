import { isKnown } from '../../core/endpoints.js'
import { defineRule, manual, rfc } from '../../core/rule.js'
import { placed } from './sides.js'

export default defineRule({
  id: 'plaintext-to-tls',
  subject: 'plainConnection',
  title: 'The client speaks plain text, and the server only TLS',
  category: 'protocol',
  severity: 'error',
  citations: [
    rfc(9110, '4.2.2'),
    rfc(8446, '5.1'),
    manual('Istio VirtualService', 'https://istio.io/latest/docs/reference/config/networking/virtual-service/')
  ],
  check(meeting, ctx) {
    if (meeting.plain !== 'client') return
    const { client, listener, address } = meeting
    const first = listener.servers[0]!
    const takesOnlyTls = listener.servers.every(
      ({ endpoint: it, address: listens }) =>
        listens.tls &&
        it.tls.value &&
        !it.incomplete &&
        isKnown(it, it.tls) &&
        isKnown(it, it.acceptsPlaintext) &&
        !it.acceptsPlaintext.value
    )
    if (!takesOnlyTls) return
    ctx.report({
      ...placed(meeting.here, { client: address.at, server: first.address.at }, [client.label, first.endpoint.label, listener.name]),
      message: `${client.label} speaks without TLS, and ${first.endpoint.label} takes only TLS at ${listener.name}: every request fails`
    })
  },
  also: {
    mesh({ plainRoutes }, ctx) {
      for (const { label, at, host, port, entry } of plainRoutes) {
        ctx.report({
          at,
          message: `${label} sends plain requests to port ${port} of ${host}, which is for ${entry.protocol}: no DestinationRule here begins TLS there`,
          related: [{ ...entry.protocolAt, message: `${entry.label} says what is spoken there` }]
        })
      }
    }
  }
})
