import type { Problem } from '../../core/dialect.js'
import { type Configuration, childrenOf, headerAt, type Node } from './configuration.js'
import { namesOf } from './names.js'
import type { Pass } from './passes.js'
import { headersAt, includesStock, stockIncludes } from './result-use.js'
import { findSetting, flagSetting, type Scope, textSetting } from './scopes.js'
import type { Server, Sockets } from './server.js'
import type { Variables } from './variables.js'

interface Subject {
  readonly server: Server
  readonly passes: readonly Pass[]
  readonly sockets: Sockets
  readonly variables: Variables
  readonly configuration: Configuration
}

/** Settings that nginx takes and does nothing with, and headers that it does not inherit where others are set. */
export function ineffectiveProblems(subject: Subject): Problem[] {
  const { server, passes, configuration } = subject
  if (configuration.template || configuration.incomplete || server.node.incomplete) return []
  const plain = server.protocol === 'stream' ? plainStream(server, passes) : plainPasses(server, passes)
  return plain.concat(unusedNames(server, passes), idleProtocols(subject), droppedHeaders(subject))
}

/** Those that change what is verified or presented; the rest is boilerplate that many write everywhere. */
const material = /_ssl_(?:verify|certificate|certificate_key|trusted_certificate|crl|name|server_name|protocols|ciphers)$/

const materialSettings = (block: Node, prefix: string): Node[] =>
  block.children.filter(it => it.name.startsWith(prefix) && material.test(it.name))

const ineffective = (setting: Node, others: number, why: string): Problem => ({
  ...headerAt(setting),
  rule: 'ineffective-setting',
  message: `${setting.name} has no effect${others > 0 ? `, like ${others} more here` : ''}: ${why}`
})

/** `proxy_ssl_…` in a block all of whose passes go to `http://`. */
function plainPasses(server: Server, passes: readonly Pass[]): Problem[] {
  if (!passes.some(it => it.tls === false)) return []
  const blocks = new Set([server.node, ...passes.flatMap(it => it.node.parent ?? [])])
  return [...blocks].flatMap(block =>
    (['proxy_ssl_', 'grpc_ssl_', 'uwsgi_ssl_'] as const).flatMap(prefix => {
      const settings = materialSettings(block, prefix)
      const below = settings.length === 0 ? [] : passes.filter(it => it.prefix === prefix && it.scope.levels.includes(block))
      if (!settings[0] || !below[0] || below.some(it => it.tls !== false || it.scope.incomplete)) return []
      return [ineffective(settings[0], settings.length - 1, `${below[0].node.name} ${below[0].target} speaks no TLS`)]
    })
  )
}

/** In stream the scheme does not tell: without `proxy_ssl on` nothing is encrypted. */
function plainStream(server: Server, passes: readonly Pass[]): Problem[] {
  const [first, ...rest] = materialSettings(server.node, 'proxy_ssl_')
  if (!first || passes.length === 0 || findSetting(server.scope, 'proxy_ssl')) return []
  return [ineffective(first, rest.length, 'without proxy_ssl on the connection to the upstream is not encrypted')]
}

/** `proxy_ssl_name` is for SNI and for the verification; with neither nobody asks for it. */
function unusedNames(server: Server, passes: readonly Pass[]): Problem[] {
  return passes.flatMap(pass => {
    const { prefix, scope } = pass
    const speaksTls = server.protocol === 'stream' ? flagSetting(scope, 'proxy_ssl', false).value : pass.tls === true
    if (!prefix || !speaksTls || scope.incomplete) return []
    const names = namesOf[prefix]
    const name = findSetting(scope, names.name)
    if (name?.origin !== 'written' || mayBeOn(scope, names.server_name) || mayBeOn(scope, names.verify)) return []
    return [ineffective(name.nodes[0]!, 0, `it is used only with ${names.server_name} on or ${names.verify} on`)]
  })
}

function mayBeOn(scope: Scope, name: string): boolean {
  const { value, origin } = flagSetting(scope, name, false)
  return value || origin === 'unknown'
}

/** Until 1.29.2 the versions of an address's default server count for all of its servers. */
function idleProtocols({ server, sockets }: Subject): Problem[] {
  if (server.scope.defaults.protocolsPerServer) return []
  const own = findSetting(server.scope, 'ssl_protocols')
  if (own?.origin !== 'written') return []
  const keys = server.listens.map(it => it.key).filter(it => it !== undefined && sockets.tls.has(it))
  const defaults = keys.map(it => sockets.defaults.get(it!))
  const other = defaults[0]
  if (!other || defaults.includes(server)) return []
  const versions = (it: Server) => [...(findSetting(it.scope, 'ssl_protocols')?.nodes.flatMap(it => it.values) ?? [])].sort().join(' ')
  if (versions(other) === versions(server)) return []
  const related = [{ ...other.scope.header, message: 'the versions of this server count' }]
  return [{ ...ineffective(own.nodes[0]!, 0, 'this is not the default server of its address, whose versions count for all'), related }]
}

/** A header that tells who the client is, lost because the block that passes the request on sets headers of its own. */
function droppedHeaders({ server, passes, variables }: Subject): Problem[] {
  const verify = textSetting(server.scope, 'ssl_verify_client')
  if (!verify || verify.value === 'off') return []
  const seen = new Set<Node>()
  return passes.flatMap(pass => {
    const { header } = pass
    if (!header) return []
    const { levels } = pass.scope
    const setting = levels.filter(it => sets(it, header))
    const [level, outer] = setting
    if (!level || !outer || seen.has(level) || levels.slice(0, levels.indexOf(level) + 1).some(it => it.incomplete)) return []
    seen.add(level)
    const own = new Set(headersAt(pass, header).map(it => it.values[0]!.toLowerCase()))
    const lost = childrenOf(outer, header).filter(it => isLost(it, own, variables))
    const at = childrenOf(level, header)[0] ?? stockIncludes(level, header)[0]
    if (lost.length === 0 || !at) return []
    const names = lost.map(it => it.values[0]).join(', ')
    const message = `${names} of the block around it ${lost.length > 1 ? 'do' : 'does'} not reach ${pass.target}: a block with a ${header} of its own inherits none`
    return [
      { ...headerAt(at), rule: 'dropped-inherited-values', message, related: lost.map(it => ({ ...headerAt(it), message: 'set here' })) }
    ]
  })
}

const sets = (level: Node, header: string): boolean => childrenOf(level, header).length > 0 || includesStock(level, header)

function isLost(node: Node, own: ReadonlySet<string>, variables: Variables): boolean {
  const [name, value] = node.values
  if (name === undefined || value === undefined || own.has(name.toLowerCase())) return false
  const carried = variables.carries(value)
  return carried === 'result' || carried === 'identity'
}
