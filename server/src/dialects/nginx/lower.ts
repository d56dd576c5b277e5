import type { LowerContext, Lowered, PathUse } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { lowerClient, upstreamsOf } from './client.js'
import { type Configuration, nameOf, readConfiguration, walk } from './configuration.js'
import { contentOf, refusesPlaintext } from './content.js'
import { defaultsOf } from './defaults.js'
import { type Pass, passesOf } from './passes.js'
import { readerProblems } from './reader.js'
import { forwardOf, resultUseOf } from './result-use.js'
import { credentialOf } from './scopes.js'
import { lowerServer, type Protocol, type Server, serversOf, socketsOf } from './server.js'
import { variablesOf } from './variables.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const configuration = readConfiguration(root, ctx)
  const servers = serversOf(configuration, defaultsOf(ctx.settings.nginx.version))
  const variables = variablesOf(configuration)
  const endpoints = (['http', 'stream', 'mail'] satisfies Protocol[]).flatMap(protocol => {
    const ofProtocol = servers.filter(it => it.protocol === protocol)
    const sockets = socketsOf(ofProtocol)
    const upstreams = upstreamsOf(configuration, protocol)
    return ofProtocol.flatMap(server => {
      const passes = passesOf(server)
      const clients = passes.flatMap(it => lowerClient(it, server, upstreams, configuration) ?? [])
      const listener = lowerServer(server, sockets, configuration)
      return listener ? [withUse(listener, server, passes), ...clients] : clients
    })
  })
  return {
    endpoints,
    problems: [...configuration.problems, ...readerProblems(configuration)],
    paths: pathsIn(configuration),
    pem: [],
    files: configuration.files
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

function pathsIn(configuration: Configuration): PathUse[] {
  const uses: PathUse[] = [...configuration.includes]
  for (const node of walk(configuration.nodes)) {
    const what = pathDirectives.get(nameOf(node))
    const word = node.directive.args[0]
    const credential = what && word && credentialOf(node, word, configuration.paths)
    if (!what || !credential) continue
    uses.push({ at: credential.at, what, credential, ...(credential.kind === 'file' ? { path: credential.path } : {}) })
  }
  return uses
}
