/** VirtualService: where requests and connections for a host are sent in place of it. */
import type { LowerContext } from '../../core/dialect.js'
import { memo, memoInside, type SourceFile } from '../../core/text.js'
import type { Resource } from '../kubernetes/resources.js'
import { at, itemsAt, mapAt, scalarAt, textAt, type YamlNode, type YamlScalar } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { fullName } from './hosts.js'

export const isVirtualService = ({ kind, group }: Resource): boolean => kind === 'VirtualService' && group === 'networking.istio.io'

export interface Route {
  readonly resource: Resource
  /** What it is that is routed: requests, TLS by its server name, connections. */
  readonly kind: 'http' | 'tls' | 'tcp'
  readonly host: YamlScalar
  /** The whole name of the host; absent when a template writes it. */
  readonly name?: string
  readonly port?: string
  /** The names that requests have when they get there. */
  readonly requestHosts: readonly string[]
}

export const routesOf: (resource: Resource) => readonly Route[] = memoInside(resource => {
  const hosts = itemsAt(resource.node, 'spec', 'hosts').flatMap(it => textAt(it) ?? [])
  return (['http', 'tls', 'tcp'] as const).flatMap(kind =>
    itemsAt(resource.node, 'spec', kind).flatMap(rule => {
      const authority = scalarAt(rule, 'rewrite', 'authority')
      const requestHosts = authority ? [authority.dynamic ? '*' : authority.text] : hosts
      return destinationsOf(rule).flatMap(it => routeTo(it, resource, kind, requestHosts))
    })
  )
})

const destinationsOf = (rule: YamlNode): readonly YamlNode[] =>
  [
    ...itemsAt(rule, 'route').map(it => at(it, 'destination')),
    mapAt(rule, 'mirror'),
    ...itemsAt(rule, 'mirrors').map(it => at(it, 'destination'))
  ].flatMap(it => it ?? [])

function routeTo(destination: YamlNode, resource: Resource, kind: Route['kind'], requestHosts: readonly string[]): readonly Route[] {
  const host = scalarAt(destination, 'host')
  if (!host) return []
  const port = textAt(destination, 'port', 'number')
  return [
    {
      resource,
      kind,
      host,
      requestHosts,
      ...(host.dynamic ? {} : { name: fullName(host.text, resource.namespace).toLowerCase() }),
      ...(port === undefined ? {} : { port })
    }
  ]
}

/** What comes to a host by routes, of which there may be thousands. */
export interface Arrivals {
  /** Ports that requests and connections are sent to; `undefined` is the only port that there is. */
  readonly ports: ReadonlySet<string | undefined>
  /** The names that requests have; none where none is routed. */
  readonly requestHosts: ReadonlySet<string>
}

export function arrivalsAt(name: string, root: SourceFile, ctx: LowerContext): Arrivals {
  return byDestination(declaredAlong('VirtualService', root, ctx)).get(name.toLowerCase()) ?? none
}

/** Is there a route to a host that a template writes? */
export const hasUnknownRoutes = (root: SourceFile, ctx: LowerContext): boolean =>
  byDestination(declaredAlong('VirtualService', root, ctx)).has(undefined)

const none: Arrivals = { ports: new Set(), requestHosts: new Set() }

const byDestination = memo((resources: readonly Resource[]): ReadonlyMap<string | undefined, Arrivals> => {
  const groups = new Map<string | undefined, { ports: Set<string | undefined>; requestHosts: Set<string> }>()
  for (const { name, kind, port, requestHosts } of resources.filter(isVirtualService).flatMap(routesOf)) {
    const group = groups.get(name) ?? { ports: new Set(), requestHosts: new Set() }
    groups.set(name, group)
    if (kind !== 'tls') group.ports.add(port)
    if (kind === 'http') for (const it of requestHosts) group.requestHosts.add(it)
  }
  return groups
})
