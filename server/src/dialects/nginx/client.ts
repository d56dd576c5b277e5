import type { Address, PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import { blockOf, type Configuration, childrenOf, headerAt, isDynamic, type Node, valueAt, wordAt } from './configuration.js'
import { readAddress } from './listen.js'
import { namesOf, type Prefix } from './names.js'
import type { Pass } from './passes.js'
import {
  credentialSettings,
  findSetting,
  flagSetting,
  numberSetting,
  type Scope,
  settingOf,
  textSetting,
  trustInLists,
  trustSettings,
  versionSettings
} from './scopes.js'
import { identitiesOf, type Protocol, type Server } from './server.js'

/** The groups of servers by name, those of `http` and `stream` apart. */
export type Upstreams = ReadonlyMap<string, Node>

export function upstreamsOf(configuration: Configuration, protocol: Protocol): Upstreams {
  if (!configuration.names.has('upstream')) return noUpstreams
  const around = configuration.nodes.filter(it => it.name === protocol)
  const bare = configuration.nodes.filter(it => it.name === 'upstream')
  const groups = [...around.flatMap(it => childrenOf(it, 'upstream')), ...bare]
  return new Map(groups.flatMap(it => (it.values[0] === undefined ? [] : [[it.values[0].toLowerCase(), it] as const])))
}

const noUpstreams: Upstreams = new Map()

/** The TLS client in a place that passes requests on, or nothing when it speaks plain text there, or may. */
export function lowerClient(pass: Pass, server: Server, upstreams: Upstreams, configuration: Configuration): TlsEndpoint | undefined {
  const { prefix, node } = pass
  if (!prefix) return undefined
  const scope: Scope = { ...pass.scope, header: headerAt(node) }
  const tls = tlsOf(pass, scope, server.protocol)
  if (!tls?.value) return undefined
  const names = namesOf[prefix]
  const group = pass.host === undefined ? undefined : upstreams.get(pass.host.toLowerCase())
  const name = nameSetting(pass, scope, names.name)
  const named = name && !isAddressLiteral(name.value) ? [name] : []
  const verifyChain = flagSetting(scope, names.verify, false)
  const ciphers = textSetting(scope, names.ciphers)
  return {
    dialect: 'nginx',
    role: 'client',
    label: `${node.name} ${pass.target}`,
    verifier: 'openssl',
    protocol: server.protocol,
    at: scope.header,
    block: blockOf(blockOfSettings(node)),
    addresses: addressesOf(pass, group),
    serverNames: flagSetting(scope, names.server_name, false).value ? named : [],
    tls,
    identities: identitiesOf(scope, prefix),
    peer: peerOfClient(scope, prefix, verifyChain, name),
    acceptsPlaintext: { value: false, origin: 'default', at: scope.header, name: node.name },
    sessionReuse: flagSetting(scope, names.session_reuse, true),
    parent: server.scope.header,
    incomplete: configuration.template || configuration.incomplete || scope.incomplete || group?.incomplete === true,
    ...versionSettings(scope, names.protocols),
    ...(ciphers && { ciphers }),
    // grpc_pass speaks HTTP/2 and nothing else.
    ...(prefix === 'grpc_ssl_' ? { applicationProtocols: ['h2'] } : {})
  }
}

/** The block around that takes TLS settings: an `if` and a `limit_except` do not. */
function blockOfSettings(pass: Node): Node {
  let block = pass.parent ?? pass
  while (block.parent && /^(?:if|limit_except)$/.test(block.name)) block = block.parent
  return block
}

/** `https://` decides in http; in stream it is `proxy_ssl on`. */
function tlsOf(pass: Pass, scope: Scope, protocol: Protocol): Setting<boolean> | undefined {
  if (protocol === 'stream') return flagSetting(scope, 'proxy_ssl', false)
  return pass.tls === undefined ? undefined : { value: pass.tls, origin: 'written', at: pass.at, name: pass.node.name }
}

/** Checked against the certificate and sent as SNI: what `proxy_ssl_name` says, else the host of the target, be it a group's name. */
function nameSetting(pass: Pass, scope: Scope, name: string): Setting<string> | undefined {
  const node = findSetting(scope, name)?.nodes[0]
  if (!node) return pass.host === undefined ? undefined : { value: pass.host, origin: 'default', at: pass.at, name }
  const written = node.values[0]!
  const host = readAddress(written, undefined).host
  return isDynamic(written)
    ? { value: written, origin: 'unknown', at: valueAt(node), name }
    : settingOf(scope, name, written, () => host ?? written)
}

const isAddressLiteral = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(':')

function peerOfClient(scope: Scope, prefix: Prefix, verifyChain: Setting<boolean>, name: Setting<string> | undefined): PeerPolicy {
  const names = namesOf[prefix]
  const crls = credentialSettings(scope, names.crl)
  return {
    certificate: { value: 'require', origin: 'default', at: scope.header, name: names.verify },
    verifyChain,
    verifyNames: verifyChain.value && name ? [name] : [],
    trustAnchors: trustSettings(scope, names.trusted_certificate, { intended: true, announced: false }).concat(trustInLists(crls)),
    crls,
    maxDepth: numberSetting(scope, names.verify_depth, scope.defaults.verifyDepth)
  }
}

/** What a pass connects to: the servers of its group, or the one that it names. */
export const addressesOf = (pass: Pass, group: Node | undefined): readonly Address[] =>
  group ? addressesOfGroup(group, pass) : [connection(pass.at, pass.host, pass.port)]

function addressesOfGroup(group: Node, pass: Pass): Address[] {
  return childrenOf(group, 'server').flatMap(it => {
    const word = it.directive.args[0]
    if (!word || it.values.includes('down')) return []
    // A server of a group without a port means port 80, whatever the scheme of the pass.
    const { host, port } = readAddress(word.value, pass.prefix === 'proxy_ssl_' || pass.prefix === 'grpc_ssl_' ? 80 : undefined)
    return [connection(wordAt(it, word), host, port)]
  })
}

const connection = (at: Location, host: string | undefined, port: number | undefined): Address => ({
  at,
  transport: 'tcp',
  tls: true,
  isDefault: false,
  ...(host === undefined || isDynamic(host) ? {} : { host: host.toLowerCase() }),
  ...(port === undefined ? {} : { port })
})
