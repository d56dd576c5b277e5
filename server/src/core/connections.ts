/** Who connects to whom: clients and servers of a workspace are paired by address, port and name. */
import { type Listener, listenersOf } from './endpoints.js'
import type { Address, PlainEnd, TlsEndpoint } from './model.js'
import { memo } from './text.js'

export interface Connection {
  readonly client: TlsEndpoint
  readonly address: Address
  readonly listener: Listener
  /** By what they were paired. */
  readonly by: 'address' | 'name'
}

/** A connection of which one side does not speak TLS. */
export type PlainConnection =
  | { readonly plain: 'client'; readonly client: PlainEnd; readonly address: Address; readonly listener: Listener }
  | {
      readonly plain: 'server'
      readonly client: TlsEndpoint
      readonly address: Address
      readonly server: PlainEnd
      readonly listens: Address
    }

/** The endpoints of each configuration: servers share an address only inside of one. */
export type Configurations = readonly (readonly TlsEndpoint[])[]

/** With those that know nothing of TLS. */
export type PlainConfigurations = readonly { readonly endpoints: readonly TlsEndpoint[]; readonly plain?: readonly PlainEnd[] }[]

/** Every pair of a workspace. An address that several configurations listen on belongs to none of them for certain. */
export const connectionsOf = memo((configurations: Configurations): readonly Connection[] => {
  const clients = configurations.flatMap(clientsOf)
  if (clients.length === 0) return []
  const index = indexOf(configurations)
  return clients.flatMap(client =>
    client.addresses.flatMap(address => {
      const { listeners, by } = find(address, index)
      return listeners.length === 1 ? [{ client, address, listener: listeners[0]!, by }] : []
    })
  )
})

// What one configuration has part in is remembered apart: an edit changes one of them, and the others may be hundreds.
const clientsOf = memo((endpoints: readonly TlsEndpoint[]) => endpoints.filter(it => it.role === 'client'))

/** The listeners that a client may reach, each once. */
export function connect({ addresses }: Pick<TlsEndpoint, 'addresses'>, configurations: Configurations): readonly Listener[] {
  const index = indexOf(configurations)
  return [...new Set(addresses.flatMap(it => find(it, index).listeners))]
}

/** Where one side speaks TLS and the other knows nothing of it, as far as nobody else may be meant. */
export function plainConnectionsOf(configurations: PlainConfigurations): readonly PlainConnection[] {
  const ends = configurations.flatMap(it => it.plain ?? [])
  if (ends.length === 0) return []
  const index = indexOf(configurations.map(it => it.endpoints))
  const plainPlaces = placesOf(ends)
  const clients = ends.filter(it => it.role === 'client')
  return [
    ...clients.flatMap(client => client.addresses.flatMap(address => meetTls(client, address, index, plainPlaces))),
    ...configurations.flatMap(({ endpoints }) =>
      endpoints.flatMap(client =>
        client.role === 'client' ? client.addresses.flatMap(address => meetPlain(client, address, index, plainPlaces)) : []
      )
    )
  ]
}

function meetTls(client: PlainEnd, address: Address, index: Index, places: PlainPlaces): readonly PlainConnection[] {
  const { listeners, by } = find(address, index)
  const [listener] = listeners
  if (!listener || listeners.length > 1 || !listener.servers.some(it => it.address.tls)) return []
  if (places.ports.has(address.port!) || (by === 'address' && !areNeighbours(client, listener.servers[0]!.endpoint))) return []
  return [{ plain: 'client', client, address, listener }]
}

function meetPlain(client: TlsEndpoint, address: Address, index: Index, places: PlainPlaces): readonly PlainConnection[] {
  if (address.port === undefined || !places.ports.has(address.port) || find(address, index).listeners.length > 0) return []
  const found = placed(address, places.byPlace)
  return found.length === 1 && areNeighbours(client, found[0]!.end)
    ? [{ plain: 'server', client, address, server: found[0]!.end, listens: found[0]!.address }]
    : []
}

