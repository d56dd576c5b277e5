/** The picture as plain shapes: `svg.ts` writes them, and the editor's page makes elements of them. Text in them is only ever text. */
import type { Placed, PlacedNode } from './layout.js'
import type { Line } from './lines.js'
import type { MapEdge, MapNode, TrustMap, Verdict } from './map.js'
import { type Box, fontSize, groupPadding, iconWidth, type Point, padding, rowAt } from './measures.js'
import { widthOf } from './text-width.js'
import { marks, summaryOf, verdicts, verdictWords } from './words.js'

export interface Shape {
  readonly tag: 'g' | 'rect' | 'path' | 'text' | 'title' | 'circle'
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly (Shape | string)[]
}

export interface Picture {
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

const margin = 20
const head = 26

/** Where notes stand beside the picture anyway, they are left out of it. */
export function draw(map: TrustMap, placed: Placed, { notes: withNotes = true } = {}): Picture {
  const width = Math.max(placed.width, 640)
  const shift: Point = { x: margin + (width - placed.width) / 2, y: margin + head }
  const legend = legendOf(map, width)
  const empty = map.nodes.length === 0 ? [`${summaryOf(map)} here`] : []
  const notes = [...empty, ...(withNotes ? map.notes : [])].flatMap(it => wrapped(it, width))
  const bottom = shift.y + placed.height + 30
  const below = bottom + legend.height + 10
  return {
    width: Math.ceil(width + 2 * margin),
    height: Math.ceil(below + notes.length * 18 + margin),
    shapes: [
      group('map', { transform: `translate(${round(shift.x)} ${round(shift.y)})` }, [
        ...captions(placed),
        ...placed.groups.map(it => file(it.label, it.box)),
        // What is said of trust is thinner, and lies below what is said of connections.
        ...ties(placed, it => it.kind !== 'connects'),
        ...placed.nodes.map(drawNode),
        ...ties(placed, it => it.kind === 'connects')
      ]),
      group('legend', { transform: `translate(${margin} ${round(bottom)})` }, legend.shapes),
      ...notes.map((it, at) => text('note', margin, round(below + 14 + at * 18), it))
    ]
  }
}

const shape = (tag: Shape['tag'], attributes: Shape['attributes'], children: Shape['children'] = []): Shape => ({
  tag,
  attributes,
  children
})
const group = (name: string, attributes: Shape['attributes'], children: Shape['children']): Shape =>
  shape('g', { class: name, ...attributes }, children)
const path = (name: string, d: string): Shape => shape('path', { class: name, d })
const text = (name: string, x: number, y: number, content: string): Shape => shape('text', { class: name, x, y }, [content])
const rect = (name: string, { x, y, width, height }: Box, rx: number): Shape =>
  shape('rect', { class: name, x: round(x), y: round(y), width: round(width), height: round(height), rx })

const round = (it: number): number => Math.round(it * 10) / 10

/** What stands in which column. */
function captions({ nodes, pills }: Placed): readonly Shape[] {
  const columns = [
    ['clients', nodes.filter(it => it.node.kind === 'client')],
    [pills.length > 0 ? 'connections and CAs' : 'CAs', [...nodes.filter(isBetween), ...pills]],
    ['servers', nodes.filter(it => it.node.kind === 'server')]
  ] as const
  return columns.flatMap(([words, all]) => {
    if (all.length === 0) return []
    const start = all.reduce((least, it) => Math.min(least, it.box.x), Number.POSITIVE_INFINITY)
    return [text('caption', round(start), -12, words)]
  })
}

const isBetween = ({ node }: PlacedNode): boolean => node.kind !== 'client' && node.kind !== 'server'

const file = (label: string, box: Box): Shape =>
  group('file', {}, [rect('frame', box, 8), text('path', round(box.x + groupPadding.side + 2), round(box.y + 18), label)])

function drawNode({ node, box, label, details }: PlacedNode): Shape {
  const { x, width } = box
  const titleY = rowAt(box, 0) + 4.5
  const isStack = (node.count ?? 1) > 1
  return group(`node ${node.kind}`, { 'data-id': node.id }, [
    shape('title', {}, [[node.label, ...node.details.map(it => it.text)].join('\n')]),
    ...(isStack ? [rect('body', { ...box, x: x + 4, y: box.y - 4 }, corner(node.kind))] : []),
    rect('body', box, corner(node.kind)),
    path('icon', iconAt(node.kind, { x: x + padding.x, y: rowAt(box, 0) })),
    text('label', round(x + padding.x + iconWidth), round(titleY), label),
    ...details.map((it, at) => text(`detail ${it.tone}`, round(x + padding.x), round(rowAt(box, at + 1) + 4), it.text)),
    ...details.flatMap((it, at) =>
      it.about ? [port(node, { x: node.kind === 'server' ? x : x + width, y: rowAt(box, at + 1) }, it.about)] : []
    )
  ])
}

const corner = (kind: MapNode['kind']): number => (kind === 'client' ? 16 : kind === 'authority' ? 5 : 3)

const port = ({ kind }: MapNode, { x, y }: Point, about: string): Shape =>
  shape('circle', { class: `port ${about} ${kind}`, cx: round(x), cy: round(y), r: 2.5 })

/** In a square of 14 pixels: somebody who sets out, machines, a seal, a sheet, a question. */
function iconAt(kind: MapNode['kind'], { x, y }: Point): string {
  const at = (dx: number, dy: number) => `${round(x + dx)} ${round(y + dy)}`
  switch (kind) {
    case 'client':
      return `M${at(0, 0)}H${round(x + 9)}M${at(6, -4)}L${at(10, 0)}L${at(6, 4)}M${at(13, -6)}V${round(y + 6)}`
    case 'server':
      return `M${at(1, -6)}H${round(x + 13)}V${round(y - 1)}H${round(x + 1)}ZM${at(1, 1)}H${round(x + 13)}V${round(y + 6)}H${round(x + 1)}ZM${at(4, -3.5)}H${round(x + 5)}M${at(4, 3.5)}H${round(x + 5)}`
    case 'authority':
      return `M${at(7, -6)}a4.5 4.5 0 1 1 -0.1 0ZM${at(4.5, 2.5)}L${at(3.5, 7)}L${at(7, 5)}L${at(10.5, 7)}L${at(9.5, 2.5)}`
    case 'certificate':
      return `M${at(2, -6)}H${round(x + 9)}L${at(12, -3)}V${round(y + 6)}H${round(x + 2)}ZM${at(9, -6)}V${round(y - 3)}H${round(x + 12)}M${at(4.5, 0)}H${round(x + 9.5)}M${at(4.5, 3)}H${round(x + 9.5)}`
    case 'elsewhere':
      return `M${at(3.5, -3)}a3.4 3.4 0 1 1 4.6 3.2q-1.2 0.5 -1.2 2.2M${at(6.9, 5.2)}v0.6`
  }
}

function ties({ lines, pills }: Placed, wanted: (edge: MapEdge) => boolean): readonly Shape[] {
  const byEdge = new Map<MapEdge, Line[]>()
  for (const it of lines) {
    if (!wanted(it.edge)) continue
    const known = byEdge.get(it.edge)
    if (known) known.push(it)
    else byEdge.set(it.edge, [it])
  }
  const pillOf = new Map(pills.map(it => [it.edge, it]))
  return [...byEdge].map(([edge, parts]) => {
    const pill = pillOf.get(edge)
    return group(`tie ${classOf(edge)}`, { 'data-id': edge.id }, [
      shape('title', {}, [edge.says]),
      // A thin line is hard to hit.
      ...parts.map(it => path('reach', courseOf(it))),
      ...parts.map(it => path('line', courseOf(it))),
      ...parts.filter(it => it.arrow).map(it => path('head', headOf(it))),
      ...(pill ? drawPill(pill) : [])
    ])
  })
}

const classOf = ({ kind, verdict, inEffect }: MapEdge): string =>
  [kind, ...(verdict ? [verdict] : []), ...(inEffect === false ? ['vain'] : [])].join(' ')

function drawPill({ edge, box, label, reason }: Placed['pills'][number]): readonly Shape[] {
  const y = box.y + box.height / 2
  const first = reason === undefined ? y + 4 : y - 3
  return [
    rect('pill', box, 13),
    shape('circle', { class: 'mark', cx: round(box.x + 15), cy: round(y), r: 8 }),
    text('sign', round(box.x + 15), round(y + 4), marks[edge.verdict ?? 'unknown']),
    text('verdict', round(box.x + 30), round(first), label),
    ...(reason === undefined ? [] : [text('reason', round(box.x + 30), round(first + 15), reason)])
  ]
}

/** The way that a line takes. */
function courseOf({ from, to, shape: form, arrow }: Line): string {
  const start = `M${round(from.x)} ${round(from.y)}`
  switch (form) {
    case 'sweep': {
      const toward = Math.sign(to.x - from.x) || 1
      const end = arrow ? to.x - toward * arrowLength : to.x
      const middle = (from.x + end) / 2
      return `${start}C${round(middle)} ${round(from.y)} ${round(middle)} ${round(to.y)} ${round(end)} ${round(to.y)}`
    }
    case 'elbow':
      return `${start}H${round(to.x)}V${round(to.y + arrowLength)}`
    case 'bow':
      return `${start}C${round(from.x + 46)} ${round(from.y)} ${round(to.x + 46)} ${round(to.y)} ${round(to.x + arrowLength)} ${round(to.y)}`
  }
}

const arrowLength = 9

/** An arrow for what is presented or reached, a diamond for trust. */
function headOf({ edge: { kind }, from, to, shape: form }: Line): string {
  const { x, y } = to
  if (form === 'elbow') return `M${at(x, y)}L${at(x - 4, y + arrowLength)}L${at(x + 4, y + arrowLength)}Z`
  const back = form === 'bow' ? arrowLength : -Math.sign(to.x - from.x) * arrowLength
  return kind === 'trusts'
    ? `M${at(x, y)}L${at(x + back / 2, y - 4)}L${at(x + back, y)}L${at(x + back / 2, y + 4)}Z`
    : `M${at(x, y)}L${at(x + back, y - 4.5)}L${at(x + back, y + 4.5)}Z`
}

const at = (x: number, y: number): string => `${round(x)} ${round(y)}`

/** What the lines mean, of those only that are in the picture. */
function legendOf({ edges }: TrustMap, width: number): { readonly shapes: readonly Shape[]; readonly height: number } {
  const meanings: readonly (readonly [string, string, boolean])[] = [
    ['presents', 'presents a certificate of', edges.some(it => it.kind === 'presents')],
    ['trusts', 'trusts', edges.some(it => it.kind === 'trusts' && it.inEffect !== false)],
    ['trusts vain', 'trusts, but nothing is verified', edges.some(it => it.inEffect === false)],
    ['issued', 'issued by', edges.some(it => it.kind === 'issued')],
    ...verdicts.map((it): readonly [string, string, boolean] => [`connects ${it}`, connection(it), edges.some(edge => edge.verdict === it)])
  ]
  const shapes: Shape[] = []
  const row = 22
  let x = 0
  let y = 8
  for (const [name, words, isThere] of meanings) {
    if (!isThere) continue
    const length = 52 + widthOf(words, fontSize.detail)
    if (x > 0 && x + length > width) {
      x = 0
      y += row
    }
    shapes.push(sample(name, words, { x, y }))
    x += length + 18
  }
  return { shapes, height: shapes.length > 0 ? y + row / 2 : 0 }
}

const connection = (verdict: Verdict): string => `${marks[verdict]} connection: ${verdictWords[verdict]}`

function sample(name: string, words: string, { x, y }: Point): Shape {
  const tip = { x: x + 40, y }
  const kind = name.startsWith('trusts') ? 'trusts' : 'presents'
  const line: Line = { edge: sampleEdge(kind), from: { x, y }, to: tip, shape: 'sweep', arrow: true }
  return group(`tie ${name}`, {}, [
    path('line', `M${at(x, y)}H${tip.x - arrowLength}`),
    path('head', headOf(line)),
    text('meaning', x + 47, y + 4, words)
  ])
}

const sampleEdge = (kind: MapEdge['kind']): MapEdge => ({ id: '', kind, from: '', to: '', label: '', says: '', tone: 'plain' })

function wrapped(sentence: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of sentence.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`
    if (widthOf(longer, fontSize.detail) <= width || lines.at(-1) === '') lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
