/** A server passes the request on: it is a client in its turn. */
import type { Answer } from '../core/answering.js'
import { connect } from '../core/connections.js'
import type { TlsEndpoint } from '../core/model.js'
import { type ClientSide, clientByHand, clientFromEndpoint } from './client-side.js'
import type { Conversation } from './conversation.js'
import type { Hop, Prediction } from './prediction.js'
import { type ClientBehaviour, productOf } from './products/index.js'
import type { Predict } from './request.js'
import { defaultOf } from './select.js'

type Forward = Extract<Answer, { kind: 'forward' }>
type Passed = Omit<Prediction, 'verifyVariable'>

const mostHops = 8

export function passOn(forward: Forward, { ctx, listener: here }: Conversation, predict: Predict): Passed {
  const hops = (ctx.hops ?? 0) + 1
  const reason = hops > mostHops ? 'the request is passed on without end' : undefined
  if (reason) return { ...unanswered, result: 'unknown', reason }
  const client = forward.tls ? ctx.configurations.flat().find(it => it.role === 'client' && isAt(it, forward)) : undefined
  const [listener, ...others] = connect(client ?? { addresses: forward.addresses ?? [] }, ctx.configurations)
  // What answers there is out of reach: this server has let the client in, whatever comes of it.
  if ((forward.tls && !client) || !listener || others.length > 0) return { ...unanswered, result: 'accepted' }
  const asking = client ? clientFromEndpoint(client, forward, ctx.read) : plainClient(forward, productOf(defaultOf(here).dialect).client)
  // Who passes bytes on has no status to answer with.
  const side = defaultOf(here).protocol === 'http' ? asking : { ...asking, behaviour: { ...asking.behaviour, failureStatus: null } }
  const { verifyVariable: _, side: __, ...inner } = predict(side, listener, { ...ctx, hops })
  const hop: Hop = { client: side.label === 'client' ? defaultOf(here).label : side.label, server: defaultOf(listener).label }
  return { ...inner, steps: inner.steps.map(it => ({ hop, ...it })), side: inner.result === 'rejected' ? 'server' : null }
}

const plainClient = ({ host, path }: Forward, behaviour: ClientBehaviour): ClientSide => ({
  ...clientByHand({ presents: { kind: 'nothing' }, plain: true, ...(host !== undefined && { host }), ...(path !== undefined && { path }) }),
  // An upstream that says nothing in HTTP is a bad gateway, whatever else it says.
  behaviour: { ...behaviour, failureStatus: 502 }
})

const isAt = (endpoint: TlsEndpoint, { at }: Forward): boolean => endpoint.at.path === at.path && endpoint.at.start === at.start

const unanswered = { side: null, httpStatus: null, error: null, alert: null, because: [], steps: [] } as const
