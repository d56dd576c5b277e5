/** TLS that proxies begin with certificates of one's own: DestinationRule with SIMPLE or MUTUAL, and BackendTLSPolicy. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialUse } from '../../core/mesh.js'
import type { Address, CredentialRef, Identity, PeerPolicy, Setting, TlsEndpoint, TrustRef } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, at as nodeAt, scalarAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { asTrust, fileRef, lookUpIdentity, lookUpTrust, searchFor, systemTrust, type Wanted } from './credentials.js'
import { maxVersion } from './defaults.js'
import { settingsOf, type TlsSettings } from './destination-rule.js'
import { byDefault, envoy, wordOf, written } from './endpoint.js'
import type { Endpoints } from './gateway.js'
import { fullName } from './hosts.js'

export function lowerDestinationRule(resource: Resource, _root: SourceFile, ctx: LowerContext): Endpoints {
  const uses: CredentialUse[] = []
  const endpoints = settingsOf(resource).flatMap(it => {
    const mode = wordOf(it.mode)
    // With ISTIO_MUTUAL nothing is left to look at: the mesh makes the certificates and verifies them.
    if (!mode || (mode.text !== 'SIMPLE' && mode.text !== 'MUTUAL')) return []
    const { endpoint, flaws } = lowerSettings(it, mode.text, ctx)
    uses.push(...flaws.map(flaw => ({ label: endpoint.label, mode: mode.text, ...flaw })))
    return [endpoint]
  })
  return { endpoints, uses }
}

interface Lowered {
  readonly endpoint: TlsEndpoint
  readonly flaws: readonly Pick<CredentialUse, 'at' | 'part' | 'flaw'>[]
}

function lowerSettings(settings: TlsSettings, mode: string, ctx: LowerContext): Lowered {
  const { resource, node, header, host } = settings
  const at = placeIn(resource, header)
  const credentials = credentialsOf(settings, mode, ctx)
  const name = fullName(host.text, resource.namespace)
  const endpoint: TlsEndpoint = {
    ...envoy,
    role: 'client',
    label: `${labelOf(resource)}${settings.subset ? `, subset ${settings.subset.name}` : ''}${settings.port === undefined ? '' : `, port ${settings.port}`}`,
    protocol: 'tcp',
    at,
    block: placeIn(resource, node.span),
    addresses: [connection(name, settings.port, placeIn(resource, host.span))],
    serverNames: namesOf(settings, 'sni', name),
    tls: written(true, resource, settings.mode!, 'mode'),
    identities: credentials.identities,
    peer: peerOf(settings, credentials, name),
    minVersion: { ...byDefault('TLSv1.2', at, 'minProtocolVersion'), origin: 'unknown' },
    maxVersion: byDefault(maxVersion, at, 'maxProtocolVersion'),
    acceptsPlaintext: byDefault(false, at, 'mode'),
    incomplete: resource.incomplete || credentials.flaws.length > 0
  }
  return { endpoint, flaws: credentials.flaws }
}

function peerOf({ resource, node, header }: TlsSettings, { trust, crls }: Credentials, name: string): PeerPolicy {
  const at = placeIn(resource, header)
  const skip = scalarAt(node, 'insecureSkipVerify')
  const names = itemsAt(node, 'subjectAltNames').flatMap(it => (it.kind === 'scalar' ? [nameSetting(it, 'subjectAltNames', resource)] : []))
  return {
    certificate: byDefault('require', at, 'mode'),
    verifyChain: skip
      ? { ...written(skip.text !== 'true', resource, skip, 'insecureSkipVerify'), ...(skip.dynamic ? { origin: 'unknown' as const } : {}) }
      : byDefault(true, at, 'insecureSkipVerify'),
    // Without names, that of the host counts where HTTP tells it and nobody has set a name to ask for.
    verifyNames: names.length > 0 ? names : [{ ...byDefault(name, at, 'subjectAltNames'), origin: 'unknown' }],
    trustAnchors: trust,
    crls
  }
}

function nameSetting(scalar: Extract<YamlNode, { kind: 'scalar' }>, name: string, resource: Resource): Setting<string> {
  const setting = written(scalar.text, resource, scalar, name)
  return scalar.dynamic ? { ...setting, origin: 'unknown' } : setting
}

function namesOf({ node, resource, header }: TlsSettings, key: string, host: string): readonly Setting<string>[] {
  const scalar = scalarAt(node, key)
  if (scalar) return [nameSetting(scalar, key, resource)]
  // The name that the request is for.
  return [{ ...byDefault(host, placeIn(resource, header), key), origin: 'unknown' }]
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
