/** The request inside the connection: what the server answers, knowing what it knows of the client. */
import type { Answer, ClientRequest } from '../core/answering.js'
import { isKnown, type Listener } from '../core/endpoints.js'
import type { TlsEndpoint } from '../core/model.js'
import { type Proven, refusalOf } from './client-certificate.js'
import type { ClientSide } from './client-side.js'
import type { HandshakeContext } from './context.js'
import { type Conversation, type Ended, end, endUnknown, reject, say } from './conversation.js'
import { passOn } from './hop.js'
import type { Prediction, Reason } from './prediction.js'
import { defaultOf, findByName } from './select.js'

export type Predict = (client: ClientSide, listener: Listener, ctx: HandshakeContext) => Prediction

/** What is known when the request is there. */
interface Asked {
  readonly endpoint: TlsEndpoint
  readonly request: ClientRequest
  readonly error: Prediction['error']
  readonly because: readonly Reason[]
  readonly verifyVariable: string | null
}

export function answerRequest(talk: Proven, predict: Predict): Ended {
  const { server, choice, client, came, verified, version } = talk
  const variable = server.variable(came.length > 0, verified)
  if (refusalOf(talk) === 'close') {
    const refused = refusal(talk, choice.endpoint)
    if (refused) return reject(talk, { side: 'server', error: refused.error!, because: refused.because, verifyVariable: variable })
  }
  const serving = servingEndpoint(talk)
  if ('unknown' in serving) return endUnknown(talk, serving.unknown, choice.endpoint.at)
  const { endpoint, misdirected } = serving
  const request: ClientRequest = {
    path: client.path,
    ...(client.host !== undefined && { host: client.host }),
    ...(client.serverName !== undefined && { serverName: client.serverName }),
    tls: true,
    version,
    ...(came[0] && { certificate: came[0] }),
    verified: variable ?? '',
    ...(verified?.endEntity !== undefined && { verifiedEndEntity: String(verified.endEntity) }),
    ...(verified?.issuer !== undefined && { verifiedIssuer: String(verified.issuer) })
  }
  if (misdirected) {
    const text = 'client attempted to request the server name different from the one that was negotiated'
    const message = `${client.host} is not the name of the handshake, ${client.serverName}, and ${endpoint.label} verifies clients`
    const because = [{ at: endpoint.at, message, rule: 'mixed-client-verification' }]
    return answered(
      talk,
      { endpoint, request: { ...request, refusal: 'misdirected' }, error: { openssl: null, text }, because, verifyVariable: variable },
      predict
    )
  }
  if (!isKnown(endpoint, endpoint.peer.certificate))
    return endUnknown(talk, `${endpoint.peer.certificate.name} may be written somewhere that cannot be read`, endpoint.peer.certificate.at)
  const refused = endpoint.protocol === 'http' && refusalOf(talk) === 'http-error' ? refusal(talk, endpoint) : undefined
  const asked: Asked = {
    endpoint,
    request: refused ? { ...request, refusal: refused.kind } : request,
    error: refused?.error ?? null,
    because: refused?.because ?? [],
    verifyVariable: variable
  }
  return answered(talk, asked, predict)
}

interface Refusal {
  readonly kind: 'bad-certificate' | 'no-certificate'
  readonly error: Prediction['error']
  readonly because: readonly Reason[]
}

/** Does this server turn the client away by what its certificate came to? */
function refusal({ came, verified, server }: Proven, { peer }: TlsEndpoint): Refusal | undefined {
  if (peer.certificate.value === 'ignore') return undefined
  if (verified) {
    const { forgivenWithoutChain } = server
    const forgiven = !peer.verifyChain.value && (forgivenWithoutChain === 'all' || forgivenWithoutChain.has(verified.openssl))
    if (!forgiven) return { kind: 'bad-certificate', error: { openssl: verified.openssl, text: verified.text }, because: verified.because }
  }
  if (peer.certificate.value !== 'require' || came.length > 0) return undefined
  return {
    kind: 'no-certificate',
    error: { openssl: null, text: server.words.noCertificate },
    because: [
      {
        at: peer.certificate.at,
        message: 'a certificate is demanded here, and the client presents none',
        rule: 'client-certificate-missing'
      }
    ]
  }
}

