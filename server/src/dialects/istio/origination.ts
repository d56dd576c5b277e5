/** TLS that proxies begin with certificates of one's own: DestinationRule with SIMPLE or MUTUAL, and BackendTLSPolicy. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialUse } from '../../core/mesh.js'
import type { Address, CredentialRef, Identity, PeerPolicy, Setting, TlsEndpoint, TrustRef } from '../../core/model.js'
import type { Location, SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, at as nodeAt, scalarAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { asTrust, fileRef, lookUpIdentity, lookUpTrust, searchFor, systemTrust, type Wanted } from './credentials.js'
import { maxVersion } from './defaults.js'
import { settingsOf, type TlsSettings } from './destination-rule.js'
import { byDefault, envoy, wordOf, written } from './endpoint.js'
import type { Endpoints } from './gateway.js'
import { concernedPorts } from './hops.js'
import { fullName } from './hosts.js'
import { isHttp, placesOf, type ServiceEntry, serviceEntryFor } from './service-entry.js'
import { arrivalsAt, hasUnknownRoutes } from './virtual-service.js'

export function lowerDestinationRule(resource: Resource, root: SourceFile, ctx: LowerContext): Endpoints {
  const uses: CredentialUse[] = []
  const endpoints = settingsOf(resource).flatMap(it => {
    const mode = wordOf(it.mode)
    // With ISTIO_MUTUAL nothing is left to look at: the mesh makes the certificates and verifies them.
    if (!mode || (mode.text !== 'SIMPLE' && mode.text !== 'MUTUAL')) return []
    const { endpoint, flaws } = lowerSettings(it, mode.text, root, ctx)
    uses.push(...flaws.map(flaw => ({ label: endpoint.label, mode: mode.text, ...flaw })))
    return [endpoint]
  })
  return { endpoints, uses }
}

interface Lowered {
  readonly endpoint: TlsEndpoint
  readonly flaws: readonly Pick<CredentialUse, 'at' | 'part' | 'flaw'>[]
}

function lowerSettings(settings: TlsSettings, mode: string, root: SourceFile, ctx: LowerContext): Lowered {
  const { resource, node, header, host } = settings
  const at = placeIn(resource, header)
  const credentials = credentialsOf(settings, mode, ctx)
  const name = fullName(host.text, resource.namespace)
  const entry = serviceEntryFor(name, resource, root, ctx)
  const requested = requestedNames(settings, name, entry, root, ctx)
  const endpoint: TlsEndpoint = {
    ...envoy,
    role: 'client',
    label: `${labelOf(resource)}${settings.subset ? `, subset ${settings.subset.name}` : ''}${settings.port === undefined ? '' : `, port ${settings.port}`}`,
    protocol: 'tcp',
    at,
    block: placeIn(resource, node.span),
    addresses: addressesOf(settings, name, entry),
    serverNames: requested,
    tls: written(true, resource, settings.mode!, 'mode'),
    identities: credentials.identities,
    peer: peerOf(settings, credentials, requested, entry),
    minVersion: { ...byDefault('TLSv1.2', at, 'minProtocolVersion'), origin: 'unknown' },
    maxVersion: byDefault(maxVersion, at, 'maxProtocolVersion'),
    acceptsPlaintext: byDefault(false, at, 'mode'),
    incomplete: resource.incomplete || credentials.flaws.length > 0
  }
  return { endpoint, flaws: credentials.flaws }
}

function peerOf(
  { resource, node, header }: TlsSettings,
  { trust, crls }: Credentials,
  requested: readonly Setting<string>[],
  entry: ServiceEntry | undefined
): PeerPolicy {
  const at = placeIn(resource, header)
  const skip = scalarAt(node, 'insecureSkipVerify')
  const names = itemsAt(node, 'subjectAltNames').flatMap(it => (it.kind === 'scalar' ? [nameSetting(it, 'subjectAltNames', resource)] : []))
  return {
    certificate: byDefault('require', at, 'mode'),
    verifyChain: skip
      ? { ...written(skip.text !== 'true', resource, skip, 'insecureSkipVerify'), ...(skip.dynamic ? { origin: 'unknown' as const } : {}) }
      : byDefault(true, at, 'insecureSkipVerify'),
    verifyNames: names.length > 0 ? names : expectedNames(requested, entry, at),
    trustAnchors: trust,
    crls
  }
}

function nameSetting(scalar: Extract<YamlNode, { kind: 'scalar' }>, name: string, resource: Resource): Setting<string> {
  const setting = written(scalar.text, resource, scalar, name)
  return scalar.dynamic ? { ...setting, origin: 'unknown' } : setting
}

/** The name that is asked for: as written, or of HTTP that of the request. Of what is no HTTP the proxy knows no name. */
function requestedNames(
  { node, resource, header, ...settings }: TlsSettings,
  host: string,
  entry: ServiceEntry | undefined,
  root: SourceFile,
  ctx: LowerContext
): readonly Setting<string>[] {
  const scalar = wordOrHole(node.get('sni'))
  if (scalar) return [nameSetting(scalar, 'sni', resource)]
  const unknown = [{ ...byDefault(host, placeIn(resource, header), 'sni'), origin: 'unknown' as const }]
  const ports = entry ? concernedPorts(entry, { node, resource, header, ...settings }) : []
  if (ports.length === 0 || host.includes('*')) return unknown
  if (!ports.some(isHttp)) return []
  if (!ports.every(isHttp)) return unknown
  const { requestHosts } = arrivalsAt(host, root, ctx)
  const [only = host] = requestHosts
  if (requestHosts.size > 1 || only.includes('*') || hasUnknownRoutes(root, ctx)) return unknown
  return [byDefault(only.toLowerCase(), placeIn(resource, header), 'sni')]
}

