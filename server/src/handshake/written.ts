/** A prediction in words, for terminals and the clipboard, and as a sequence diagram for Mermaid. */
import type { Location } from '../core/text.js'
import { numberOfAlert } from './alerts.js'
import type { HandshakeAnswer } from './ask.js'
import type { Hop, Prediction, Step } from './prediction.js'

/** `orders/nginx.conf:22`, as the reader counts lines. */
export type PlaceName = (at: Location) => string

export function writeAnswer(answer: HandshakeAnswer, place: PlaceName): string {
  const { configTest, because, steps, clientPrints, reason, notMeasured } = answer
  const test = configTest.ok ? [] : [`Configuration test: ${configTest.message}${configTest.place ? ` in ${place(configTest.place)}` : ''}`]
  const why = because.map(({ at, message, rule }) => `  ${place(at)}  ${message}${rule ? ` [${rule}]` : ''}`)
  return [
    verdictOf(answer),
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...(clientPrints === undefined ? [] : [`  The client prints: ${clientPrints}`]),
    ...test,
    ...(why.length > 0 ? ['', 'Because', ...why] : []),
    ...(steps.length > 0 ? ['', 'Step by step', ...steps.flatMap((it, at) => [...hopText(it, steps[at - 1]), stepText(it, place)])] : []),
    ...(notMeasured === undefined ? [] : ['', notMeasured]),
    ''
  ].join('\n')
}

/** `Rejected by the server`. */
export function resultOf({ result, side }: Prediction): string {
  if (result === 'unknown') return 'Not to be predicted'
  return result === 'accepted' ? 'Accepted' : `Rejected by the ${side ?? 'other side'}`
}

export function verdictOf(answer: Prediction): string {
  const details = factsOf(answer).map(it => it.brief)
  return details.length > 0 ? `${resultOf(answer)}: ${details.join(', ')}` : resultOf(answer)
}

/** What is seen of the outcome: by whom, and how it reads. */
export interface Fact {
  readonly label: string
  readonly value: string
  readonly brief: string
}

export function factsOf({ httpStatus, page, error, alert, verifyVariable, side }: Prediction): readonly Fact[] {
  const number = alert === null ? undefined : numberOfAlert(alert)
  const said = error && (error.openssl === null ? error.text : `${error.openssl} ${error.text}`)
  return [
    ...(httpStatus === null
      ? []
      : [
          {
            label: 'Answer to the request',
            value: `HTTP ${httpStatus}${page === undefined ? '' : `, ${page}`}`,
            brief: `HTTP ${httpStatus}`
          }
        ]),
    ...(said ? [{ label: `The ${side ?? 'server'} notes`, value: said, brief: said }] : []),
    ...(alert ? [{ label: 'TLS alert', value: number === undefined ? alert : `${alert} (${number})`, brief: `alert ${alert}` }] : []),
    ...(verifyVariable ? [{ label: 'Verify result', value: verifyVariable, brief: `verify result ${verifyVariable}` }] : [])
  ]
}

const hopText = ({ hop }: Step, before: Step | undefined): readonly string[] =>
  hop && !isSameHop(hop, before?.hop) ? [`  ${hop.client} → ${hop.server}`] : []

export const isSameHop = (a: Hop | undefined, b: Hop | undefined): boolean => a?.client === b?.client && a?.server === b?.server

const stepText = ({ from, message, says, ok, at }: Step, place: PlaceName): string =>
  `  ${from === 'client' ? 'client → ' : 'server ← '} ${message}${ok ? '' : ' ✗'}  ${says}${at ? `  (${place(at)})` : ''}`

/** A sequence diagram: one lifeline a side, and two more for each server that passes the request on. */
export function drawSequence(answer: Prediction, sides: Hop): string {
  const participants = new Map<string, string>()
  const nameOf = (label: string) => {
    const known = participants.get(label)
    if (known !== undefined) return known
    const name = `p${participants.size}`
    participants.set(label, name)
    return name
  }
  // Both sides may bear the same label: they are two all the same.
  const namesIn = (hop: Hop, at: string) => ({ client: nameOf(`${at}client ${hop.client}`), server: nameOf(`${at}server ${hop.server}`) })
  const first = namesIn(sides, '')
  let current = first
  const labels = new Map([
    [first.client, sides.client],
    [first.server, sides.server]
  ])
  const lines = answer.steps.flatMap((it, at) => {
    const { hop } = it
    if (hop && !isSameHop(hop, answer.steps[at - 1]?.hop)) {
      current = namesIn(hop, `${at} `)
      labels.set(current.client, hop.client).set(current.server, hop.server)
    }
    return [stepLine(it, current)]
  })
  const last = `  Note over ${first.client},${first.server}: ${mermaidText(verdictOf(answer))}`
  return [
    'sequenceDiagram',
    ...[...labels].map(([name, label]) => `  participant ${name} as ${mermaidText(label)}`),
    ...lines,
    last,
    ''
  ].join('\n')
}

function stepLine(it: Step, names: { readonly client: string; readonly server: string }): string {
  const [from, to] = it.from === 'client' ? [names.client, names.server] : [names.server, names.client]
  const text = mermaidText(`${it.message}${it.ok ? '' : ' ✗'}: ${it.says}`)
  if (!isSent(it)) return `  Note over ${from}: ${text}`
  return `  ${from}${it.ok ? '->>' : '-x'}${to}: ${text}`
}

/** What a side makes of what it got, or does elsewhere with it, is no message to the other. */
export const isSent = ({ message, from }: Step): boolean => message !== 'CertificateVerify' && !(message === 'Request' && from === 'server')

/** Mermaid takes some characters for its own; these are written by their numbers. */
const mermaidText = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[&"<>[\](){}|#;:`\\%]/g, found => `#${found.charCodeAt(0)};`)
