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
  const aims = configurations.flatMap(aimsOf)
  if (aims.length === 0) return []
  const index = indexOf(configurations)
  return aims.flatMap(({ client, address, place }) => {
    const { listeners, by } = find(address, place, index)
    return listeners.length === 1 ? [{ client, address, listener: listeners[0]!, by }] : []
  })
})

/** The listeners that a client may reach, each once. */
export function connect({ addresses }: Pick<TlsEndpoint, 'addresses'>, configurations: Configurations): readonly Listener[] {
  const index = indexOf(configurations)
  return [...new Set(addresses.flatMap(it => find(it, placeOf(it), index).listeners))]
}

/** Where one side speaks TLS and the other knows nothing of it, as far as nobody else may be meant. */
export function plainConnectionsOf(configurations: PlainConfigurations): readonly PlainConnection[] {
  const ends = configurations.flatMap(it => (it.plain && it.plain.length > 0 ? [it.plain] : []))
  if (ends.length === 0) return []
  const endpoints = configurations.map(it => it.endpoints)
  const plainPlaces = placesOf(ends)
  const plainAims = aimsAt(portsOf(endpoints), ends, plainAimsOf)
  const tlsAims = aimsAt(plainPlaces.ports, endpoints, aimsOf)
  // Most plain connections lead to where nobody speaks TLS, and all that listens need not be gone through for them.
  if (plainAims.length === 0 && tlsAims.length === 0) return []
  const index = indexOf(endpoints)
  return [...plainAims.flatMap(it => meetTls(it, index, plainPlaces)), ...tlsAims.flatMap(it => meetPlain(it, index, plainPlaces))]
}

/** The aims at one of these ports. */
function aimsAt<Ends, Client>(ports: ReadonlySet<number>, ends: readonly Ends[], aimsOf: (ends: Ends) => readonly Aim<Client>[]) {
  if (ports.size === 0) return []
  return ends.flatMap(it => aimsOf(it).filter(({ address }) => address.port !== undefined && ports.has(address.port)))
}

/** Where servers of TLS listen, whatever the host. */
const portsOf = (configurations: Configurations): ReadonlySet<number> => new Set(configurations.flatMap(ownPortsOf))

const ownPortsOf = memo((endpoints: readonly TlsEndpoint[]): readonly number[] => [
  ...new Set(endpoints.flatMap(it => (it.role === 'server' ? it.addresses.flatMap(({ port }) => port ?? []) : [])))
])

/** A client with one of the addresses that it connects to. */
interface Aim<Client> {
  readonly client: Client
  readonly address: Address
  readonly place: string | undefined
}

const placeOf = ({ host, port }: Address): string | undefined => (host === undefined || port === undefined ? undefined : `${host} ${port}`)

const aimsIn = <Client extends TlsEndpoint | PlainEnd>(ends: readonly Client[]): readonly Aim<Client>[] =>
  ends.flatMap(client => (client.role === 'client' ? client.addresses.map(address => ({ client, address, place: placeOf(address) })) : []))

// What one configuration has part in is remembered apart: an edit changes one of them, and the others may be hundreds.
const aimsOf = memo((endpoints: readonly TlsEndpoint[]) => aimsIn(endpoints))
const plainAimsOf = memo((ends: readonly PlainEnd[]) => aimsIn(ends))

function meetTls({ client, address, place }: Aim<PlainEnd>, index: Index, places: PlainPlaces): readonly PlainConnection[] {
  const { listeners, by } = find(address, place, index)
  const [listener] = listeners
  if (!listener || listeners.length > 1 || !listener.servers.some(it => it.address.tls)) return []
  if (places.ports.has(address.port!) || (by === 'address' && !areNeighbours(client, listener.servers[0]!.endpoint))) return []
  return [{ plain: 'client', client, address, listener }]
}

function meetPlain({ client, address, place }: Aim<TlsEndpoint>, index: Index, places: PlainPlaces): readonly PlainConnection[] {
  if (address.port === undefined || !places.ports.has(address.port) || find(address, place, index).listeners.length > 0) return []
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
  readonly byPlace: ReadonlyMap<string, readonly Listening[]>
  /** Where somebody listens without TLS, whatever the host. */
  readonly ports: ReadonlySet<number>
}

function placesOf(ends: readonly (readonly PlainEnd[])[]): PlainPlaces {
  const byPlace = new Map<string, Listening[]>()
  const ports = new Set<number>()
  for (const it of ends.flatMap(listeningOf)) {
    if (it.address.port !== undefined) ports.add(it.address.port)
    if (it.place !== undefined) add(byPlace, it.place, it)
  }
  return { byPlace, ports }
}

interface Listening {
  readonly end: PlainEnd
  readonly address: Address
  readonly place: string | undefined
}

const listeningOf = memo((ends: readonly PlainEnd[]): readonly Listening[] =>
  ends.flatMap(end => (end.role === 'server' ? end.addresses.map(address => ({ end, address, place: placeOf(address) })) : []))
)

interface Index {
  readonly byPlace: ReadonlyMap<string, readonly Listener[]>
  readonly byName: ReadonlyMap<string, readonly Listener[]>
  /** What was looked for already: thousands of clients connect to few places. */
  readonly found: Map<string, Reached>
}

interface Reached {
  readonly listeners: readonly Listener[]
  readonly by: Connection['by']
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
  return { byPlace, byName, found: new Map() }
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

/** `place`: that of the address. */
function find(address: Address, place: string | undefined, index: Index): Reached {
  if (place === undefined) return nowhere
  const known = index.found.get(place)
  if (known) return known
  const reached = search(address, place, index)
  index.found.set(place, reached)
  return reached
}

const nowhere: Reached = { listeners: none, by: 'address' }

function search(address: Address, place: string, { byPlace, byName }: Index): Reached {
  const near = placed(address, byPlace)
  if (near.length > 0) return { listeners: near, by: 'address' }
  const { host = '', port } = address
  if (port === 0 || loopback.test(host)) return nowhere
  const wildcard = host.includes('.') ? byName.get(`*${host.slice(host.indexOf('.'))} ${port}`) : undefined
  return { listeners: byName.get(place) ?? wildcard ?? none, by: 'name' }
}

/** The very address, else one that stands for it on the same machine. */
function placed<T>({ host, port }: Address, byPlace: ReadonlyMap<string, readonly T[]>): readonly T[] {
  if (host === undefined || port === undefined) return none
  const exact = byPlace.get(`${host} ${port}`)
  if (exact || !loopback.test(host)) return exact ?? none
  const near = ['localhost', '127.0.0.1', '::1', '*', '::'].flatMap(it => byPlace.get(`${it} ${port}`) ?? none)
  return near
}
