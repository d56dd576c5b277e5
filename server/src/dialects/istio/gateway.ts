/** Gateway of Istio: TLS that a gateway ends for clients from outside. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialUse } from '../../core/mesh.js'
import type { Address, CredentialRef, Identity, PeerPolicy, ResultUse, Setting, TlsEndpoint, TrustRef } from '../../core/model.js'
import { type Location, memo, type SourceFile } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/syntax.js'
import { looksAtClients } from './authorization.js'
import { asTrust, fileRef, lookUpIdentity, lookUpTrust, meshCredential, searchFor, type Wanted } from './credentials.js'
import { declaredAlong } from './declarations.js'
import { gatewayMinVersion, maxVersion } from './defaults.js'
import { byDefault, envoy, versionSetting, wordOf, written } from './endpoint.js'
import { contentOf, forwardsOf } from './gateway-routes.js'
import { meshConfig } from './mesh-config.js'
import { workloadsAnywhere } from './workloads.js'

export const isGateway = ({ kind, group }: Resource): boolean => kind === 'Gateway' && group === 'networking.istio.io'

export interface Endpoints {
  readonly endpoints: readonly TlsEndpoint[]
  readonly uses: readonly CredentialUse[]
}

type ServerMode = 'SIMPLE' | 'MUTUAL' | 'OPTIONAL_MUTUAL' | 'ISTIO_MUTUAL'
const certificateOf: Readonly<Record<ServerMode, PeerPolicy['certificate']['value']>> = {
  SIMPLE: 'ignore',
  MUTUAL: 'require',
  OPTIONAL_MUTUAL: 'request',
  ISTIO_MUTUAL: 'require'
}
export const isServerMode = (text: string): text is ServerMode => Object.hasOwn(certificateOf, text)

export function lowerGateway(resource: Resource, root: SourceFile, ctx: LowerContext): Endpoints {
  const selector = wordsOf(mapAt(resource.node, 'spec', 'selector'))
  const namespace = namespaceOfGateway(resource, selector, root, ctx)
  const uses: CredentialUse[] = []
  const servers = itemsAt(resource.node, 'spec', 'servers')
  const ports = servers.map(it => textAt(it, 'port', 'number'))
  const shared = new Set(ports.length > 1 ? repeatedIn(ports) : [])
  const around: Around = { resource, selector, namespace, root, ctx }
  const endpoints = servers.flatMap((node, index) => {
    const server = readServer(node, ports[index], resource, shared.has(ports[index]))
    if (!server) return []
    const lowered = lowerServer(server, around)
    uses.push(...lowered.uses)
    return [withRoutes(lowered.endpoint, node, around)]
  })
  const isDemanded = endpoints.some(it => it.peer.certificate.value === 'require')
  // What is plain is told of only where it may be another way to what a certificate is demanded for.
  if (isDemanded) endpoints.push(...servers.filter(isHttpPort).flatMap(it => lowerPlain(it, around)))
  return { endpoints, uses }
}

function repeatedIn<T>(values: readonly T[]): readonly T[] {
  const seen = new Set<T>()
  return values.filter(it => seen.has(it) || !seen.add(it))
}

function withRoutes(endpoint: TlsEndpoint, node: YamlNode, { resource, root, ctx }: Around): TlsEndpoint {
  const content = endpoint.protocol === 'http' ? contentOf(resource, node, root, ctx) : undefined
  const forwards = forwardsOf(endpoint.at, root, ctx)
  if (!content && forwards.length === 0) return endpoint
  return { ...endpoint, ...(content ? { content } : {}), ...(forwards.length > 0 ? { forwards } : {}) }
}

export interface Server {
  readonly node: YamlNode
  readonly tls: YamlMap
  readonly mode: YamlScalar
  readonly kind: ServerMode
  readonly port?: number
  readonly label: string
  readonly at: Location
}

const protocolOf = (node: YamlNode): string => (textAt(node, 'port', 'protocol') ?? '').toUpperCase()
/** https://istio.io/latest/docs/reference/config/networking/gateway/#Port-protocol */
export const isHttpPort = (node: YamlNode): boolean => /^(?:HTTP|HTTP2|GRPC|GRPC-WEB|HTTP_PROXY)$/.test(protocolOf(node))
export const isPlainPort = (node: YamlNode): boolean =>
  /^(?:HTTP|HTTP2|GRPC|GRPC-WEB|HTTP_PROXY|TCP|MONGO|REDIS|MYSQL|UDP)$/.test(protocolOf(node))

