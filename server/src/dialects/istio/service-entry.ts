/** ServiceEntry: hosts that are not of Kubernetes, and how to reach them. */
import type { LowerContext } from '../../core/dialect.js'
import { memo, memoInside, type SourceFile } from '../../core/text.js'
import type { Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlNode, type YamlScalar } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { isSeenIn } from './exports.js'

export interface ServiceEntry {
  readonly resource: Resource
  readonly hosts: readonly string[]
  readonly ports: readonly EntryPort[]
  readonly endpoints: readonly { readonly address: string; readonly ports: ReadonlyMap<string, string> }[]
  /** The names that servers of it have, in place of the host. */
  readonly subjectAltNames: readonly YamlScalar[]
}

export interface EntryPort {
  readonly number: string
  readonly name?: string
  /** Upper case. */
  readonly protocol: string
  readonly written: YamlScalar
  /** The port that connections go to. */
  readonly target: string
}

/** What applications send there is TLS already, which proxies do not look into. */
export const isTlsByApplication = ({ protocol }: EntryPort): boolean => protocol === 'HTTPS' || protocol === 'TLS'
export const isHttp = ({ protocol }: EntryPort): boolean => /^(?:HTTP|HTTP2|GRPC|GRPC-WEB)$/.test(protocol)

export const readServiceEntry: (resource: Resource) => ServiceEntry = memoInside(resource => {
  const spec = mapAt(resource.node, 'spec')
  return {
    resource,
    hosts: itemsAt(spec, 'hosts').flatMap(it => textAt(it)?.toLowerCase() ?? []),
    ports: itemsAt(spec, 'ports').flatMap(portOf),
    endpoints: itemsAt(spec, 'endpoints').flatMap(it => {
      const address = textAt(it, 'address')
      return address === undefined ? [] : [{ address, ports: portsOf(it) }]
    }),
    subjectAltNames: itemsAt(spec, 'subjectAltNames').flatMap(it => (it.kind === 'scalar' ? [it] : []))
  }
})

function portOf(node: YamlNode): readonly EntryPort[] {
  const number = textAt(node, 'number')
  const written = scalarAt(node, 'protocol')
  const name = textAt(node, 'name')
  if (number === undefined || !written || written.dynamic) return []
  const target = textAt(node, 'targetPort') ?? number
  return [{ number, protocol: written.text.toUpperCase(), written, target, ...(name === undefined ? {} : { name }) }]
}

const portsOf = (node: YamlNode): ReadonlyMap<string, string> =>
  new Map((mapAt(node, 'ports')?.entries ?? []).flatMap(({ key, value }) => (textAt(value) === undefined ? [] : [[key, textAt(value)!]])))

/** The only one that says what a host is for the proxies of a namespace. */
export function serviceEntryFor(host: string, user: Resource, root: SourceFile, ctx: LowerContext): ServiceEntry | undefined {
  let found: ServiceEntry | undefined
  for (const it of byHost(declaredAlong('ServiceEntry', root, ctx)).get(host.toLowerCase()) ?? []) {
    if (!isSeenIn(it.resource, user.namespace, root, ctx)) continue
    if (found) return undefined
    found = it
  }
  return found?.resource.conditional ? undefined : found
}

const byHost = memo((resources: readonly Resource[]): ReadonlyMap<string, readonly ServiceEntry[]> => {
  const groups = new Map<string, ServiceEntry[]>()
  for (const entry of resources.filter(it => it.group === 'networking.istio.io').map(readServiceEntry)) {
    for (const host of new Set(entry.hosts)) {
      const group = groups.get(host)
      if (group) group.push(entry)
      else groups.set(host, [entry])
    }
  }
  return groups
})

/** Where connections to a port of a host end up. */
export function placesOf(
  { endpoints }: ServiceEntry,
  { name, target }: EntryPort,
  host: string
): readonly { host: string; port: string }[] {
  // A socket of UNIX is on the machine of each proxy.
  const reached = endpoints.filter(it => !it.address.startsWith('unix:'))
  if (endpoints.length === 0) return [{ host, port: target }]
  return reached.map(({ address, ports }) => ({ host: address, port: (name === undefined ? undefined : ports.get(name)) ?? target }))
}
