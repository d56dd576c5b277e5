/**
 * Where everything stands, in three columns: clients left, servers right, and in between the connections and the CAs at which
 * what one side presents meets what the other trusts. So every tie leads from one column to the next and crosses no node.
 * General layouts (dagre, elkjs) were tried: they know nothing of these columns, and lead connections through the CAs.
 */
import { byRank, type Item, type Part, placeColumns } from './columns.js'
import { type Forest, plantForest } from './forest.js'
import type { Detail, MapEdge, MapNode, TrustMap } from './map.js'
import { cut, cutMiddle, legible } from './text-width.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export interface Placed {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  /** The files that endpoints are written in. */
  readonly groups: readonly { readonly path: string; readonly label: string; readonly box: Box }[]
  /** Connections have a place of their own between the columns. */
  readonly pills: readonly { readonly edge: MapEdge; readonly box: Box; readonly label: string; readonly reason?: string }[]
  readonly lines: readonly Line[]
}

export interface PlacedNode {
  readonly node: MapNode
  readonly box: Box
  /** As much of its texts as fits. */
  readonly label: string
  readonly details: readonly Detail[]
}

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

export const fontSize = { label: 13, detail: 11.5 } as const
export const padding = { x: 12, y: 8 } as const
export const iconWidth = 20
export const groupPadding = { side: 10, top: 27, bottom: 10 } as const
const lineHeight = 17
/** How much wider a text is for it. */
const bold = 1.1
const endpointWidth = 280
const authorityWidth = 268
const pill = { height: 26, line: 15, icon: 34 } as const
const gutter = 92
const gap = { part: 10, item: 18 } as const

/** `shown` shortens a path for people. */
export function layOut(map: TrustMap, shown: (path: string) => string): Placed {
  const forest = plantForest(map)
  const connections = map.edges.filter(it => it.kind === 'connects')
  const nodes = new Map(map.nodes.map(it => [it.id, it]))
  const left = filesOf(map.nodes.filter(it => it.kind === 'client'))
  const right = filesOf(map.nodes.filter(it => it.kind === 'server'))
  const pills = connections.map(it => itemOf([{ id: it.id, height: pill.height + (it.reason === undefined ? 0 : pill.line) }]))
  const trees = forest.trees.map(tree => itemOf(tree.map(id => ({ id, height: heightOf(nodes.get(id)!) }))))
  const { columns, height } = placeColumns([left, [...pills, ...trees], right], neighboursOf(map.edges), gap.item)

  const side = left.length > 0 || right.length > 0 ? endpointWidth + 2 * groupPadding.side : 0
  const middle = authorityWidth + forest.indentation
  const starts = [0, left.length > 0 ? side + gutter : 0, 0]
  starts[2] = starts[1]! + (columns[1]!.length > 0 ? middle + gutter : 0)
  const width = right.length > 0 ? starts[2] + side : columns[1]!.length > 0 ? starts[1]! + middle : side

  const boxes = new Map<string, Box>()
  columns.forEach((column, at) => {
    for (const { item, top } of column) {
      for (const it of item.parts) boxes.set(it.id, { ...across(it.id, at), y: top + it.top, height: it.height })
    }
  })
  function across(id: string, column: number): { readonly x: number; readonly width: number } {
    if (column !== 1) return { x: starts[column]! + groupPadding.side, width: endpointWidth }
    return { x: starts[1]! + forest.indent(id), width: middle - forest.indent(id) }
  }

  const groups = [0, 2].flatMap(at =>
    columns[at]!.flatMap(({ item, top }) => {
      const path = nodes.get(item.parts[0]!.id)!.path
      if (path === undefined) return []
      const label = cutMiddle(legible(shown(path)), endpointWidth - 2 * padding.x, fontSize.detail)
      return [{ path, label, box: { x: starts[at]!, y: top, width: side, height: item.height } }]
    })
  )
  const trace = tracer(boxes, nodes, forest, starts[1]! + middle)
  return {
    width,
    height,
    nodes: map.nodes.map(it => fitted(it, boxes.get(it.id)!)),
    groups,
    pills: connections.map(edge => {
      const fits = (text: string) => cut(text, middle - pill.icon, fontSize.detail)
      return { edge, box: boxes.get(edge.id)!, label: fits(edge.label), ...(edge.reason !== undefined && { reason: fits(edge.reason) }) }
    }),
    lines: map.edges.flatMap(trace)
  }
}

const heightOf = ({ details }: MapNode): number => 2 * padding.y + lineHeight * (1 + details.length) - 3

