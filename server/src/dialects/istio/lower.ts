import type { LowerContext, Lowered, PathUse, Problem } from '../../core/dialect.js'
import type { DoubledTls, IdentityMatch, Mesh, MeshClient, MeshPolicy, MeshWorkload } from '../../core/mesh.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { isExcerpt, isTemplate } from '../kubernetes/detect.js'
import { type Resource, resourcesOf } from '../kubernetes/resources.js'
import { isStore, pemOf, storedSecret, storeOf } from '../kubernetes/secrets.js'
import { parseYaml } from '../yaml/syntax.js'
import { identityMatches, isAuthorization } from './authorization.js'
import { workloadKinds } from './declarations.js'
import { isDestinationRule, meshClients } from './destination-rule.js'
import { type Endpoints, isGateway, lowerGateway } from './gateway.js'
import { isApiGateway, lowerApiGateway } from './gateway-api.js'
import { doubledTls, plainRoutes } from './hops.js'
import { idleRoutes } from './idle-routes.js'
import { idlePolicy, meshPolicy, meshWorkloads } from './mesh.js'
import { meshConfigsIn } from './mesh-config.js'
import { isBackendTlsPolicy, lowerBackendTlsPolicy, lowerDestinationRule } from './origination.js'
import { isPolicy, policiesAlong } from './policies.js'
import { identityIssuersIn, requestsIn } from './requests.js'
import { isSidecar } from './sidecar.js'
import { idleSidecars, lowerSidecar } from './sidecar-endpoints.js'
import { meshConfigProblems, valueProblems } from './values.js'
import { isVirtualService } from './virtual-service.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const resources = resourcesOf(root)
  const { endpoints, uses } = endpointsIn(resources, root, ctx)
  const { idle, ...mesh } = meshIn(resources, root, ctx)
  const stores = resources.filter(isStore).map(storeOf)
  const secrets = stores.filter(it => it.resource.kind === 'Secret').map(storedSecret)
  return {
    endpoints,
    problems: [
      ...syntaxProblems(root),
      ...resources.flatMap(it => (it.conditional ? [] : valueProblems(it))),
      ...meshConfigsIn(root).flatMap(meshConfigProblems),
      ...resources.filter(isVirtualService).flatMap(it => idleRoutes(it, root, ctx)),
      ...idle
    ],
    paths: endpoints.flatMap(pathsOf),
    pem: stores.flatMap(pemOf),
    files: [root],
    mesh: {
      ...mesh,
      credentialUses: uses,
      secrets,
      requests: requestsIn(resources, root, ctx),
      identityIssuers: identityIssuersIn(resources, root, ctx)
    }
  }
}

type Lowering = (resource: Resource, root: SourceFile, ctx: LowerContext) => Endpoints

const lowerings: readonly (readonly [is: (resource: Resource) => boolean, lower: Lowering])[] = [
  [isGateway, lowerGateway],
  [isApiGateway, lowerApiGateway],
  [isSidecar, lowerSidecar],
  [isDestinationRule, lowerDestinationRule],
  [isBackendTlsPolicy, lowerBackendTlsPolicy]
]

function endpointsIn(resources: readonly Resource[], root: SourceFile, ctx: LowerContext): Endpoints {
  const all = resources.flatMap(resource => {
    const found = lowerings.find(([is]) => is(resource))
    return found ? [found[1](resource, root, ctx)] : []
  })
  return { endpoints: all.flatMap(it => it.endpoints), uses: all.flatMap(it => it.uses) }
}

type MeshPart = Omit<Mesh, 'credentialUses' | 'secrets' | 'requests' | 'identityIssuers'> & { readonly idle: readonly Problem[] }

/** Policies are looked for only where something depends on them: most files of a workspace say nothing of a mesh. */
function meshIn(resources: readonly Resource[], root: SourceFile, ctx: LowerContext): MeshPart {
  const policies: MeshPolicy[] = []
  const clients: MeshClient[] = []
  const matches: IdentityMatch[] = []
  const doubled: DoubledTls[] = []
  const workloads: MeshWorkload[] = []
  const idle: Problem[] = []
  const concerned = resources.filter(
    it => isPolicy(it) || isDestinationRule(it) || isAuthorization(it) || isSidecar(it) || workloadKinds.has(it.kind)
  )
  if (concerned.length > 0) {
    const along = policiesAlong(root, ctx)
    for (const resource of concerned) {
      const problem = isPolicy(resource) ? idlePolicy(resource, along) : undefined
      if (problem) idle.push(problem)
      else if (isPolicy(resource)) policies.push(meshPolicy(resource, along, root, ctx))
      else if (isDestinationRule(resource)) {
        clients.push(...meshClients(resource, along, root, ctx))
        doubled.push(...doubledTls(resource, root, ctx))
      } else if (isAuthorization(resource)) matches.push(...identityMatches(resource, along, root, ctx))
      else if (isSidecar(resource)) idle.push(...idleSidecars(resource, along, root, ctx))
      else workloads.push(...meshWorkloads(resource, along, root, ctx))
    }
  }
  const routes = resources.filter(isVirtualService).flatMap(it => plainRoutes(it, root, ctx))
  return { policies, clients, identityMatches: matches, workloads, doubledTls: doubled, plainRoutes: routes, idle }
}

/** Only where the file is what Kubernetes is given: what a template engine makes of it is not known. */
function syntaxProblems(root: SourceFile): readonly Problem[] {
  if (isTemplate(root) || isExcerpt(root.text)) return []
  return parseYaml(root).documents.flatMap(({ errors: [first] }) =>
    first ? [{ rule: 'syntax-error', path: root.path, start: first.start, end: first.end, message: messageOf(first.message) }] : []
  )
}

const messageOf = (text: string): string => `this is no YAML: ${text.replace(/\s+/g, ' ').replace(/\.$/, '')}`

function pathsOf({ identities, peer }: TlsEndpoint): readonly PathUse[] {
  const refs = [
    ...identities.flatMap(it => [
      { what: 'certificate' as const, credential: it.certificate },
      ...(it.key ? [{ what: 'key' as const, credential: it.key }] : [])
    ]),
    ...peer.trustAnchors.map(credential => ({ what: 'trust' as const, credential })),
    ...peer.crls.map(credential => ({ what: 'crl' as const, credential }))
  ]
  return refs.flatMap(({ what, credential }) =>
    credential.kind === 'file' ? [{ at: credential.at, what, credential, path: credential.path }] : []
  )
}
