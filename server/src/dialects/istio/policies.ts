/** PeerAuthentication: which policy decides what a workload takes. */
import type { LowerContext } from '../../core/dialect.js'
import type { MeshMode } from '../../core/mesh.js'
import type { Setting } from '../../core/model.js'
import { type Location, memo, memoInside, type SourceFile } from '../../core/text.js'
import { isAmong, isCompatible, labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { mapAt, type YamlNode } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { meshMode } from './defaults.js'
import { type MeshConfig, meshConfig } from './mesh-config.js'

export interface Policy {
  readonly resource: Resource
  readonly label: string
  readonly at: Location
  readonly namespace: string | undefined
  readonly selector: ReadonlyMap<string, string>
  readonly mode?: Setting<MeshMode>
  readonly ports: readonly { readonly port: string; readonly mode: Setting<MeshMode> }[]
}

const modes: Readonly<Record<string, MeshMode>> = { STRICT: 'strict', PERMISSIVE: 'permissive', DISABLE: 'disabled' }

export const isPolicy = ({ kind, group, conditional }: Resource): boolean =>
  kind === 'PeerAuthentication' && group === 'security.istio.io' && !conditional

export const readPolicy: (resource: Resource) => Policy = memoInside(resource => {
  const spec = mapAt(resource.node, 'spec')
  const mode = modeOf(resource, spec?.get('mtls'), 'mtls')
  return {
    resource,
    label: labelOf(resource),
    at: resource.at,
    namespace: resource.namespace,
    selector: wordsOf(mapAt(spec, 'selector', 'matchLabels')),
    ...(mode ? { mode } : {}),
    ports: (mapAt(spec, 'portLevelMtls')?.entries ?? []).flatMap(({ key, value }) => {
      const ofPort = modeOf(resource, value, 'portLevelMtls')
      return ofPort ? [{ port: key, mode: ofPort }] : []
    })
  }
})

function modeOf(resource: Resource, node: YamlNode | undefined, name: string): Setting<MeshMode> | undefined {
  const scalar = node?.kind === 'map' ? node.get('mode') : undefined
  const mode = scalar?.kind === 'scalar' && !scalar.dynamic ? modes[scalar.text] : undefined
  return mode && { value: mode, origin: 'written', at: placeIn(resource, scalar!.span), name }
}

const none: readonly Policy[] = []

/** The policies that hold together with a file. */
export interface Policies {
  readonly config: MeshConfig
  /** True when a template writes the namespace of one: it may hold for any. */
  readonly anywhere: boolean
  /** Those without a choice of workloads, for a namespace or the mesh. */
  level(namespace: string): readonly Policy[]
  /** Those for single workloads of a namespace; the root namespace has none. */
  choosing(namespace: string): readonly Policy[]
}

export function policiesAlong(root: SourceFile, ctx: LowerContext): Policies {
  const config = meshConfig(root, ctx)
  const all = declaredAlong('PeerAuthentication', root, ctx).filter(isPolicy).map(readPolicy)
  const wide = new Map<string, Policy[]>()
  const narrow = new Map<string, Policy[]>()
  for (const policy of all) {
    if (policy.namespace === undefined) continue
    const groups = policy.selector.size === 0 ? wide : narrow
    const group = groups.get(policy.namespace)
    if (group) group.push(policy)
    else groups.set(policy.namespace, [policy])
  }
  return {
    config,
    anywhere: all.some(it => it.namespace === undefined),
    level: namespace => wide.get(namespace) ?? [],
    choosing: namespace => (namespace === config.rootNamespace ? none : (narrow.get(namespace) ?? none))
  }
}

/** Workloads as far as they are known: what labels they have at least, and perhaps have. */
export interface Chosen {
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  /** True when they may have more labels than these. */
  readonly open: boolean
  readonly port?: string
}

export interface Effective {
  readonly mode: MeshMode
  /** Absent: nothing is written anywhere in reach. */
  readonly by?: Policy
  readonly level: 'mesh' | 'namespace' | 'workload' | 'default'
  readonly modeAt?: Location
}

/** What the chosen take, by the narrowest policy that says anything; nothing when that cannot be known. */
export function effectiveMode(chosen: Chosen, policies: Policies): Effective | undefined {
  const { rootNamespace } = policies.config
  if (policies.anywhere) return undefined
  const own = policies.choosing(chosen.namespace)
  const labels = [...chosen.labels].map(it => it.join('='))
  const byLabel = policiesByLabel(own)
  const sure = labels.flatMap(it => byLabel.get(it) ?? []).filter(it => isAmong(it.selector, chosen.labels))
  const perhaps = chosen.open && own.some(it => !sure.includes(it) && isCompatible(it.selector, chosen.labels))
  if (perhaps || sure.length > 1) return undefined
  const [workload] = sure
  const ofPort = chosen.port === undefined ? undefined : workload?.ports.find(it => it.port === chosen.port)
  if (workload && ofPort) return { mode: ofPort.mode.value, by: workload, level: 'workload', modeAt: ofPort.mode.at }
  if (workload && chosen.port === undefined && workload.ports.length > 0) return undefined
  if (workload && !workload.mode && isWritten(workload)) return undefined
  if (workload?.mode) return { mode: workload.mode.value, by: workload, level: 'workload', modeAt: workload.mode.at }
  const namespace = chosen.namespace === rootNamespace ? 'silent' : agreed(policies.level(chosen.namespace), 'namespace')
  if (namespace !== 'silent') return namespace
  const mesh = agreed(policies.level(rootNamespace), 'mesh')
  return mesh === 'silent' ? { mode: meshMode, level: 'default' } : mesh
}

/** By the first label of the choice. */
const policiesByLabel = memo((policies: readonly Policy[]): ReadonlyMap<string, readonly Policy[]> => {
  const groups = new Map<string, Policy[]>()
  for (const policy of policies) {
    const [first] = policy.selector
    const key = first!.join('=')
    const group = groups.get(key)
    if (group) group.push(policy)
    else groups.set(key, [policy])
  }
  return groups
})

/** Of several the oldest counts, and which that is stands in no file. */
function agreed(level: readonly Policy[], name: Effective['level']): Effective | 'silent' | undefined {
  const [first] = level
  if (!first || level.every(it => !it.mode && !isWritten(it))) return 'silent'
  if (!first.mode || level.some(it => it.mode?.value !== first.mode!.value)) return undefined
  return { mode: first.mode.value, by: first, level: name, modeAt: first.mode.at }
}

/** Is there a mode that could not be read? */
function isWritten({ resource }: Policy): boolean {
  const mode = mapAt(resource.node, 'spec', 'mtls')?.get('mode')
  return mode?.kind === 'scalar' && mode.text !== 'UNSET' && mode.text !== ''
}
