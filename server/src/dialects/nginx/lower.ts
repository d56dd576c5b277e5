import type { LowerContext, Lowered, LoweredAgain, PathUse, Problem } from '../../core/dialect.js'
import { endOfPlaces, moving } from '../../core/edited.js'
import type { PlainEnd, TlsEndpoint } from '../../core/model.js'
import { movingEndpoints } from '../../core/moved-endpoint.js'
import type { SourceFile } from '../../core/text.js'
import { lowerClient, type Upstreams, upstreamsOf } from './client.js'
import { type Configuration, readConfiguration } from './configuration.js'
import { conflictProblems, groupPortErrors, keylessProblems } from './conflicts.js'
import { defaultsOf } from './defaults.js'
import { guardProblems } from './guards.js'
import { ineffectiveProblems } from './ineffective.js'
import { replacedIn } from './parse-again.js'
import { passesOf } from './passes.js'
import { plainEndsOf } from './plain.js'
import { problemOf, type ReaderProblems, readerProblems } from './reader.js'
import { credentialOf } from './scopes.js'
import { isOldSslOn, lowerPlainServer, lowerServer, type Protocol, type Server, type Sockets, serversOf, socketsOf } from './server.js'
import { type Variables, variablesOf } from './variables.js'

export const lower = (root: SourceFile, ctx: LowerContext): Lowered => lowerServers(survey(root, ctx))

/**
 * The same after an edit inside one server block: the other servers say what they said, further up or down in the text. Nothing
 * when the edit may concern them, too.
 */
export function lowerAgain(root: SourceFile, earlier: Lowered, ctx: LowerContext): LoweredAgain | undefined {
  const before = records.get(earlier)
  const replaced = replacedIn(root)
  const edited = before?.survey.servers.findIndex(it => it.node.directive === replaced?.before) ?? -1
  if (!before || !replaced || edited < 0) return undefined
  const now = survey(root, ctx)
  if (now.servers[edited]?.node.directive !== replaced.after || !isSameToOthers(before.survey, now, edited)) return undefined
  const move = moving(replaced.edited)
  const mover = movingEndpoints(replaced.edited)
  const movePart = ({ endpoints, problems, plain, ends }: Part): Part => ({
    endpoints: endpoints.map(mover.endpoint),
    problems: move(problems),
    ...(plain ? { plain: plain.map(mover.endpoint) } : {}),
    ends: ends.map(mover.end)
  })
  // Most servers above the edit speak of nothing below it.
  const isAbove = (part: Part, at: number) => at < edited && endOfPlaces(part) < replaced.edited.start
  const parts = before.parts.map((part, at) => (at === edited ? undefined : isAbove(part, at) ? part : movePart(part)))
  const kept = new Map<TlsEndpoint, TlsEndpoint>()
  for (const [at, part] of parts.entries()) {
    const old = endpointsOf(before.parts[at]!)
    for (const [index, it] of part ? endpointsOf(part).entries() : []) kept.set(it, old[index]!)
  }
  return { lowered: lowerServers(now, parts), kept, move }
}

/** What servers have in common. */
interface Survey {
  readonly configuration: Configuration
  readonly version: string
  /** Those of http, of stream, and of mail. */
  readonly servers: readonly Server[]
  readonly sockets: Readonly<Record<Protocol, Sockets>>
  readonly upstreams: Readonly<Record<Protocol, Upstreams>>
  readonly variables: Variables
}

/** What one server says. */
interface Part {
  readonly endpoints: readonly TlsEndpoint[]
  readonly problems: readonly Problem[]
  /** What it listens on without TLS; absent as long as nobody needs it. */
  readonly plain?: readonly TlsEndpoint[]
  /** What speaks HTTP here without TLS. */
  readonly ends: readonly PlainEnd[]
}

const endpointsOf = ({ endpoints, plain = [] }: Part): readonly TlsEndpoint[] => [...endpoints, ...plain]

const records = new WeakMap<Lowered, { readonly survey: Survey; readonly parts: readonly Part[] }>()

function survey(root: SourceFile, ctx: LowerContext): Survey {
  const configuration = readConfiguration(root, ctx)
  const version = ctx.settings.nginx.version
  const all = serversOf(configuration, defaultsOf(version))
  const http = all.filter(it => it.protocol === 'http')
  const stream = all.filter(it => it.protocol === 'stream')
  const mail = all.filter(it => it.protocol === 'mail')
  return {
    configuration,
    version,
    servers: http.concat(stream, mail),
    sockets: { http: socketsOf(http), stream: socketsOf(stream), mail: socketsOf(mail) },
    upstreams: {
      http: upstreamsOf(configuration, 'http'),
      stream: upstreamsOf(configuration, 'stream'),
      mail: upstreamsOf(configuration, 'mail')
    },
    variables: variablesOf(configuration)
  }
}

/** Can no other server tell the difference, when the text of one was edited? */
function isSameToOthers(before: Survey, now: Survey, edited: number): boolean {
  const [old, server] = [before.servers[edited]!, now.servers[edited]!]
  const [was, is] = [before.configuration, now.configuration]
  return (
    !was.isCut &&
    !is.isCut &&
    was.incomplete === is.incomplete &&
    was.template === is.template &&
    was.files.length === is.files.length &&
    was.files.every((it, at) => it.path === is.files[at]!.path) &&
    before.servers.length === now.servers.length &&
    old.protocol === server.protocol &&
    !answersForOthers(server, now.sockets[server.protocol]) &&
    socketsText(old) === socketsText(server) &&
    haveSameMembers(before.variables.result, now.variables.result) &&
    haveSameMembers(before.variables.identity, now.variables.identity)
  )
}

