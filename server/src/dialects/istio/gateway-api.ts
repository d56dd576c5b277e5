/** Gateway of the Gateway API. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialUse } from '../../core/mesh.js'
import type { Identity, PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import type { Location, SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { lookUpIdentity, searchFor } from './credentials.js'
import { gatewayMinVersion, maxVersion } from './defaults.js'
import { byDefault, envoy, wordOf, written } from './endpoint.js'
import type { Endpoints } from './gateway.js'
import { trustFromRefs } from './origination.js'

export const isApiGateway = ({ kind, group }: Resource): boolean =>
  (kind === 'Gateway' || kind === 'ListenerSet' || kind === 'XListenerSet') && group.endsWith('gateway.networking.k8s.io')

export function lowerApiGateway(resource: Resource, _root: SourceFile, ctx: LowerContext): Endpoints {
  const uses: CredentialUse[] = []
  const endpoints = itemsAt(resource.node, 'spec', 'listeners').flatMap(node => {
    const tls = mapAt(node, 'tls')
    const protocol = textAt(node, 'protocol')
    const mode = tls?.get('mode')
    if (!tls || (protocol !== 'HTTPS' && protocol !== 'TLS') || (mode?.kind === 'scalar' && mode.text !== 'Terminate')) return []
    const { endpoint, flaws } = lowerListener(node, tls, resource, ctx)
    uses.push(...flaws)
    return [endpoint]
  })
  return { endpoints, uses }
}

interface LoweredListener {
  readonly endpoint: TlsEndpoint
  readonly flaws: readonly CredentialUse[]
}

function lowerListener(node: YamlNode, tls: YamlMap, resource: Resource, ctx: LowerContext): LoweredListener {
  const at = placeIn(resource, (node.kind === 'map' ? node.entry('tls')! : { keySpan: node.span }).keySpan)
  const port = scalarAt(node, 'port')
  const label = `${labelOf(resource)}, listener ${textAt(node, 'name') ?? port?.text ?? ''}`.trimEnd()
  const { identities, flaws } = identitiesOf(tls, label, at, resource, ctx)
  const hostname = scalarAt(node, 'hostname')
  const endpoint: TlsEndpoint = {
    ...envoy,
    role: 'server',
    label,
    protocol: textAt(node, 'protocol') === 'HTTPS' ? 'http' : 'tcp',
    at,
    block: placeIn(resource, node.span),
    addresses: [
      {
        at: placeIn(resource, (port ?? node).span),
        ...(resource.name === undefined ? {} : { host: resource.name }),
        ...(port && /^\d+$/.test(port.text) ? { port: Number(port.text) } : {}),
        transport: 'tcp',
        tls: true,
        isDefault: !hostname
      }
    ],
    serverNames: hostname && !hostname.dynamic ? [written(hostname.text.toLowerCase(), resource, hostname, 'hostname')] : [],
    tls: byDefault(true, at, 'tls'),
    identities,
    peer: peerOf(node, tls, resource, ctx),
    minVersion: { ...byDefault(gatewayMinVersion, at, 'options'), origin: 'unknown' },
    maxVersion: byDefault(maxVersion, at, 'options'),
    acceptsPlaintext: byDefault(false, at, 'tls'),
    result: { tested: [], handedOn: [], unknown: true },
    // Implementations have ways of their own to choose certificates and to ask clients for theirs.
    incomplete: resource.incomplete || flaws.length > 0 || tls.get('options') !== undefined || identities.length === 0
  }
  return { endpoint, flaws }
}

function identitiesOf(
  tls: YamlMap,
  label: string,
  at: Location,
  resource: Resource,
  ctx: LowerContext
): { readonly identities: readonly Identity[]; readonly flaws: readonly CredentialUse[] } {
  const search = searchFor(resource, ctx)
  const flaws: CredentialUse[] = []
  const identities = itemsAt(tls, 'certificateRefs').flatMap((it): Identity[] => {
    const name = wordOf(scalarAt(it, 'name'))
    const kind = textAt(it, 'kind') ?? 'Secret'
    if (!name || kind !== 'Secret') return []
    const place = placeIn(resource, name.span)
    const namespace = textAt(it, 'namespace') ?? resource.namespace
    const found = lookUpIdentity(
      { at: place, setting: 'certificateRefs', name: name.text, kind, ...(namespace ? { namespace } : {}) },
      search
    )
    if (found.flaw) flaws.push({ label, at: place, mode: 'Terminate', part: 'identity', flaw: found.flaw })
    return found.identity ? [{ ...found.identity, passphrase: false }] : []
  })
  const isNamed = itemsAt(tls, 'certificateRefs').length > 0 || (mapAt(tls, 'options')?.entries.length ?? 0) > 0
  if (!isNamed && !resource.incomplete) {
    flaws.push({ label, at, mode: 'Terminate', part: 'identity', flaw: { kind: 'not-named', wanted: 'certificateRefs or options' } })
  }
  return { identities, flaws }
}

/** Whom clients have to be certified by stands at the listener, or since 1.4 at the gateway for its ports. */
function peerOf(node: YamlNode, tls: YamlMap, resource: Resource, ctx: LowerContext): PeerPolicy {
  const at = placeIn(resource, (node.kind === 'map' ? node.entry('tls')! : { keySpan: node.span }).keySpan)
  const frontend = mapAt(resource.node, 'spec', 'tls', 'frontend')
  const ofPort = itemsAt(frontend, 'perPort').find(it => textAt(it, 'port') === textAt(node, 'port'))
  const validation =
    mapAt(tls, 'frontendValidation') ?? (ofPort ? mapAt(ofPort, 'tls', 'validation') : mapAt(frontend, 'default', 'validation'))
  if (!validation) {
    const option = wordOf(mapAt(tls, 'options')?.get('gateway.istio.io/tls-terminate-mode'))
    const certificate: PeerPolicy['certificate'] = byDefault('ignore', at, 'frontendValidation')
    const verifyChain: PeerPolicy['verifyChain'] = byDefault(false, at, 'frontendValidation')
    const unknown = option ? ({ origin: 'unknown', at: placeIn(resource, option.span) } as const) : {}
    return {
      certificate: { ...certificate, ...unknown },
      verifyChain: { ...verifyChain, ...unknown },
      verifyNames: [],
      trustAnchors: [],
      crls: []
    }
  }
  const mode = wordOf(validation.get('mode'))
  const fallsBack = mode?.text === 'AllowInsecureFallback'
  const place: Setting<unknown> = mode
    ? written(true, resource, mode, 'mode')
    : { ...byDefault(true, placeIn(resource, validation.span), 'validation'), origin: 'written' }
  return {
    certificate: { ...place, value: fallsBack ? 'request' : 'require' },
    verifyChain: { ...place, value: !fallsBack },
    verifyNames: [],
    trustAnchors: trustFromRefs(itemsAt(validation, 'caCertificateRefs'), 'caCertificateRefs', resource, ctx),
    crls: []
  }
}
