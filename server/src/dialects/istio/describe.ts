import type { Lowered } from '../../core/dialect.js'
import type { MeshMode, MeshWorkload } from '../../core/mesh.js'
import type { SourceFile, Span } from '../../core/text.js'
import { type Resource, resourcesOf } from '../kubernetes/resources.js'
import type { YamlMap, YamlNode } from '../yaml/syntax.js'
import { pages } from './defaults.js'
import { meshConfigsIn, meshSettings } from './mesh-config.js'

interface Description {
  readonly span: Span
  readonly markdown: string
}

/** What a workload takes, on its name; else a sentence on a setting of TLS, with a link to the page that says it. */
export function describe(file: SourceFile, offset: number, lowered?: Lowered): Description | undefined {
  const workload = lowered?.mesh?.workloads.find(({ at }) => at.path === file.path && isIn(at, offset))
  if (workload) return { span: workload.at, markdown: describeWorkload(workload) }
  const ofMesh = describeMeshConfig(file, offset)
  if (ofMesh) return ofMesh
  const resource = resourcesOf(file).find(it => isIn(it.node.span, offset))
  return resource && describeSetting(resource, offset, lowered)
}

const isIn = ({ start, end }: Span, offset: number): boolean => offset >= start && offset <= end

const modeWords: Readonly<Record<MeshMode, string>> = {
  strict: 'takes mutual TLS only (`STRICT`)',
  permissive: 'takes plain connections as well as mutual TLS (`PERMISSIVE`)',
  disabled: 'takes no mutual TLS (`DISABLE`)'
}

function describeWorkload({ label, mode, by, ports }: MeshWorkload): string {
  const others = ports
    .filter(it => it.mode !== mode || it.ownTls)
    .map(it => `\n- port ${it.port} ${modeWords[it.mode]}${it.ownTls ? `; ${it.ownTls.label} has TLS of its own there` : ''}`)
  const reason = by ? `as ${by.label} says` : 'as Istio does where no policy says anything'
  return `\`${label}\` ${modeWords[mode]}, ${reason}.${others.join('')}\n\n[Istio: PeerAuthentication](${pages.peerAuthentication})`
}

function describeMeshConfig(file: SourceFile, offset: number): Description | undefined {
  const settings = meshConfigsIn(file)
    .map(meshSettings)
    .find(it => it?.placed && isIn(it.node.span, offset))
  const found = settings && entryAt(settings.node, offset, [])
  const text = found && textIn(meshConfig, found.path.at(-1)!, pages.meshConfig)
  return text && { span: found.span, markdown: `\`${found.path.at(-1)}\`: ${text.text}\n\n[Reference](${text.page})` }
}

interface Text {
  readonly text: string
  readonly page: string
}

function describeSetting(resource: Resource, offset: number, lowered: Lowered | undefined): Description | undefined {
  const found = entryAt(resource.node, offset, [])
  if (!found) return undefined
  const key = found.path.at(-1)!
  const described = textOf(resource, found.path, found.value)
  if (!described) return undefined
  const workloads = resource.kind === 'PeerAuthentication' && key === 'kind' ? concerned(lowered) : ''
  return { span: found.span, markdown: `\`${key}\`: ${described.text}${workloads}\n\n[Reference](${described.page})` }
}

const concerned = (lowered: Lowered | undefined): string => {
  const policies = lowered?.mesh?.policies ?? []
  return policies.map(it => `\n- ${it.label} holds for ${it.reach}${it.mode ? `: ${modeWords[it.mode.value]}` : ''}`).join('')
}

interface Found {
  readonly path: readonly string[]
  readonly span: Span
  readonly value: YamlNode | undefined
}

/** The entry whose key or plain value stands at the offset, with the keys that lead to it. */
function entryAt(node: YamlMap, offset: number, path: readonly string[]): Found | undefined {
  for (const { key, keySpan, value } of node.entries) {
    const here = [...path, key]
    if (isIn(keySpan, offset)) return { path: here, span: keySpan, value }
    if (!value || !isIn(value.span, offset)) continue
    if (value.kind === 'map') return entryAt(value, offset, here)
    if (value.kind === 'scalar') return { path: here, span: value.span, value }
    const item = value.items.find(it => isIn(it.span, offset))
    if (item?.kind === 'map') return entryAt(item, offset, here)
    return item && { path: here, span: item.span, value: item }
  }
  return undefined
}

