/** DestinationRule: how the proxies of clients speak to a host. */
import type { LowerContext } from '../../core/dialect.js'
import type { MeshClient } from '../../core/mesh.js'
import type { Setting } from '../../core/model.js'
import { memoInside, type SourceFile, type Span } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { at, itemsAt, mapAt, scalarAt, textAt, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { type HostReach, reachOf } from './hosts.js'
import { type Chosen, type Effective, effectiveMode, type Policies } from './policies.js'
import { type Service, serviceNamed, workloadsWith } from './workloads.js'

export const isDestinationRule = ({ kind, group }: Resource): boolean => kind === 'DestinationRule' && group === 'networking.istio.io'

/** TLS settings of a rule, wherever they stand in it. */
export interface TlsSettings {
  readonly resource: Resource
  readonly node: YamlMap
  /** The block around, `trafficPolicy` or a port's. */
  readonly header: Span
  readonly host: YamlScalar
  readonly mode: YamlScalar | undefined
  /** Of the service; absent: all that have no settings of their own. */
  readonly port?: string
  readonly otherPorts: readonly string[]
  readonly subset?: { readonly name: string; readonly labels: ReadonlyMap<string, string> }
  /** Do only some of the clients in its namespace go by it? */
  readonly forSome: boolean
}

export const settingsOf: (resource: Resource) => readonly TlsSettings[] = memoInside(resource => {
  const spec = mapAt(resource.node, 'spec')
  const host = scalarAt(spec, 'host')
  if (!host || host.dynamic) return []
  const common = { resource, host, forSome: mapAt(spec, 'workloadSelector') !== undefined }
  return [
    ...ofPolicy(mapAt(spec, 'trafficPolicy')),
    ...itemsAt(spec, 'subsets').flatMap(it => {
      const subset = { name: textAt(it, 'name') ?? '', labels: wordsOf(at(it, 'labels')) }
      return ofPolicy(mapAt(it, 'trafficPolicy')).map(settings => ({ ...settings, subset }))
    })
  ]

  function ofPolicy(policy: YamlMap | undefined): TlsSettings[] {
    if (!policy) return []
    const byPort = itemsAt(policy, 'portLevelSettings')
    const ports = byPort.flatMap(it => textAt(it, 'port', 'number') ?? [])
    const whole = settings(policy, undefined, ports)
    return [...whole, ...byPort.flatMap(it => settings(it, textAt(it, 'port', 'number'), []))]
  }

  function settings(around: YamlNode, port: string | undefined, otherPorts: readonly string[]): TlsSettings[] {
    const entry = around.kind === 'map' ? around.entry('tls') : undefined
    if (entry?.value?.kind !== 'map') return []
    const mode = scalarAt(entry.value, 'mode')
    return [{ ...common, node: entry.value, header: entry.keySpan, mode, otherPorts, ...(port === undefined ? {} : { port }) }]
  }
})

const clientModes: Readonly<Record<string, MeshClient['mode']['value']>> = { DISABLE: 'plain', SIMPLE: 'tls', ISTIO_MUTUAL: 'mutual' }

/** What stands behind the host says whether the two fit together. */
export function meshClients(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): readonly MeshClient[] {
  if (resource.conditional) return []
  return settingsOf(resource).flatMap(it => {
    const mode = clientModeOf(it)
    if (!mode) return []
    const meets = whatIsMet(it, mode.value, policies, root, ctx)
    return [{ label: labelOf(resource), at: resource.at, host: brief(it.host.text), mode, ...(meets ? { meets } : {}) }]
  })
}

function clientModeOf({ mode, resource }: TlsSettings): Setting<MeshClient['mode']['value']> | undefined {
  const value = mode && !mode.dynamic ? clientModes[mode.text] : undefined
  return value && { value, origin: 'written', at: placeIn(resource, mode!.span), name: 'mode' }
}

type Wanted = (found: Effective) => boolean

function whatIsMet(
  settings: TlsSettings,
  mode: MeshClient['mode']['value'],
  policies: Policies,
  root: SourceFile,
  ctx: LowerContext
): MeshClient['meets'] {
  const reach = reachOf(settings.host.text, settings.resource.namespace)
  const clashes: Wanted = it => (mode === 'mutual' ? it.mode === 'disabled' : it.mode === 'strict')
  const found = foundAt(reach, settings, clashes, policies, root, ctx)
  if (!found?.effective.by || !found.effective.modeAt) return undefined
  const { by, modeAt, mode: met } = found.effective
  return { mode: met, by: { label: by.label, at: by.at, modeAt }, certain: found.certain }
}

interface Found {
  readonly effective: Effective
  /** False: perhaps nothing of the mesh runs there at all. */
  readonly certain: boolean
}

function foundAt(
  reach: HostReach,
  settings: TlsSettings,
  clashes: Wanted,
  policies: Policies,
  root: SourceFile,
  ctx: LowerContext
): Found | undefined {
  switch (reach.kind) {
    case 'other':
      return undefined
    case 'mesh': {
      const effective = effectiveMode({ namespace: policies.config.rootNamespace, labels: new Map(), open: true }, policies)
      return effective && clashes(effective) ? { effective, certain: true } : undefined
    }
    case 'namespace': {
      if (isLeftOut(reach.namespace, root, ctx)) return undefined
      const effective = effectiveMode({ namespace: reach.namespace, labels: new Map(), open: false }, policies)
      return effective && clashes(effective) ? { effective, certain: effective.level === 'namespace' } : undefined
    }
    case 'service':
      return foundAtService(reach, settings, clashes, policies, root, ctx)
  }
}

/** Namespaces that say that nothing in them has a proxy. */
const isLeftOut = (namespace: string, root: SourceFile, ctx: LowerContext): boolean =>
  declaredAlong(`Namespace/${namespace}`, root, ctx).some(
    it => wordsOf(mapAt(it.node, 'metadata', 'labels')).get('istio-injection') === 'disabled'
  )

function foundAtService(
  { service: name, namespace }: Extract<HostReach, { kind: 'service' }>,
  settings: TlsSettings,
  clashes: Wanted,
  policies: Policies,
  root: SourceFile,
  ctx: LowerContext
): Found | undefined {
  if (isLeftOut(namespace, root, ctx)) return undefined
  // The API server has no proxy, and telling clients so is what Istio's own guides do.
  if (name === 'kubernetes' && namespace === 'default') return undefined
  const service = serviceNamed(name, namespace, root, ctx)
  const labels = new Map([...(service?.selector ?? []), ...(settings.subset?.labels ?? [])])
  const workloads = service && labels.size > 0 ? workloadsWith(labels, namespace, root, ctx) : []
  if (workloads.some(it => !it.mayBeInMesh)) return undefined
  const candidates: Chosen[] =
    workloads.length > 0 ? workloads.map(it => ({ namespace, labels: it.labels, open: false })) : [{ namespace, labels, open: true }]
  const ports = portsOf(
    settings,
    service,
    workloads.flatMap(it => it.ports)
  )
  const found = candidates.flatMap(it =>
    (ports ?? [undefined]).map(port => effectiveMode({ ...it, ...(port === undefined ? {} : { port }) }, policies))
  )
  const clash = found.find(it => it && clashes(it))
  if (!clash || found.includes(undefined)) return undefined
  return { effective: clash, certain: clash.level === 'workload' || clash.level === 'namespace' || service !== undefined }
}

/** The ports of the workloads that the settings concern; nothing when that is not known. */
function portsOf(
  { port, otherPorts }: TlsSettings,
  service: Service | undefined,
  named: readonly { readonly name?: string; readonly port: string }[]
): readonly (string | undefined)[] | undefined {
  const concerned = service?.ports.filter(it => (port === undefined ? !otherPorts.includes(it.port) : it.port === port))
  if (!concerned || concerned.length === 0) return undefined
  const numbers = concerned.map(({ target }) => (/^\d+$/.test(target) ? target : named.find(it => it.name === target)?.port))
  return numbers.every(it => it !== undefined) ? numbers : undefined
}

/** Do the proxies of clients use mutual TLS to the workloads of a namespace because a rule says so? */
export function isMutualByRule(namespace: string, root: SourceFile, ctx: LowerContext): boolean {
  const rules = declaredAlong('DestinationRule', root, ctx).filter(isDestinationRule).flatMap(settingsOf)
  return rules.some(it => {
    if (it.mode?.text !== 'ISTIO_MUTUAL' && !it.mode?.dynamic) return false
    const reach = reachOf(it.host.text, it.resource.namespace)
    return reach.kind === 'mesh' || ('namespace' in reach && reach.namespace === namespace)
  })
}
