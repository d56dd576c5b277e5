/** What the picture shows, for those who do not see it or would rather read. */
import type { TrustMapNode, TrustMapPicture, TrustMapTie } from '../../../server/src/lsp/protocol.js'
import { element } from '../dom.js'
import { moveWithArrows, type Page } from '../page.js'

export const marks: Readonly<Record<NonNullable<TrustMapTie['verdict']>, string>> = {
  rejected: '✗',
  plaintext: '!',
  unknown: '?',
  accepted: '✓'
}

export function listOf({ nodes, ties }: TrustMapPicture, page: Page): HTMLElement {
  const connections = ties.filter(it => it.verdict !== undefined)
  const graveness = Object.keys(marks)
  const gravest = [...connections].sort((a, b) => graveness.indexOf(a.verdict!) - graveness.indexOf(b.verdict!))
  const from = new Map<string, TrustMapTie[]>()
  for (const it of ties) from.set(it.from, [...(from.get(it.from) ?? []), it])
  const section = (title: string, members: readonly HTMLElement[]) =>
    members.length === 0 ? [] : [element('h2', {}, title), element('ul', {}, ...members)]
  const those = (wanted: (it: TrustMapNode) => boolean) =>
    nodes.filter(wanted).map(it =>
      nodeItem(
        it,
        (from.get(it.id) ?? []).filter(tie => tie.kind !== 'connects'),
        page
      )
    )
  const list = element(
    'section',
    { class: 'list', 'aria-label': 'The map as a list' },
    ...section(
      'Connections',
      gravest.map(it => connectionItem(it, page))
    ),
    ...section(
      'Clients',
      those(it => it.kind === 'client')
    ),
    ...section(
      'Servers',
      those(it => it.kind === 'server')
    ),
    ...section(
      'CAs and other trust',
      those(it => it.kind !== 'client' && it.kind !== 'server')
    )
  )
  moveWithArrows(list, 'button')
  return list
}

const connectionItem = (it: TrustMapTie, page: Page): HTMLElement =>
  element(
    'li',
    { class: it.verdict },
    element('span', { class: 'mark-of-verdict', 'aria-hidden': 'true' }, marks[it.verdict!]),
    ' ',
    it.says,
    ' ',
    ...actionsOf(it, page)
  )

const nodeItem = (node: TrustMapNode, ties: readonly TrustMapTie[], page: Page): HTMLElement =>
  element(
    'li',
    {},
    element('strong', {}, node.label),
    `: ${node.details.join(', ')} `,
    ...actionsOf(node, page),
    ties.length > 0 && element('ul', {}, ...ties.map(it => element('li', {}, it.says, ' ', ...placeOf(it, `list-${it.id}`, page))))
  )

/** What can be done about a node or tie: go where it is written, look into it, or ask what will happen. */
export function actionsOf(it: TrustMapNode | TrustMapTie, page: Page, key = `list-${it.id}`): readonly HTMLElement[] {
  const within = 'within' in it ? it.within : undefined
  const ask = 'ask' in it ? it.ask : undefined
  return [
    ...placeOf(it, key, page),
    ...(within === undefined ? [] : [link('Look into it', `${key}-look`, () => page.run('look', within))]),
    ...(ask === undefined ? [] : [link('Predict Handshake', `${key}-ask`, () => page.run('predict', ask))])
  ]
}

const placeOf = ({ place }: TrustMapNode | TrustMapTie, key: string, page: Page): readonly HTMLElement[] =>
  place ? [link(place.label, key, () => page.open(place.index))] : []

function link(label: string, key: string, act: () => void): HTMLElement {
  const made = element('button', { type: 'button', class: 'link', 'data-key': key }, label)
  made.addEventListener('click', act)
  return made
}
