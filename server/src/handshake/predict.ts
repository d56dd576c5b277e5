/**
 * A client meets a server: what both say, step by step, who rejects and with which words. Pure; what it knows of products
 * stands in `products/`, what it knows of requests behind a listener comes from the dialects through `ctx.answer`.
 */
import type { Listener } from '../core/endpoints.js'
import type { TlsVersion } from '../core/model.js'
import { askForCertificate } from './client-certificate.js'
import type { ClientSide } from './client-side.js'
import type { HandshakeContext } from './context.js'
import { begin, isEnded } from './conversation.js'
import { greet } from './hello.js'
import type { Prediction } from './prediction.js'
import { answerPlain, answerRequest } from './request.js'
import { presentServer } from './server-certificate.js'

export function predict(client: ClientSide, listener: Listener, ctx: HandshakeContext): Prediction {
  const { prediction, version } = converse(client, listener, ctx)
  const { result, side, error, alert, httpStatus } = prediction
  // Who gets an answer in HTTP has no error to print.
  if (!client.printed || result !== 'rejected' || !side || !error || httpStatus !== null) return prediction
  const ending = { side, text: error.text, alert, ...(version && { version }) }
  const clientPrints = client.printed(ending)
  return clientPrints === undefined ? prediction : { ...prediction, clientPrints }
}

interface Conversed {
  readonly prediction: Prediction
  /** That they agreed upon. */
  readonly version?: TlsVersion
}

function converse(client: ClientSide, listener: Listener, ctx: HandshakeContext): Conversed {
  const talk = begin(client, listener, ctx)
  const speaksTls = listener.servers.some(it => it.address.tls)
  if (!client.tls) return answerPlain(talk, speaksTls, predict)
  const greeted = greet(talk, speaksTls)
  if (isEnded(greeted)) return greeted
  const { version } = greeted
  const trusted = presentServer(greeted)
  if (isEnded(trusted)) return { ...trusted, version }
  const proven = askForCertificate(trusted)
  if (isEnded(proven)) return { ...proven, version }
  return { ...answerRequest(proven, predict), version }
}
