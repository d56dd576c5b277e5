/** What the rules see of policies and workloads. */
import type { LowerContext, Problem } from '../../core/dialect.js'
import type { MeshPolicy, MeshWorkload, Named } from '../../core/mesh.js'
import type { SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { mapAt } from '../yaml/syntax.js'
import { effectiveMode, type Policies, type Policy, readPolicy } from './policies.js'
import { tlsOfOwn } from './sidecar.js'
import { readWorkload } from './workloads.js'

export function meshPolicy(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): MeshPolicy {
  const policy = readPolicy(resource)
  const ports = mapAt(resource.node, 'spec')?.entry('portLevelMtls')
  const hasEffect = policy.selector.size > 0 || policy.ports.length === 0 || resource.incomplete
  return {
    label: policy.label,
    at: policy.at,
    reach: reachOf(policy, policies),
    ports: policy.ports.map(it => ({ ...it, ...ownTls(policy.namespace, policy.selector, it.port, root, ctx) })),
    rivals: rivalsOf(policy, policies),
    ...(policy.mode ? { mode: policy.mode } : {}),
    ...(hasEffect || !ports ? {} : { ignoredPorts: placeIn(resource, ports.keySpan) }),
    ...(policy.mode && policy.mode.value !== 'strict' ? { demand: [{ ...policy.mode.at, newText: 'STRICT' }] } : {})
  }
}

function ownTls(
  namespace: string | undefined,
  labels: ReadonlyMap<string, string>,
  port: string,
  root: SourceFile,
  ctx: LowerContext
): { readonly ownTls?: Named } {
  const found = namespace === undefined ? undefined : tlsOfOwn(namespace, labels, port, root, ctx)
  return found ? { ownTls: found } : {}
}

function reachOf({ namespace, selector }: Policy, { config }: Policies): string {
  const place = namespace ? `namespace ${namespace}` : 'its namespace'
  if (selector.size > 0) return `the workloads with ${[...selector].map(([key, value]) => `${key}=${value}`).join(', ')} in ${place}`
  return namespace === config.rootNamespace ? 'the whole mesh' : `all of ${place}`
}

/** Others for the same workloads. */
function rivalsOf({ namespace, selector, resource }: Policy, policies: Policies): MeshPolicy['rivals'] {
  if (selector.size > 0 || namespace === undefined) return []
  const rivals: { readonly label: string; readonly at: Policy['at'] }[] = []
  for (const it of policies.level(namespace)) {
    if (it.resource.name !== resource.name) rivals.push({ label: it.label, at: it.at })
    // A few tell; a file may have thousands.
    if (rivals.length === mostRivals) break
  }
  return rivals
}

const mostRivals = 5

/** A policy for single workloads has no effect where those for the mesh are. */
export function idlePolicy(resource: Resource, { config }: Policies): Problem | undefined {
  const { selector, namespace, label } = readPolicy(resource)
  if (selector.size === 0 || namespace !== config.rootNamespace) return undefined
  const { keySpan } = mapAt(resource.node, 'spec')!.entry('selector')!
  const message = `${label} is ignored: ${namespace} is the root namespace, where a policy is for the whole mesh and not for chosen workloads`
  return { rule: 'ineffective-setting', ...placeIn(resource, keySpan), message }
}

export function meshWorkloads(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): readonly MeshWorkload[] {
  const { labels, ports, mayBeInMesh } = readWorkload(resource)
  const { namespace } = resource
  if (namespace === undefined || !mayBeInMesh || resource.conditional) return []
  const chosen = { namespace, labels, open: false }
  const ofPorts = [...new Set(ports.map(it => it.port))].map(port => ({ port, found: effectiveMode({ ...chosen, port }, policies) }))
  // What holds for all ports that no policy names.
  const whole = effectiveMode({ ...chosen, port: 'any other' }, policies)
  if (!whole || (!whole.by && ofPorts.every(it => !it.found?.by))) return []
  return [
    {
      label: labelOf(resource),
      at: resource.at,
      mode: whole.mode,
      ...(whole.by ? { by: { label: whole.by.label, at: whole.by.at } } : {}),
      ports: ofPorts.flatMap(({ port, found }) =>
        found ? [{ port, mode: found.mode, ...(found.mode === 'disabled' ? ownTls(namespace, labels, port, root, ctx) : {}) }] : []
      )
    }
  ]
}
