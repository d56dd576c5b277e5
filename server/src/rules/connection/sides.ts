/** Questions about the two ends of a connection. A listener of several servers counts as one only where all are alike. */
import { isKnown } from '../../core/endpoints.js'
import type { Location, Meeting, TlsEndpoint } from '../../core/rule.js'

export const serversOf = ({ listener }: Meeting): readonly TlsEndpoint[] => listener.servers.map(it => it.endpoint)

/** Both speak TLS, and nothing that decides about it is out of sight. */
export const speakTls = (meeting: Meeting): boolean =>
  [meeting.client, ...serversOf(meeting)].every(it => it.tls.value && !it.incomplete && !it.rejectsHandshake && isKnown(it, it.tls))

/** Where this side shows it, with the other side as related. */
export function told(meeting: Meeting, places: { readonly client: Location; readonly server: Location }) {
  const { here, client, listener } = meeting
  return placed(here, places, [client.label, listener.servers[0]!.endpoint.label, listener.name])
}

/** The same of any two sides, by the names of client, server and place. */
export function placed(
  here: Meeting['here'],
  places: { readonly client: Location; readonly server: Location },
  [client, server, place]: readonly [string, string, string]
) {
  const other = here === 'client' ? 'server' : 'client'
  const words = { client: `${client} connects here`, server: `${server} answers at ${place}` }
  return { at: places[here], related: [{ ...places[other], message: words[other] }] }
}
