/**
 * Where everything stands, in three columns: clients left, servers right, and in between the connections and the CAs at which
 * what one side presents meets what the other trusts. So every tie leads from one column to the next and crosses no node.
 * General layouts (dagre, elkjs) were tried: they know nothing of these columns, and lead connections through the CAs.
 */
import { byRank, type Item, type Part, type PlacedItem, placeColumns } from './columns.js'
import { type Forest, plantForest } from './forest.js'
import { type Ground, type Line, linesOf } from './lines.js'
import type { Detail, MapEdge, MapNode, TrustMap } from './map.js'
import { type Box, fontSize, groupPadding, iconWidth, lineHeight, padding } from './measures.js'
import { cut, cutMiddle, legible } from './text-width.js'

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

/** How much wider a text is for it. */
const bold = 1.1
const endpointWidth = 280
const authorityWidth = 268
const pill = { height: 26, line: 15, icon: 34 } as const
const gutter = 92
const gap = { part: 10, item: 18 } as const

/** `shown` shortens a path for people. */
export function layOut(map: TrustMap, shown: (path: string) => string): Placed {
  const nodes = new Map(map.nodes.map(it => [it.id, it]))
  const forest = plantForest(map)
  const { columns, height } = placeColumns(itemsOf(map, nodes, forest), neighboursOf(map.edges), gap.item)
  const widths = widthsOf(columns, forest)
  const boxes = boxesOf(columns, widths, nodes, forest)
  const ground: Ground = { nodes, boxes, forest, middleEnd: widths.starts[1] + widths.middle }
  const fits = (text: string) => cut(text, widths.middle - pill.icon, fontSize.detail)
  const pillOf = (edge: MapEdge) => ({
    edge,
    box: boxes.get(edge.id)!,
    label: fits(edge.label),
    ...(edge.reason && { reason: fits(edge.reason) })
  })
  return {
    width: widths.all,
    height,
    nodes: map.nodes.map(it => fitted(it, boxes.get(it.id)!)),
    groups: [...framesOf(columns[0]!, widths.starts[0]), ...framesOf(columns[2]!, widths.starts[2])],
    pills: map.edges.filter(isConnection).map(pillOf),
    lines: map.edges.flatMap(it => linesOf(it, ground))
  }

  function framesOf(column: Column, x: number): Placed['groups'] {
    return column.flatMap(({ item, top }) => {
      const path = nodes.get(item.parts[0]!.id)!.path
      if (path === undefined) return []
      const label = cutMiddle(legible(shown(path)), endpointWidth - 2 * padding.x, fontSize.detail)
      return [{ path, label, box: { x, y: top, width: sideWidth, height: item.height } }]
    })
  }
}

type Column = readonly PlacedItem<Item>[]
type Nodes = ReadonlyMap<string, MapNode>

const isConnection = ({ kind }: MapEdge): boolean => kind === 'connects'

/** Files with their clients, connections and trees of CAs, files with their servers. */
function itemsOf(map: TrustMap, nodes: Nodes, forest: Forest): readonly (readonly Item[])[] {
  const pills = map.edges
    .filter(isConnection)
    .map(it => itemOf([{ id: it.id, height: pill.height + (it.reason === undefined ? 0 : pill.line) }]))
  const trees = forest.trees.map(tree => itemOf(tree.map(id => ({ id, height: heightOf(nodes.get(id)!) }))))
  const files = (kind: MapNode['kind']) => filesOf(map.nodes.filter(it => it.kind === kind))
  return [files('client'), [...pills, ...trees], files('server')]
}

const sideWidth = endpointWidth + 2 * groupPadding.side

interface Widths {
  /** Where the columns begin. */
  readonly starts: readonly [number, number, number]
  readonly middle: number
  readonly all: number
}

/** A column without anything takes no room. */
function widthsOf([left, between, right]: readonly Column[], { indentation }: Forest): Widths {
  const middle = authorityWidth + indentation
  const second = left!.length > 0 ? sideWidth + gutter : 0
  const third = second + (between!.length > 0 ? middle + gutter : 0)
  return { starts: [0, second, third], middle, all: right!.length > 0 ? third + sideWidth : Math.max(third - gutter, 0) }
}

function boxesOf(columns: readonly Column[], { starts, middle }: Widths, nodes: Nodes, forest: Forest): ReadonlyMap<string, Box> {
  const across = (id: string, column: number) => {
    if (column !== 1) return { x: starts[column]! + groupPadding.side, width: endpointWidth }
    const indent = nodes.has(id) ? forest.indent(id) : 0
    return { x: starts[1] + indent, width: middle - indent }
  }
  const boxes = new Map<string, Box>()
  for (const [at, column] of columns.entries()) {
    for (const { item, top } of column) {
      for (const it of item.parts) boxes.set(it.id, { ...across(it.id, at), y: top + it.top, height: it.height })
    }
  }
  return boxes
}

const heightOf = ({ details }: MapNode): number => 2 * padding.y + lineHeight * (1 + details.length) - 3

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
