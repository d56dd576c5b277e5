/** What Istio does where nothing is written. Holds for Istio 1.21 and later; what an earlier one did differently is said beside it. */
import type { MeshMode } from '../../core/mesh.js'
import type { TlsVersion } from '../../core/model.js'

/** https://istio.io/latest/docs/reference/config/security/peer_authentication/ : without any policy workloads are PERMISSIVE. */
export const meshMode: MeshMode = 'permissive'

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig : `rootNamespace`, by default where istiod is. */
export const rootNamespace = 'istio-system'

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig : `enableAutoMtls`, on since 1.5. */
export const automaticMutualTls = true

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig : `trustDomain`. In policies it stands for whatever the mesh's own is. */
export const trustDomain = 'cluster.local'

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig : `defaultServiceExportTo` and its like. */
export const exportedToAll: readonly string[] = ['*']

/** https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol : TLS_AUTO is 1.2 for gateways since 1.14. */
export const gatewayMinVersion: TlsVersion = 'TLSv1.2'
export const maxVersion: TlsVersion = 'TLSv1.3'

/**
 * https://istio.io/latest/news/releases/1.21.x/announcing-1.21/upgrade-notes/ : since 1.21 a server is verified against the CAs of
 * the operating system where a DestinationRule names none, and SNI is the host that the request is for; before, neither.
 */
export const verifiesAgainstSystem = true

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ : a short name is completed in the rule's own namespace. */
export const clusterDomain = 'svc.cluster.local'

/**
 * https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats : the pairs of entries that a
 * certificate with its key is read from, and those that CAs are read from, in this order.
 */
export const identityEntries = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key']
] as const
export const trustEntries = ['cacert', 'ca.crt'] as const
export const revocationEntries = ['crl', 'ca.crl'] as const
/** The CAs may stand in a Secret of their own, called like the other with this behind it; it comes first. */
export const trustSuffix = '-cacert'

/** Secrets of these types are not read at all: https://github.com/istio/istio/blob/master/pilot/pkg/credentials/kube/secrets.go */
export const unreadTypes: readonly string[] = ['helm.sh/release.v1', 'kubernetes.io/service-account-token']

export const pages = {
  peerAuthentication: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  destinationRule: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  gateway: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  authorizationPolicy: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  backendTlsPolicy: 'https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/',
  meshConfig: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig',
  serviceEntry: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  virtualService: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  sidecar: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  gatewayApi: 'https://gateway-api.sigs.k8s.io/guides/tls/',
  secret: 'https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets'
} as const
