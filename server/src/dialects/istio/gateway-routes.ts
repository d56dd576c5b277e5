/** What the servers of a gateway give: the VirtualServices that are bound to it, for the hosts that both name. */
import type { LowerContext } from '../../core/dialect.js'
import type { Forward } from '../../core/model.js'
import { type Location, locate, memo, type SourceFile } from '../../core/text.js'
import { labelOf, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlNode } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { meshSettings } from './mesh-config.js'
import { isVirtualService } from './virtual-service.js'

/**
 * Which of them answers is decided by Host, once the connection is there, so that a server gives all whose hosts it covers:
 * https://istio.io/latest/docs/reference/config/networking/gateway/#Server-hosts
 */
export function contentOf(gateway: Resource, server: YamlNode, root: SourceFile, ctx: LowerContext): readonly string[] | undefined {
  const bound = servicesAt(gateway, declaredAlong('VirtualService', root, ctx)).filter(it => isCovered(it, gateway, server))
  if (bound.length === 0 || bound.some(it => it.incomplete)) return undefined
  const port = textAt(server, 'port', 'number')
  return bound.filter(it => givesSomething(it, port)).map(labelOf)
}

const servicesAt = (gateway: Resource, services: readonly Resource[]): readonly Resource[] =>
  placedAt(gateway.namespace, gateway.name, byGateway(services)).filter(it => isBoundTo(it, gateway))

/** What is found by a namespace and a name. What says no namespace is put wherever it is applied. */
export function placedAt(
  namespace: string | undefined,
  name: string | undefined,
  index: ReadonlyMap<string, readonly Resource[]>
): readonly Resource[] {
  if (namespace === '') return index.get(`${name}`) ?? []
  return [...(index.get(`${namespace}/${name}`) ?? []), ...(index.get(`/${name}`) ?? [])]
}

/** There may be as many gateways as there are services. */
const byGateway = memo(
  (services: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> =>
    indexed(services.filter(isVirtualService), service =>
      itemsAt(service.node, 'spec', 'gateways').flatMap(it => {
        const [name, namespace = service.namespace] = (textAt(it) ?? '').split('/').reverse()
        return [name!, `${namespace}/${name}`]
      })
    )
)

export function indexed(
  resources: readonly Resource[],
  keysOf: (it: Resource) => readonly string[]
): ReadonlyMap<string, readonly Resource[]> {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources) {
    for (const key of new Set(keysOf(resource))) {
      const group = groups.get(key)
      if (group) group.push(resource)
      else groups.set(key, [resource])
    }
  }
  return groups
}

function isBoundTo(service: Resource, gateway: Resource): boolean {
  return itemsAt(service.node, 'spec', 'gateways').some(it => {
    const [name, namespace = service.namespace] = (textAt(it) ?? '').split('/').reverse()
    return name !== '' && name === gateway.name && isSame(namespace, gateway.namespace)
  })
}

/** What says no namespace is put wherever it is applied, which is as a rule where the other is. */
const isSame = (one: string | undefined, other: string | undefined): boolean => one === other || one === '' || other === ''

export function isCovered(service: Resource, gateway: Resource, server: YamlNode): boolean {
  const hosts = itemsAt(service.node, 'spec', 'hosts').flatMap(it => textAt(it)?.toLowerCase() ?? [])
  return itemsAt(server, 'hosts').some(it => {
    const [host, namespace = '*'] = (textAt(it)?.toLowerCase() ?? '').split('/').reverse()
    const isSeen = namespace === '*' || isSame(namespace === '.' ? gateway.namespace : namespace, service.namespace)
    return isSeen && host !== '' && hosts.some(own => covers(host!, own) || covers(own, host!))
  })
}

const covers = (wide: string, host: string): boolean =>
  wide === '*' || wide === host || (wide.startsWith('*.') && host.endsWith(wide.slice(1)))

/** A redirection gives nothing, nor do requests on other ports. */
const givesSomething = (service: Resource, port: string | undefined): boolean =>
  itemsAt(service.node, 'spec', 'http').some(rule => {
    const matches = itemsAt(rule, 'match')
    const isForPort = matches.length === 0 || matches.some(it => [undefined, port].includes(textAt(it, 'port')))
    return isForPort && (itemsAt(rule, 'route').length > 0 || mapAt(rule, 'delegate') !== undefined)
  })

/**
 * What gateways make of `x-forwarded-client-cert`, where the mesh says so and no trusted proxy stands before them:
 * https://istio.io/latest/docs/ops/configuration/traffic-management/network-topologies/
 */
export function forwardsOf(header: Location, root: SourceFile, ctx: LowerContext): readonly Forward[] {
  const [settings, another] = declaredAlong('MeshConfig', root, ctx).flatMap(resource => {
    const found = meshSettings(resource)
    const topology = mapAt(found?.node, 'defaultConfig', 'gatewayTopology')
    return found && topology ? [{ file: resource.file, placed: found.placed, topology }] : []
  })
  if (!settings || another || (textAt(settings.topology, 'numTrustedProxies') ?? '0') !== '0') return []
  const scalar = scalarAt(settings.topology, 'forwardClientCertDetails')
  const by = scalar && !scalar.dynamic ? believers[scalar.text] : undefined
  if (!scalar || !by) return []
  const at = settings.file === root && settings.placed ? locate(root, scalar.span) : header
  const unfiltered = { name: 'x-forwarded-client-cert', at, setting: `forwardClientCertDetails ${scalar.text}`, by }
  return [{ at: header, target: 'its routes', headers: [], incomplete: true, guarded: false, unfiltered }]
}

/** As with Envoy's setting of that name. */
const believers: Readonly<Record<string, NonNullable<Forward['unfiltered']>['by']>> = {
  ALWAYS_FORWARD_ONLY: 'anybody',
  FORWARD_ONLY: 'certificate holders',
  APPEND_FORWARD: 'certificate holders'
}
