import type { Address, Identity, PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import { blockOf, type Configuration, childrenOf, headerAt, isDynamic, type Node, wordAt } from './configuration.js'
import { contentOf, refusesPlaintext } from './content.js'
import type { Defaults } from './defaults.js'
import { type Listen, listensOf } from './listen.js'
import { namesOf, type Prefix } from './names.js'
import type { Word } from './parser.js'
import type { Pass } from './passes.js'
import { forwardOf, resultUseOf } from './result-use.js'
import {
  credentialSettings,
  findSetting,
  flagSetting,
  numberSetting,
  type Scope,
  scopeOf,
  settingOf,
  textSetting,
  trustInLists,
  trustSettings,
  versionSettings
} from './scopes.js'
import type { Variables } from './variables.js'

export type Protocol = 'http' | 'stream' | 'mail'

/** A `server` block with what it shares with the others of its kind. */
export interface Server {
  readonly node: Node
  readonly protocol: Protocol
  readonly scope: Scope
  readonly listens: readonly Listen[]
  /** The block and all that is in it, in the order of the text. */
  readonly all: readonly Node[]
}

const protocols = ['http', 'stream', 'mail'] as const

export function serversOf(configuration: Configuration, defaults: Defaults): Server[] {
  const { nodes, all, names, paths } = configuration
  const servers: Server[] = []
  const add = (node: Node, protocol: Protocol) => {
    const header = headerAt(node)
    const scope = scopeOf(node, header, paths, defaults)
    servers.push({ node, protocol, scope, listens: listensOf(node, header), all: all.slice(node.position, node.end) })
  }
  for (const protocol of protocols) {
    if (!names.has(protocol)) continue
    for (const it of nodes) if (it.name === protocol) for (const server of childrenOf(it, 'server')) add(server, protocol)
  }
  for (const it of nodes) if (it.name === 'server' && it.directive.form === 'block') add(it, protocolOfBareServer(it))
  return servers
}

/** A server that stands alone in its file: mail servers say their protocol, stream servers pass on without a location. */
function protocolOfBareServer(node: Node): Protocol {
  const has = (...names: string[]) => node.children.some(it => names.includes(it.name))
  if (has('protocol', 'starttls', 'smtp_auth', 'imap_auth', 'pop3_auth', 'xclient')) return 'mail'
  const httpOnly = has('server_name', 'location', 'root', 'return', 'rewrite', 'index', 'error_page', 'add_header')
  return !httpOnly && has('proxy_pass', 'proxy_ssl', 'ssl_preread', 'proxy_timeout') ? 'stream' : 'http'
}

/** Which sockets speak TLS, and which server answers there when no name decides. */
export interface Sockets {
  readonly tls: ReadonlySet<string>
  readonly http2: ReadonlySet<string>
  readonly defaults: ReadonlyMap<string, Server>
  readonly sharing: ReadonlyMap<string, readonly Server[]>
}

const noSockets: Sockets = { tls: new Set(), http2: new Set(), defaults: new Map(), sharing: new Map() }

export function socketsOf(servers: readonly Server[]): Sockets {
  if (servers.length === 0) return noSockets
  const tls = new Set<string>()
  const http2 = new Set<string>()
  const defaults = new Map<string, Server>()
  const sharing = new Map<string, Server[]>()
  for (const server of servers) {
    for (const listen of server.listens) {
      const { key } = listen
      if (key === undefined) continue
      // One `ssl` is enough: it is a property of the socket, whichever server wrote it.
      if (listen.ssl || isOldSslOn(server)) tls.add(key)
      if (listen.http2) http2.add(key)
      if (listen.defaultServer || !defaults.has(key)) defaults.set(key, server)
      const known = sharing.get(key)
      if (known) known.push(server)
      else sharing.set(key, [server])
    }
  }
  return { tls, http2, defaults, sharing }
}

/** `ssl on;` in place of `listen … ssl`, gone since 1.25.1. */
export const isOldSslOn = ({ scope }: Server): boolean => findSetting(scope, 'ssl') !== undefined && flagSetting(scope, 'ssl', false).value

/** What the servers of a protocol share. */
export interface Shared {
  readonly sockets: Sockets
  readonly variables: Variables
  readonly configuration: Configuration
}

export function lowerServer(server: Server, passes: readonly Pass[], shared: Shared): TlsEndpoint | undefined {
  const { node, listens } = server
  const addresses = listens.map(it => addressOf(it, server, shared.sockets))
  const tls = tlsSetting(server, addresses)
  if (!tls.value && !writesTlsSettings(node)) return undefined
  return endpointOf(server, passes, shared, addresses, tls)
}

/** Where it takes connections without TLS; none where it is not known whether it does. */
export const plainAddressesOf = (server: Server, sockets: Sockets): readonly Address[] =>
  server.listens.map(it => addressOf(it, server, sockets)).filter(it => !it.tls && it.transport === 'tcp')

/** A server without any TLS, for those who compare it with one that verifies clients. */
export function lowerPlainServer(server: Server, passes: readonly Pass[], shared: Shared): TlsEndpoint | undefined {
  const addresses = server.listens.map(it => addressOf(it, server, shared.sockets))
  const tls = tlsSetting(server, addresses)
  if (tls.value || tls.origin === 'unknown') return undefined
  const endpoint = endpointOf(server, passes, shared, addresses, tls)
  const { certificate, verifyChain } = endpoint.peer
  return {
    ...endpoint,
    // What it inherits of TLS is not for it.
    identities: [],
    peer: {
      certificate: { ...certificate, value: 'ignore' },
      verifyChain: { ...verifyChain, value: false },
      verifyNames: [],
      trustAnchors: [],
      crls: []
    },
    incomplete: isIncomplete(server, shared.configuration)
  }
}

const isIncomplete = ({ scope }: Server, configuration: Configuration): boolean =>
  configuration.template || configuration.incomplete || scope.incomplete

function endpointOf(
  server: Server,
  passes: readonly Pass[],
  { sockets, variables, configuration }: Shared,
  addresses: readonly Address[],
  tls: Setting<boolean>
): TlsEndpoint {
  const { node, scope, protocol } = server
  const context = scopeOfContext(server, sockets)
  const ciphers = textSetting(context, 'ssl_ciphers')
  const protocolScope = scopeOfProtocols(server, sockets)
  // OpenSSL takes them when the connection starts, before a name chooses another server.
  const groups = textSetting(protocolScope, 'ssl_ecdh_curve')
  const identities = identitiesOf(context, 'ssl_')
  const applicationProtocols = protocol === 'http' ? applicationProtocolsOf(server, sockets) : undefined
  const forwards = passes.map(it => forwardOf(it, server, variables, configuration))
  const content = contentOf(server, passes, configuration)
  return {
    dialect: 'nginx',
    role: 'server',
    label: labelOf(server),
    verifier: 'openssl',
    protocol,
    at: scope.header,
    block: blockOf(node),
    addresses,
    serverNames: serverNamesOf(node),
    tls,
    identities,
    rejectsHandshake: flagSetting(scope, 'ssl_reject_handshake', false).value,
    peer: peerOfServer(scope, context),
    acceptsPlaintext: { value: false, origin: 'default', at: scope.header, name: 'listen' },
    result: resultUseOf(server, passes, forwards, variables, configuration),
    forwards,
    refusesPlaintext: refusesPlaintext(server),
    // A part that names no certificate for its TLS counts on what stands in the blocks around it.
    incomplete: isIncomplete(server, configuration) || (configuration.isPart && identities.length === 0),
    ...versionSettings(protocolScope, 'ssl_protocols'),
    ...(ciphers && { ciphers }),
    ...(groups && { groups }),
    ...(applicationProtocols && { applicationProtocols }),
    ...(content && { content })
  }
}

/** HTTP/2 is a property of the socket, or of the server since 1.25.1; nothing where its sockets differ, or a template may say more. */
function applicationProtocolsOf({ scope, listens }: Server, { http2 }: Sockets): readonly string[] | undefined {
  const own = flagSetting(scope, 'http2', false)
  const speaking = listens.filter(it => http2.has(it.key ?? '')).length
  if (own.origin === 'unknown' || (speaking > 0 && speaking < listens.length) || listens.some(it => it.dynamic)) return undefined
  return own.value || speaking > 0 ? ['h2', 'http/1.1'] : ['http/1.1']
}

export function labelOf({ node, listens, protocol }: Server): string {
  for (const { values } of childrenOf(node, 'server_name')) {
    const name = values.find(it => it !== '' && it !== '_')
    if (name !== undefined) return `server ${name}`
  }
  // Of several places, the one where it speaks TLS is what is told of.
  const { host, port } = listens.find(it => it.ssl) ?? listens[0]!
  const place = port === 0 ? `${host}` : port === undefined ? 'a variable address' : `port ${port}`
  return `${protocol === 'http' ? '' : `${protocol} `}server on ${place}`
}

function addressOf(listen: Listen, server: Server, sockets: Sockets): Address {
  const { key } = listen
  return {
    at: listen.at,
    transport: listen.udp ? 'udp' : 'tcp',
    tls: key === undefined ? listen.ssl : sockets.tls.has(key),
    isDefault: key !== undefined && sockets.defaults.get(key) === server,
    ...(listen.host === undefined ? {} : { host: listen.host }),
    ...(listen.port === undefined ? {} : { port: listen.port })
  }
}

function tlsSetting(server: Server, addresses: readonly Address[]): Setting<boolean> {
  const old = flagSetting(server.scope, 'ssl', false)
  if (old.value) return old
  const speaking = addresses.find(it => it.tls)
  if (speaking) return { value: true, origin: 'written', at: speaking.at, name: 'listen' }
  // STARTTLS turns a plain mail connection into a TLS one.
  const startTls = settingOf(server.scope, 'starttls', false, it => it === 'on' || it === 'only')
  if (startTls.value) return startTls
  const unknown = server.listens.some(it => it.dynamic || it.port === undefined)
  return { value: false, origin: unknown ? 'unknown' : 'default', at: addresses[0]!.at, name: 'listen' }
}

const writesTlsSettings = (node: Node): boolean =>
  node.children.some(it => /^ssl_(?!preread|engine|session|dhparam|buffer|ecdh|prefer|stapling|ciphers|protocols|handshake)/.test(it.name))

const serverNamesOf = (node: Node): Setting<string>[] =>
  childrenOf(node, 'server_name').flatMap(it => it.directive.args.flatMap(word => namesIn(word, it)))

/** Neither the empty name nor a name that no client asks for says anything of the certificate. */
function namesIn(word: Word, node: Node): Setting<string>[] {
  if (word.value === '' || /^_+$/.test(word.value)) return []
  const at = wordAt(node, word)
  const setting = (value: string, origin: Setting<string>['origin'] = 'written') => ({ value, origin, at, name: 'server_name' })
  if (word.value.startsWith('~') || word.value.endsWith('.*') || isDynamic(word.value)) return [setting(word.value, 'unknown')]
  const name = word.value.toLowerCase()
  return name.startsWith('.') ? [setting(name.slice(1)), setting(`*${name}`)] : [setting(name)]
}

/** A server without a certificate of its own has no TLS context: that of the address's default server serves it, with its CAs. */
function scopeOfContext(server: Server, sockets: Sockets): Scope {
  if (hasOwnContext(server)) return server.scope
  return server.listens.flatMap(it => sockets.defaults.get(it.key ?? '') ?? []).find(hasOwnContext)?.scope ?? server.scope
}

const hasOwnContext = ({ scope }: Server): boolean =>
  (findSetting(scope, 'ssl_certificate') ?? findSetting(scope, 'ssl_reject_handshake')) !== undefined

/** Certificates and keys pair up by their order. */
export function identitiesOf(scope: Scope, prefix: Prefix): Identity[] {
  const names = namesOf[prefix]
  const certificates = credentialSettings(scope, names.certificate)
  if (certificates.length === 0) return []
  const keys = credentialSettings(scope, names.certificate_key)
  const passphrase = findSetting(scope, names.password_file) !== undefined
  return certificates.map((certificate, at) => ({
    certificate,
    ...(keys[at] ? { key: keys[at] } : {}),
    passphrase
  }))
}

function peerOfServer(scope: Scope, context: Scope): PeerPolicy {
  const certificate = settingOf<PeerPolicy['certificate']['value']>(scope, 'ssl_verify_client', 'ignore', it =>
    it === 'on' ? 'require' : it === 'optional' || it === 'optional_no_ca' ? 'request' : it === 'off' ? 'ignore' : undefined
  )
  const verifyChain = settingOf(scope, 'ssl_verify_client', false, it => it === 'on' || it === 'optional')
  const announced = trustSettings(context, 'ssl_client_certificate', { intended: true, announced: true })
  // Since 1.27.2 the trusted certificates may be all that clients are verified against; before, they are there for OCSP.
  const intended = announced.length === 0 && scope.defaults.trustedCertificateSuffices && certificate.value !== 'ignore'
  const crls = credentialSettings(context, 'ssl_crl')
  return {
    certificate,
    verifyChain,
    verifyNames: [],
    trustAnchors: announced.concat(trustSettings(context, 'ssl_trusted_certificate', { intended, announced: false }), trustInLists(crls)),
    crls,
    maxDepth: numberSetting(context, 'ssl_verify_depth', scope.defaults.verifyDepth)
  }
}

/** Before 1.29.2 the versions of the address's default server count for all that share the address. */
function scopeOfProtocols(server: Server, sockets: Sockets): Scope {
  if (server.scope.defaults.protocolsPerServer) return server.scope
  const key = server.listens.find(it => it.key !== undefined && sockets.tls.has(it.key))?.key
  return (key === undefined ? undefined : sockets.defaults.get(key)?.scope) ?? server.scope
}
