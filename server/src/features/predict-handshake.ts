/** What happens when two sides of the workspace meet, as plain data for a picture. */
import type { TlsEndpoint } from '../core/model.js'
import { privateKeyIn } from '../core/openssl-files.js'
import type { Location } from '../core/text.js'
import { nameOf } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import { readByOpenssl } from '../handshake/alerts.js'
import { type HandshakeAnswer, predictHandshake } from '../handshake/ask.js'
import type { ClientByHand } from '../handshake/client-side.js'
import { clientIdentity } from '../handshake/identity.js'
import type { Reason, Step } from '../handshake/prediction.js'
import { presentedIn } from '../handshake/presented.js'
import { drawSequence, factsOf, isSent, resultOf, writeAnswer } from '../handshake/written.js'
import type { HandshakePicture, PictureLink, PictureReason, PictureStep } from '../lsp/protocol.js'
import { parsePem } from '../x509/pem.js'
import { type ClientSpot, findClient, findServer, type ServerSpot } from './handshake-sides.js'
import { certificatesIn } from './judges.js'
import { shorten, visible } from './words.js'

/** How places and paths are written for people. */
export interface Places {
  /** `orders/nginx.conf:22` */
  place(at: Location): string
  path(path: string): string
  /** Where a rule is explained. */
  page(rule: string): string | undefined
}

export interface PredictedHere {
  readonly picture: HandshakePicture
  /** What the links of the picture count. */
  readonly places: readonly Location[]
  readonly text: string
  readonly mermaid: string
}

/** Nothing when one of the sides is there no longer. */
export function predictHere(
  workspace: Workspace,
  server: ServerSpot,
  client: ClientSpot,
  now: Date,
  shown: Places
): PredictedHere | undefined {
  const listening = findServer(workspace, server)
  const side = clientOf(workspace, server, client)
  if (!listening || !side) return undefined
  const { path, listen } = server
  const answer = forPeople(predictHandshake({ workspace, server: path, listen, client: side.asks, at: now }), shown)
  const labels = { client: readable(side.label), server: readable(listening.label) }
  const head = `${labels.client} → ${labels.server}`
  const { picture, places } = drawPicture(
    answer,
    head,
    {
      client: { ...side, label: labels.client },
      server: { label: labels.server, at: listening.at, printsOpenssl: printsOpenssl(listening) }
    },
    shown
  )
  return {
    picture,
    places,
    text: `${head}\n${writeAnswer(answer, shown.place)}`,
    mermaid: drawSequence(answer, labels)
  }
}

interface KnownSide {
  readonly label: string
  readonly at?: Location
  readonly printsOpenssl: boolean
}

interface Sides {
  readonly client: KnownSide
  readonly server: KnownSide
}

interface ClientHere extends KnownSide {
  readonly asks: ClientByHand | { readonly endpoint: TlsEndpoint }
}

function clientOf(workspace: Workspace, { name }: ServerSpot, client: ClientSpot): ClientHere | undefined {
  if (client.kind === 'endpoint') {
    const endpoint = findClient(workspace, client)
    return endpoint && { label: endpoint.label, at: endpoint.at, asks: { endpoint }, printsOpenssl: printsOpenssl(endpoint) }
  }
  const anchors = client.trust?.flatMap(it => certificatesIn(workspace, it) ?? [])
  const common = { ...(name !== undefined && { serverName: name }), ...(anchors && { anchors }) }
  if (client.kind === 'nothing')
    return { label: 'client without a certificate', asks: { presents: { kind: 'nothing' }, ...common }, printsOpenssl: true }
  const entry = workspace.read(client.certificate)
  if (entry.kind !== 'file') return undefined
  const file = parsePem(entry.file)
  const key = client.key === undefined ? undefined : workspace.read(client.key)
  const presents =
    key?.kind === 'file'
      ? clientIdentity(file, parsePem(key.file))
      : presentedIn(file, { path: client.certificate, start: 0, end: 0 }, () => privateKeyIn(file) ?? 'unchecked')
  const [certificate] = file.certificates
  return {
    label: certificate ? `client ${nameOf(certificate)}` : 'client',
    ...(certificate && { at: certificate.at() }),
    asks: { presents, ...common },
    printsOpenssl: true
  }
}

/** What strangers wrote, without what cannot be seen, and no longer than anybody reads. */
const readable = (text: string): string => shorten(visible(text), 1000)

/** The engine writes whole paths into its sentences, for whom nobody knows where they read them. */
function forPeople(answer: HandshakeAnswer, { path }: Places): HandshakeAnswer {
  const written = (text: string, at: Location | undefined) => readable(at ? text.replaceAll(at.path, path(at.path)) : text)
  return {
    ...answer,
    because: answer.because.map(it => ({ ...it, message: written(it.message, it.at) })),
    steps: answer.steps.map(({ hop, ...it }) => ({
      ...it,
      says: written(it.says, it.at),
      ...(hop && { hop: { client: readable(hop.client), server: readable(hop.server) } })
    })),
    ...(answer.reason !== undefined && { reason: readable(answer.reason) })
  }
}

/** How the other side puts the alert in its log, where its words are known. */
function heard({ alert, side }: HandshakeAnswer, { client, server }: Sides): HandshakePicture['facts'] {
  const receiver = side === 'server' ? client : server
  const words = alert === null || side === null || !receiver.printsOpenssl ? undefined : readByOpenssl(alert)
  return words === undefined ? [] : [{ label: `The ${side === 'server' ? 'client' : 'server'} reads`, value: words }]
}

/** Those who log OpenSSL's errors as they are. */
const printsOpenssl = ({ dialect, product = dialect }: TlsEndpoint): boolean => product === 'nginx' || product === 'command-line'

function drawPicture(
  answer: HandshakeAnswer,
  head: string,
  sides: Sides,
  shown: Places
): { readonly picture: HandshakePicture; readonly places: readonly Location[] } {
  const places: Location[] = []
  const link = (at: Location): PictureLink => {
    const known = places.findIndex(it => it.path === at.path && it.start === at.start && it.end === at.end)
    return { index: known < 0 ? places.push(at) - 1 : known, label: shown.place(at) }
  }
  const place = (at: Location | undefined): { readonly place?: PictureLink } => (at ? { place: link(at) } : {})
  const reason = ({ at, message, rule }: Reason): PictureReason => {
    const url = rule === null ? undefined : shown.page(rule)
    return { message, place: link(at), ...(rule !== null && { rule }), ...(url !== undefined && { url }) }
  }
  const step = ({ at, ...it }: Step): PictureStep => ({ ...it, sent: isSent(it), ...place(at) })
  const { result, side, because, steps, configTest } = answer
  return {
    picture: {
      title: head,
      result,
      side,
      verdict: configTest.ok ? resultOf(answer) : 'The server does not start with this configuration',
      client: { label: sides.client.label, ...place(sides.client.at) },
      server: { label: sides.server.label, ...place(sides.server.at) },
      facts: [...factsOf(answer).map(({ label, value }) => ({ label, value })), ...heard(answer, sides)],
      // What the test says stands there already; where it names no place, the cause is the news.
      because: configTest.ok || configTest.cause ? because.map(reason) : [],
      steps: steps.map(step),
      ...(!configTest.ok && { refused: { message: configTest.message, ...place(configTest.place) } }),
      ...(configTest.ok && answer.reason !== undefined && { reason: answer.reason }),
      ...(answer.notMeasured !== undefined && { notMeasured: answer.notMeasured })
    },
    places
  }
}
