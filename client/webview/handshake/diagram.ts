import type { HandshakePicture, PictureLink, PictureStep } from '../../../server/src/lsp/protocol.js'

/** What is drawn, as values: two lifelines a connection, and what passes between them. */
export interface Diagram {
  /** One, and another for each time that the request is passed on. */
  readonly connections: readonly DrawnConnection[]
  readonly verdict: Verdict
}

export interface DrawnConnection {
  readonly client: Lifeline
  readonly server: Lifeline
  readonly rows: readonly Row[]
}

export interface Lifeline {
  readonly label: string
  readonly place?: PictureLink
}

export interface Row {
  /** From 1, through all connections. */
  readonly number: number
  /** `arrow`: a message to the other side. `note`: what a side makes of what it got. */
  readonly shape: 'arrow' | 'note'
  readonly from: 'client' | 'server'
  readonly title: string
  readonly says: string
  readonly ok: boolean
  readonly place?: PictureLink
  /** All of it in words, for those who do not see the drawing. */
  readonly spoken: string
}

export interface Verdict {
  readonly mark: '✓' | '✗' | '?'
  readonly kind: 'good' | 'bad' | 'doubt'
  readonly words: string
}

export function diagramOf(picture: HandshakePicture): Diagram {
  const connections: { client: Lifeline; server: Lifeline; rows: Row[] }[] = []
  for (const [index, step] of picture.steps.entries()) {
    const before = picture.steps[index - 1]
    if (!before || !isSameHop(step, before)) connections.push({ ...lifelinesOf(step, picture), rows: [] })
    connections.at(-1)!.rows.push(rowOf(step, index + 1, picture.steps.length))
  }
  return { connections, verdict: verdictOf(picture) }
}

const isSameHop = (a: PictureStep, b: PictureStep): boolean => a.hop?.client === b.hop?.client && a.hop?.server === b.hop?.server

const lifelinesOf = (
  { hop }: PictureStep,
  { client, server }: HandshakePicture
): { readonly client: Lifeline; readonly server: Lifeline } =>
  hop ? { client: { label: hop.client }, server: { label: hop.server } } : { client, server }

function rowOf({ from, message, says, ok, sent, place }: PictureStep, number: number, total: number): Row {
  const to = from === 'client' ? 'server' : 'client'
  const direction = sent ? `from ${from} to ${to}` : `at the ${from}`
  const spoken = [
    `Step ${number} of ${total}, ${direction}: ${message}`,
    says,
    ...(ok ? [] : ['this fails']),
    ...(place ? [`Enter opens ${place.label}`] : [])
  ]
  return {
    number,
    shape: sent ? 'arrow' : 'note',
    from,
    title: message,
    says,
    ok,
    ...(place && { place }),
    spoken: spoken.join('. ')
  }
}

const kinds = { accepted: ['✓', 'good'], rejected: ['✗', 'bad'], unknown: ['?', 'doubt'] } as const

function verdictOf({ result, verdict }: HandshakePicture): Verdict {
  const [mark, kind] = kinds[result]
  return { mark, kind, words: verdict }
}
