/**
 * A picture of five hundred endpoints shows nothing. Where there are too many, the endpoints of whole files become one node,
 * then those of whole folders, the largest first; nothing vanishes without a word, and no verdict in a heap of others.
 */
import { type Detail, isEndpoint, type MapEdge, type MapNode, type TrustMap } from './map.js'
import { isWithin, lookInto } from './within.js'
import { isNoCertificate, verdictWords } from './words.js'

export interface Limits {
  /** How many nodes for endpoints there may be. */
  readonly endpoints?: number
  /** How many CAs, beside those that connect others. */
  readonly authorities?: number
  /** Looks into this file or folder: what lies in it comes one by one, and of all others only who is tied to it. */
  readonly within?: string
  /** Shortens a path for people. */
  readonly shown?: (path: string) => string
}

const most = { endpoints: 50, authorities: 40 } as const

export function collapse(map: TrustMap, limits: Limits = {}): TrustMap {
  const { within, endpoints = most.endpoints, authorities = most.authorities, shown = path => path } = limits
  const seen = within === undefined ? map : lookInto(map, within)
  const merge = merger(shown)
  return fewerAuthorities(fewerEndpoints(seen, { endpoints, within, merge }), authorities, merge)
}

type Merge = (map: TrustMap, stands: ReadonlyMap<string, string>) => TrustMap

interface Fewer {
  readonly endpoints: number
  readonly within: string | undefined
  readonly merge: Merge
}

function fewerEndpoints(map: TrustMap, { endpoints: limit, within, merge }: Fewer): TrustMap {
  const endpoints = map.nodes.filter(isEndpoint)
  if (endpoints.length <= limit) return map
  const heaps = heapsOf(endpoints, { limit, within, interest: interestOf(map.edges) })
  const collapsed = heaps.filter(it => it.members.length > 1)
  const stands = new Map(collapsed.flatMap(heap => heap.members.map(it => [it.id, heap.members[0]!.id] as const)))
  const heads = new Map(collapsed.map(heap => [heap.members[0]!.id, heapNode(heap)]))
  const nodes = map.nodes.flatMap(it => {
    const head = stands.get(it.id)
    return head === undefined ? [it] : head === it.id ? [heads.get(it.id)!] : []
  })
  const hidden = collapsed.reduce((sum, it) => sum + it.members.length, 0)
  const note = `${hidden} of ${endpoints.length} endpoints are drawn together, by file or folder, for want of room`
  return merge({ nodes, edges: map.edges, notes: [...map.notes, note] }, stands)
}

interface Heap {
  readonly members: readonly MapNode[]
  /** The file or folder. */
  readonly within: string
}

interface Choice {
  readonly limit: number
  /** What the user looks into is never one heap. */
  readonly within: string | undefined
  /** How much there is to see at an endpoint. */
  readonly interest: (node: MapNode) => number
}

/** Connections are what people look for, those that fail above all. */
function interestOf(edges: readonly MapEdge[]): Choice['interest'] {
  const connected = new Map<string, number>()
  for (const { kind, from, to, verdict } of edges) {
    if (kind !== 'connects') continue
    for (const id of [from, to]) connected.set(id, Math.max(connected.get(id) ?? 0, verdict === 'rejected' ? 3 : 2))
  }
  return ({ id, details }) => connected.get(id) ?? (details.some(it => it.tone === 'warning') ? 1 : 0)
}

/** Larger and larger parts of the tree of files become heaps, the fullest first, until there are few enough. */
function heapsOf(endpoints: readonly MapNode[], choice: Choice): readonly Heap[] {
  let heaps: readonly Heap[] = endpoints.map(it => ({ members: [it], within: it.path ?? '' }))
  const depth = endpoints.reduce((deepest, it) => Math.max(deepest, segmentsOf(it.path ?? '').length), 0)
  for (let level = Math.min(depth, deepestLevel); level >= 0 && heaps.length > choice.limit; level--) heaps = joinAt(heaps, level, choice)
  return heaps
}

/** Of paths with more folders than these the rest counts as one. */
const deepestLevel = 64

