/** Sidecar: TLS that a proxy ends for clients that are not of the mesh, and which hosts it knows of. */
import type { LowerContext } from '../../core/dialect.js'
import type { Named } from '../../core/mesh.js'
import { memo, memoInside, type SourceFile } from '../../core/text.js'
import { isAmong, labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { itemsAt, mapAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { meshConfig } from './mesh-config.js'

export const isSidecar = ({ kind, group }: Resource): boolean => kind === 'Sidecar' && group === 'networking.istio.io'

/** A port on which a proxy ends TLS that is not the mesh's own. */
export interface IngressTls {
  readonly resource: Resource
  readonly node: YamlNode
  readonly tls: YamlMap
  readonly port?: string
}

export const ingressTls: (resource: Resource) => readonly IngressTls[] = memoInside(resource =>
  itemsAt(resource.node, 'spec', 'ingress').flatMap(node => {
    const tls = mapAt(node, 'tls')
    const port = textAt(node, 'port', 'number')
    return tls ? [{ resource, node, tls, ...(port === undefined ? {} : { port }) }] : []
  })
)

export const workloadLabels = ({ node }: Resource): ReadonlyMap<string, string> =>
  wordsOf(mapAt(node, 'spec', 'workloadSelector', 'labels'))

/** Who ends TLS of its own on a port of these workloads. */
export function tlsOfOwn(
  namespace: string,
  labels: ReadonlyMap<string, string>,
  port: string,
  root: SourceFile,
  ctx: LowerContext
): Named | undefined {
  const found = endingTls(declaredAlong('Sidecar', root, ctx))
    .get(`${namespace} ${port}`)
    ?.find(it => isAmong(workloadLabels(it), labels))
  return found && { label: labelOf(found), at: placeIn(found, ingressTls(found).find(it => it.port === port)!.node.span) }
}

const endingTls = memo((resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> => {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources.filter(it => isSidecar(it) && !it.conditional)) {
    for (const { port } of ingressTls(resource)) {
      const key = `${resource.namespace} ${port}`
      const group = groups.get(key)
      if (group) group.push(resource)
      else groups.set(key, [resource])
    }
  }
  return groups
})

/**
 * Does everybody in a namespace know of a host? Where a Sidecar for the whole namespace, or in the root namespace for the mesh,
 * names the hosts that proxies need, the others are none of theirs.
 */
export function isImported(host: string, hostNamespace: string, namespace: string, root: SourceFile, ctx: LowerContext): boolean {
  const limiting = declaredAlong('Sidecar', root, ctx).filter(
    it => isSidecar(it) && workloadLabels(it).size === 0 && itemsAt(it.node, 'spec', 'egress').length > 0
  )
  const own = limiting.filter(it => it.namespace === namespace)
  const limits = own.length > 0 ? own : limiting.filter(it => it.namespace === meshConfig(root, ctx).rootNamespace)
  return limits.every(it => itemsAt(it.node, 'spec', 'egress').some(egress => itemsAt(egress, 'hosts').some(covers)))

  function covers(node: YamlNode): boolean {
    const [place, name] = (textAt(node) ?? '').split('/')
    if (place === undefined || name === undefined) return false
    const isPlace = place === '*' || place === hostNamespace || (place === '.' && hostNamespace === namespace)
    return isPlace && (name === '*' || name.toLowerCase() === host || (name.startsWith('*.') && host.endsWith(name.slice(1).toLowerCase())))
  }
}
