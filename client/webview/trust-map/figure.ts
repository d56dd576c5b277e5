/** The picture itself: its nodes and ties can have the focus, and the arrow keys lead from one to the next. */
import type { PictureShape, TrustMapNode, TrustMapPicture, TrustMapTie } from '../../../server/src/lsp/protocol.js'
import { element, svgElement } from '../dom.js'
import { type Direction, type Stand, walk } from './walk.js'
import { makeZoom, type View, type Zoom } from './zoom.js'

export interface Figure extends Zoom {
  readonly element: HTMLElement
}

export interface Looking extends View {
  /** The node or tie that was chosen last. */
  selected?: string
}

export interface FigureOptions {
  readonly view: Looking
  readonly onSelect: (id: string) => void
  readonly onOpen: (id: string) => void
}

const kinds: Readonly<Record<TrustMapNode['kind'], string>> = {
  client: 'Client',
  server: 'Server',
  authority: 'CA',
  certificate: 'Certificate',
  elsewhere: 'Not read'
}

export const spoken = ({ kind, label, details }: TrustMapNode): string => `${kinds[kind]} ${label}: ${details.join(', ')}`

export function drawFigure(picture: TrustMapPicture, { view, onSelect, onOpen }: FigureOptions): Figure {
  const { width, height, nodes, ties } = picture
  const names = new Map<string, string>([...nodes.map(it => [it.id, spoken(it)] as const), ...ties.map(it => [it.id, it.says] as const)])
  const parts = new Map<string, SVGElement>()
  const svg = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'The map as a picture; the list says the same' },
    ...picture.shapes.map(it => made(it, names, parts))
  )
  const frame = element('div', { class: 'frame-of-map' }, svg)
  const { zoom, fit } = makeZoom(frame, svg, { width, height }, view)
  const near = neighboursOf(nodes, ties)
  let stand: Stand | undefined

  const select = (next: Stand) => {
    stand = next
    view.selected = next.id
    svg.classList.add('chosen')
    for (const [id, it] of parts) {
      it.setAttribute('tabindex', id === next.id ? '0' : '-1')
      it.classList.toggle('near', near.get(next.id)?.has(id) ?? false)
    }
    onSelect(next.id)
  }
  const go = (direction: Direction) => {
    const next = stand && walk({ nodes, ties, middle: id => middleOf(parts.get(id)!) }, stand, direction)
    const part = next && parts.get(next.id)
    if (!part) return
    // Before it has the focus: a tie is told from where one comes to it.
    select(next)
    part.focus({ preventScroll: true })
    bringIntoSight(frame, part)
  }
  const press = (key: string): boolean => {
    if (key === 'Escape') svg.classList.remove('chosen')
    else if (key === '+' || key === '=') zoom(1.2)
    else if (key === '-') zoom(1 / 1.2)
    else if (key === '0') fit()
    else if (key === 'Enter' || key === ' ') onOpen(stand?.id ?? '')
    else if (Object.hasOwn(directions, key)) go(directions[key as keyof typeof directions])
    else return false
    return true
  }

  for (const [id, it] of parts) {
    it.addEventListener('focus', () => {
      if (stand?.id !== id) select({ id })
    })
    it.addEventListener('click', () => it.focus())
    it.addEventListener('dblclick', () => onOpen(id))
  }
  svg.addEventListener('keydown', event => {
    if (!event.ctrlKey && !event.altKey && !event.metaKey && press(event.key)) event.preventDefault()
  })
  const first = view.selected !== undefined && parts.has(view.selected) ? view.selected : nodes[0]?.id
  if (first !== undefined) parts.get(first)?.setAttribute('tabindex', '0')
  return { element: frame, zoom, fit }
}

const directions = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const

function middleOf(part: SVGElement): { readonly x: number; readonly y: number } {
  const { left, top, width, height } = part.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}

/** What is drawn of a node or tie is one thing that can have the focus. */
function made({ tag, attributes, children }: PictureShape, names: ReadonlyMap<string, string>, parts: Map<string, SVGElement>): SVGElement {
  const { 'data-id': id, ...rest } = attributes
  const known = typeof id === 'string' && names.has(id) ? id : undefined
  const access = known === undefined ? {} : { 'data-key': known, tabindex: -1, role: 'button', 'aria-label': names.get(known) }
  const it = svgElement(
    tag,
    { ...rest, ...access },
    ...children.map(child => (typeof child === 'string' ? child : made(child, names, parts)))
  )
  if (known !== undefined) parts.set(known, it)
  return it
}

/** With each node its ties and their other ends, with each tie its ends. */
function neighboursOf(nodes: readonly TrustMapNode[], ties: readonly TrustMapTie[]): ReadonlyMap<string, ReadonlySet<string>> {
  const near = new Map<string, Set<string>>(nodes.map(it => [it.id, new Set([it.id])]))
  for (const { id, from, to } of ties) {
    near.set(id, new Set([id, from, to]))
    near.get(from)?.add(id).add(to)
    near.get(to)?.add(id).add(from)
  }
  return near
}

/** The page's own way would put it at the edge, where its ties cannot be seen. */
function bringIntoSight(frame: HTMLElement, part: SVGElement): void {
  const seen = frame.getBoundingClientRect()
  const box = part.getBoundingClientRect()
  const margin = 40
  const by = (from: number, to: number, start: number, end: number) =>
    to - from > end - start - 2 * margin || from < start + margin ? from - start - margin : to > end - margin ? to - end + margin : 0
  frame.scrollBy(by(box.left, box.right, seen.left, seen.right), by(box.top, box.bottom, seen.top, seen.bottom))
}
