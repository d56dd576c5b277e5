/** Deployments and Pods: which of them a choice of labels meets, and on which ports they listen. */
import type { LowerContext } from '../../core/dialect.js'
import { memo, memoInside, type SourceFile } from '../../core/text.js'
import { isAmong, type Resource, wordsOf } from '../kubernetes/resources.js'
import { itemsAt, mapAt, textAt, type YamlMap } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'

export interface Workload {
  readonly resource: Resource
  readonly labels: ReadonlyMap<string, string>
  readonly ports: readonly { readonly name?: string; readonly port: string }[]
  /** False when it says that it has no proxy; what is not said here a namespace or the installation decides. */
  readonly mayBeInMesh: boolean
}

export const readWorkload: (resource: Resource) => Workload = memoInside(resource => {
  const pod = resource.kind === 'Pod' || resource.kind === 'WorkloadEntry' ? resource.node : mapAt(resource.node, 'spec', 'template')
  const labels = wordsOf(resource.kind === 'WorkloadEntry' ? mapAt(pod, 'spec', 'labels') : mapAt(pod, 'metadata', 'labels'))
  const annotations = wordsOf(mapAt(pod, 'metadata', 'annotations'))
  const inject = labels.get('sidecar.istio.io/inject') ?? annotations.get('sidecar.istio.io/inject')
  return {
    resource,
    labels,
    ports: itemsAt(pod, 'spec', 'containers').flatMap(it => itemsAt(it, 'ports').flatMap(portOf)),
    mayBeInMesh: inject !== 'false'
  }
})

function portOf(node: YamlMap | unknown): Workload['ports'] {
  const port = textAt(node as YamlMap, 'containerPort')
  const name = textAt(node as YamlMap, 'name')
  return port === undefined ? [] : [{ port, ...(name === undefined ? {} : { name }) }]
}

/** Those of a namespace that have all these labels; at least one has to be given. */
export function workloadsWith(
  labels: ReadonlyMap<string, string>,
  namespace: string,
  root: SourceFile,
  ctx: LowerContext
): readonly Workload[] {
  return workloadsAnywhere(labels, root, ctx).filter(it => it.resource.namespace === namespace && !it.resource.conditional)
}

export function workloadsAnywhere(labels: ReadonlyMap<string, string>, root: SourceFile, ctx: LowerContext): readonly Workload[] {
  const [first] = labels
  if (!first) return []
  return (byLabel(declaredAlong('Workload', root, ctx)).get(first.join('=')) ?? []).filter(it => isAmong(labels, it.labels))
}

/** There may be as many who ask as there are workloads. */
const byLabel = memo((resources: readonly Resource[]): ReadonlyMap<string, readonly Workload[]> => {
  const groups = new Map<string, Workload[]>()
  for (const workload of resources.map(readWorkload)) {
    for (const label of workload.labels) {
      const group = groups.get(label.join('='))
      if (group) group.push(workload)
      else groups.set(label.join('='), [workload])
    }
  }
  return groups
})

export interface Service {
  readonly resource: Resource
  readonly selector: ReadonlyMap<string, string>
  readonly ports: readonly { readonly port: string; readonly name?: string; readonly target: string }[]
}

export function serviceNamed(name: string, namespace: string, root: SourceFile, ctx: LowerContext): Service | undefined {
  const found = declaredAlong(`Service/${name}`, root, ctx).filter(it => it.namespace === namespace && !it.incomplete)
  const own = found.filter(it => it.file.path === root.path)
  const [resource, another] = own.length > 0 ? own : found
  return resource && !another ? readService(resource) : undefined
}

export function readService(resource: Resource): Service {
  return {
    resource,
    selector: wordsOf(mapAt(resource.node, 'spec', 'selector')),
    ports: itemsAt(resource.node, 'spec', 'ports').flatMap(it => {
      const port = textAt(it, 'port')
      const name = textAt(it, 'name')
      return port === undefined ? [] : [{ port, target: textAt(it, 'targetPort') ?? port, ...(name === undefined ? {} : { name }) }]
    })
  }
}
