/** Questions about endpoints that several rules ask. */
import type { Address, Setting, TlsEndpoint } from './model.js'
import { type Location, memo, type Read } from './text.js'

/** Is the value known? A default says nothing where something may be written out of sight. */
export const isKnown = (endpoint: TlsEndpoint, setting: Setting<unknown>): boolean =>
  setting.origin !== 'unknown' && !(setting.origin === 'default' && endpoint.incomplete)

/** A server that takes TLS connections and answers them. */
export const isTlsServer = (endpoint: TlsEndpoint): boolean =>
  endpoint.role === 'server' && endpoint.tls.value && !endpoint.rejectsHandshake

/** Nobody gets in here without a certificate of a trusted CA. */
export const demandsCertificate = (endpoint: TlsEndpoint): boolean =>
  isTlsServer(endpoint) &&
  endpoint.peer.certificate.value === 'require' &&
  isKnown(endpoint, endpoint.peer.certificate) &&
  !isVain(endpoint)

/** A demand that the product forgets, for want of a CA. */
const isVain = ({ peer }: TlsEndpoint): boolean =>
  peer.withoutAnchors === 'not asked' && peer.trustAnchors.length === 0 && peer.verifyChain.origin !== 'unknown'

/** Clients are never asked for a certificate here, and get something. */
export const asksForNothing = (endpoint: TlsEndpoint): boolean =>
  isTlsServer(endpoint) &&
  endpoint.peer.certificate.value === 'ignore' &&
  isKnown(endpoint, endpoint.peer.certificate) &&
  endpoint.content?.length !== 0

/** One socket with the servers that share it. */
export interface Listener {
  readonly name: string
  readonly servers: readonly { readonly endpoint: TlsEndpoint; readonly address: Address }[]
}

/** The addresses that servers listen on, each once. */
export const listenersOf = memo((endpoints: readonly TlsEndpoint[]): readonly Listener[] => {
  const listeners = new Map<string, { name: string; servers: { endpoint: TlsEndpoint; address: Address }[] }>()
  for (const endpoint of endpoints) {
    if (endpoint.role !== 'server') continue
    for (const address of endpoint.addresses) {
      const name = addressName(address)
      if (name === undefined) continue
      const key = `${endpoint.protocol} ${address.transport} ${name}`
      const known = listeners.get(key)
      if (known) known.servers.push({ endpoint, address })
      else listeners.set(key, { name, servers: [{ endpoint, address }] })
    }
  }
  return [...listeners.values()]
})

/** `*:443`, `[::1]:8443` or the path of a socket; nothing when a part is a variable. */
export function addressName({ host, port }: Address): string | undefined {
  if (host === undefined || port === undefined) return undefined
  if (port === 0) return host
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Does this address lead nowhere but to the machine itself? */
export const isLocal = ({ host, port }: Address): boolean =>
  port === 0 || (host !== undefined && (/^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1' || host === 'localhost'))

export const isInside = (inner: Location, outer: Location): boolean =>
  inner.path === outer.path && inner.start >= outer.start && inner.end <= outer.end

/** Where a word stands in a longer text; the whole text when it is not to be found. */
export function locateWord(word: string, within: Location, read: Read): Location {
  const entry = read(within.path)
  if (entry.kind !== 'file') return within
  const at = entry.file.text.slice(within.start, within.end).search(new RegExp(`(?<![\\w.+-])${escaped(word)}(?![\\w.+-])`, 'i'))
  return at < 0 ? within : { path: within.path, start: within.start + at, end: within.start + at + word.length }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Is the peer's certificate asked for here and its chain checked? */
export function isVerifying(endpoint: TlsEndpoint): boolean {
  const { certificate, verifyChain } = endpoint.peer
  if (!endpoint.tls.value || endpoint.rejectsHandshake || !verifyChain.value || certificate.value === 'ignore') return false
  return isKnown(endpoint, verifyChain) && isKnown(endpoint, certificate)
}
