/** Values and pairs of settings that Istio and the Gateway API refuse. */
import type { Problem } from '../../core/dialect.js'
import type { Span } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { isAuthorization } from './authorization.js'
import { isDestinationRule, settingsOf } from './destination-rule.js'
import { isGateway, isHttpPort, isPlainPort } from './gateway.js'
import { isApiGateway } from './gateway-api.js'
import { meshSettings } from './mesh-config.js'
import { isPolicy } from './policies.js'
import { type IngressTls, ingressTls, isSidecar } from './sidecar.js'
import { isVirtualService } from './virtual-service.js'

// https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode
const policyModes = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT']
// https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode
const clientModes = ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']
// https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode
const serverModes = ['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL']
// https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol
const protocols = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3']
// https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go : a sidecar ends TLS with certificates of its own only.
const ingressModes = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'PASSTHROUGH']
// https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-TLSConfig-TLSProtocol
const meshProtocols = ['TLS_AUTO', 'TLSV1_2', 'TLSV1_3']
// https://gateway-api.sigs.k8s.io/reference/spec/#tlsmodetype
const listenerModes = ['Terminate', 'Passthrough']

export function valueProblems(resource: Resource): readonly Problem[] {
  const { node } = resource
  if (isPolicy(resource)) {
    const ports = mapAt(node, 'spec', 'portLevelMtls')?.entries ?? []
    return [mapAt(node, 'spec', 'mtls'), ...ports.map(it => it.value)].flatMap(it => [
      ...refused(resource, it, 'mode', policyModes),
      ...repeated(resource, it)
    ])
  }
  if (isDestinationRule(resource)) {
    return settingsOf(resource).flatMap(it => [
      ...refused(resource, it.node, 'mode', clientModes),
      ...clientConflicts(resource, it.node),
      ...repeated(resource, it.node)
    ])
  }
  if (isGateway(resource))
    return itemsAt(node, 'spec', 'servers').flatMap(it => [...serverProblems(resource, mapAt(it, 'tls')), ...onPlainPort(resource, it)])
  if (isApiGateway(resource)) {
    return itemsAt(node, 'spec', 'listeners').flatMap(it => [
      ...refused(resource, mapAt(it, 'tls'), 'mode', listenerModes),
      ...listenerConflicts(resource, it)
    ])
  }
  if (isSidecar(resource)) return ingressTls(resource).flatMap(it => ingressProblems(it))
  if (isAuthorization(resource)) return [...invertedRules(resource), ...sourcesIn(resource).flatMap(it => sourceProblems(resource, it))]
  if (isVirtualService(resource)) return sniProblems(resource)
  return []
}

function ingressProblems({ resource, node, tls }: IngressTls): readonly Problem[] {
  return [
    ...refused(resource, tls, 'mode', ingressModes),
    ...refused(resource, tls, 'minProtocolVersion', protocols),
    ...refused(resource, tls, 'maxProtocolVersion', protocols),
    ...conflicts(resource, tls, ['credentialName', 'credentialNames', 'tlsCertificates'], 'a sidecar reads its certificates from files'),
    ...conflicts(resource, tls, ['subjectAltNames'], 'a sidecar does not look at the names of clients'),
    ...onPlainPort(resource, node)
  ]
}

