/** A part of a map: what lies in a file or folder, with those that it is tied to. */
import { isEndpoint, type TrustMap } from './map.js'

export const isWithin = (path: string | undefined, folder: string): boolean => path === folder || path?.startsWith(`${folder}/`) === true

export function lookInto(map: TrustMap, within: string): TrustMap {
  const chosen = new Set(map.nodes.filter(it => isEndpoint(it) && isWithin(it.path, within)).map(it => it.id))
  const near = new Set(chosen)
  for (const { kind, from, to } of map.edges) {
    if (kind === 'connects' && (chosen.has(from) || chosen.has(to))) near.add(from).add(to)
    else if (chosen.has(from)) near.add(to)
  }
  // What those connect to that are only connected to the chosen is another matter; their CAs are not.
  const edges = map.edges.filter(({ kind, from, to }) =>
    kind === 'connects' ? chosen.has(from) || chosen.has(to) : kind === 'issued' || chosen.has(from) || near.has(from)
  )
  return withoutLoose({ nodes: map.nodes.filter(it => !isEndpoint(it) || near.has(it.id)), edges, notes: map.notes })
}

/** CAs that nothing leads to any more go. */
function withoutLoose({ nodes, edges, notes }: TrustMap): TrustMap {
  const above = new Map<string, string[]>()
  for (const { kind, from, to } of edges) if (kind === 'issued') above.set(from, [...(above.get(from) ?? []), to])
  const reached = new Set(nodes.filter(isEndpoint).map(it => it.id))
  const queue = edges.filter(it => it.kind !== 'issued' && reached.has(it.from)).map(it => it.to)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    queue.push(...(above.get(id) ?? []))
  }
  return { nodes: nodes.filter(it => reached.has(it.id)), edges: edges.filter(it => reached.has(it.from) && reached.has(it.to)), notes }
}