/** `level`: how many segments of their paths those of one heap have in common. */
function joinAt(heaps: readonly Heap[], level: number, { limit, within, interest }: Choice): readonly Heap[] {
  const byFolder = new Map<string, Heap[]>()
  const stays = (it: Heap) => within !== undefined && level <= segmentsOf(within).length && isWithin(it.within, within)
  for (const it of heaps) {
    const key = stays(it) ? `one ${it.members[0]!.id}` : `all ${segmentsOf(it.within).slice(0, level).join('/')}`
    const known = byFolder.get(key)
    if (known) known.push(it)
    else byFolder.set(key, [it])
  }
  // Clients and servers of a folder go together, so that it looks alike on both sides.
  const joined = new Map([...byFolder].map(([key, found]) => [key, byKind(found)]))
  const saved = (key: string) => byFolder.get(key)!.length - joined.get(key)!.length
  let left = heaps.length
  for (const key of [...byFolder.keys()].sort((a, b) => saved(b) - saved(a))) {
    if (left <= limit || saved(key) === 0) break
    const found = byFolder.get(key)!
    const kept = mostTelling(found, limit - (left - saved(key)), interest)
    const together = [...byKind(found.filter(it => !kept.has(it))), ...kept]
    left -= found.length - together.length
    byFolder.set(key, together)
  }
  return [...byFolder.values()].flat()
}

/** As many of a folder as there is room for stay by themselves. */
function mostTelling(heaps: readonly Heap[], room: number, interest: Choice['interest']): ReadonlySet<Heap> {
  if (room <= 0) return new Set()
  const rank = ({ members }: Heap) => members.reduce((most, it) => Math.max(most, interest(it)), 0)
  return new Set([...heaps].sort((a, b) => rank(b) - rank(a)).slice(0, room))
}

const byKind = (heaps: readonly Heap[]): readonly Heap[] =>
  (['client', 'server'] as const).flatMap(kind => {
    const members = heaps.flatMap(it => it.members).filter(it => it.kind === kind)
    return members.length === 0 ? [] : [{ members, within: sharedPath(members.map(it => it.path ?? '')) }]
  })

function sharedPath(paths: readonly string[]): string {
  let shared = segmentsOf(paths[0]!)
  for (const path of paths) {
    const segments = segmentsOf(path)
    const differs = shared.findIndex((it, at) => it !== segments[at])
    if (differs >= 0) shared = shared.slice(0, differs)
  }
  return shared.join('/')
}

const segmentsOf = (path: string): readonly string[] => path.split('/')

function heapNode({ members, within }: Heap): MapNode {
  const first = members[0]!
  const about = (kind: NonNullable<Detail['about']>): Detail => {
    const all = members.flatMap(it => it.details.filter(detail => detail.about === kind))
    const texts = new Set(all.map(it => it.text))
    const warnings = all.filter(it => it.tone === 'warning').length
    const text = texts.size === 1 ? all[0]!.text : several[kind]({ texts: [...texts], warnings, members: members.length })
    return { text, tone: warnings > 0 ? 'warning' : 'plain', about: kind }
  }
  return {
    ...first,
    label: `${members.length} ${first.kind}s`,
    details: [about('connects'), about('presents'), about('trusts')],
    path: within,
    within,
    count: members.length
  }
}

interface Several {
  readonly texts: readonly string[]
  readonly warnings: number
  readonly members: number
}

const several: Readonly<Record<NonNullable<Detail['about']>, (all: Several) => string>> = {
  connects: ({ texts }) => `${texts.length} addresses`,
  presents({ texts, warnings }) {
    const known = texts.filter(it => !isNoCertificate(it)).length
    if (known === 0) return 'present nothing, or what is not here'
    return `${known} ${known === 1 ? 'certificate' : 'certificates'}${warnings > 0 ? ', some not valid' : ''}`
  },
  trusts: ({ texts, warnings, members }) => (warnings > 0 ? `${warnings} of ${members} to look at` : `${texts.length} different demands`)
}

