/** What speaks HTTP without TLS: it matters where the other end of the connection speaks TLS. */
import type { PlainEnd } from '../../core/model.js'
import { addressesOf, type Upstreams } from './client.js'
import { type Configuration, headerAt } from './configuration.js'
import type { Pass } from './passes.js'
import { labelOf, plainAddressesOf, type Server, type Sockets } from './server.js'

/** Streams pass on what they get, TLS included, so only http counts. */
export function plainEndsOf(
  server: Server,
  isEndpoint: boolean,
  passes: readonly Pass[],
  sockets: Sockets,
  upstreams: Upstreams,
  configuration: Configuration
): readonly PlainEnd[] {
  if (server.protocol !== 'http' || configuration.template || configuration.incomplete) return []
  const clients = passes.flatMap(it => plainClient(it, upstreams))
  const listens = isEndpoint ? [] : plainAddressesOf(server, sockets)
  if (listens.length === 0) return clients
  return [...clients, { dialect: 'nginx', role: 'server', label: labelOf(server), at: server.scope.header, addresses: listens }]
}

/** FastCGI and its like are no HTTP, and nobody speaks them with TLS by mistake. */
function plainClient(pass: Pass, upstreams: Upstreams): readonly PlainEnd[] {
  const { node, host, prefix } = pass
  if (pass.tls !== false || host === undefined || (prefix !== 'proxy_ssl_' && prefix !== 'grpc_ssl_')) return []
  const group = upstreams.get(host.toLowerCase())
  if (group?.incomplete || pass.scope.incomplete) return []
  const addresses = addressesOf(pass, group).map(it => ({ ...it, tls: false }))
  return [{ dialect: 'nginx', role: 'client', label: `${node.name} ${pass.target}`, at: headerAt(node), addresses }]
}
