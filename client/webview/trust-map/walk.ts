/** Where the arrow keys lead in a map: along ties from node to node, and up and down among those that stand beside each other. */
import type { TrustMapNode, TrustMapTie } from '../../../server/src/lsp/protocol.js'

export type Direction = 'left' | 'right' | 'up' | 'down'

export interface Terrain {
  readonly nodes: readonly Pick<TrustMapNode, 'id' | 'kind'>[]
  readonly ties: readonly Pick<TrustMapTie, 'id' | 'kind' | 'from' | 'to'>[]
  /** The middle of a node. */
  middle(id: string): { readonly x: number; readonly y: number }
}

/** A node, or a tie together with the node that one came from. */
export interface Stand {
  readonly id: string
  readonly from?: string
}

/** Nothing where no way leads on. */
export function walk(terrain: Terrain, { id, from }: Stand, direction: Direction): Stand | undefined {
  const tie = terrain.ties.find(it => it.id === id)
  if (!tie) return fromNode(terrain, id, direction)
  const start = from === tie.to ? tie.to : tie.from
  const [left, right] = terrain.middle(tie.from).x <= terrain.middle(tie.to).x ? [tie.from, tie.to] : [tie.to, tie.from]
  if (direction === 'left') return { id: left }
  if (direction === 'right') return { id: right }
  const beside = tiesOf(terrain, start, start === left ? 'right' : 'left')
  const next = beside[beside.indexOf(tie) + (direction === 'down' ? 1 : -1)]
  return next && { id: next.id, from: start }
}

function fromNode(terrain: Terrain, id: string, direction: Direction): Stand | undefined {
  if (direction === 'left' || direction === 'right') {
    const [first] = tiesOf(terrain, id, direction)
    return first && { id: first.id, from: id }
  }
  const node = terrain.nodes.find(it => it.id === id)
  if (!node) return undefined
  const column = terrain.nodes.filter(it => columnOf(it) === columnOf(node)).sort((a, b) => terrain.middle(a.id).y - terrain.middle(b.id).y)
  const next = column[column.indexOf(node) + (direction === 'down' ? 1 : -1)]
  return next && { id: next.id }
}

const columnOf = ({ kind }: Pick<TrustMapNode, 'kind'>): string => (kind === 'client' || kind === 'server' ? kind : 'between')

type Tie = Terrain['ties'][number]

/** Those that lead to this side: connections first, then from top to bottom. */
function tiesOf({ ties, middle }: Terrain, id: string, side: 'left' | 'right'): readonly Tie[] {
  const other = (it: Tie) => (it.from === id ? it.to : it.from)
  const leads = (it: Tie) => {
    const step = middle(other(it)).x - middle(id).x
    return side === 'right' ? step > 0 : step < 0
  }
  const rank = (it: Tie) => (it.kind === 'connects' ? 0 : 1)
  return ties
    .filter(it => it.kind !== 'issued' && (it.from === id || it.to === id) && leads(it))
    .sort((a, b) => rank(a) - rank(b) || middle(other(a)).y - middle(other(b)).y)
}
