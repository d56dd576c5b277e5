import type { Declaration, LowerContext } from '../../core/dialect.js'
import { memo, type SourceFile } from '../../core/text.js'
import { areTogether, type Resource, resourcesOf } from '../kubernetes/resources.js'
import { isStore } from '../kubernetes/secrets.js'
import { meshConfigsIn } from './mesh-config.js'

/** What workloads run from. */
export const workloadKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Pod',
  'WorkloadEntry',
  'Job'
])

/**
 * The keys by which resources are looked up. Policies and workloads are few and are chosen by labels, so that all of a kind
 * have one key; Secrets and Services are many and are asked for by name.
 */
function keyOf({ kind, name, group }: Resource): string | undefined {
  if (workloadKinds.has(kind)) return 'Workload'
  switch (kind) {
    case 'PeerAuthentication':
    case 'DestinationRule':
    case 'AuthorizationPolicy':
    case 'EnvoyFilter':
    case 'ServiceEntry':
    case 'VirtualService':
    case 'Sidecar':
    case 'Gateway':
      return kind
    case 'Issuer':
    case 'ClusterIssuer':
      return 'Issuer'
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
      return 'ApiRoute'
    case 'ConfigMap':
    case 'Service':
    case 'Secret':
    case 'Namespace':
      return group === '' && name ? `${kind}/${name}` : undefined
    default:
      return undefined
  }
}

export const declares: (file: SourceFile) => readonly Declaration[] = memo(file => [
  ...resourcesOf(file).flatMap(resource => {
    const key = keyOf(resource)
    return key ? [{ key, file, value: resource }] : []
  }),
  ...meshConfigsIn(file).map(value => ({ key: 'MeshConfig', file, value }))
])

/**
 * All resources of a key that are likely to be applied along with a file. Where files beside each other declare one resource
 * differently they are variants, of which nobody applies all: then those of the file itself are all that is sure.
 */
export function declaredAlong(key: string, root: SourceFile, ctx: LowerContext): readonly Resource[] {
  const known = lookedUp(ctx)
  let found = known.get(key)
  if (!found) {
    found = findAlong(key, root, ctx)
    known.set(key, found)
  }
  return found
}

const lookedUp = memo((_ctx: LowerContext) => new Map<string, readonly Resource[]>())

function findAlong(key: string, root: SourceFile, ctx: LowerContext): readonly Resource[] {
  // Only this dialect declares under these keys.
  const along = ctx.declared(key).flatMap(it => (areTogether(root.path, it.file.path) ? [it.value as Resource] : []))
  return haveVariants(along) ? along.filter(it => it.file.path === root.path) : along
}

function haveVariants(resources: readonly Resource[]): boolean {
  const paths = new Map<string, string>()
  return resources.some(({ kind, namespace, name, file }) => {
    const identity = `${kind}/${namespace}/${name}`
    const known = paths.get(identity)
    paths.set(identity, file.path)
    return known !== undefined && known !== file.path
  })
}

/** A Secret or ConfigMap of this name: of the same file before one of its folder before one of anywhere; none when several are meant. */
export function storeNamed(kind: 'Secret' | 'ConfigMap', name: string, user: Resource, ctx: LowerContext): readonly Resource[] {
  const all = ctx
    .declared(`${kind}/${name}`)
    .map(it => it.value as Resource)
    .filter(isStore)
  const own = all.filter(it => it.file === user.file)
  // What a template makes is applied anywhere, and to anything.
  if (own.length > 0 || user.incomplete) return own
  const along = all.filter(it => areTogether(user.file.path, it.file.path))
  return along.length > 0 ? along : all
}
