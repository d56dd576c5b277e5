import { addressName, isKnown } from '../../core/endpoints.js'
import { defineRule, type PlainMeeting, type RuleContext, rfc, type TlsEndpoint } from '../../core/rule.js'
import { placed, serversOf, told } from './sides.js'

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
    if (!speaksTls(client)) return
    if (listener.servers.some(it => it.address.tls) || !servers.every(it => !it.incomplete && it.tls.origin !== 'unknown')) return
    const server = servers[0]!
    ctx.report({
      ...told(meeting, { client: client.at, server: listener.servers[0]!.address.at }),
      message: message(client.label, server.label, listener.name)
    })
  },
  also: { plainConnection: checkPlain }
})

/** A listener that has nothing to do with TLS at all. */
function checkPlain(meeting: PlainMeeting, ctx: RuleContext): void {
  if (meeting.plain !== 'server' || !speaksTls(meeting.client)) return
  const { client, server, listens } = meeting
  const place = addressName(listens) ?? server.label
  ctx.report({
    ...placed(meeting.here, { client: client.at, server: listens.at }, [client.label, server.label, place]),
    message: message(client.label, server.label, place)
  })
}

const speaksTls = (client: TlsEndpoint): boolean => client.tls.value && !client.incomplete && isKnown(client, client.tls)

const message = (client: string, server: string, place: string): string =>
  `${client} speaks TLS, and ${server} does not at ${place}: the client sees “wrong version number”`
