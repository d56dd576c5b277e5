/** From where to where each tie leads. */
import type { Forest } from './forest.js'
import type { MapEdge, MapNode } from './map.js'
import { type Box, type Point, rowAt } from './measures.js'

/**
 * `sweep`: from column to column. `elbow`: aside and up a trunk, within a tree of CAs. `bow`: around the right of the CAs.
 */
export interface Line {
  readonly edge: MapEdge
  readonly from: Point
  readonly to: Point
  readonly shape: 'sweep' | 'elbow' | 'bow'
  /** False for the first part of a connection, up to its pill. */
  readonly arrow: boolean
}

export interface Ground {
  readonly nodes: ReadonlyMap<string, MapNode>
  /** Of nodes, and of connections between the columns. */
  readonly boxes: ReadonlyMap<string, Box>
  readonly forest: Forest
  /** The right end of the CAs. */
  readonly middleEnd: number
}

export function linesOf(edge: MapEdge, ground: Ground): readonly Line[] {
  switch (edge.kind) {
    case 'connects':
      return connection(edge, ground)
    case 'issued':
      return [issuance(edge, ground)]
    default: {
      const fromRight = ground.nodes.get(edge.from)!.kind === 'server'
      return [{ edge, from: start(edge.from, edge.kind, ground), to: landing(edge, ground, fromRight), shape: 'sweep', arrow: true }]
    }
  }
}

/** In two parts, with what comes of it in between. */
function connection(edge: MapEdge, ground: Ground): readonly Line[] {
  const { x, y, width, height } = ground.boxes.get(edge.id)!
  const middle = y + height / 2
  return [
    { edge, from: start(edge.from, edge.kind, ground), to: { x, y: middle }, shape: 'sweep', arrow: false },
    { edge, from: { x: x + width, y: middle }, to: start(edge.to, edge.kind, ground), shape: 'sweep', arrow: true }
  ]
}

/** Beside the line of the node that tells of such ties. */
function start(id: string, kind: MapEdge['kind'], { nodes, boxes }: Ground): Point {
  const node = nodes.get(id)!
  const box = boxes.get(id)!
  const row = node.details.findIndex(it => it.about === kind)
  return { x: node.kind === 'server' ? box.x : box.x + box.width, y: rowAt(box, row + 1) }
}

/** What is presented arrives above what is trusted. */
function landing({ to, kind }: MapEdge, { boxes }: Ground, fromRight: boolean): Point {
  const { x, y, width, height } = boxes.get(to)!
  return { x: fromRight ? x + width : x, y: y + height * (kind === 'trusts' ? 0.68 : 0.36) }
}

/** To the CA that it stands below, or to another issuer around all that is between. */
function issuance(edge: MapEdge, { boxes, forest, middleEnd }: Ground): Line {
  const below = boxes.get(edge.from)!
  const above = boxes.get(edge.to)!
  const from = below.y + below.height / 2
  const isBelow = forest.parent(edge.from) === edge.to && forest.indent(edge.from) > forest.indent(edge.to)
  if (!isBelow) {
    return { edge, from: { x: middleEnd, y: from }, to: { x: middleEnd, y: above.y + above.height / 2 }, shape: 'bow', arrow: true }
  }
  return { edge, from: { x: below.x, y: from }, to: { x: above.x + forest.trunk, y: above.y + above.height }, shape: 'elbow', arrow: true }
}
