/** Certificates that are asked for, and the CA of another mesh, as far as what is around tells of them. */
import type { LowerContext } from '../../core/dialect.js'
import type { CertificateRequest, IdentityIssuer, Named } from '../../core/mesh.js'
import { memo, type SourceFile } from '../../core/text.js'
import { isCertificateRequest, isIssuer, readRequest } from '../kubernetes/cert-manager.js'
import { anchorsMap, identityIssuer, isIdentityIssuer } from '../kubernetes/linkerd.js'
import { labelOf, type Resource } from '../kubernetes/resources.js'
import { textAt } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { settingsOf } from './destination-rule.js'

export function requestsIn(resources: readonly Resource[], root: SourceFile, ctx: LowerContext): readonly CertificateRequest[] {
  const requests = resources.filter(isCertificateRequest)
  if (requests.length === 0) return []
  const issuers = declaredAlong('Issuer', root, ctx).filter(isIssuer)
  const clients = clientsBySecret(declaredAlong('DestinationRule', root, ctx))
  return requests.map(it => readRequest(it, { issuers, clientsOf: (secret, namespace) => clients.get(`${namespace}/${secret}`) ?? [] }))
}

const clientsBySecret = memo((rules: readonly Resource[]): ReadonlyMap<string, readonly Named[]> => {
  const groups = new Map<string, Named[]>()
  for (const resource of rules.filter(it => !it.conditional)) {
    for (const { node, mode } of settingsOf(resource)) {
      const name = mode?.text === 'MUTUAL' ? textAt(node, 'credentialName') : undefined
      if (name === undefined) continue
      const key = `${resource.namespace}/${name}`
      groups.set(key, [...(groups.get(key) ?? []), { label: labelOf(resource), at: resource.at }])
    }
  }
  return groups
})

export function identityIssuersIn(resources: readonly Resource[], root: SourceFile, ctx: LowerContext): readonly IdentityIssuer[] {
  const secrets = resources.filter(it => isIdentityIssuer(it) && !it.conditional)
  if (secrets.length === 0) return []
  const anchors = declaredAlong(`ConfigMap/${anchorsMap}`, root, ctx)
  return secrets.flatMap(it => identityIssuer(it, anchors) ?? [])
}