function textOf({ kind, group }: Resource, path: readonly string[], value: YamlNode | undefined): Text | undefined {
  const key = path.at(-1)!
  const word = value?.kind === 'scalar' ? value.text : ''
  const page = group === 'gateway.networking.k8s.io' ? pages.gatewayApi : undefined
  switch (kind) {
    case 'PeerAuthentication':
      return textIn(peerAuthentication, key === 'mode' ? `mode ${word}` : key, pages.peerAuthentication)
    case 'DestinationRule':
      return path.includes('tls') ? textIn(destinationRule, key === 'mode' ? `mode ${word}` : key, pages.destinationRule) : undefined
    case 'Gateway':
      return page
        ? textIn(gatewayApi, key, page)
        : path.includes('tls')
          ? textIn(gateway, key === 'mode' ? `mode ${word}` : key, pages.gateway)
          : undefined
    case 'BackendTLSPolicy':
      return textIn(backendTlsPolicy, key, pages.backendTlsPolicy)
    case 'Sidecar':
      return path.includes('tls') ? textIn(sidecar, key === 'mode' ? `mode ${word}` : key, pages.sidecar) : undefined
    case 'ServiceEntry':
      return textIn(serviceEntry, key, pages.serviceEntry)
    case 'VirtualService':
      return textIn(virtualService, key, pages.virtualService)
    case 'AuthorizationPolicy':
      return textIn(authorization, key, pages.authorizationPolicy)
    default:
      return undefined
  }
}

const textIn = (texts: Readonly<Record<string, string>>, key: string, page: string): Text | undefined =>
  Object.hasOwn(texts, key) ? { text: texts[key]!, page } : undefined

const peerAuthentication: Readonly<Record<string, string>> = {
  kind: 'what workloads take from others. In the root namespace it holds for the whole mesh, with a selector for single workloads; the narrowest one counts, and of several the oldest.',
  mtls: 'what is taken on all ports that have no setting of their own.',
  'mode STRICT': 'mutual TLS only: whoever has no proxy of the mesh is turned away.',
  'mode PERMISSIVE': 'plain connections as well as mutual TLS. What Istio does where nothing is written.',
  'mode DISABLE': 'no mutual TLS: connections arrive as they were sent, and nobody knows from whom.',
  'mode UNSET': 'what the wider policy says, of the namespace or the mesh.',
  portLevelMtls: 'settings for single ports of the workload, not of the service. They have an effect only beside a selector.',
  selector: 'the workloads that the policy is for. In the root namespace a policy with a selector is ignored.'
}

const destinationRule: Readonly<Record<string, string>> = {
  'mode DISABLE': 'connections to the host are plain. A workload whose PeerAuthentication is STRICT turns them away.',
  'mode SIMPLE': 'TLS to the host, without a client certificate.',
  'mode MUTUAL': 'TLS to the host, with a client certificate of your own.',
  'mode ISTIO_MUTUAL': 'mutual TLS with the certificates that the mesh makes. Since 1.5 that happens by itself where the other side can.',
  caCertificates:
    'the CAs that the server is verified against; since Istio 1.21 those of the operating system where it is missing, before that none.',
  clientCertificate: 'a path in the container of the proxy.',
  privateKey: 'a path in the container of the proxy.',
  credentialName: 'a Secret with certificate, key and CAs. At a sidecar it needs a `workloadSelector` beside it.',
  subjectAltNames: 'the names of which the server’s certificate has to have one.',
  sni: 'the name that is asked for. Since Istio 1.21 it is the host of the request where it is missing. With a name here, and no `subjectAltNames`, the server’s name is not verified.',
  insecureSkipVerify: 'accepts any certificate of the server.'
}

const gateway: Readonly<Record<string, string>> = {
  'mode SIMPLE': 'ends TLS with a certificate of its own and asks clients for none.',
  'mode MUTUAL': 'demands a certificate of clients.',
  'mode OPTIONAL_MUTUAL': 'asks clients for a certificate and lets those in that have none.',
  'mode ISTIO_MUTUAL': 'mutual TLS with the certificates that the mesh makes.',
  'mode PASSTHROUGH': 'does not end TLS: the server name decides where the connection goes.',
  'mode AUTO_PASSTHROUGH': 'does not end TLS: the server name tells the service itself.',
  credentialName:
    'a Secret in the namespace where the gateway runs: `tls.crt` and `tls.key`, or `cert` and `key`; the CAs for clients in `ca.crt`, `cacert`, or in another Secret of this name with `-cacert` behind it.',
  caCertificates: 'the CAs for clients: a path in the container of the gateway.',
  serverCertificate: 'a path in the container of the gateway.',
  subjectAltNames: 'the names of which a client’s certificate has to have one.',
  minProtocolVersion: 'the oldest TLS version; 1.2 where it is missing.',
  httpsRedirect: 'sends plain requests to HTTPS.'
}

