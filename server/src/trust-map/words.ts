/** What a map says in words: for those who do not see it, and above it for those who do. */
import { isEndpoint, type MapEdge, type TrustMap, type Verdict } from './map.js'

/** From the gravest on. */
export const verdicts: readonly Verdict[] = ['rejected', 'plaintext', 'unknown', 'accepted']

/** Beside the colour, so that it is not the only sign. */
export const marks: Readonly<Record<Verdict, string>> = { accepted: '✓', rejected: '✗', unknown: '?', plaintext: '!' }

export const verdictWords: Readonly<Record<Verdict, string>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  unknown: 'not known',
  plaintext: 'plain text'
}

/** Where there is no certificate to name. */
export const presentsNothing = {
  client: 'presents no certificate',
  server: 'presents nothing',
  unread: 'presents what is not here'
} as const
export const isNoCertificate = (text: string): boolean => Object.values<string>(presentsNothing).includes(text)

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`

/** `2 clients, 1 server, 3 CAs; connections: 1 rejected, 1 accepted`. */
export function summaryOf({ nodes, edges }: TrustMap): string {
  const all = (kinds: readonly string[]) => nodes.filter(it => kinds.includes(it.kind)).reduce((sum, it) => sum + (it.count ?? 1), 0)
  const connections = edges.filter(it => it.kind === 'connects')
  const judged = verdicts.flatMap(verdict => {
    const found = connections.filter(it => it.verdict === verdict).reduce((sum, it) => sum + (it.count ?? 1), 0)
    return found === 0 ? [] : [`${found} ${verdictWords[verdict]}`]
  })
  if (!nodes.some(isEndpoint)) return 'No TLS endpoint was found'
  const things = [count(all(['client']), 'client'), count(all(['server']), 'server'), count(all(['authority']), 'CA')].join(', ')
  return `${things}; ${judged.length > 0 ? `connections: ${judged.join(', ')}` : 'no connections among them'}`
}

const mostTold = 20

/** The summary, and what is told of connections, the gravest first. */
export function description(map: TrustMap): string {
  const connections = map.edges.filter((it): it is MapEdge & { readonly verdict: Verdict } => it.verdict !== undefined)
  const told = verdicts.flatMap(verdict => connections.filter(it => it.verdict === verdict)).slice(0, mostTold)
  const rest = connections.length - told.length
  const more = rest > 0 ? [`${rest} more connections`] : []
  return [summaryOf(map), ...told.map(it => it.says), ...more, ...map.notes].map(it => `${it}.`).join(' ')
}
