/** The endpoints of a Sidecar: ports on which a proxy ends TLS for clients that are not of the mesh. */
import type { LowerContext, Problem } from '../../core/dialect.js'
import type { SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import type { YamlMap } from '../yaml/syntax.js'
import { wordOf } from './endpoint.js'
import { type Endpoints, isServerMode, lowerServer, type Server } from './gateway.js'
import { effectiveMode, type Policies } from './policies.js'
import { type IngressTls, ingressTls, workloadLabels } from './sidecar.js'
import { workloadsWith } from './workloads.js'

export function lowerSidecar(resource: Resource, root: SourceFile, ctx: LowerContext): Endpoints {
  const around = { resource, selector: workloadLabels(resource), namespace: resource.namespace, root, ctx }
  const lowered = ingressTls(resource).flatMap(it => {
    const server = readServer(it)
    return server ? [lowerServer(server, around)] : []
  })
  return {
    // There is no choice by name.
    endpoints: lowered.map(({ endpoint }) => ({ ...endpoint, addresses: endpoint.addresses.map(it => ({ ...it, isDefault: true })) })),
    uses: lowered.flatMap(it => it.uses)
  }
}

/** With a Secret, or the certificates of the mesh, it is refused. */
function readServer({ resource, node, tls, port }: IngressTls): Server | undefined {
  const mode = wordOf(tls.get('mode'))
  if (!mode || !isServerMode(mode.text) || mode.text === 'ISTIO_MUTUAL' || tls.get('credentialName')) return undefined
  const number = Number(port)
  const isNumber = port !== undefined && Number.isInteger(number)
  return {
    node,
    tls,
    mode,
    kind: mode.text,
    ...(isNumber ? { port: number } : {}),
    label: `${labelOf(resource)}${isNumber ? `, port ${port}` : ''}`,
    at: placeIn(resource, headerOf(node as YamlMap))
  }
}

const headerOf = (node: YamlMap) => node.entry('tls')!.keySpan

/** Where the mesh's own TLS is taken, that of a Sidecar is left out. */
export function idleSidecars(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): readonly Problem[] {
  const { namespace, conditional } = resource
  if (namespace === undefined || conditional) return []
  const labels = workloadLabels(resource)
  const workloads = labels.size > 0 ? workloadsWith(labels, namespace, root, ctx) : []
  const chosen = workloads.length > 0 ? workloads.map(it => ({ labels: it.labels, open: false })) : [{ labels, open: true }]
  return ingressTls(resource).flatMap(({ node, port }) => {
    const modes = port === undefined ? [] : chosen.map(it => effectiveMode({ ...it, namespace, port }, policies))
    const [first] = modes
    if (!first?.by || modes.some(it => !it?.by || it.mode === 'disabled')) return []
    const message = `${labelOf(resource)} has TLS of its own on port ${port}, which is left out: it counts only where mutual TLS of the mesh is DISABLE, and ${first.by.label} takes it there`
    return [
      {
        rule: 'ineffective-setting',
        ...placeIn(resource, headerOf(node as YamlMap)),
        message,
        related: [{ ...first.modeAt!, message: `the mode of ${first.by.label}` }]
      }
    ]
  })
}