const sourcesIn = ({ node }: Resource): readonly (YamlMap | undefined)[] =>
  itemsAt(node, 'spec', 'rules').flatMap(rule => itemsAt(rule, 'from').map(it => mapAt(it, 'source')))

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source */
function sourceProblems(resource: Resource, source: YamlMap | undefined): readonly Problem[] {
  const accounts = [...itemsAt(source, 'serviceAccounts'), ...itemsAt(source, 'notServiceAccounts')]
  if (!source || accounts.length === 0) return []
  const others = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces']
  return [
    ...conflicts(resource, source, others, 'serviceAccounts says who the client is'),
    ...accounts.flatMap(it => {
      if (it.kind !== 'scalar' || it.dynamic || /^(?:[^/*]+\/)?[^/*]+$/.test(it.text)) return []
      const message = `${labelOf(resource)} is refused: ${brief(it.text)} is no service account, which is written as its name or <namespace>/<name>, without *`
      return [{ rule: 'invalid-value', ...placeIn(resource, it.span), message }]
    })
  ]
}

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes */
function sniProblems(resource: Resource): readonly Problem[] {
  const hosts = itemsAt(resource.node, 'spec', 'hosts').map(it => textAt(it)?.toLowerCase())
  if (resource.incomplete || hosts.includes(undefined)) return []
  const names = itemsAt(resource.node, 'spec', 'tls').flatMap(rule => itemsAt(rule, 'match').flatMap(it => itemsAt(it, 'sniHosts')))
  return names.flatMap(it => {
    const name = textAt(it)?.toLowerCase()
    if (name === undefined || /^[\d.]+$|:/.test(name) || hosts.some(host => isPartOf(name, host!))) return []
    const message = `${labelOf(resource)} is refused: ${brief(name)} in sniHosts is none of its hosts`
    return [{ rule: 'invalid-value', ...placeIn(resource, it.span), message }]
  })
}

const isPartOf = (name: string, host: string): boolean =>
  host === '*' || name === host || (host.startsWith('*') && name.replace(/^\*/, '').endsWith(host.slice(1)))

/** https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go */
export function meshConfigProblems(resource: Resource): readonly Problem[] {
  const settings = meshSettings(resource)
  if (!settings?.placed || resource.conditional) return []
  const [own, others] = [mapAt(settings.node, 'meshMTLS'), mapAt(settings.node, 'tlsDefaults')]
  return [
    ...refused(resource, own, 'minProtocolVersion', meshProtocols, 'MeshConfig'),
    ...refused(resource, others, 'minProtocolVersion', meshProtocols, 'MeshConfig'),
    ...(own ? conflicts(resource, own, ['ecdhCurves'], 'meshMTLS has no curves of its own', 'MeshConfig') : [])
  ]
}

function serverProblems(resource: Resource, tls: YamlMap | undefined): readonly Problem[] {
  if (!tls) return []
  return [
    ...refused(resource, tls, 'mode', serverModes),
    ...refused(resource, tls, 'minProtocolVersion', protocols),
    ...refused(resource, tls, 'maxProtocolVersion', protocols),
    ...serverConflicts(resource, tls),
    ...repeated(resource, tls)
  ]
}

/** In Istio's own words: https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go */
function onPlainPort(resource: Resource, server: YamlNode): readonly Problem[] {
  const tls = server.kind === 'map' ? server.entry('tls') : undefined
  if (tls?.value?.kind !== 'map' || !isPlainPort(server)) return []
  const words = isHttpPort(server) ? 'plain text HTTP ports' : 'non HTTPS/TLS ports'
  const mode = scalarAt(tls.value, 'mode')
  // All that a port for plain HTTP may say is that it redirects to HTTPS.
  const redirects = isHttpPort(server) && (!mode || mode.text === 'PASSTHROUGH')
  if (redirects && !['serverCertificate', 'privateKey', 'caCertificates'].some(it => scalarAt(tls.value, it)?.text)) return []
  const message = `${labelOf(resource)} is refused: server cannot have TLS settings for ${words}`
  return [{ rule: 'directive-not-allowed-here', ...placeIn(resource, tls.keySpan), message }]
}

/** Readers that decode strictly refuse it, as Kubernetes does since 1.27 where it is asked to. */
function repeated(resource: Resource, node: YamlNode | undefined): readonly Problem[] {
  if (node?.kind !== 'map' || resource.incomplete) return []
  const first = new Map<string, Span>()
  return node.entries.flatMap(({ key, keySpan }): Problem[] => {
    const before = first.get(key)
    first.set(key, before ?? keySpan)
    if (!before || key === '<<') return []
    const message = `${brief(key)} of ${labelOf(resource)} is written twice: what reads it strictly refuses it, and for the rest the last one counts`
    const related = [{ ...placeIn(resource, before), message: 'written here as well' }]
    return [{ rule: 'duplicate-setting', severity: 'warning', ...placeIn(resource, keySpan), message, related }]
  })
}

/**
 * DENY for whoever has an identity leaves those that have none, whom `notPrincipals` would refuse:
 * https://istio.io/latest/docs/tasks/security/authorization/authz-http/
 */
function invertedRules(resource: Resource): readonly Problem[] {
  if (scalarAt(resource.node, 'spec', 'action')?.text !== 'DENY') return []
  return itemsAt(resource.node, 'spec', 'rules').flatMap(rule => {
    if (mapAt(rule, 'when') || itemsAt(rule, 'when').length > 0) return []
    return itemsAt(rule, 'from').flatMap(from => {
      const source = mapAt(from, 'source')
      const entry = source?.entry('principals')
      const [only, ...others] = itemsAt(source, 'principals')
      if (!entry || source?.entries.length !== 1 || others.length > 0 || only?.kind !== 'scalar' || only.text !== '*') return []
      const place = placeIn(resource, entry.keySpan)
      const message = `${labelOf(resource)} refuses the clients that have an identity, and lets in all that have none`
      const fixes = [{ title: 'Refuse those without an identity', edits: [{ ...place, newText: 'notPrincipals' }], safe: false }]
      return [{ rule: 'inverted-guard', ...place, message, fixes }]
    })
  })
}

function refused(
  resource: Resource,
  node: YamlNode | undefined,
  name: string,
  allowed: readonly string[],
  label = labelOf(resource)
): readonly Problem[] {
  const scalar = scalarAt(node, name)
  if (!scalar || scalar.dynamic || scalar.value === null || allowed.includes(scalar.text)) return []
  // Fields of protocol buffers take the number of a value as well.
  if (typeof scalar.value === 'number') return []
  const meant = allowed.find(it => it.toLowerCase() === scalar.text.toLowerCase())
  const place = placeIn(resource, scalar.span)
  return [
    {
      rule: 'invalid-value',
      ...place,
      message: `${label} is refused: ${name} is ${brief(scalar.text)}, and can be ${allowed.join(', ')}`,
      ...(meant ? { fixes: [{ title: `Write ${meant}`, edits: [{ ...place, newText: meant }], safe: true }] } : {})
    }
  ]
}

const fileFields = ['serverCertificate', 'privateKey', 'caCertificates', 'clientCertificate', 'caCrl']

/** https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go */
function serverConflicts(resource: Resource, tls: YamlMap): readonly Problem[] {
  if (scalarAt(tls, 'mode')?.text !== 'ISTIO_MUTUAL') return []
  return conflicts(resource, tls, [...fileFields.slice(0, 3), 'credentialName'], 'with ISTIO_MUTUAL the certificates come from the mesh')
}

/** https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go */
function clientConflicts(resource: Resource, tls: YamlMap): readonly Problem[] {
  const mode = scalarAt(tls, 'mode')?.text
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return []
  const bySecret = scalarAt(tls, 'credentialName')?.text
    ? conflicts(resource, tls, fileFields, 'credentialName says where all of them are')
    : []
  const skips = scalarAt(tls, 'insecureSkipVerify')
  if (skips?.text !== 'true' || skips.dynamic) return bySecret
  const needless = mode === 'SIMPLE' ? ['caCertificates', 'credentialName', 'subjectAltNames'] : ['caCertificates', 'subjectAltNames']
  return [...bySecret, ...conflicts(resource, tls, needless, 'insecureSkipVerify verifies nothing')]
}

/** HTTP can only be read where TLS ends: https://gateway-api.sigs.k8s.io/guides/tls/ */
function listenerConflicts(resource: Resource, listener: YamlNode): readonly Problem[] {
  const mode = scalarAt(listener, 'tls', 'mode')
  if (scalarAt(listener, 'protocol')?.text !== 'HTTPS' || mode?.text !== 'Passthrough') return []
  const message = `${labelOf(resource)} is refused: a listener for HTTPS ends TLS, and Passthrough is for those of protocol TLS`
  return [{ rule: 'conflicting-settings', ...placeIn(resource, mode.span), message }]
}

const conflicts = (
  resource: Resource,
  tls: YamlNode,
  names: readonly string[],
  reason: string,
  label = labelOf(resource)
): readonly Problem[] =>
  names.flatMap(name => {
    const entry = tls.kind === 'map' ? tls.entry(name) : undefined
    if (!entry?.value || (entry.value.kind === 'scalar' && entry.value.text === '')) return []
    return [
      {
        rule: 'conflicting-settings',
        ...placeIn(resource, entry.keySpan),
        message: `${label} is refused: ${name} has no place here, for ${reason}`
      }
    ]
  })
