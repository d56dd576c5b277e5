/** What both sides have said so far, and how a prediction ends. */
import type { Listener } from '../core/endpoints.js'
import type { TlsEndpoint, TlsVersion } from '../core/model.js'
import type { Location } from '../core/text.js'
import type { ClientSide } from './client-side.js'
import type { HandshakeContext } from './context.js'
import type { Prediction, Reason, Side, Step } from './prediction.js'
import { productOf, type ServerBehaviour } from './products/index.js'
import { type Choice, defaultOf } from './select.js'

export interface Conversation {
  readonly client: ClientSide
  readonly listener: Listener
  readonly server: ServerBehaviour
  readonly ctx: HandshakeContext
  readonly steps: readonly Step[]
}

/** After the hellos: who answers, and in which version. */
export interface Greeted extends Conversation {
  readonly choice: Choice
  readonly version: TlsVersion
}

export interface Ended {
  readonly prediction: Prediction
}

export const isEnded = (it: Conversation | Ended): it is Ended => 'prediction' in it

export const begin = (client: ClientSide, listener: Listener, ctx: HandshakeContext): Conversation => ({
  client,
  listener,
  server: serverOf(defaultOf(listener)),
  ctx,
  steps: []
})

const serverOf = ({ product, dialect }: TlsEndpoint): ServerBehaviour => productOf(product ?? dialect).server

export const say = <T extends Conversation>(talk: T, ...steps: readonly Step[]): T => ({ ...talk, steps: [...talk.steps, ...steps] })

const nothingYet: Prediction = {
  result: 'unknown',
  side: null,
  httpStatus: null,
  error: null,
  verifyVariable: null,
  alert: null,
  because: [],
  steps: []
}

export function end(talk: Conversation, outcome: Partial<Prediction>): Ended {
  const unmeasured = [talk.server, talk.client.behaviour].find(it => it.source !== undefined)
  return {
    prediction: {
      ...nothingYet,
      ...outcome,
      steps: talk.steps,
      ...(unmeasured?.source !== undefined && { notMeasured: `How ${unmeasured.title} behaves is taken from ${unmeasured.source}` })
    }
  }
}

/** No answer, and why. */
export const endUnknown = (talk: Conversation, reason: string, at?: Location): Ended =>
  end(talk, { reason, because: at ? [{ at, message: reason, rule: null }] : [] })

interface Rejection {
  readonly side: Side
  readonly error: NonNullable<Prediction['error']>
  readonly alert?: string | null
  readonly because?: readonly Reason[]
  readonly httpStatus?: number | null
  readonly verifyVariable?: string | null
}

/** The handshake, or what was to follow it, ends here. */
export function reject(talk: Conversation, { alert = null, because = [], ...rejection }: Rejection): Ended {
  const closing: Step = alert
    ? { from: rejection.side, message: 'Alert', says: `${alert}: ${rejection.error.text}`, ok: false, ...placeOf(because) }
    : { from: rejection.side, message: 'Close', says: rejection.error.text, ok: false, ...placeOf(because) }
  const { failureStatus } = talk.client.behaviour
  return end(say(talk, closing), { result: 'rejected', httpStatus: failureStatus, ...rejection, alert, because })
}

const placeOf = ([first]: readonly Reason[]): { readonly at?: Location } => (first ? { at: first.at } : {})
