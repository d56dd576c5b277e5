/** Where TLS that proxies begin does not fit what applications send, or what is sent does not fit where it goes. */
import type { Declaration, LowerContext } from '../../core/dialect.js'
import type { DoubledTls, PlainRoute } from '../../core/mesh.js'
import { memo, type SourceFile } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { declaredAlong } from './declarations.js'
import { settingsOf, type TlsSettings } from './destination-rule.js'
import { fullName } from './hosts.js'
import { meshConfig } from './mesh-config.js'
import { type EntryPort, isTlsByApplication, type ServiceEntry, serviceEntryFor } from './service-entry.js'
import { isImported } from './sidecar.js'
import { arrivalsAt, hasUnknownRoutes, routesOf } from './virtual-service.js'

/** TLS that is begun on ports where applications have begun it: https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls */
export function doubledTls(resource: Resource, root: SourceFile, ctx: LowerContext): readonly DoubledTls[] {
  if (resource.conditional || isPatched(root, ctx)) return []
  return settingsOf(resource).flatMap(settings => {
    const { mode, host, forSome, subset } = settings
    if (!mode || mode.dynamic || (mode.text !== 'SIMPLE' && mode.text !== 'MUTUAL') || forSome || subset) return []
    const name = fullName(host.text, resource.namespace)
    const entry = serviceEntryFor(name, resource, root, ctx)
    if (!entry || !isForApplications(settings, entry, name, root, ctx)) return []
    const ports = concernedPorts(entry, settings)
    return ports
      .filter(it => isTlsByApplication(it) && !isRouted(name, it, entry, root, ctx))
      .map(port => ({
        label: labelOf(resource),
        at: resource.at,
        host: brief(host.text),
        port: port.number,
        modeAt: placeIn(resource, mode.span),
        entry: namedPort(entry, port),
        // Perhaps it is meant for the others, and nobody uses this one.
        certain: settings.port !== undefined || ports.every(isTlsByApplication)
      }))
  })
}

const namedPort = ({ resource }: ServiceEntry, { protocol, written }: EntryPort): PlainRoute['entry'] => ({
  label: labelOf(resource),
  at: resource.at,
  protocol: brief(protocol),
  protocolAt: placeIn(resource, written.span)
})

/** The ports that settings are for: one, or all that have none of their own. */
export const concernedPorts = ({ ports }: ServiceEntry, { port, otherPorts }: TlsSettings): readonly EntryPort[] =>
  ports.filter(it => (port === undefined ? !otherPorts.includes(it.number) : it.number === port))

/** Of other namespaces than those of the host and of the mesh, a rule may be for a gateway alone. */
function isForApplications({ resource }: TlsSettings, entry: ServiceEntry, name: string, root: SourceFile, ctx: LowerContext): boolean {
  const { namespace } = resource
  if (namespace === undefined) return false
  if (namespace !== entry.resource.namespace && namespace !== meshConfig(root, ctx).rootNamespace) return false
  return isImported(name, entry.resource.namespace ?? '', namespace, root, ctx)
}

/** Plain requests come to the port over a route, so that it is for those that TLS is begun. */
function isRouted(name: string, port: EntryPort, { ports }: ServiceEntry, root: SourceFile, ctx: LowerContext): boolean {
  const arrivals = arrivalsAt(name, root, ctx)
  if (hasUnknownRoutes(root, ctx) || arrivals.ports.has(port.number) || (ports.length === 1 && arrivals.ports.has(undefined))) return true
  return textOfApiRoutes(declaredAlong('ApiRoute', root, ctx)).includes(name)
}

const textOfApiRoutes = memo((resources: readonly Resource[]): string =>
  resources.map(({ file, node: { span } }) => file.text.slice(span.start, span.end)).join('\n')
)

/** Whoever writes into Envoy's configuration can make anything of it. */
const isPatched = (root: SourceFile, ctx: LowerContext): boolean => declaredAlong('EnvoyFilter', root, ctx).length > 0

/** Requests that are sent as they are to a port for TLS. */
export function plainRoutes(resource: Resource, root: SourceFile, ctx: LowerContext): readonly PlainRoute[] {
  if (resource.incomplete || isPatched(root, ctx)) return []
  return routesOf(resource).flatMap(({ kind, host, name, port }) => {
    const entry = kind === 'http' && name !== undefined ? serviceEntryFor(name, resource, root, ctx) : undefined
    const [found, another] = entry?.ports.filter(it => port === undefined || it.number === port) ?? []
    if (!entry || !found || another || !isTlsByApplication(found) || entry.resource.incomplete) return []
    if (begunSomewhere(name!, ctx.declared('DestinationRule'))) return []
    return [
      { label: labelOf(resource), at: placeIn(resource, host.span), host: brief(name!), port: found.number, entry: namedPort(entry, found) }
    ]
  })
}

/** Rules for TLS may stand anywhere, and for a host in many ways. */
function begunSomewhere(name: string, rules: readonly Declaration[]): boolean {
  const { exact, wild } = hostsWithTls(rules)
  return exact.has(name) || wild.some(it => name.endsWith(it))
}

const hostsWithTls = memo((rules: readonly Declaration[]): { readonly exact: ReadonlySet<string>; readonly wild: readonly string[] } => {
  const exact = new Set<string>()
  const wild = new Set<string>()
  for (const { value } of rules) {
    // Only this dialect declares under this key.
    for (const { host, resource } of settingsOf(value as Resource)) {
      if (host.text.startsWith('*')) wild.add(host.text.slice(1).toLowerCase())
      else exact.add(fullName(host.text, resource.namespace).toLowerCase())
    }
  }
  return { exact, wild: [...wild] }
})