/**
 * An address says little where files of different machines lie in one workspace, and a port in use without TLS is as likely
 * another's: only what lies in one folder, or below it, is taken to run together.
 */
function areNeighbours(a: Pick<PlainEnd, 'at'>, b: Pick<PlainEnd, 'at'>): boolean {
  const [one, other] = [folderOf(a.at.path), folderOf(b.at.path)]
  return one.startsWith(other) || other.startsWith(one)
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

interface PlainPlaces {
  readonly byPlace: ReadonlyMap<string, readonly { readonly end: PlainEnd; readonly address: Address }[]>
  /** Where somebody listens without TLS, whatever the host. */
  readonly ports: ReadonlySet<number>
}

function placesOf(ends: readonly PlainEnd[]): PlainPlaces {
  const byPlace = new Map<string, { end: PlainEnd; address: Address }[]>()
  const ports = new Set<number>()
  for (const end of ends) {
    if (end.role !== 'server') continue
    for (const address of end.addresses) {
      if (address.port !== undefined) ports.add(address.port)
      if (address.host !== undefined && address.port !== undefined) add(byPlace, `${address.host} ${address.port}`, { end, address })
    }
  }
  return { byPlace, ports }
}

interface Index {
  readonly byPlace: ReadonlyMap<string, readonly Listener[]>
  readonly byName: ReadonlyMap<string, readonly Listener[]>
}

const indexOf = memo((configurations: Configurations): Index => {
  const byPlace = new Map<string, Listener[]>()
  const byName = new Map<string, Listener[]>()
  for (const configuration of configurations) {
    for (const { listener, place, names } of reachableIn(configuration)) {
      add(byPlace, place, listener)
      for (const it of names) add(byName, it, listener)
    }
  }
  return { byPlace, byName }
})

/** A listener with the words under which it is looked for. */
interface Reachable {
  readonly listener: Listener
  readonly place: string
  readonly names: readonly string[]
}

const reachableIn = memo((endpoints: readonly TlsEndpoint[]): readonly Reachable[] =>
  listenersOf(endpoints).flatMap(listener => {
    const { host, port, transport } = listener.servers[0]!.address
    if (host === undefined || port === undefined || transport !== 'tcp') return []
    const names = listener.servers.flatMap(({ endpoint }) => endpoint.serverNames.filter(it => it.origin !== 'unknown'))
    return [{ listener, place: `${host} ${port}`, names: names.map(it => `${it.value} ${port}`) }]
  })
)

/** What is added again comes at once, so that the last one shows whether it is known. */
function add<T>(index: Map<string, T[]>, key: string, it: T): void {
  const known = index.get(key)
  if (!known) index.set(key, [it])
  else if (known.at(-1) !== it) known.push(it)
}

const none: readonly never[] = []
const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

function find(address: Address, { byPlace, byName }: Index): { readonly listeners: readonly Listener[]; readonly by: Connection['by'] } {
  const near = placed(address, byPlace)
  const { host, port } = address
  if (near.length > 0) return { listeners: near, by: 'address' }
  if (host === undefined || port === undefined || port === 0 || loopback.test(host)) return { listeners: none, by: 'address' }
  const wildcard = host.includes('.') ? byName.get(`*${host.slice(host.indexOf('.'))} ${port}`) : undefined
  return { listeners: byName.get(`${host} ${port}`) ?? wildcard ?? none, by: 'name' }
}

/** The very address, else one that stands for it on the same machine. */
function placed<T>({ host, port }: Address, byPlace: ReadonlyMap<string, readonly T[]>): readonly T[] {
  if (host === undefined || port === undefined) return none
  const exact = byPlace.get(`${host} ${port}`)
  if (exact || !loopback.test(host)) return exact ?? none
  const near = ['localhost', '127.0.0.1', '::1', '*', '::'].flatMap(it => byPlace.get(`${it} ${port}`) ?? none)
  return near
}
