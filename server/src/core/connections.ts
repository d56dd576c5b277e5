/** Who connects to whom: clients and servers of a workspace are paired by address, port and name. */
import { type Listener, listenersOf } from './endpoints.js'
import type { Address, TlsEndpoint } from './model.js'
import { memo } from './text.js'

export interface Connection {
  readonly client: TlsEndpoint
  readonly address: Address
  readonly listener: Listener
  /** By what they were paired. */
  readonly by: 'address' | 'name'
}

/** The endpoints of each configuration: servers share an address only inside of one. */
export type Configurations = readonly (readonly TlsEndpoint[])[]

/** Every pair of a workspace. An address that several configurations listen on belongs to none of them for certain. */
export const connectionsOf = memo((configurations: Configurations): readonly Connection[] =>
  configurations
    .flat()
    .filter(it => it.role === 'client')
    .flatMap(client =>
      client.addresses.flatMap(address => {
        const found = listenersFor(address, configurations)
        return found.length === 1 ? [{ client, address, ...found[0]! }] : []
      })
    )
)

/** The listeners that a client may reach, each once. */
export const connect = ({ addresses }: Pick<TlsEndpoint, 'addresses'>, configurations: Configurations): readonly Listener[] => [
  ...new Set(addresses.flatMap(it => listenersFor(it, configurations).map(found => found.listener)))
]

interface Index {
  readonly byPlace: ReadonlyMap<string, readonly Listener[]>
  readonly byName: ReadonlyMap<string, readonly Listener[]>
}

const indexOf = memo((configurations: Configurations): Index => {
  const byPlace = new Map<string, Listener[]>()
  const byName = new Map<string, Listener[]>()
  const add = (index: Map<string, Listener[]>, key: string, it: Listener) => {
    const known = index.get(key)
    if (!known) index.set(key, [it])
    else if (!known.includes(it)) known.push(it)
  }
  for (const listener of configurations.flatMap(listenersOf)) {
    const { address } = listener.servers[0]!
    if (address.host === undefined || address.port === undefined || address.transport !== 'tcp') continue
    add(byPlace, `${address.host} ${address.port}`, listener)
    for (const { endpoint } of listener.servers) {
      for (const it of endpoint.serverNames) if (it.origin !== 'unknown') add(byName, `${it.value} ${address.port}`, listener)
    }
  }
  return { byPlace, byName }
})

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

function listenersFor(
  { host, port }: Address,
  configurations: Configurations
): readonly { readonly listener: Listener; readonly by: Connection['by'] }[] {
  if (host === undefined || port === undefined) return []
  const { byPlace, byName } = indexOf(configurations)
  const exact = byPlace.get(`${host} ${port}`) ?? []
  if (exact.length > 0) return exact.map(listener => ({ listener, by: 'address' }))
  const isLoopback = loopback.test(host)
  const near = isLoopback ? ['localhost', '127.0.0.1', '::1', '*', '::'].flatMap(it => byPlace.get(`${it} ${port}`) ?? []) : []
  if (near.length > 0) return near.map(listener => ({ listener, by: 'address' }))
  if (isLoopback || port === 0) return []
  const wildcard = host.includes('.') ? (byName.get(`*${host.slice(host.indexOf('.'))} ${port}`) ?? []) : []
  return [...(byName.get(`${host} ${port}`) ?? wildcard)].map(listener => ({ listener, by: 'name' }))
}