/** Without a mode, or with PASSTHROUGH, TLS is not ended here. */
function readServer(node: YamlNode, number: string | undefined, resource: Resource, isShared: boolean): Server | undefined {
  const tls = mapAt(node, 'tls')
  const mode = wordOf(tls?.get('mode'))
  if (!tls || !mode || !isServerMode(mode.text) || isPlainPort(node)) return undefined
  const port = Number(number)
  const host = isShared ? textAt(node, 'hosts', 0) : undefined
  const entry = node.kind === 'map' ? node.entry('tls')! : undefined
  return {
    node,
    tls,
    mode,
    kind: mode.text,
    ...(Number.isInteger(port) ? { port } : {}),
    label: `${labelOf(resource)}${Number.isInteger(port) ? `, port ${port}` : ''}${host !== undefined ? ` for ${brief(host)}` : ''}`,
    at: placeIn(resource, entry!.keySpan)
  }
}

export interface Around {
  readonly resource: Resource
  readonly selector: ReadonlyMap<string, string>
  /** Where Secrets are read from: where the gateway runs, which the place of the resource does not say. */
  readonly namespace: string | undefined
  readonly root: SourceFile
  readonly ctx: LowerContext
}

function namespaceOfGateway(
  resource: Resource,
  selector: ReadonlyMap<string, string>,
  root: SourceFile,
  ctx: LowerContext
): string | undefined {
  if (selector.size === 0 || resource.incomplete) return undefined
  const namespaces = new Set(workloadsAnywhere(selector, root, ctx).map(it => it.resource.namespace))
  const [only] = namespaces
  return namespaces.size === 1 && only !== '' ? only : undefined
}

export function lowerServer(server: Server, around: Around): { readonly endpoint: TlsEndpoint; readonly uses: readonly CredentialUse[] } {
  const { resource, ctx } = around
  const { tls, mode, kind, at, label } = server
  const { identities, trust, crls, flaws } = credentialsOf(server, around)
  const certificate = written(certificateOf[kind], resource, mode, 'mode')
  // For the mesh's own TLS they do not count.
  const defaults = kind === 'ISTIO_MUTUAL' ? {} : meshConfig(around.root, ctx).tlsDefaults
  const uses = flaws.map(it => ({ label, mode: kind, ...it }))
  const endpoint: TlsEndpoint = {
    dialect: envoy.dialect,
    verifier: envoy.verifier,
    role: 'server',
    label,
    protocol: /^(?:https|grpc|http2?)/i.test(textAt(server.node, 'port', 'protocol') ?? '') ? 'http' : 'tcp',
    at,
    block: placeIn(resource, server.node.span),
    addresses: [addressOf(server, around)],
    serverNames: hostsOf(server.node, resource),
    tls: written(true, resource, mode, 'mode'),
    identities,
    peer: {
      certificate,
      verifyChain: verifyChainOf(server, resource),
      verifyNames: itemsAt(tls, 'subjectAltNames').flatMap(it =>
        wordOf(it) ? [written(wordOf(it)!.text, resource, it, 'subjectAltNames')] : []
      ),
      trustAnchors: trust,
      crls
    },
    minVersion: versionSetting(tls, 'minProtocolVersion', defaults.minVersion ?? gatewayMinVersion, resource, at),
    maxVersion: versionSetting(tls, 'maxProtocolVersion', maxVersion, resource, at),
    acceptsPlaintext: byDefault(false, at, 'mode'),
    result: resultOf(around, ctx),
    incomplete: resource.incomplete || flaws.length > 0,
    ...ciphersOf(tls, resource, defaults.ciphers, at)
  }
  return { endpoint, uses }
}

function verifyChainOf({ tls, mode, kind }: Server, resource: Resource): Setting<boolean> {
  const skip = wordOf(tls.get('insecureSkipVerify'))
  if (skip?.text === 'true' && kind !== 'SIMPLE') return written(false, resource, skip, 'insecureSkipVerify')
  return written(kind !== 'SIMPLE', resource, mode, 'mode')
}