const gatewayApi: Readonly<Record<string, string>> = {
  certificateRefs:
    'Secrets of type `kubernetes.io/tls` with the certificate to present. One in another namespace needs a ReferenceGrant there.',
  frontendValidation: 'the CAs that clients have to be certified by.',
  caCertificateRefs: 'ConfigMaps, or Secrets, whose `ca.crt` holds CAs.'
}

const backendTlsPolicy: Readonly<Record<string, string>> = {
  hostname: 'the name that the backend’s certificate has to have, and that is asked for by SNI.',
  caCertificateRefs: 'ConfigMaps whose `ca.crt` holds the CAs that the backend is verified against.',
  wellKnownCACertificates: '`System`: the CAs of the operating system.',
  subjectAltNames: 'other names, of which the certificate has to have one in place of the host name.'
}

const sidecar: Readonly<Record<string, string>> = {
  tls: 'TLS that the proxy ends with certificates of its own, for clients that are not of the mesh. It counts only where mutual TLS of the mesh is `DISABLE` for the port, and where `ENABLE_TLS_ON_SIDECAR_INGRESS` is set for istiod.',
  'mode SIMPLE': 'ends TLS with a certificate of its own and asks clients for none.',
  'mode MUTUAL': 'demands a certificate of clients.',
  'mode OPTIONAL_MUTUAL': 'asks clients for a certificate and lets those in that have none.',
  serverCertificate: 'a path in the container of the proxy.',
  privateKey: 'a path in the container of the proxy.',
  caCertificates: 'the CAs for clients: a path in the container of the proxy.',
  minProtocolVersion: 'the oldest TLS version; 1.2 where it is missing.'
}

const serviceEntry: Readonly<Record<string, string>> = {
  protocol:
    'what applications send: with `HTTPS` or `TLS` it is TLS already, and a DestinationRule must not begin it once more; with `HTTP` the proxy may begin it.',
  targetPort: 'the port that connections go to, where it is not the one that applications use.',
  subjectAltNames: 'the names of which the server’s certificate has to have one, where the DestinationRule names none.'
}

const virtualService: Readonly<Record<string, string>> = {
  sniHosts: 'the server names that this route is for. Each has to be one of `hosts`.',
  authority: 'the host that requests have from here on; without `sni` in the DestinationRule it is also the name that is asked for.'
}

const meshConfig: Readonly<Record<string, string>> = {
  enableAutoMtls: 'proxies use mutual TLS by themselves where the other side can. On since 1.5.',
  trustDomain:
    'what the identities of the mesh begin with: `spiffe://<trust domain>/ns/…`; `cluster.local` where it is missing. Certificates of others are turned away.',
  trustDomainAliases: 'trust domains that are taken as if they were the mesh’s own.',
  rootNamespace: 'where policies for the whole mesh stand; `istio-system` where it is missing.',
  meshMTLS: 'the mesh’s own mutual TLS between proxies.',
  tlsDefaults: 'TLS other than the mesh’s own, as of gateways with `SIMPLE` or `MUTUAL`.',
  minProtocolVersion: 'the oldest TLS version: `TLSV1_2`, which is the default, or `TLSV1_3`.',
  defaultDestinationRuleExportTo: 'the namespaces that see a DestinationRule which names none in `exportTo`: all.',
  defaultServiceExportTo: 'the namespaces that see a Service or a ServiceEntry which names none: all.',
  defaultVirtualServiceExportTo: 'the namespaces that see a VirtualService which names none in `exportTo`: all.'
}

const authorization: Readonly<Record<string, string>> = {
  principals:
    'who the client is: `<trust domain>/ns/<namespace>/sa/<service account>`, from its certificate. `cluster.local` stands for the trust domain of the mesh, a `*` at the beginning or the end for anything. Without mutual TLS there is none and the rule never matches.',
  serviceAccounts:
    'who the client is: `<service account>` of this namespace, or `<namespace>/<service account>`, from its certificate. Without mutual TLS there is none and the rule never matches.',
  namespaces: 'the namespace of the client, from its certificate. Without mutual TLS there is none and the rule never matches.'
}
