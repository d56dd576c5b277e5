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

/** The routes that lead to a host, or may do so. */
export function routesTo(name: string, root: SourceFile, ctx: LowerContext): readonly Route[] {
  const index = byDestination(declaredAlong('VirtualService', root, ctx))
  return [...(index.get(name.toLowerCase()) ?? []), ...(index.get(undefined) ?? [])]
}

const byDestination = memo((resources: readonly Resource[]): ReadonlyMap<string | undefined, readonly Route[]> => {
  const groups = new Map<string | undefined, Route[]>()
  for (const route of resources.filter(isVirtualService).flatMap(routesOf)) {
    const group = groups.get(route.name)
    if (group) group.push(route)
    else groups.set(route.name, [route])
  }
  return groups
})
