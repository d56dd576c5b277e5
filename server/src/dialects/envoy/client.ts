import type { LowerContext } from '../../core/dialect.js'
import type { PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { clusterAddresses } from './addresses.js'
import { ciphersOf, identitiesOf, isUnreadable, versionsOf } from './context.js'
import { fieldOf, isTrue, mapField, scalarField, typedOf } from './fields.js'
import { hasField, nameOf, type Resources, type TlsContext } from './resources.js'
import { crlsForLeaf, forgivenBy, judgementOf, validationOf } from './validation.js'

/** A cluster that speaks TLS to its endpoints. */
export function lowerClient(context: TlsContext, resources: Resources, ctx: LowerContext): TlsEndpoint {
  const { file } = resources
  const at = locate(file, context.header)
  return {
    dialect: 'envoy',
    role: 'client',
    label: labelOf(context),
    verifier: 'boringssl',
    protocol: 'tcp',
    at,
    block: locate(file, context.message.span),
    addresses: context.cluster ? clusterAddresses(context.cluster, file) : [],
    serverNames: serverNamesOf(context, resources),
    tls: { value: true, origin: 'written', at, name: 'transport_socket' },
    identities: identitiesOf(context, resources, ctx),
    peer: peerOf(context, resources, ctx, at),
    ...versionsOf(context, resources, at),
    ...ciphersOf(context, resources),
    acceptsPlaintext: { value: false, origin: 'default', at, name: 'transport_socket' },
    ...(context.cluster ? { parent: locate(file, context.cluster.span) } : {}),
    incomplete: resources.structureUnknown || isFallback(context) || isUnreadable(fieldOf(context.message, 'common_tls_context'))
  }
}

/** Beside sockets that are chosen by the endpoint's metadata, one with nothing in it is there because some socket has to be. */
const isFallback = ({ cluster, match, message }: TlsContext): boolean =>
  !match &&
  hasField(cluster, 'transport_socket_matches') &&
  !message.entries.some(it => it.value?.kind === 'map' && it.value.entries.length > 0)

function labelOf({ cluster, match }: TlsContext): string {
  const name = nameOf(cluster)
  const label = name === undefined ? 'the cluster' : `cluster ${name}`
  const own = nameOf(match)
  return own === undefined ? label : `${label} (${own})`
}

/** The options by which the name comes from each request's host. */
const httpOptions = (cluster: YamlMap | undefined): YamlMap | undefined => {
  const options = mapField(cluster, 'typed_extension_protocol_options')
  const own = options?.get('envoy.extensions.upstreams.http.v3.HttpProtocolOptions')
  const here = own?.kind === 'map' ? own : undefined
  return mapField(here, 'upstream_http_protocol_options') ?? mapField(cluster, 'upstream_http_protocol_options')
}

/**
 * A cluster that connects to whatever host a request names asks for that name and verifies it, unless it may be switched off:
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/clusters/dynamic_forward_proxy/v3/cluster.proto
 */
function isForwardProxy(cluster: YamlMap | undefined): boolean {
  const config = mapField(cluster, 'cluster_type', 'typed_config')
  const typed = config && typedOf(config)
  return (
    typed?.fullName.includes('.dynamic_forward_proxy.') === true && !isTrue(scalarField(typed.message, 'allow_insecure_cluster_options'))
  )
}

function serverNamesOf(context: TlsContext, resources: Resources): readonly Setting<string>[] {
  const sni = scalarField(context.message, 'sni')
  const at = locate(resources.file, (sni ?? context.message).span)
  const options = httpOptions(context.cluster)
  const automatic =
    isForwardProxy(context.cluster) || isTrue(scalarField(options, 'auto_sni')) || isTrue(scalarField(context.message, 'auto_host_sni'))
  if (automatic) return [{ name: 'auto_sni', at, value: '', origin: 'unknown' }]
  if (!sni || sni.text === '') return []
  return [{ name: 'sni', at, value: sni.text.toLowerCase(), origin: sni.dynamic ? 'unknown' : 'written' }]
}

function peerOf(context: TlsContext, resources: Resources, ctx: LowerContext, at: Location): PeerPolicy {
  const certificate = { value: 'require', origin: 'default', at, name: 'trusted_ca' } as const
  const validation = validationOf(context, resources, ctx)
  if (!validation) {
    const unreadable = isUnreadable(fieldOf(context.message, 'common_tls_context'))
    const verifyChain = { value: false, origin: unreadable ? 'unknown' : 'default', at, name: 'trusted_ca' } as const
    return { certificate, verifyChain, verifyNames: [], trustAnchors: [], crls: [], withoutAnchors: 'not asked' }
  }
  const judgement = judgementOf(validation, ctx)
  const names = [...automaticNames(context, resources), ...judgement.names]
  const unseen: Setting<string> = { name: 'match_typed_subject_alt_names', at: validation.at, value: '', origin: 'unknown' }
  return {
    certificate,
    verifyChain: judgement.verifyChain,
    // A secret that is not here may bring matchers along, unless the static part is there for them.
    verifyNames: names.length === 0 && validation.incomplete && validation.parts.length === 0 ? [unseen] : names,
    trustAnchors: judgement.anchors,
    crls: judgement.crls,
    ...forgivenBy(validation),
    ...(crlsForLeaf(validation) ? { crlsOf: 'end entity' as const } : {}),
    withoutAnchors: 'not asked'
  }
}

/** The name that is asked for, or each request's host, takes the place of all matchers. */
function automaticNames(context: TlsContext, resources: Resources): readonly Setting<string>[] {
  const own = scalarField(context.message, 'auto_sni_san_validation')
  const perRequest = scalarField(httpOptions(context.cluster), 'auto_san_validation')
  const sni = scalarField(context.message, 'sni')
  if (own && (isTrue(own) || own.dynamic)) {
    const known = sni && !sni.dynamic && !hasField(context.message, 'auto_host_sni')
    const at = locate(resources.file, own.span)
    return [{ name: 'auto_sni_san_validation', at, value: known ? sni.text : '', origin: known ? 'written' : 'unknown' }]
  }
  if (isForwardProxy(context.cluster))
    return [{ name: 'auto_san_validation', at: locate(resources.file, context.header), value: '', origin: 'unknown' }]
  if (!perRequest || !(isTrue(perRequest) || perRequest.dynamic)) return []
  return [{ name: 'auto_san_validation', at: locate(resources.file, perRequest.span), value: '', origin: 'unknown' }]
}
