/** A question as users put it, by paths and words, answered from the files of a workspace. */
import type { Answering, ConfigurationTest } from '../core/answering.js'
import { type Configurations, connect } from '../core/connections.js'
import type { LowerContext } from '../core/dialect.js'
import { type Listener, listenersOf } from '../core/endpoints.js'
import type { TlsEndpoint } from '../core/model.js'
import { type Location, lineIndex } from '../core/text.js'
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
    | {
        readonly configuration: string
        /** Which of its clients, where it has several: the number of a line, counted from one, or (a part of) what it is called. */
        readonly which?: string
        readonly host?: string
        readonly path?: string
      }
    | { readonly endpoint: TlsEndpoint; readonly host?: string; readonly path?: string }
  /** The moment at which certificates have to be valid. */
  readonly at: Date
}

export interface HandshakeAnswer extends Prediction {
  readonly configTest: ConfigurationTest
  /** The clients that may be meant, where the question fits several. */
  readonly choices?: readonly { readonly label: string; readonly at: Location }[]
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
    const { client: wanted } = question
    const isNamed = 'configuration' in wanted && wanted.which !== undefined && workspace.lowered(wanted.configuration)
    const lacking = isNamed ? withoutClient(wanted, workspace) : undefined
    if (lacking) return { ...nothing, ...lacking, configTest }
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
    const found = listeners.find(it => it.name === wanted) ?? listeners.find(it => isCalled(it.name, wanted))
    return found
      ? { found, reason: '' }
      : { reason: `nothing that has to do with TLS listens on ${listen}: there is ${listeners.map(it => it.name).join(', ')}` }
  }
  const speaking = listeners.filter(it => it.servers.some(({ address }) => address.tls))
  const own = [endpoints]
  if ('configuration' in client) {
    // The one that this very client is configured to connect to.
    const met = new Set(clientsOf(client, workspace).flatMap(it => connect(it, own)))
    if (met.size === 1) return { found: [...met][0]!, reason: '' }
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
): { readonly side: ClientSide } | (Partial<HandshakeAnswer> & { readonly reason: string }) {
  if ('endpoint' in client) return { side: clientFromEndpoint(client.endpoint, client, workspace.read) }
  if (!('configuration' in client)) return { side: clientByHand(client) }
  const lowered = workspace.lowered(client.configuration)
  if (!lowered) return { reason: unreadable(client.configuration, workspace.read(client.configuration).kind) }
  const lacking = withoutClient(client, workspace)
  if (lacking) return lacking
  const clients = clientsOf(client, workspace)
  const meeting = clients.filter(it => connect(it, configurations).includes(listener))
  const chosen = meeting.length === 1 ? meeting[0] : meeting.length === 0 && clients.length === 1 ? clients[0] : undefined
  if (chosen) return { side: clientFromEndpoint(chosen, client, workspace.read) }
  const choices = meeting.length > 0 ? meeting : clients
  return { reason: `which client of ${client.configuration} is meant? There is ${listed(choices)}`, choices }
}

const listed = (clients: readonly TlsEndpoint[]): string => [...new Set(clients.map(it => it.label))].join(', ')

/** What there is instead of the client that a question means. */
function withoutClient(
  client: Extract<HandshakeQuestion['client'], { readonly configuration: string }>,
  workspace: HandshakeQuestion['workspace']
): (Partial<HandshakeAnswer> & { readonly reason: string }) | undefined {
  const { configuration, which } = client
  if (clientsOf(client, workspace).length > 0) return undefined
  const others = which === undefined ? [] : clientsOf({ configuration }, workspace)
  if (others.length === 0) return unparsed(workspace, configuration) ?? { reason: `${configuration} has no TLS client` }
  return { reason: `${configuration} has no client ${which}: there is ${listed(others)}`, choices: others }
}

/** The clients of a configuration that a question may mean. */
function clientsOf(
  { configuration, which }: { readonly configuration: string; readonly which?: string | undefined },
  workspace: HandshakeQuestion['workspace']
): readonly TlsEndpoint[] {
  const clients = (workspace.lowered(configuration)?.endpoints ?? []).filter(it => it.role === 'client')
  if (which === undefined) return clients
  const line = /^\d+$/.test(which) ? Number(which) - 1 : undefined
  if (line === undefined) {
    const exact = clients.filter(it => it.label === which)
    return exact.length > 0 ? exact : clients.filter(it => it.label.includes(which))
  }
  const lineAt = ({ path }: Location, offset: number): number => {
    const entry = workspace.read(path)
    return entry.kind === 'file' ? lineIndex(entry.file).position(offset).line : -1
  }
  // Where it is called by its name, else anywhere in what belongs to it.
  const starting = clients.filter(({ at }) => lineAt(at, at.start) === line)
  if (starting.length > 0) return starting
  return clients.filter(({ block }) => lineAt(block, block.start) <= line && line <= lineAt(block, block.end))
}