const wordOrHole = (node: YamlNode | undefined) => (node?.kind === 'scalar' && (node.dynamic || node.text !== '') ? node : undefined)

/**
 * Without names of its own a rule takes those of the ServiceEntry, else the name of the request; and where a name to ask for is
 * written, none: https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
function expectedNames(requested: readonly Setting<string>[], entry: ServiceEntry | undefined, at: Location): readonly Setting<string>[] {
  if (!entry) return [{ ...byDefault(requested[0]?.value ?? '', at, 'subjectAltNames'), origin: 'unknown' }]
  if (entry.subjectAltNames.length > 0)
    return entry.subjectAltNames.map(it => ({
      ...byDefault(it.text, at, 'subjectAltNames'),
      ...(it.dynamic ? { origin: 'unknown' as const } : {})
    }))
  return requested.filter(it => it.origin !== 'written').map(it => ({ ...it, name: 'subjectAltNames' }))
}

/** More than so many nobody looks at. */
const mostAddresses = 100

function addressesOf(settings: TlsSettings, name: string, entry: ServiceEntry | undefined): readonly Address[] {
  const at = placeIn(settings.resource, settings.host.span)
  const places = entry ? concernedPorts(entry, settings).flatMap(port => placesOf(entry, port, name).slice(0, mostAddresses)) : []
  if (places.length === 0) return [connection(name, settings.port, at)]
  return places.slice(0, mostAddresses).map(it => connection(it.host, it.port, at))
}

interface Credentials {
  readonly identities: readonly Identity[]
  readonly trust: readonly TrustRef[]
  readonly crls: readonly CredentialRef[]
  readonly flaws: readonly Pick<CredentialUse, 'at' | 'part' | 'flaw'>[]
}

function credentialsOf({ resource, node, header, mode: modeScalar }: TlsSettings, mode: string, ctx: LowerContext): Credentials {
  const at = placeIn(resource, header)
  const named = scalarAt(node, 'credentialName')
  if (named && named.text !== '') return fromSecret(named, mode, resource, ctx)
  const [certificate, key, ca, crl] = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'].map(it => {
    const scalar = scalarAt(node, it)
    return scalar && scalar.text !== '' ? fileRef(resource, scalar, it, ctx) : undefined
  })
  const lacksIdentity = mode === 'MUTUAL' && (!certificate || !key) && !resource.incomplete
  return {
    identities: certificate && key ? [{ certificate, key, passphrase: false }] : [],
    trust: [ca ? asTrust(ca) : systemTrust(at, 'caCertificates')],
    crls: crl ? [crl] : [],
    flaws: lacksIdentity
      ? [
          {
            at: placeIn(resource, modeScalar!.span),
            part: 'identity',
            flaw: { kind: 'not-named', wanted: 'a credentialName, or a clientCertificate and its privateKey' }
          }
        ]
      : []
  }
}

function fromSecret(scalar: Extract<YamlNode, { kind: 'scalar' }>, mode: string, resource: Resource, ctx: LowerContext): Credentials {
  const at = placeIn(resource, scalar.span)
  if (scalar.dynamic || scalar.text.includes('://')) {
    const ref: CredentialRef = { at, name: 'credentialName', kind: 'dynamic', text: scalar.text }
    return {
      identities: mode === 'MUTUAL' ? [{ certificate: ref, key: ref, passphrase: false }] : [],
      trust: [asTrust(ref)],
      crls: [],
      flaws: []
    }
  }
  const wanted: Wanted = { at, setting: 'credentialName', name: scalar.text, kind: 'Secret' }
  const search = searchFor(resource, ctx)
  const found = mode === 'MUTUAL' ? lookUpIdentity(wanted, search) : undefined
  const trust = lookUpTrust(wanted, search)
  return {
    identities: found?.identity ? [{ ...found.identity, passphrase: false }] : [],
    // A Secret without CAs leaves those of the system.
    trust: trust.flaw ? [systemTrust(at, 'credentialName')] : trust.trust,
    crls: trust.crls,
    flaws: found?.flaw ? [{ at, part: 'identity', flaw: found.flaw }] : []
  }
}