/** A server without TLS. */
function lowerPlain(node: YamlNode, around: Around): readonly TlsEndpoint[] {
  const { resource, root, ctx } = around
  const port = Number(textAt(node, 'port', 'number'))
  const content = contentOf(resource, node, root, ctx)
  if (!Number.isInteger(port) || !content) return []
  const address = addressOf({ node, port }, around)
  const { at } = address
  return [
    {
      ...envoy,
      role: 'server',
      label: `${labelOf(resource)}, port ${port}`,
      protocol: 'http',
      at,
      block: placeIn(resource, node.span),
      addresses: [{ ...address, tls: false }],
      serverNames: hostsOf(node, resource),
      tls: byDefault(false, at, 'tls'),
      identities: [],
      peer: {
        certificate: byDefault('ignore', at, 'mode'),
        verifyChain: byDefault(false, at, 'mode'),
        verifyNames: [],
        trustAnchors: [],
        crls: []
      },
      minVersion: byDefault(gatewayMinVersion, at, 'minProtocolVersion'),
      maxVersion: byDefault(maxVersion, at, 'maxProtocolVersion'),
      acceptsPlaintext: byDefault(true, at, 'tls'),
      result: resultOf(around, ctx),
      content,
      refusesPlaintext: scalarAt(node, 'tls', 'httpsRedirect')?.text === 'true',
      incomplete: resource.incomplete
    }
  ]
}

function addressOf({ node, port }: Pick<Server, 'node' | 'port'>, { resource, selector }: Around): Address {
  const scalar = scalarAt(node, 'port', 'number')
  const pods = [...selector].map(([key, value]) => `${key}=${value}`).join(',')
  return {
    at: placeIn(resource, (scalar ?? node).span),
    // Whoever has other labels is another gateway with sockets of its own.
    ...(pods === '' ? {} : { host: pods }),
    ...(port === undefined ? {} : { port }),
    transport: 'tcp',
    tls: true,
    isDefault: itemsAt(node, 'hosts').some(it => it.kind === 'scalar' && /^(?:[^/]*\/)?\*$/.test(it.text))
  }
}

/** A host may have the namespaces before it that it is for. */
function hostsOf(node: YamlNode, resource: Resource): readonly Setting<string>[] {
  return itemsAt(node, 'hosts').flatMap(it => {
    if (it.kind !== 'scalar') return []
    const host = it.text.slice(it.text.indexOf('/') + 1).toLowerCase()
    if (host === '*') return []
    const setting = written(host, resource, it, 'hosts')
    return [it.dynamic ? { ...setting, origin: 'unknown' as const } : setting]
  })
}

function ciphersOf(tls: YamlMap, resource: Resource, ofMesh: readonly string[] | undefined, at: Location): Pick<TlsEndpoint, 'ciphers'> {
  const suites = tls.get('cipherSuites')
  if (suites?.kind !== 'sequence' || suites.items.length === 0)
    return ofMesh ? { ciphers: { value: ofMesh.join(':'), origin: 'inherited', at, name: 'tlsDefaults' } } : {}
  return { ciphers: written(suites.items.map(it => (it.kind === 'scalar' ? it.text : '')).join(':'), resource, suites, 'cipherSuites') }
}

interface Credentials {
  readonly identities: readonly Identity[]
  readonly trust: readonly TrustRef[]
  readonly crls: readonly CredentialRef[]
  readonly flaws: readonly Pick<CredentialUse, 'at' | 'part' | 'flaw'>[]
}

