import type { HandshakePicture, PictureLink, PictureReason } from '../../server/src/lsp/protocol.js'
import { element } from './dom.js'
import { type Diagram, type DrawnConnection, diagramOf, type Lifeline, type Row, type Verdict } from './handshake/diagram.js'
import './handshake/handshake.css'
import { moveWithArrows, type Page, startPage, toolbar } from './page.js'

startPage<HandshakePicture>(draw, picture => picture.verdict)

function draw(picture: HandshakePicture, page: Page): readonly Node[] {
  const diagram = diagramOf(picture)
  return [
    heading(picture, diagram.verdict),
    ...facts(picture),
    ...doubts(picture, page),
    toolbar('Handshake', [
      { key: 'copy-text', label: 'Copy as Text', act: () => page.copy('text') },
      { key: 'copy-mermaid', label: 'Copy as Mermaid', act: () => page.copy('mermaid') },
      { key: 'other-client', label: 'Other Client…', act: () => page.run('otherClient') }
    ]),
    ...reasons(picture, page),
    ...(picture.steps.length > 0 ? [element('h2', {}, 'Step by step'), drawing(diagram, page)] : [])
  ]
}

const heading = ({ client, server }: HandshakePicture, verdict: Verdict): HTMLElement =>
  element(
    'header',
    {},
    element('h1', { class: verdict.kind }, mark(verdict.mark), ` ${verdict.words}`),
    element('p', { class: 'pair' }, client.label, element('span', { 'aria-label': 'connects to' }, ' → '), server.label)
  )

const mark = (text: string): HTMLElement => element('span', { 'aria-hidden': 'true', class: 'mark' }, text)

const facts = ({ facts: seen }: HandshakePicture): readonly HTMLElement[] =>
  seen.length === 0
    ? []
    : [
        element(
          'dl',
          { class: 'facts' },
          ...seen.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, element('code', {}, value))])
        )
      ]

/** Why there is no answer, or no server to answer, or what the answer rests on. */
function doubts({ reason, because, refused, notMeasured }: HandshakePicture, page: Page): readonly HTMLElement[] {
  return [
    ...(reason === undefined || because.some(it => it.message === reason) ? [] : [element('p', { class: 'reason' }, reason)]),
    ...(refused
      ? [
          element(
            'p',
            {},
            'Configuration test: ',
            element('code', {}, refused.message),
            ' ',
            refused.place && link(refused.place, page, 'refused')
          )
        ]
      : []),
    ...(notMeasured === undefined
      ? []
      : [element('p', { class: 'caution' }, element('strong', {}, 'Not verified against a running server.'), ` ${notMeasured}`)])
  ]
}

function link({ index, label }: PictureLink, page: Page, key: string): HTMLElement {
  const made = element('button', { type: 'button', class: 'link', 'data-key': key }, label)
  made.addEventListener('click', () => page.open(index))
  return made
}

function reasons({ because }: HandshakePicture, page: Page): readonly HTMLElement[] {
  if (because.length === 0) return []
  const list = element('ul', { class: 'reasons' }, ...because.map((it, index) => element('li', {}, ...reason(it, index, page))))
  moveWithArrows(list, 'button')
  return [element('h2', {}, 'Because'), list]
}

const reason = ({ message, place, rule, url }: PictureReason, index: number, page: Page): readonly (HTMLElement | string)[] => [
  link(place, page, `reason-${index}`),
  ` ${message} `,
  ...(rule === undefined ? [] : [url === undefined ? element('code', {}, rule) : element('a', { href: url }, rule)])
]

function drawing({ connections, verdict }: Diagram, page: Page): HTMLElement {
  const drawn = element(
    'section',
    { class: 'drawing', 'aria-label': 'Messages of the handshake' },
    ...connections.flatMap((it, index) => connection(it, index, page)),
    element('p', { class: `verdict ${verdict.kind}` }, mark(verdict.mark), ` ${verdict.words}`)
  )
  moveWithArrows(drawn, '.step')
  return drawn
}

const connection = ({ client, server, rows }: DrawnConnection, index: number, page: Page): readonly HTMLElement[] => [
  element('div', { class: 'heads' }, head(client, `client-${index}`, page), head(server, `server-${index}`, page)),
  element(
    'ol',
    { class: 'steps', start: rows[0]?.number ?? 1, 'aria-label': `From ${client.label} to ${server.label}` },
    ...rows.map(it => row(it, page))
  )
]

function head({ label, place }: Lifeline, key: string, page: Page): HTMLElement {
  if (!place) return element('div', { class: 'head' }, label)
  const made = element(
    'button',
    { type: 'button', class: 'head', 'data-key': key, 'aria-label': `${label}. Enter opens ${place.label}` },
    label
  )
  made.addEventListener('click', () => page.open(place.index))
  return made
}

function row(it: Row, page: Page): HTMLElement {
  const { place } = it
  const content = [
    element('span', { class: 'number', 'aria-hidden': 'true' }, String(it.number)),
    element('span', { class: 'title' }, ...(it.ok && it.shape === 'arrow' ? [] : [mark(it.ok ? '✓' : '✗'), ' ']), it.title),
    element('span', { class: 'says' }, it.says),
    place && element('span', { class: 'place' }, place.label),
    it.shape === 'arrow' && element('span', { class: 'arrow', 'aria-hidden': 'true' })
  ]
  const look = `step ${it.shape} from-${it.from} ${it.ok ? 'fine' : 'fails'}`
  const key = `step-${it.number}`
  // What leads nowhere can have the focus all the same, so that the arrow keys read the whole conversation.
  if (!place)
    return element(
      'li',
      {},
      element('div', { class: look, tabindex: 0, role: 'group', 'aria-label': it.spoken, 'data-key': key }, ...content)
    )
  const made = element('button', { type: 'button', class: look, 'aria-label': it.spoken, 'data-key': key }, ...content)
  made.addEventListener('click', () => page.open(place.index))
  return element('li', {}, made)
}