/** Ties between the same nodes become one; connections only where they end alike. */
const merger =
  (shown: (path: string) => string): Merge =>
  ({ nodes, edges, notes }, stands) => {
    const merged = new Map<string, MapEdge[]>()
    for (const it of edges) {
      const moved = { ...it, from: stands.get(it.from) ?? it.from, to: stands.get(it.to) ?? it.to }
      if (moved.from === moved.to) continue
      const key = `${it.kind} ${moved.from} ${moved.to} ${it.verdict ?? ''} ${it.inEffect ?? ''}`
      const known = merged.get(key)
      if (known) known.push(moved)
      else merged.set(key, [moved])
    }
    const labels = new Map(nodes.map(it => [it.id, it.within === undefined ? it.label : `${it.label} in ${shown(it.within)}`]))
    return { nodes, edges: [...merged.values()].map(it => mergedEdge(it, labels)), notes }
  }

function mergedEdge(edges: readonly MapEdge[], labels: ReadonlyMap<string, string>): MapEdge {
  const [first] = edges
  if (edges.length === 1) return first!
  const { kind, from, to, verdict, id, inEffect, at } = first!
  const count = edges.reduce((sum, it) => sum + (it.count ?? 1), 0)
  const reasons = new Set(edges.map(it => it.reason))
  const between = `${labels.get(from)} and ${labels.get(to)}`
  return {
    id,
    kind,
    from,
    to,
    count,
    label: kind === 'connects' ? `${count} ${verdictWords[verdict ?? 'unknown']}` : '',
    ...(reasons.size === 1 && first!.reason !== undefined && { reason: first!.reason }),
    says:
      kind === 'connects'
        ? `${count} connections between ${between}: ${verdictWords[verdict ?? 'unknown']}`
        : `${first!.says}, and ${count - 1} more alike`,
    tone: edges.some(it => it.tone === 'warning') ? 'warning' : 'plain',
    ...(verdict && { verdict }),
    ...(inEffect !== undefined && { inEffect }),
    ...(at && { at })
  }
}

/** Those with the fewest ties go first, and what is not to be read before CAs; one node then stands for them all. */
function fewerAuthorities(map: TrustMap, limit: number, merge: Merge): TrustMap {
  const all = map.nodes.filter(it => !isEndpoint(it))
  if (all.length <= limit) return map
  const ties = new Map<string, number>()
  for (const { from, to } of map.edges) {
    ties.set(from, (ties.get(from) ?? 0) + 1)
    ties.set(to, (ties.get(to) ?? 0) + 1)
  }
  const isUnread = ({ kind }: MapNode) => kind === 'elsewhere'
  const rank = (it: MapNode) => (isUnread(it) ? 0 : all.length) + (ties.get(it.id) ?? 0)
  const kept = new Set([...all].sort((a, b) => rank(b) - rank(a)).slice(0, limit - 2))
  const heads = new Map<MapNode, MapNode>()
  const stands = new Map<string, string>()
  for (const unread of [true, false]) {
    const gone = all.filter(it => !kept.has(it) && isUnread(it) === unread)
    if (gone.length === 0) continue
    const [head] = gone
    for (const it of gone) stands.set(it.id, head!.id)
    heads.set(head!, gone.length === 1 ? head! : pile(gone))
  }
  const nodes = map.nodes.flatMap(it => heads.get(it) ?? (isEndpoint(it) || kept.has(it) ? [it] : []))
  const note = `${stands.size} CAs, files and secrets with few ties are drawn together, for want of room`
  return merge({ nodes, edges: map.edges, notes: [...map.notes, note] }, stands)
}

function pile(nodes: readonly MapNode[]): MapNode {
  const { id, kind } = nodes[0]!
  const count = nodes.reduce((sum, it) => sum + (it.count ?? 1), 0)
  const isUnread = kind === 'elsewhere'
  const detail = { text: isUnread ? 'not to be read here' : 'drawn together', tone: 'plain' } as const
  return {
    id,
    kind: isUnread ? kind : 'authority',
    label: `${count} more ${isUnread ? 'files and secrets' : 'CAs'}`,
    details: [detail],
    count
  }
}
