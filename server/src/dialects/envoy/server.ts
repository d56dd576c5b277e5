import type { LowerContext } from '../../core/dialect.js'
import type { Address, PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { listenersAddresses, readAddress } from './addresses.js'
import { ciphersOf, commonOf, identitiesOf, isUnreadable, versionsOf } from './context.js'
import { fieldOf, isTrue, listField, mapField, mapsField, scalarField } from './fields.js'
import { hasField, nameOf, type Resources, type TlsContext } from './resources.js'
import { answerOf } from './result-use.js'
import { crlsForLeaf, depthOf, forgivenBy, judgementOf, type Validation, validationOf } from './validation.js'

/** A filter chain that speaks TLS. */
export function lowerServer(context: TlsContext, resources: Resources, ctx: LowerContext): TlsEndpoint {
  const { file } = resources
  const at = locate(file, context.header)
  const answer = context.chain && answerOf(context.chain, resources, ctx)
  return {
    dialect: 'envoy',
    role: 'server',
    label: labelOf(context),
    verifier: 'boringssl',
    protocol: isHttp(context.chain) ? 'http' : 'tcp',
    at,
    block: locate(file, context.message.span),
    addresses: addressesOf(context, resources),
    serverNames: serverNamesOf(context, resources),
    tls: { value: true, origin: 'written', at, name: 'transport_socket' },
    identities: identitiesOf(context, resources, ctx),
    needsOwnIdentity: true,
    peer: peerOf(context, resources, ctx, at),
    ...versionsOf(context, resources, at),
    ...ciphersOf(context, resources),
    acceptsPlaintext: { value: false, origin: 'default', at, name: 'transport_socket' },
    ...(answer ?? { refusesPlaintext: false }),
    incomplete: isIncomplete(context, resources)
  }
}

/** A filter chain without TLS, for those who compare it with one that verifies clients. */
export function lowerPlainChain(chain: YamlMap, listener: YamlMap, resources: Resources, ctx: LowerContext): TlsEndpoint {
  const { file } = resources
  const place = { chain, listener, origin: 'unknown' } as const
  const header = chain.entries[0]?.keySpan ?? chain.span
  const at = locate(file, header)
  const setting = { origin: 'default', at, name: 'transport_socket' } as const
  return {
    dialect: 'envoy',
    role: 'server',
    label: labelOf(place),
    verifier: 'boringssl',
    protocol: isHttp(chain) ? 'http' : 'tcp',
    at,
    block: locate(file, chain.span),
    addresses: addressesOf({ ...place, quic: false }, resources, false),
    serverNames: [],
    tls: { ...setting, value: false },
    identities: [],
    peer: {
      certificate: { ...setting, value: 'ignore' },
      verifyChain: { ...setting, value: false },
      verifyNames: [],
      trustAnchors: [],
      crls: []
    },
    minVersion: { ...setting, value: 'TLSv1.2' },
    maxVersion: { ...setting, value: 'TLSv1.3' },
    acceptsPlaintext: { ...setting, value: true },
    ...answerOf(chain, resources, ctx),
    incomplete: resources.structureUnknown
  }
}

export const isHttp = (chain: YamlMap | undefined): boolean =>
  mapsField(chain, 'filters').some(it => /http_connection_manager/.test(nameOf(it) ?? '') || isManager(it))

const isManager = (filter: YamlMap): boolean =>
  /HttpConnectionManager$/.test(scalarField(mapField(filter, 'typed_config'), '@type')?.text ?? '')

function isIncomplete(context: TlsContext, resources: Resources): boolean {
  const common = fieldOf(context.message, 'common_tls_context')
  return resources.structureUnknown || isUnreadable(common) || hasField(commonOf(context), 'custom_handshaker')
}

type Place = Pick<TlsContext, 'listener' | 'chain'>

function labelOf({ listener, chain }: Place): string {
  const chains = listener ? chainsOf(listener) : []
  const own = nameOf(chain)
  const name = nameOf(listener)
  const ofListener = name === undefined ? placeName(listener) : `listener ${name}`
  if (chains.length < 2 && name !== undefined) return ofListener
  const names = serverNamesIn(chain).map(it => it.text)
  if (own !== undefined && own !== name) return `filter chain ${own} of ${ofListener}`
  return names.length > 0 && chains.length > 1 ? `filter chain ${names[0]} of ${ofListener}` : ofListener
}

function placeName(listener: YamlMap | undefined): string {
  const socket = mapField(listener, 'address', 'socket_address')
  const port = scalarField(socket, 'port_value')
  return port ? `listener on port ${port.text}` : 'the listener'
}

export const chainsOf = (listener: YamlMap): readonly YamlMap[] => [
  ...mapsField(listener, 'filter_chains'),
  ...mapsField(listener, 'default_filter_chain')
]

const serverNamesIn = (chain: YamlMap | undefined) =>
  listField(chain, 'filter_chain_match', 'server_names').flatMap(it => (it.kind === 'scalar' ? [it] : []))

function serverNamesOf(context: TlsContext, resources: Resources): readonly Setting<string>[] {
  return serverNamesIn(context.chain).map(it => ({
    name: 'server_names',
    at: locate(resources.file, it.span),
    value: it.text.toLowerCase(),
    origin: it.dynamic ? 'unknown' : 'written'
  }))
}

/** By what a chain can be chosen besides the server name; then nothing is known of who else answers. */
const otherCriteria = [
  'destination_port',
  'prefix_ranges',
  'address_suffix',
  'suffix_len',
  'direct_source_prefix_ranges',
  'source_type',
  'source_prefix_ranges',
  'source_ports',
  'application_protocols'
]

function addressesOf(context: Place & { readonly quic: boolean }, { file }: Resources, tls = true): readonly Address[] {
  const { listener, chain, quic } = context
  if (!listener) return []
  const match = mapField(chain, 'filter_chain_match')
  const known = { tls, isDefault: serverNamesIn(chain).length === 0 }
  const found = listenersAddresses(listener).flatMap(it => readAddress(it, file, known, quic ? 'udp' : undefined) ?? [])
  if (!otherCriteria.some(it => hasField(match, it)) && !hasField(listener, 'filter_chain_matcher')) return found
  return found.map(({ host: _, port: __, ...rest }) => rest)
}

function peerOf(context: TlsContext, resources: Resources, ctx: LowerContext, at: Location): PeerPolicy {
  const validation = validationOf(context, resources, ctx)
  const demanded = requirement(context, resources)
  if (!validation) return peerWithoutValidation(demanded, at)
  const judgement = judgementOf(validation, ctx)
  const maxDepth = depthOf(validation)
  return {
    certificate: certificateSetting(context, demanded, validation, judgement),
    verifyChain: judgement.verifyChain,
    verifyNames: judgement.names,
    trustAnchors: judgement.anchors,
    crls: judgement.crls,
    ...forgivenBy(validation),
    ...(crlsForLeaf(validation) ? { crlsOf: 'end entity' as const } : {}),
    withoutAnchors: 'not asked',
    ...(maxDepth ? { maxDepth } : {})
  }
}

const requireField = 'require_client_certificate'

function requirement(context: TlsContext, resources: Resources): Setting<boolean> | undefined {
  const written = scalarField(context.message, requireField)
  if (!written) return undefined
  return {
    name: requireField,
    at: locate(resources.file, written.span),
    value: isTrue(written),
    origin: written.dynamic ? 'unknown' : 'written'
  }
}

function peerWithoutValidation(demanded: Setting<boolean> | undefined, at: Location): PeerPolicy {
  const missing = { origin: 'default', at, name: 'trusted_ca' } as const
  const certificate = demanded?.value
    ? ({ ...demanded, value: 'require' } as const)
    : ({ ...missing, name: requireField, value: 'ignore' } as const)
  return {
    certificate: demanded?.origin === 'unknown' ? { ...demanded, value: 'ignore' } : certificate,
    verifyChain: demanded?.value ? { ...demanded, value: true } : { ...missing, value: false },
    verifyNames: [],
    trustAnchors: [],
    crls: [],
    withoutAnchors: 'not asked'
  }
}

type Judgement = ReturnType<typeof judgementOf>

/** See `defaults.ts` for what demands a certificate, what asks for one and what does neither. */
function certificateSetting(
  context: TlsContext,
  demanded: Setting<boolean> | undefined,
  validation: Validation,
  judgement: Judgement
): PeerPolicy['certificate'] {
  if (demanded?.origin === 'unknown' || judgement.custom)
    return { ...(demanded ?? byDefault(validation)), origin: 'unknown', value: 'request' }
  if (judgement.demanded) return { name: requireField, origin: 'written', value: 'require', at: judgement.demanded }
  const hasAnchor = judgement.anchors.length > 0 || validation.incomplete
  if (demanded?.value) return { ...demanded, value: hasAnchor || !judgement.untrusted ? 'require' : 'request' }
  // Over QUIC nobody is asked who need not have one: quic_transport.proto, `downstream_tls_context`.
  const value = (hasAnchor || judgement.untrusted) && !context.quic ? 'request' : 'ignore'
  return { ...(demanded ?? byDefault(validation)), value }
}

const byDefault = ({ at }: Validation) => ({ origin: 'default', at, name: requireField }) as const