/** The middle of a row; the label is the first. */
export const rowAt = ({ y }: Box, row: number): number => y + padding.y + lineHeight * (row + 0.5) - 1

function fitted(node: MapNode, box: Box): PlacedNode {
  const width = box.width - 2 * padding.x
  // Warnings and labels are bold.
  const details = node.details.map(it => ({ ...it, text: cut(it.text, width, fontSize.detail * (it.tone === 'warning' ? bold : 1)) }))
  return { node, box, label: cut(node.label, width - iconWidth, fontSize.label * bold), details }
}

/** The endpoints of a file stand together; one that stands for a whole file or folder stands alone. */
function filesOf(nodes: readonly MapNode[]): readonly Item[] {
  const files = new Map<string, MapNode[]>()
  for (const it of nodes) {
    const key = it.path === undefined ? `node ${it.id}` : `file ${it.path}`
    const known = files.get(key)
    if (known) known.push(it)
    else files.set(key, [it])
  }
  return [...files.values()].map(fileItem)
}

function fileItem(members: readonly MapNode[]): Item {
  const around = members[0]!.path === undefined ? { top: 0, bottom: 0 } : groupPadding
  const item = itemOf(
    members.map(it => ({ id: it.id, height: heightOf(it) })),
    around
  )
  return { ...item, sorted: rank => fileItem(byRank(members, it => rank(it.id))) }
}

function itemOf(members: readonly { readonly id: string; readonly height: number }[], around = { top: 0, bottom: 0 }): Item {
  let next: number = around.top
  const parts = members.map(({ id, height }): Part => {
    const top = next
    next += height + gap.part
    return { id, top, height }
  })
  return { parts, height: next - gap.part + around.bottom }
}

/** What a thing is tied to in the columns beside. */
function neighboursOf(edges: readonly MapEdge[]): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>()
  const tie = (a: string, b: string) => {
    for (const [one, other] of [
      [a, b],
      [b, a]
    ] as const) {
      const known = neighbours.get(one)
      if (known) known.push(other)
      else neighbours.set(one, [other])
    }
  }
  for (const { kind, id, from, to } of edges) {
    if (kind === 'issued') continue
    tie(from, kind === 'connects' ? id : to)
    if (kind === 'connects') tie(id, to)
  }
  return neighbours
}

/** From where to where each tie leads. */
function tracer(boxes: ReadonlyMap<string, Box>, nodes: ReadonlyMap<string, MapNode>, forest: Forest, middleEnd: number) {
  /** Where ties of a kind start at an endpoint: beside the line that tells of them. */
  const start = (id: string, kind: MapEdge['kind']): Point => {
    const node = nodes.get(id)!
    const box = boxes.get(id)!
    const row = node.details.findIndex(it => it.about === kind)
    return { x: node.kind === 'server' ? box.x : box.x + box.width, y: rowAt(box, row + 1) }
  }
  const landing = (id: string, kind: MapEdge['kind'], fromRight: boolean): Point => {
    const { x, y, width, height } = boxes.get(id)!
    return { x: fromRight ? x + width : x, y: y + height * (kind === 'trusts' ? 0.68 : 0.36) }
  }
  return (edge: MapEdge): readonly Line[] => {
    const { kind, from, to, id } = edge
    if (kind === 'connects') {
      const box = boxes.get(id)!
      const y = box.y + box.height / 2
      return [
        { edge, from: start(from, kind), to: { x: box.x, y }, shape: 'sweep', arrow: false },
        { edge, from: { x: box.x + box.width, y }, to: start(to, kind), shape: 'sweep', arrow: true }
      ]
    }
    if (kind !== 'issued') {
      const beginning = start(from, kind)
      return [{ edge, from: beginning, to: landing(to, kind, nodes.get(from)!.kind === 'server'), shape: 'sweep', arrow: true }]
    }
    const below = boxes.get(from)!
    const above = boxes.get(to)!
    const isBelow = forest.parent(from) === to && forest.indent(from) > forest.indent(to)
    return isBelow
      ? [
          {
            edge,
            from: { x: below.x, y: below.y + below.height / 2 },
            to: { x: above.x + forest.trunk, y: above.y + above.height },
            shape: 'elbow',
            arrow: true
          }
        ]
      : [
          {
            edge,
            from: { x: middleEnd, y: below.y + below.height / 2 },
            to: { x: middleEnd, y: above.y + above.height / 2 },
            shape: 'bow',
            arrow: true
          }
        ]
  }
}