const connection = (host: string, port: string | undefined, at: Address['at']): Address => ({
  at,
  ...(host.includes('*') ? {} : { host: host.toLowerCase() }),
  ...(port === undefined || !/^\d+$/.test(port) ? {} : { port: Number(port) }),
  transport: 'tcp',
  tls: true,
  isDefault: false
})

export const isBackendTlsPolicy = ({ kind, group }: Resource): boolean =>
  kind === 'BackendTLSPolicy' && group === 'gateway.networking.k8s.io'

export function lowerBackendTlsPolicy(resource: Resource, _root: SourceFile, ctx: LowerContext): Endpoints {
  const spec = mapAt(resource.node, 'spec')
  const validation = mapAt(spec, 'validation') ?? mapAt(spec, 'tls')
  const hostname = scalarAt(validation, 'hostname')
  if (!spec || !validation || !hostname) return { endpoints: [], uses: [] }
  const at = placeIn(resource, (spec.entry('validation') ?? spec.entry('tls'))!.keySpan)
  const targets = [...itemsAt(spec, 'targetRefs'), ...(nodeAt(spec, 'targetRef') ? [nodeAt(spec, 'targetRef')!] : [])]
  const name = nameSetting(hostname, 'hostname', resource)
  const others = itemsAt(validation, 'subjectAltNames').flatMap(it => {
    const scalar = scalarAt(it, 'hostname') ?? scalarAt(it, 'uri')
    return scalar ? [nameSetting(scalar, 'subjectAltNames', resource)] : []
  })
  const endpoint: TlsEndpoint = {
    ...envoy,
    role: 'client',
    label: labelOf(resource),
    protocol: 'tcp',
    at,
    block: placeIn(resource, validation.span),
    addresses: targets.flatMap(it => addressOfTarget(it, resource)),
    serverNames: [name],
    tls: byDefault(true, at, 'validation'),
    identities: [],
    peer: {
      certificate: byDefault('require', at, 'validation'),
      verifyChain: byDefault(true, at, 'validation'),
      verifyNames: others.length > 0 ? others : [name],
      trustAnchors: trustOf(validation, resource, ctx),
      crls: []
    },
    minVersion: { ...byDefault('TLSv1.2', at, 'options'), origin: 'unknown' },
    maxVersion: byDefault(maxVersion, at, 'options'),
    acceptsPlaintext: byDefault(false, at, 'validation'),
    incomplete: resource.incomplete
  }
  return { endpoints: [endpoint], uses: [] }
}

function addressOfTarget(node: YamlNode, resource: Resource): readonly Address[] {
  const name = scalarAt(node, 'name')
  if (!name || name.dynamic || textAt(node, 'kind') !== 'Service') return []
  return [connection(fullName(name.text, resource.namespace), undefined, placeIn(resource, name.span))]
}

function trustOf(validation: YamlMap, resource: Resource, ctx: LowerContext): readonly TrustRef[] {
  const system = scalarAt(validation, 'wellKnownCACertificates')
  if (system) return [systemTrust(placeIn(resource, system.span), 'wellKnownCACertificates')]
  return trustFromRefs(itemsAt(validation, 'caCertificateRefs'), 'caCertificateRefs', resource, ctx)
}

/** CAs that are named by kind and name, as the Gateway API has it. */
export function trustFromRefs(refs: readonly YamlNode[], setting: string, resource: Resource, ctx: LowerContext): readonly TrustRef[] {
  const search = searchFor(resource, ctx)
  return refs.flatMap(it => {
    const name = scalarAt(it, 'name')
    if (!name) return []
    const kind = textAt(it, 'kind') ?? 'ConfigMap'
    const at = placeIn(resource, name.span)
    if (name.dynamic || (kind !== 'ConfigMap' && kind !== 'Secret'))
      return [asTrust({ at, name: setting, kind: 'dynamic', text: name.text })]
    const namespace = textAt(it, 'namespace') ?? resource.namespace
    return lookUpTrust({ at, setting, name: name.text, kind, ...(namespace ? { namespace } : {}) }, search).trust
  })
}