/** The Host header chooses anew among the servers of an address; the one that was negotiated stays when nobody else is called so. */
function servingEndpoint({
  listener,
  server,
  choice,
  client
}: Proven): { readonly endpoint: TlsEndpoint; readonly misdirected: boolean } | { readonly unknown: string } {
  const negotiated = { endpoint: choice.endpoint, misdirected: false }
  if (!server.hostChooses || listener.servers.length < 2 || client.host === undefined || choice.endpoint.protocol !== 'http')
    return negotiated
  if (choice.byName && client.host === client.serverName?.replace(/\.$/, '')) return negotiated
  const found = findByName(listener, client.host, server)
  if (found && 'unknown' in found) return found
  if (!found && !choice.byName) return negotiated
  const endpoint = found?.endpoint ?? defaultOf(listener)
  return { endpoint, misdirected: choice.byName && endpoint.peer.certificate.value !== 'ignore' }
}

/** Plain HTTP: to a listener that speaks TLS it is an error of its own. */
export function answerPlain(talk: Conversation, speaksTls: boolean, predict: Predict): Ended {
  const { client, listener, server } = talk
  const found = client.host === undefined || !server.hostChooses ? undefined : findByName(listener, client.host, server)
  if (found && 'unknown' in found) return endUnknown(talk, found.unknown)
  const endpoint = found?.endpoint ?? defaultOf(listener)
  const request: ClientRequest = { path: client.path, ...(client.host !== undefined && { host: client.host }), tls: false, verified: '' }
  const sent = say(talk, { from: 'client', message: 'Request', says: `GET ${client.path} in plain HTTP`, ok: !speaksTls })
  const common = { endpoint, error: null, because: [], verifyVariable: null }
  if (!speaksTls || endpoint.acceptsPlaintext.value) return answered(sent, { ...common, request }, predict)
  const address = listener.servers.find(it => it.endpoint === endpoint)!.address
  const because: Reason[] = [
    { at: address.at, message: `${endpoint.label} speaks TLS here, and the client plain HTTP`, rule: 'plaintext-to-tls' }
  ]
  const error = { openssl: null, text: server.words.plaintext }
  if (server.plaintextStatus === null || endpoint.protocol !== 'http') return reject(sent, { side: 'server', error, because })
  return answered(sent, { ...common, request: { ...request, refusal: 'plaintext' }, error, because }, predict)
}

function answered(talk: Conversation, asked: Asked, predict: Predict): Ended {
  const { endpoint, request, error, verifyVariable } = asked
  const intended = talk.ctx.answer(endpoint, request)
  // Where bytes are passed on there is nobody to answer with a status.
  const answer: Answer = endpoint.protocol === 'tcp' && intended.kind === 'status' ? { kind: 'close' } : intended
  const because = [...asked.because, ...reasonOf(answer)]
  switch (answer.kind) {
    case 'unknown':
      return endUnknown(talk, answer.reason, answer.at ?? endpoint.at)
    case 'close':
      return reject(talk, {
        side: 'server',
        error: error ?? { openssl: null, text: 'the connection is closed without an answer' },
        because,
        verifyVariable
      })
    case 'forward': {
      const passed = passOn(answer, talk, predict)
      const { steps, ...outcome } = passed
      const onward = say(
        talk,
        { from: 'server', message: 'Request', says: `${endpoint.label} passes the request on`, ok: true, at: answer.at },
        ...steps
      )
      return end(onward, { ...outcome, verifyVariable, error: outcome.error ?? error, because: [...asked.because, ...outcome.because] })
    }
    case 'content':
    case 'status': {
      const status = answer.kind === 'status' ? answer.status : null
      const accepted = status === null || status < 400
      const says = status === null ? 'content' : `HTTP ${status}${error ? `: ${error.text}` : ''}`
      const responded = say(talk, { from: 'server', message: 'Response', says, ok: accepted, ...(answer.at && { at: answer.at }) })
      const side = accepted ? null : 'server'
      // Where no text here answers, the server does with a page of its own.
      const page = request.refusal && status === 400 && !answer.at ? talk.server.words.pages?.[request.refusal] : undefined
      return end(responded, {
        result: accepted ? 'accepted' : 'rejected',
        side,
        httpStatus: status,
        ...(page !== undefined && { page }),
        error,
        verifyVariable,
        because: accepted && !error ? [] : because
      })
    }
  }
}

const reasonOf = (answer: Answer): readonly Reason[] =>
  answer.at && answer.kind === 'status' ? [{ at: answer.at, message: `this answers with ${answer.status}`, rule: null }] : []
