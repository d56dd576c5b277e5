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
  const index = endingTls(declaredAlong('Sidecar', root, ctx))
  const wanted = ['', ...[...labels].map(it => it.join('='))]
  const found = wanted.flatMap(it => index.get(`${namespace} ${port} ${it}`) ?? []).find(it => isAmong(workloadLabels(it), labels))
  return found && { label: labelOf(found), at: placeIn(found, ingressTls(found).find(it => it.port === port)!.node.span) }
}

/** By namespace, port and the first of the labels. */
const endingTls = memo((resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> => {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources.filter(it => isSidecar(it) && !it.conditional)) {
    for (const { port } of ingressTls(resource)) {
      const [first] = workloadLabels(resource)
      const key = `${resource.namespace} ${port} ${first?.join('=') ?? ''}`
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
  const limits = limiting(declaredAlong('Sidecar', root, ctx))
  const [limit, another] = limits.get(namespace) ?? limits.get(meshConfig(root, ctx).rootNamespace) ?? []
  // Of two nobody knows which one counts.
  if (!limit || another) return !limit
  return itemsAt(limit.node, 'spec', 'egress').some(egress => itemsAt(egress, 'hosts').some(covers))

  function covers(node: YamlNode): boolean {
    const [place, name] = (textAt(node) ?? '').split('/')
    if (place === undefined || name === undefined) return false
    const isPlace = place === '*' || place === hostNamespace || (place === '.' && hostNamespace === namespace)
    return isPlace && (name === '*' || name.toLowerCase() === host || (name.startsWith('*.') && host.endsWith(name.slice(1).toLowerCase())))
  }
}

/** For whole namespaces. */
const limiting = memo((resources: readonly Resource[]): ReadonlyMap<string | undefined, readonly Resource[]> => {
  const groups = new Map<string | undefined, Resource[]>()
  for (const it of resources) {
    if (!isSidecar(it) || workloadLabels(it).size > 0 || itemsAt(it.node, 'spec', 'egress').length === 0) continue
    const group = groups.get(it.namespace)
    if (group) group.push(it)
    else groups.set(it.namespace, [it])
  }
  return groups
})
