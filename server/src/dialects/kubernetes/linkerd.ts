/** Linkerd: the CA that certifies its proxies, and those that they trust. https://linkerd.io/2/tasks/generate-certificates/ */
import type { IdentityIssuer } from '../../core/mesh.js'
import type { PemFile } from '../../x509/pem.js'
import { labelOf, type Resource } from './resources.js'
import { storeOf } from './secrets.js'

export const issuerSecret = 'linkerd-identity-issuer'
export const anchorsMap = 'linkerd-identity-trust-roots'

export const isIdentityIssuer = ({ kind, group, name }: Resource): boolean => kind === 'Secret' && group === '' && name === issuerSecret

/** `anchors`: ConfigMaps that may hold what proxies trust. Beside the certificate a Secret may hold it as well. */
export function identityIssuer(secret: Resource, anchors: readonly Resource[]): IdentityIssuer | undefined {
  const { entries } = storeOf(secret)
  const certificate = ['tls.crt', 'crt.pem'].flatMap(it => entries.get(it)?.pem ?? [])[0]
  if (!certificate) return undefined
  const [map, another] = anchors.filter(it => it.name === anchorsMap && it.namespace === secret.namespace)
  const bundle = map && !another ? storeOf(map).entries.get('ca-bundle.crt')?.pem : undefined
  const trusted: PemFile | undefined = bundle ?? entries.get('ca.crt')?.pem
  return { label: labelOf(secret), at: secret.at, certificate, ...(trusted ? { trusted } : {}) }
}