/** Those who share an address take the settings of its default server where they have none of their own. */
const answersForOthers = (server: Server, { defaults, sharing }: Sockets): boolean =>
  [...defaults].some(([key, it]) => it === server && sharing.get(key)!.some(other => other !== server))

/** All that a server decides about the sockets that it shares with others. */
const socketsText = (server: Server): string =>
  JSON.stringify([
    isOldSslOn(server),
    server.listens.map(it => [it.host, it.port, it.ssl, it.quic, it.udp, it.defaultServer, it.dynamic, it.node === undefined])
  ])

const haveSameMembers = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every(it => b.has(it))

/** `known`: what is known of a server already, by its position. */
function lowerServers(survey: Survey, known: readonly (Part | undefined)[] = []): Lowered {
  const { configuration, servers } = survey
  const reader = readerProblems(configuration, new Set(servers.map(it => it.node)))
  const guards = configuration.template ? [] : guardProblems(configuration, survey.version)
  let parts = servers.map((it, at) => known[at] ?? lowerOne(it, survey, reader))
  const endpoints = parts.flatMap(it => it.endpoints)
  const problems = configuration.problems.concat(
    reader.around,
    guards,
    parts.flatMap(it => it.problems),
    endpoints.flatMap(keylessProblems)
  )
  const verifying = endpoints.filter(it => it.role === 'server' && it.peer.certificate.value !== 'ignore')
  if (verifying.length > 0) {
    parts = parts.map((part, at) => (part.plain ? part : { plain: lowerPlain(servers[at]!, part, survey), ...part }))
    const plain = parts.flatMap(it => it.plain ?? [])
    if (plain.length > 0) endpoints.push(...plain.filter(leadsToSameAs(verifying)))
  }
  const lowered = {
    endpoints,
    plain: parts.flatMap(it => it.ends),
    problems: unique(problems),
    paths: pathsIn(configuration),
    pem: [],
    files: configuration.files
  }
  records.set(lowered, { survey, parts })
  return lowered
}

function lowerOne(server: Server, survey: Survey, reader: ReaderProblems): Part {
  const { configuration, variables } = survey
  const sockets = survey.sockets[server.protocol]
  const upstreams = survey.upstreams[server.protocol]
  const passes = passesOf(server)
  const listener = lowerServer(server, passes, { sockets, variables, configuration })
  const clients = passes.flatMap(it => lowerClient(it, server, upstreams, configuration) ?? [])
  return {
    endpoints: listener ? [listener, ...clients] : clients,
    ends: plainEndsOf(server, listener !== undefined, passes, sockets, upstreams, configuration),
    problems: reader
      .inside(server.node)
      .concat(
        conflictProblems(server, configuration),
        configuration.template ? [] : groupPortErrors(passes, upstreams).map(problemOf),
        ineffectiveProblems({ server, passes, sockets, variables, configuration })
      )
  }
}

function lowerPlain(server: Server, { endpoints }: Part, { configuration, variables, sockets }: Survey): readonly TlsEndpoint[] {
  if (endpoints.some(it => it.role === 'server')) return []
  const endpoint = lowerPlainServer(server, passesOf(server), { sockets: sockets[server.protocol], variables, configuration })
  return endpoint ? [endpoint] : []
}

/** A block that many servers inherit from would be told as often. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems
  const seen = new Set<string>()
  return problems.filter(it => {
    const key = `${it.rule}\0${it.path}\0${it.start}\0${it.end}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const pathDirectives: ReadonlyMap<string, PathUse['what']> = new Map([
  ...['ssl_', 'proxy_ssl_', 'grpc_ssl_', 'uwsgi_ssl_'].flatMap(
    prefix =>
      [
        [`${prefix}certificate`, 'certificate'],
        [`${prefix}certificate_key`, 'key'],
        [`${prefix}trusted_certificate`, 'trust'],
        [`${prefix}crl`, 'crl'],
        [`${prefix}password_file`, 'other']
      ] as const
  ),
  ['ssl_client_certificate', 'trust'],
  ['ssl_dhparam', 'other'],
  ['ssl_stapling_file', 'other'],
  ['ssl_session_ticket_key', 'other'],
  ['lua_ssl_trusted_certificate', 'trust'],
  ['lua_ssl_crl', 'crl'],
  ['lua_ssl_certificate', 'certificate'],
  ['lua_ssl_certificate_key', 'key'],
  ['js_fetch_trusted_certificate', 'trust']
])

/** A plain server is told of only where it opens another way to what a verifying one gives. */
function leadsToSameAs(verifying: readonly TlsEndpoint[]): (plain: TlsEndpoint) => boolean {
  const contents = new Set(verifying.flatMap(it => it.content ?? []))
  const targets = new Set(verifying.flatMap(it => it.forwards?.map(forward => backendOf(forward.target)) ?? []))
  return ({ content, forwards }) =>
    content?.some(it => contents.has(it)) === true || forwards?.some(it => targets.has(backendOf(it.target))) === true
}

const backendOf = (target: string): string => /^(?:\w+:\/\/)?[^/]*/.exec(target)![0]

function pathsIn(configuration: Configuration): PathUse[] {
  const uses: PathUse[] = [...configuration.includes]
  const { all } = configuration
  for (let at = 0; at < all.length; at++) {
    const node = all[at]!
    const what = pathDirectives.get(node.name)
    if (!what) continue
    const word = node.directive.args[0]
    const credential = word && credentialOf(node, word, configuration.paths)
    if (!credential) continue
    const guessed = configuration.paths.isGuess(word.value) ? { guessed: true } : {}
    uses.push({ at: credential.at, what, credential, ...(credential.kind === 'file' ? { path: credential.path, ...guessed } : {}) })
  }
  return uses
}