function credentialsOf(server: Server, around: Around): Credentials {
  const { tls, kind, mode } = server
  const { resource, ctx } = around
  if (kind === 'ISTIO_MUTUAL') {
    const own = meshCredential(placeIn(resource, mode.span), 'mode')
    return { identities: [identity(own, own)], trust: [asTrust(own)], crls: [], flaws: [] }
  }
  const search = searchFor(resource, ctx)
  const needsTrust = kind !== 'SIMPLE'
  const names = credentialNames(tls)
  if (names.some(it => it.dynamic || it.text.includes('://'))) return unknownCredentials(names[0]!, around, needsTrust)
  if (names.length > 0) {
    const wanted = names.map(it => wantedBy(it, around))
    const found = wanted.map(it => ({ wanted: it, ...lookUpIdentity(it, search) }))
    const trust = needsTrust ? lookUpTrust(wanted[0]!, search) : undefined
    return {
      identities: found.flatMap(it => (it.identity ? [identity(it.identity.certificate, it.identity.key)] : [])),
      trust: trust?.trust ?? [],
      crls: trust?.crls ?? [],
      flaws: [
        ...found.flatMap(it => (it.flaw ? [{ at: it.wanted.at, part: 'identity' as const, flaw: it.flaw }] : [])),
        ...(trust?.flaw ? [{ at: wanted[0]!.at, part: 'trust' as const, flaw: trust.flaw }] : [])
      ]
    }
  }
  return fromFiles(server, around, needsTrust)
}

const credentialNames = (tls: YamlMap): readonly YamlScalar[] =>
  [tls.get('credentialName'), ...itemsAt(tls, 'credentialNames')].flatMap(it => (it?.kind === 'scalar' && it.text !== '' ? [it] : []))

function unknownCredentials(name: YamlScalar, { resource }: Around, needsTrust: boolean): Credentials {
  const ref: CredentialRef = { at: placeIn(resource, name.span), name: 'credentialName', kind: 'dynamic', text: name.text }
  return { identities: [identity(ref, ref)], trust: needsTrust ? [asTrust(ref)] : [], crls: [], flaws: [] }
}

/** `namespace/name` and `kubernetes://name` are forms of the same. */
function wantedBy(scalar: YamlScalar, { resource, namespace }: Around): Wanted {
  const [last, before] = scalar.text.split('/').reverse()
  const from = before ?? namespace
  return {
    at: placeIn(resource, scalar.span),
    setting: 'credentialName',
    name: last!,
    kind: 'Secret',
    ...(from === undefined ? {} : { namespace: from })
  }
}

const identity = (certificate: CredentialRef, key: CredentialRef): Identity => ({ certificate, key, passphrase: false })

/** Paths in the gateway's container. */
function fromFiles({ tls, mode }: Server, { resource, ctx }: Around, needsTrust: boolean): Credentials {
  const pairs = [tls, ...itemsAt(tls, 'tlsCertificates')].flatMap(it => {
    const [certificate, key] = [scalarAt(it, 'serverCertificate'), scalarAt(it, 'privateKey')]
    return certificate || key ? [{ certificate, key }] : []
  })
  const trust = scalarAt(tls, 'caCertificates') ?? scalarAt(tls, 'caCertCredentialName')
  const crl = scalarAt(tls, 'caCrl')
  const at = placeIn(resource, mode.span)
  const complete = pairs.length > 0 && pairs.every(it => it.certificate && it.key)
  return {
    identities: pairs.flatMap(it =>
      it.certificate && it.key
        ? [identity(fileRef(resource, it.certificate, 'serverCertificate', ctx), fileRef(resource, it.key, 'privateKey', ctx))]
        : []
    ),
    trust: trust ? [asTrust(fileRef(resource, trust, 'caCertificates', ctx))] : [],
    crls: crl ? [fileRef(resource, crl, 'caCrl', ctx)] : [],
    flaws: resource.incomplete
      ? []
      : [
          ...(complete
            ? []
            : [
                {
                  at,
                  part: 'identity' as const,
                  flaw: { kind: 'not-named' as const, wanted: 'a credentialName, or a certificate and its key' }
                }
              ]),
          ...(needsTrust && !trust
            ? [{ at, part: 'trust' as const, flaw: { kind: 'not-named' as const, wanted: 'a credentialName or caCertificates' } }]
            : [])
        ]
  }
}

/** Whether a client had a certificate is asked by rules of authorization, or in ways that cannot be read here. */
function resultOf({ root }: Around, ctx: LowerContext): ResultUse {
  const tested = placesThatLook(declaredAlong('AuthorizationPolicy', root, ctx))
  return { tested, handedOn: [], unknown: declaredAlong('EnvoyFilter', root, ctx).length > 0 }
}

const placesThatLook = memo((resources: readonly Resource[]): readonly Location[] => resources.filter(looksAtClients).map(it => it.at))
