/** Which server of an address answers to a name. */
import type { Listener } from '../core/endpoints.js'
import type { Identity, TlsEndpoint } from '../core/model.js'
import type { Read } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { type Presented, presentedBy } from './presented.js'
import type { ServerBehaviour } from './products/index.js'

export interface Choice {
  readonly endpoint: TlsEndpoint
  /** False when it answers because no name chose another. */
  readonly byName: boolean
  /** What it presents, by the kind of key, where names choose certificates. */
  readonly presents: readonly Presented[]
}

export type Chosen = Choice | { readonly unknown: string; readonly endpoint: TlsEndpoint }

export const isUnknown = (it: Chosen): it is Extract<Chosen, { unknown: string }> => 'unknown' in it

export function chooseServer(listener: Listener, name: string | undefined, behaviour: ServerBehaviour, read: Read): Chosen {
  return behaviour.choosesBy === 'server-names'
    ? chooseByServerName(listener, name, behaviour, read)
    : chooseByCertificateName(listener, name, read)
}

export function defaultOf({ servers }: Listener): TlsEndpoint {
  return (servers.find(it => it.address.isDefault) ?? servers[0]!).endpoint
}

const presentedOf = (endpoint: TlsEndpoint, read: Read): readonly Presented[] => endpoint.identities.map(it => presentedBy(it, read))

function chooseByServerName(listener: Listener, name: string | undefined, behaviour: ServerBehaviour, read: Read): Chosen {
  const found = name === undefined ? undefined : findByName(listener, name, behaviour)
  if (found && 'unknown' in found) return { unknown: found.unknown, endpoint: defaultOf(listener) }
  const endpoint = found?.endpoint ?? defaultOf(listener)
  return { endpoint, byName: found !== undefined, presents: presentedOf(endpoint, read) }
}

/** Exact names first, then the longest wildcard at the front, then at the end, then patterns. */
export function findByName(
  { servers }: Listener,
  name: string,
  behaviour: ServerBehaviour
): { readonly endpoint: TlsEndpoint } | { readonly unknown: string } | undefined {
  const named = servers.flatMap(({ endpoint }) => endpoint.serverNames.map(it => ({ endpoint, setting: it })))
  const exact = named.find(it => it.setting.origin !== 'unknown' && it.setting.value === name)
  if (exact) return exact
  const front = longest(named.filter(it => it.setting.value.startsWith('*.') && matchesFront(it.setting.value, name, behaviour)))
  if (front) return front
  const end = longest(named.filter(it => isTrailing(it.setting.value) && name.startsWith(it.setting.value.slice(0, -1))))
  if (end) return end
  const pattern = named.find(it => it.setting.origin === 'unknown' && !isTrailing(it.setting.value))
  return pattern && { unknown: `whether ${pattern.setting.name} ${pattern.setting.value} takes ${name} is not to be told` }
}

const isTrailing = (name: string): boolean => name.endsWith('.*') && !name.startsWith('~') && !name.includes('$')

function matchesFront(pattern: string, name: string, { wildcardsSpanLabels }: ServerBehaviour): boolean {
  const rest = pattern.slice(1)
  return name.endsWith(rest) && name.length > rest.length && (wildcardsSpanLabels || !name.slice(0, -rest.length).includes('.'))
}

function longest<T extends { readonly setting: { readonly value: string } }>(found: readonly T[]): T | undefined {
  return found.reduce<T | undefined>((best, it) => (best && best.setting.value.length >= it.setting.value.length ? best : it), undefined)
}

interface Named {
  readonly endpoint: TlsEndpoint
  readonly presented: Presented
  readonly names: readonly string[]
}

/** Each certificate answers to the names that are written for it, else to those in it; the first answers to all others. */
function chooseByCertificateName(listener: Listener, name: string | undefined, read: Read): Chosen {
  const all: readonly Named[] = asWritten(listener).map(({ endpoint, identity: it }) => {
    const presented = presentedBy(it, read)
    const written = it.names ?? endpoint.serverNames.map(setting => setting.value)
    return { endpoint, presented, names: written.length > 0 ? written : presented.kind === 'chain' ? namesIn(presented.chain[0]) : [] }
  })
  const unread = all.find(it => it.presented.kind === 'unknown')
  const standards = listener.servers.filter(it => it.address.isDefault)
  // Two lines that bind one address share out its connections as they come.
  if (standards.length > 1) return { unknown: `${listener.name} is bound more than once`, endpoint: defaultOf(listener) }
  const fallback = all.find(it => it.endpoint === defaultOf(listener)) ?? all[0]
  if (!fallback) return { endpoint: defaultOf(listener), byName: false, presents: [] }
  if (name !== undefined) {
    const left = (it: Named) => it.names.includes(`!${name}`)
    const exact = all.filter(it => it.names.includes(name) && !left(it))
    const wild = all.filter(it => it.names.includes(`*${name.slice(Math.max(name.indexOf('.'), 0))}`) && !left(it))
    const found = exact.length > 0 ? exact : wild
    if (found[0]) return { endpoint: found[0].endpoint, byName: true, presents: sameEndpoint(found).map(it => it.presented) }
    if (unread) return { unknown: unread.presented.kind === 'unknown' ? unread.presented.reason : '', endpoint: fallback.endpoint }
  }
  return { endpoint: fallback.endpoint, byName: false, presents: [fallback.presented] }
}

/** In the order of the files that name them: of two certificates for one name the earlier is taken, with all its options. */
function asWritten({ servers }: Listener): readonly { readonly endpoint: TlsEndpoint; readonly identity: Identity }[] {
  const all = servers.flatMap(({ endpoint }) => endpoint.identities.map(identity => ({ endpoint, identity })))
  const paths = [...new Set(all.map(it => it.identity.certificate.at.path))]
  const rank = new Map(paths.map((path, at) => [path, at]))
  const placeOf = ({ identity }: (typeof all)[number]) => identity.certificate.at
  return all.sort((a, b) => rank.get(placeOf(a).path)! - rank.get(placeOf(b).path)! || placeOf(a).start - placeOf(b).start)
}

const sameEndpoint = (found: readonly Named[]): readonly Named[] => found.filter(it => it.endpoint === found[0]!.endpoint)

function namesIn({ subjectAltNames, subject }: Certificate): readonly string[] {
  const alternative = (subjectAltNames ?? []).filter(it => it.type === 'dns').map(it => it.value.toLowerCase())
  const common = subject.attributes.filter(it => it.oid === '2.5.4.3').map(it => it.value.toLowerCase())
  return [...alternative, ...common]
}
