import type { LowerContext, Lowered, PathUse, Problem } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { lowerClient, upstreamsOf } from './client.js'
import { type Configuration, nameOf, readConfiguration, walk } from './configuration.js'
import { conflictProblems, groupPortErrors, keylessProblems } from './conflicts.js'
import { contentOf, refusesPlaintext } from './content.js'
import { defaultsOf } from './defaults.js'
import { guardProblems } from './guards.js'
import { ineffectiveProblems } from './ineffective.js'
import { type Pass, passesOf } from './passes.js'
import { problemOf, readerProblems } from './reader.js'
import { forwardOf, resultUseOf } from './result-use.js'
import { credentialOf } from './scopes.js'
import { lowerPlainServer, lowerServer, type Protocol, type Server, type Sockets, serversOf, socketsOf } from './server.js'
import { variablesOf } from './variables.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const configuration = readConfiguration(root, ctx)
  const servers = serversOf(configuration, defaultsOf(ctx.settings.nginx.version))
  const variables = variablesOf(configuration)
  const endpoints: TlsEndpoint[] = []
  const plain: (() => readonly TlsEndpoint[])[] = []
  const problems: Problem[] = [...configuration.problems, ...readerProblems(configuration)]
  if (!configuration.template) problems.push(...guardProblems(configuration, ctx.settings.nginx.version))
  for (const protocol of ['http', 'stream', 'mail'] satisfies Protocol[]) {
    const ofProtocol = servers.filter(it => it.protocol === protocol)
    const sockets = socketsOf(ofProtocol)
    const upstreams = upstreamsOf(configuration, protocol)
    for (const server of ofProtocol) {
      const passes = passesOf(server)
      const listener = lowerServer(server, sockets, configuration)
      if (listener) endpoints.push(withUse(listener, server, passes))
      else plain.push(() => lowerPlain(server, sockets, passes))
      endpoints.push(...passes.flatMap(it => lowerClient(it, server, upstreams, configuration) ?? []))
      problems.push(
        ...conflictProblems(server, configuration),
        ...(configuration.template ? [] : groupPortErrors(passes, upstreams).map(problemOf)),
        ...ineffectiveProblems({ server, passes, sockets, variables, configuration })
      )
    }
  }
  problems.push(...endpoints.flatMap(keylessProblems))
  const verifying = endpoints.filter(it => it.role === 'server' && it.peer.certificate.value !== 'ignore')
  if (verifying.length > 0) endpoints.push(...plain.flatMap(it => it()).filter(leadsToSameAs(verifying)))
  return { endpoints, problems: unique(problems), paths: pathsIn(configuration), pem: [], files: configuration.files }

  function lowerPlain(server: Server, sockets: Sockets, passes: readonly Pass[]): readonly TlsEndpoint[] {
    const endpoint = lowerPlainServer(server, sockets, configuration)
    return endpoint ? [withUse(endpoint, server, passes)] : []
  }

  /** What becomes of the client's certificate behind the listener. */
  function withUse(listener: TlsEndpoint, server: Server, passes: readonly Pass[]): TlsEndpoint {
    const forwards = passes.map(it => forwardOf(it, server, variables, configuration))
    const content = contentOf(server, configuration)
    return {
      ...listener,
      result: resultUseOf(server, forwards, variables, configuration),
      forwards,
      ...(content ? { content } : {}),
      refusesPlaintext: refusesPlaintext(server)
    }
  }
}

/** A block that many servers inherit from would be told as often. */
function unique(problems: readonly Problem[]): Problem[] {
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
  for (const node of walk(configuration.nodes)) {
    const what = pathDirectives.get(nameOf(node))
    const word = node.directive.args[0]
    const credential = what && word && credentialOf(node, word, configuration.paths)
    if (!what || !credential) continue
    const guessed = configuration.paths.isGuess(word.value) ? { guessed: true } : {}
    uses.push({ at: credential.at, what, credential, ...(credential.kind === 'file' ? { path: credential.path, ...guessed } : {}) })
  }
  return uses
}
