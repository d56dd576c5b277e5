/** The picture itself: it is looked at from near and far, and walked through with the arrow keys. */
import type { PictureShape, TrustMapNode, TrustMapPicture, TrustMapTie } from '../../../server/src/lsp/protocol.js'
import { element, svgElement } from '../dom.js'
import { type Direction, type Stand, walk } from './walk.js'

export interface Figure {
  readonly element: HTMLElement
  zoom(factor: number): void
  /** All of it at once, as far as it stays legible. */
  fit(): void
}

/** What somebody looked at stays in sight when the map is drawn anew. */
export interface View {
  /** Absent: as it fits, also when the window changes. */
  scale?: number
  left: number
  top: number
  selected?: string
}

export interface FigureOptions {
  readonly view: View
  readonly onSelect: (id: string) => void
  readonly onOpen: (id: string) => void
}

const least = 0.2
const most = 3
const legible = 0.75
const largest = 1.25

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
  let stand: Stand | undefined

  let fitted = 1
  let fittedTo = 0

  const resize = (scale: number) => {
    svg.setAttribute('width', String(Math.round(width * scale)))
    svg.setAttribute('height', String(Math.round(height * scale)))
  }
  const zoom = (factor: number, at = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) => {
    const before = view.scale ?? fitted
    const after = Math.min(Math.max(before * factor, least), most)
    const left = ((frame.scrollLeft + at.x) * after) / before - at.x
    const top = ((frame.scrollTop + at.y) * after) / before - at.y
    view.scale = after
    resize(after)
    frame.scrollTo(left, top)
  }
  const fit = () => {
    const room = Number.parseFloat(getComputedStyle(frame).maxHeight)
    fitted = Math.min((frame.clientWidth - 4) / width, Math.max((room - 4) / height, legible), largest)
    fittedTo = frame.clientWidth
    delete view.scale
    resize(fitted)
    frame.scrollTo(0, 0)
  }

  const middle = (id: string) => {
    const { left, top, width: w, height: h } = parts.get(id)!.getBoundingClientRect()
    return { x: left + w / 2, y: top + h / 2 }
  }
  const near = neighboursOf(nodes, ties)
  const select = (next: Stand) => {
    stand = next
    view.selected = next.id
    for (const [id, it] of parts) it.setAttribute('tabindex', id === next.id ? '0' : '-1')
    const close = near.get(next.id) ?? new Set([next.id])
    svg.classList.add('chosen')
    for (const [id, it] of parts) it.classList.toggle('near', close.has(id))
    parts.get(next.id)?.classList.toggle('near', true)
    onSelect(next.id)
  }

  for (const [id, it] of parts) {
    it.addEventListener('focus', () => {
      if (stand?.id !== id) select({ id })
    })
    it.addEventListener('click', () => it.focus())
    it.addEventListener('dblclick', () => onOpen(id))
  }
  svg.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'Escape') svg.classList.remove('chosen')
    if (event.key === '+' || event.key === '=') zoom(1.2)
    if (event.key === '-') zoom(1 / 1.2)
    if (event.key === '0') fit()
    if ((event.key === 'Enter' || event.key === ' ') && stand) onOpen(stand.id)
    const direction = directions[event.key]
    const next = direction && stand && walk({ nodes, ties, middle }, stand, direction)
    if (direction || event.key === 'Enter' || event.key === ' ') event.preventDefault()
    if (!next) return
    select(next)
    const part = parts.get(next.id)!
    part.focus({ preventScroll: true })
    bringIntoSight(frame, part)
  })
  frame.addEventListener(
    'wheel',
    event => {
      // So it is on a touchpad as well: pinching comes as the wheel with the Ctrl key.
      if (!event.ctrlKey) return
      event.preventDefault()
      const { left, top } = frame.getBoundingClientRect()
      zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top })
    },
    { passive: false }
  )
  frame.addEventListener('scroll', () => Object.assign(view, { left: frame.scrollLeft, top: frame.scrollTop }))
  panWithPointer(frame)

  const first = view.selected !== undefined && parts.has(view.selected) ? view.selected : nodes[0]?.id
  if (first !== undefined) parts.get(first)?.setAttribute('tabindex', '0')
  // Its size is known when it is in the page.
  requestAnimationFrame(() => {
    const { scale, left, top } = view
    if (scale === undefined) fit()
    else {
      resize(scale)
      frame.scrollTo(left, top)
    }
    const observer = new ResizeObserver(() => {
      if (!frame.isConnected) observer.disconnect()
      else if (view.scale === undefined && frame.clientWidth !== fittedTo) fit()
    })
    observer.observe(frame)
  })
  return { element: frame, zoom, fit }
}

const directions: Readonly<Record<string, Direction | undefined>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down'
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

function panWithPointer(frame: HTMLElement): void {
  frame.addEventListener('pointerdown', event => {
    if (event.button !== 0 || (event.target as Element).closest('[data-key]')) return
    const start = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop }
    frame.setPointerCapture(event.pointerId)
    frame.classList.add('panning')
    const move = (it: PointerEvent) => frame.scrollTo(start.x - it.clientX, start.y - it.clientY)
    const end = () => {
      frame.classList.remove('panning')
      frame.removeEventListener('pointermove', move)
    }
    frame.addEventListener('pointermove', move)
    frame.addEventListener('pointerup', end, { once: true })
    frame.addEventListener('pointercancel', end, { once: true })
  })
}
