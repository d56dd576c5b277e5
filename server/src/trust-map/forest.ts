/** CAs as trees, as people know folders: each below the one that issued it. */
import { isEndpoint, type TrustMap } from './map.js'

export interface Forest {
  /** Each from its root on, in the order in which it is drawn. */
  readonly trees: readonly (readonly string[])[]
  /** The one that it stands below; of several issuers the first. */
  parent(id: string): string | undefined
  /** How far to the right it stands. */
  indent(id: string): number
  /** The greatest of all. */
  readonly indentation: number
  /** How far from its left end the line to what it issued leaves a CA. */
  readonly trunk: number
}

const step = 20
const deepest = 8

/** Whatever is no endpoint is in one of the trees, also where CAs have issued each other in a circle. */
export function plantForest({ nodes, edges }: TrustMap): Forest {
  const parents = new Map<string, string>()
  for (const { kind, from, to } of edges) {
    if (kind === 'issued' && !parents.has(from)) parents.set(from, to)
  }
  const ids = nodes.filter(it => !isEndpoint(it)).map(it => it.id)
  cutCircles(ids, parents)
  const children = new Map<string, string[]>()
  for (const id of ids) {
    const parent = parents.get(id)
    if (parent === undefined) continue
    const known = children.get(parent)
    if (known) known.push(id)
    else children.set(parent, [id])
  }
  const depths = new Map<string, number>()
  const trees = ids.filter(it => !parents.has(it)).map(it => walk(it, children, depths))
  const indent = (id: string) => Math.min(depths.get(id) ?? 0, deepest) * step
  return { trees, parent: id => parents.get(id), indent, indentation: Math.max(0, ...new Set(ids.map(indent))), trunk: step / 2 }
}

/** Who would stand below itself stands at the top. */
function cutCircles(ids: readonly string[], parents: Map<string, string>): void {
  const settled = new Set<string>()
  for (const id of ids) {
    const way = new Set<string>()
    for (let at: string | undefined = id; at !== undefined && !settled.has(at); at = parents.get(at)) {
      if (way.has(at)) {
        parents.delete(at)
        break
      }
      way.add(at)
    }
    for (const it of way) settled.add(it)
  }
}

/** Without recursion: a chain may be as long as somebody likes to make it. */
function walk(root: string, children: ReadonlyMap<string, readonly string[]>, depths: Map<string, number>): readonly string[] {
  const tree: string[] = []
  const stack = [root]
  depths.set(root, 0)
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    tree.push(id)
    const below = children.get(id) ?? []
    for (const it of below) depths.set(it, depths.get(id)! + 1)
    for (let at = below.length - 1; at >= 0; at--) stack.push(below[at]!)
  }
  return tree
}
