/** A question as users put it, by paths and words, answered from the files of a workspace. */
import type { Answering, ConfigurationTest } from '../core/answering.js'
import { type Configurations, connect } from '../core/connections.js'
import type { LowerContext } from '../core/dialect.js'
import { type Listener, listenersOf } from '../core/endpoints.js'
import type { TlsEndpoint } from '../core/model.js'
import type { Workspace } from '../core/workspace.js'
import { type ClientByHand, type ClientSide, clientByHand, clientFromEndpoint } from './client-side.js'
import { predict } from './predict.js'
import type { Prediction } from './prediction.js'

export interface HandshakeQuestion {
  readonly workspace: Pick<Workspace, 'lowered' | 'dialectOf' | 'read' | 'settingsOf' | 'roots'>
  /** The server's configuration, by absolute path. */
  readonly server: string
  /** Which listener: `127.0.0.1:8443`, `8443`, a socket's path. Default: the only one that speaks TLS. */
  readonly listen?: string
  /** By hand, or an endpoint of another configuration (or of the same). */
  readonly client:
    | ClientByHand
    | { readonly configuration: string; readonly host?: string; readonly path?: string }
    | { readonly endpoint: TlsEndpoint; readonly host?: string; readonly path?: string }
  /** The moment at which certificates have to be valid. */
  readonly at: Date
}

export interface HandshakeAnswer extends Prediction {
  readonly configTest: ConfigurationTest
}

const nothing: Prediction = {
  result: 'unknown',
  side: null,
  httpStatus: null,
  error: null,
  verifyVariable: null,
  alert: null,
  because: [],
  steps: []
}

/** Never throws: what cannot be answered is `unknown`, with the reason. */
export const predictHandshake = (question: HandshakeQuestion): HandshakeAnswer => prepareHandshakes(question)(question)

/** The part of a question that may differ from one client to the next. */
export type ClientQuestion = Pick<HandshakeQuestion, 'client' | 'listen' | 'at'>

/** Reads and tests a server's configuration once, for any number of clients. */
export function prepareHandshakes({
  workspace,
  server
}: Pick<HandshakeQuestion, 'workspace' | 'server'>): (question: ClientQuestion) => HandshakeAnswer {
  const lowered = workspace.lowered(server)
  const dialect = workspace.dialectOf(server)
  const entry = workspace.read(server)
  if (!lowered || !dialect || entry.kind !== 'file') {
    const answer = { ...nothing, configTest: { ok: true } as const, reason: unreadable(server, entry.kind) }
    return () => answer
  }
  const configTest = dialect.test?.(entry.file, contextOf({ workspace, server })) ?? { ok: true }
  if (!configTest.ok) {
    const answer = { ...refusedConfiguration(configTest), configTest }
    return () => answer
  }
  const configurations: Configurations = workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? [])
  const answer = answeringOf(workspace)
  return question => {
    const asked = { ...question, workspace, server }
    const { found, reason } = findListener(lowered.endpoints, asked)
    if (!found) return { ...(unparsed(workspace, server) ?? { ...nothing, reason }), configTest }
    const client = clientOf(asked, found, configurations)
    if ('reason' in client) return { ...nothing, ...client, configTest }
    return { ...predict(client.side, found, { read: workspace.read, at: question.at, configurations, answer }), configTest }
  }
}

/** Each configuration answers for its own servers; it is read when the first request gets there. */
function answeringOf(workspace: HandshakeQuestion['workspace']): Answering {
  const rootOf = new Map(workspace.roots().flatMap(root => (workspace.lowered(root)?.endpoints ?? []).map(it => [it, root] as const)))
  const known = new Map<string, Answering | undefined>()
  return (endpoint, request) => {
    const root = rootOf.get(endpoint)
    if (root === undefined) return { kind: 'content' }
    if (!known.has(root)) {
      const entry = workspace.read(root)
      const answering = entry.kind === 'file' ? workspace.dialectOf(root)?.answering : undefined
      known.set(root, answering && entry.kind === 'file' ? answering(entry.file, contextOf({ workspace, server: root })) : undefined)
    }
    return known.get(root)?.(endpoint, request) ?? { kind: 'content' }
  }
}

const unreadable = (server: string, kind: string): string =>
  kind === 'file' ? `${server} is no configuration that can be read here` : `${server} is not there, or cannot be read`

