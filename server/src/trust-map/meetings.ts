/** Who connects to whom, with what the prediction says of it. */
import { type Configurations, type Connection, connect, type PlainConnection } from '../core/connections.js'
import { addressName } from '../core/endpoints.js'
import type { PlainEnd, TlsEndpoint } from '../core/model.js'
import { brief } from '../core/words.js'
import { type ClientQuestion, type HandshakeAnswer, type HandshakeQuestion, prepareHandshakes } from '../handshake/ask.js'
import { productOf } from '../handshake/products/index.js'
import { chooseServer, defaultOf } from '../handshake/select.js'
import type { MapQuestionSides, Verdict } from './map.js'
import { type Sketch, warning } from './sketch.js'

interface Predicting {
  readonly workspace: HandshakeQuestion['workspace']
  readonly at: Date
  /** The configuration that an endpoint belongs to. */
  readonly rootOf: ReadonlyMap<TlsEndpoint, string>
}

/** Each server's configuration is read and tested once, for all that connect to it. */
export function startPredicting({ workspace, at, rootOf }: Predicting): Predict {
  const prepared = new Map<string, (question: ClientQuestion) => HandshakeAnswer>()
  return (server, client, listen) => {
    const root = rootOf.get(server)
    if (root === undefined) return undefined
    const predict = prepared.get(root) ?? prepareHandshakes({ workspace, server: root })
    prepared.set(root, predict)
    return { root, answer: predict({ client, listen, at }) }
  }
}

type Predict = (
  server: TlsEndpoint,
  client: ClientQuestion['client'],
  listen: string
) => { readonly root: string; readonly answer: HandshakeAnswer } | undefined

export function addMeetings(
  sketch: Sketch,
  connections: readonly Connection[],
  predict: Predict,
  spotOf: (client: TlsEndpoint) => MapQuestionSides['client']
): void {
  for (const { client, address, listener } of connections) {
    const chosen = chosenOf(client, listener, sketch)
    const predicted = predict(chosen, { endpoint: client }, listener.name)
    if (!predicted) continue
    const { root, answer } = predicted
    const verdict = verdictOf(client, answer)
    sketch.edge({
      kind: 'connects',
      from: sketch.endpointId(client),
      to: sketch.endpointId(chosen),
      label: shortly[verdict](answer),
      ...(verdict === 'rejected' && answer.error && { reason: reasonOf(answer.error) }),
      says: `${brief(client.label)} connects to ${brief(chosen.label)} at ${listener.name}: ${atLength(verdict, answer)}`,
      tone: verdict === 'rejected' ? 'warning' : 'plain',
      verdict,
      at: answer.because[0]?.at ?? address.at,
      question: { server: { path: root, listen: listener.name }, client: spotOf(client) }
    })
  }
}

/** Where only one side speaks TLS, the other is in the picture as well. */
export function addPlainMeetings(sketch: Sketch, connections: readonly PlainConnection[], predict: Predict): void {
  for (const it of connections) {
    const common = { kind: 'connects' as const, tone: 'warning' as const, at: it.address.at }
    if (it.plain === 'server') {
      const says = `${brief(it.client.label)} speaks TLS to ${brief(it.server.label)}, which does not: the handshake fails`
      const ends = { from: sketch.endpointId(it.client), to: addPlainEnd(sketch, it.server) }
      sketch.edge({ ...common, ...ends, label: 'rejected', says, verdict: 'rejected' })
      continue
    }
    const chosen = defaultOf(it.listener)
    const answer = predict(chosen, { presents: { kind: 'nothing' }, plain: true }, it.listener.name)?.answer
    const verdict = answer?.result === 'accepted' ? 'plaintext' : (answer?.result ?? 'unknown')
    const ends = { from: addPlainEnd(sketch, it.client), to: sketch.endpointId(chosen) }
    const outcome = answer ? atLength(verdict, answer) : 'what comes of it is not known'
    const says = `${brief(it.client.label)} connects to ${brief(chosen.label)} at ${it.listener.name} without TLS: ${outcome}`
    sketch.edge({ ...common, ...ends, label: answer ? shortly[verdict](answer) : 'not known', says, verdict })
  }
}

const addPlainEnd = (sketch: Sketch, { role, label, at }: PlainEnd): string =>
  sketch.other(`plain ${at.path} ${at.start} ${role} ${label}`, () => ({
    kind: role,
    label: brief(label),
    details: [warning('no TLS')],
    path: at.path,
    at
  }))

/** The server that answers to the name that the client asks for. */
function chosenOf(client: TlsEndpoint, listener: Connection['listener'], { read }: Sketch): TlsEndpoint {
  const name = client.serverNames[0]
  const known = name && name.origin !== 'unknown' ? name.value.toLowerCase() : undefined
  return chooseServer(listener, known, productOf(defaultOf(listener).dialect).server, read).endpoint
}

function verdictOf(client: TlsEndpoint, { result }: HandshakeAnswer): Verdict {
  const isPlain = !client.tls.value && client.tls.origin !== 'unknown'
  return isPlain && result !== 'rejected' ? 'plaintext' : result
}

const shortly: Readonly<Record<Verdict, (answer: HandshakeAnswer) => string>> = {
  accepted: () => 'accepted',
  rejected: ({ side }) => (side === null ? 'rejected' : `rejected by the ${side}`),
  unknown: () => 'not known',
  plaintext: () => 'plain text'
}

const reasonOf = ({ openssl, text }: NonNullable<HandshakeAnswer['error']>): string => (openssl === null ? text : `${text} (${openssl})`)

function atLength(verdict: Verdict, answer: HandshakeAnswer): string {
  const { httpStatus, error, alert, because, reason } = answer
  if (verdict === 'unknown') return `what comes of it is not known${reason === undefined ? '' : `: ${reason}`}`
  if (verdict !== 'rejected') return shortly[verdict](answer)
  const words = [
    ...(httpStatus === null ? [] : [`HTTP ${httpStatus}`]),
    ...(error === null ? [] : [error.openssl === null ? error.text : `OpenSSL ${error.openssl}, ${error.text}`]),
    ...(alert === null ? [] : [`alert ${alert}`])
  ]
  const told = [shortly.rejected(answer), ...words].join(', ')
  const why = because[0]?.message ?? reason
  if (why === undefined || told.includes(why)) return told
  return error !== null && why.startsWith(error.text) ? `${told}${why.slice(error.text.length)}` : `${told}, because ${why}`
}

/** Clients whose address several configurations listen on: the picture shows none of them as connected. */
export function unclearMeetings(endpoints: readonly TlsEndpoint[], configurations: Configurations): readonly string[] {
  const unclear = new Map<string, { clients: number; listeners: number }>()
  for (const client of endpoints) {
    if (client.role !== 'client') continue
    for (const address of client.addresses) {
      const listeners = connect({ addresses: [address] }, configurations).length
      const name = addressName(address)
      if (listeners < 2 || name === undefined) continue
      const known = unclear.get(name)
      if (known) known.clients++
      else unclear.set(name, { clients: 1, listeners })
    }
  }
  const told = [...unclear].map(
    ([name, { clients, listeners }]) =>
      `${listeners} configurations listen on ${name}, so that it is not known which of them ${clients === 1 ? 'a client' : `${clients} clients`} of it reach${clients === 1 ? 'es' : ''}`
  )
  return told.length <= mostUnclear
    ? told
    : [...told.slice(0, mostUnclear - 1), `so it is with ${told.length - mostUnclear + 1} more addresses`]
}

const mostUnclear = 3
