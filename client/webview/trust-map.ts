import type { TrustMapPicture } from '../../server/src/lsp/protocol.js'
import { element } from './dom.js'
import { type Action, type Page, startPage, toolbar } from './page.js'
import { drawFigure, type Looking, spoken } from './trust-map/figure.js'
import { actionsOf, listOf } from './trust-map/list.js'
import './trust-map/trust-map.css'

const view: Looking = { left: 0, top: 0 }
let lookedInto: { readonly within: string | undefined } | undefined

startPage<TrustMapPicture>((picture, page) => {
  if (lookedInto && lookedInto.within !== picture.within) beginAnew(picture.within === undefined ? 'zoom-in' : 'all')
  lookedInto = { within: picture.within }
  const { nodes, ties, summary, within, notes } = picture
  const about = element('div', { class: 'about' })
  const things = new Map([...nodes, ...ties].map(it => [it.id, it]))
  const figure = drawFigure(picture, {
    view,
    onSelect: id => describe(about, things.get(id), page),
    onOpen: id => openThing(things.get(id), page)
  })
  const zoom: readonly Action[] = [
    { key: 'zoom-in', label: 'Zoom In', act: () => figure.zoom(1.25) },
    { key: 'zoom-out', label: 'Zoom Out', act: () => figure.zoom(0.8) },
    { key: 'fit', label: 'Fit', act: figure.fit }
  ]
  const texts: readonly Action[] = [
    { key: 'copy-mermaid', label: 'Copy as Mermaid', act: () => page.copy('mermaid') },
    { key: 'copy-svg', label: 'Copy as SVG', act: () => page.copy('svg') },
    { key: 'save-svg', label: 'Save SVG…', act: () => page.run('save') }
  ]
  const back: readonly Action[] = within === undefined ? [] : [{ key: 'all', label: 'Show All', act: () => page.run('all') }]
  describe(about, view.selected === undefined ? undefined : things.get(view.selected), page)
  return [
    element(
      'header',
      {},
      element('h1', {}, within === undefined ? 'Trust Map' : `Trust Map of ${within}`),
      element('p', { class: 'summary' }, summary)
    ),
    toolbar('Trust Map', [...back, ...zoom, ...texts]),
    ...[...notes, ...(nodes.some(it => it.within !== undefined) ? ['Enter on a node that stands for many looks into it'] : [])].map(it =>
      element('p', { class: 'note' }, it)
    ),
    ...(nodes.length === 0
      ? []
      : [element('div', { class: 'both' }, element('div', { class: 'seen' }, figure.element, about), listOf(picture, page))])
  ]
})

/** Another part of the workspace is another picture; what had the focus is not in it. */
function beginAnew(key: string): void {
  Object.assign(view, { scale: undefined, left: 0, top: 0, selected: undefined })
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`.toolbar [data-key="${key}"]`)?.focus())
}

type Thing = TrustMapPicture['nodes'][number] | TrustMapPicture['ties'][number]

/** Tells of what is chosen in the picture, below it. */
function describe(about: HTMLElement, thing: Thing | undefined, page: Page): void {
  if (!thing) {
    about.replaceChildren('Choose a node or a line: the arrow keys follow the lines, Enter opens the file')
    return
  }
  const words = 'says' in thing ? thing.says : spoken(thing)
  about.replaceChildren(element('span', {}, words), ' ', ...actionsOf(thing, page, 'about'))
}

function openThing(thing: Thing | undefined, page: Page): void {
  if (thing && 'within' in thing && thing.within !== undefined) page.run('look', thing.within)
  else if (thing?.place) page.open(thing.place.index)
}