const contextOf = ({ workspace, server }: Pick<HandshakeQuestion, 'workspace' | 'server'>): LowerContext => ({
  read: workspace.read,
  declared: () => [],
  settings: workspace.settingsOf(server)
})

/** What is left of a text that its own language cannot read says nothing of what was meant. */
function unparsed(workspace: HandshakeQuestion['workspace'], path: string): (Prediction & { readonly reason: string }) | undefined {
  const problem = workspace.lowered(path)?.problems.find(it => it.rule === 'syntax-error')
  if (!problem) return undefined
  const { message, path: file, start, end } = problem
  return {
    ...nothing,
    reason: `${file} does not parse: ${message}`,
    because: [{ at: { path: file, start, end }, message, rule: 'syntax-error' }]
  }
}

/** A server that does not start accepts nobody. */
function refusedConfiguration({ message, place, cause }: Extract<ConfigurationTest, { ok: false }>): Prediction {
  const at = cause ?? place
  return {
    ...nothing,
    result: 'rejected',
    side: 'server',
    because: at ? [{ at, message: `the configuration is refused: ${message}`, rule: null }] : [],
    reason: 'the configuration is refused, so that the server does not start with it'
  }
}

interface Search {
  readonly found?: Listener
  readonly reason: string
}

function findListener(endpoints: readonly TlsEndpoint[], { listen, client, workspace, server }: HandshakeQuestion): Search {
  const listeners = listenersOf(endpoints).filter(it => it.servers[0]!.address.transport === 'tcp')
  if (listeners.length === 0) return { reason: 'nothing listens in this configuration that has to do with TLS' }
  if (listen !== undefined) {
    const wanted = listen.replace(/^:(?=\d+$)/, '')
    const named = listeners.filter(it => isCalled(it.name, wanted))
    const found = named.find(it => it.name === wanted) ?? named[0]
    return found
      ? { found, reason: '' }
      : { reason: `nothing that has to do with TLS listens on ${listen}: there is ${listeners.map(it => it.name).join(', ')}` }
  }
  const speaking = listeners.filter(it => it.servers.some(({ address }) => address.tls))
  if ('configuration' in client) {
    // The one that this very client is configured to connect to.
    const clients = (workspace.lowered(client.configuration)?.endpoints ?? []).filter(it => it.role === 'client')
    const met = listeners.filter(it => clients.some(endpoint => connect(endpoint, [endpoints]).includes(it)))
    if (met.length === 1) return { found: met[0]!, reason: '' }
  }
  if (speaking.length === 1) return { found: speaking[0]!, reason: '' }
  const only = listeners.length === 1 ? listeners[0] : undefined
  if (only) return { found: only, reason: '' }
  const list = (speaking.length > 0 ? speaking : listeners).map(it => it.name).join(', ')
  return { reason: `which listener of ${server} is meant? There is ${list}` }
}

/** `*` and the loopback address of a machine stand for each other where one of them was meant. */
function isCalled(name: string, wanted: string): boolean {
  if (name === wanted || name === `*:${wanted}` || name.endsWith(`:${wanted}`)) return true
  const port = /:(\d+)$/.exec(wanted)?.[1]
  if (port === undefined) return false
  return name === `*:${port}` || name === `[::]:${port}` || (/^localhost:|^\*:|^0\.0\.0\.0:/.test(wanted) && name === `127.0.0.1:${port}`)
}

function clientOf(
  { client, workspace }: HandshakeQuestion,
  listener: Listener,
  configurations: Configurations
): { readonly side: ClientSide } | (Partial<Prediction> & { readonly reason: string }) {
  if ('endpoint' in client) return { side: clientFromEndpoint(client.endpoint, client, workspace.read) }
  if (!('configuration' in client)) return { side: clientByHand(client) }
  const lowered = workspace.lowered(client.configuration)
  if (!lowered) return { reason: unreadable(client.configuration, workspace.read(client.configuration).kind) }
  const clients = lowered.endpoints.filter(it => it.role === 'client')
  const meeting = clients.filter(it => connect(it, configurations).includes(listener))
  const chosen = meeting.length === 1 ? meeting[0] : meeting.length === 0 && clients.length === 1 ? clients[0] : undefined
  if (chosen) return { side: clientFromEndpoint(chosen, client, workspace.read) }
  if (clients.length === 0) return unparsed(workspace, client.configuration) ?? { reason: `${client.configuration} has no TLS client` }
  return { reason: `which client of ${client.configuration} is meant? There is ${clients.map(it => it.label).join(', ')}` }
}
