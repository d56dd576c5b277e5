/** The picture while it is made: each thing becomes one node, however often it is met, and each pair at most one tie of a kind. */
import { isSelfSigned } from '../core/chain.js'
import type { TlsEndpoint } from '../core/model.js'
import { memo, type Read } from '../core/text.js'
import { brief, day, nameOf } from '../core/words.js'
import type { Certificate } from '../x509/certificate.js'
import { signed } from '../x509/signature.js'
import { type Authorities, authoritiesOf, namedKey } from './authorities.js'
import type { Detail, MapEdge, MapNode, TrustMap } from './map.js'
import { presentsNothing } from './words.js'

export const plain = (text: string): Detail => ({ text, tone: 'plain' })
export const warning = (text: string): Detail => ({ text, tone: 'warning' })

type NewNode = Omit<MapNode, 'id'>
export type NewEdge = Omit<MapEdge, 'id'>

export interface Surroundings {
  readonly read: Read
  readonly at: Date
  /** All that is in the workspace. */
  readonly certificates: readonly Certificate[]
}

export interface Sketch extends Surroundings {
  readonly authorities: Authorities
  endpoint(endpoint: TlsEndpoint, node: NewNode): void
  endpointId(endpoint: TlsEndpoint): string
  /** The node of a certificate's subject and key; all that issued it come along. */
  certificate(it: Certificate): string
  /** The node of whoever issued it: known by certificate, or by name only. */
  issuer(it: Certificate, beside: readonly Certificate[]): string
  /** Is there a node for it already? */
  known(it: Certificate): string | undefined
  /** A thing that is told apart by its key: a file that is not here, a bundle. */
  other(key: string, make: () => NewNode): string
  /** Adds a tie, or puts the label beside that of the one that is there. */
  edge(edge: NewEdge): void
  finish(notes: readonly string[]): TrustMap
}

interface Tie {
  edge: NewEdge
  readonly labels: Set<string>
}

interface Authority {
  readonly id: string
  /** As many as were met, by content; none when it is only named. */
  readonly certificates: Map<string, Certificate>
  readonly name: string
  readonly named?: Certificate
}

export function startSketch(surroundings: Surroundings): Sketch {
  const authorities = authoritiesOf(surroundings.certificates)
  const endpoints = new Map<TlsEndpoint, MapNode>()
  const found = new Map<string, Authority>()
  const others = new Map<string, MapNode>()
  const edges = new Map<string, Tie>()
  const presentedBy = new Map<string, Tie[]>()

  const addEdge = (edge: NewEdge): void => {
    const key = `${edge.kind} ${edge.from} ${edge.to}`
    const known = edges.get(key)
    if (!known) {
      const tie = { edge, labels: new Set([edge.label]) }
      edges.set(key, tie)
      if (edge.kind !== 'presents') return
      const others = presentedBy.get(edge.from)
      if (others) others.push(tie)
      else presentedBy.set(edge.from, [tie])
      return
    }
    known.labels.add(edge.label)
    known.edge = merged(known.edge, edge)
  }

  /** Notes the certificate, and says whether it was new. */
  const note = (it: Certificate): { readonly authority: Authority; readonly isNew: boolean } => {
    const key = authorities.keyOf(it)
    const authority = found.get(key) ?? { id: `a${found.size}`, certificates: new Map(), name: nameOf(it) }
    found.set(key, authority)
    const isNew = !authority.certificates.has(it.sha256)
    if (isNew) authority.certificates.set(it.sha256, it)
    return { authority, isNew }
  }

  const nameOnly = (it: Certificate): string => {
    const key = namedKey(it)
    const authority = found.get(key) ?? { id: `a${found.size}`, certificates: new Map(), name: brief(it.issuer.display), named: it }
    found.set(key, authority)
    return authority.id
  }

  /** Goes up to the root, without recursion: a chain may be as long as somebody likes to make it. */
  const addWithIssuers = (first: Certificate, beside: readonly Certificate[]): string => {
    const { authority, isNew } = note(first)
    for (let below = first, at = authority, fresh = isNew; fresh && !isRoot(below); ) {
      const issuer = authorities.issuerOf(below, beside)
      const above = issuer ? note(issuer) : undefined
      const to = above?.authority.id ?? nameOnly(below)
      if (to !== at.id) addEdge(issuedEdge(at, to, below, issuer))
      if (!issuer || !above) break
      below = issuer
      at = above.authority
      fresh = above.isNew
    }
    return authority.id
  }

  /** What it presents, between where it is and whom it trusts. */
  const withPresented = (node: MapNode): MapNode => {
    const ties = presentedBy.get(node.id) ?? []
    const labels = new Set(ties.flatMap(it => [...it.labels]).filter(it => it !== ''))
    const tone = ties.some(it => it.edge.tone === 'warning') ? 'warning' : 'plain'
    const none = node.kind === 'client' ? presentsNothing.client : presentsNothing.server
    const text = labels.size > 0 ? `presents ${joined(labels)}` : ties.length > 0 ? presentsNothing.unread : none
    const [where, ...more] = node.details
    return { ...node, details: [where!, { text, tone, about: 'presents' }, ...more] }
  }

  return {
    ...surroundings,
    authorities,
    endpoint: (endpoint, node) => endpoints.set(endpoint, { ...node, label: brief(node.label), id: `e${endpoints.size}` }),
    endpointId: endpoint => endpoints.get(endpoint)!.id,
    certificate: it => addWithIssuers(it, []),
    issuer(it, beside) {
      const issuer = authorities.issuerOf(it, beside)
      return issuer ? addWithIssuers(issuer, beside) : nameOnly(it)
    },
    known: it => found.get(authorities.keyOf(it))?.id,
    other(key, make) {
      const known = others.get(key)
      if (known) return known.id
      const id = `x${others.size}`
      others.set(key, { ...make(), id })
      return id
    },
    edge: addEdge,
    finish: notes => ({
      nodes: [
        ...[...endpoints.values()].map(withPresented),
        ...[...found.values()].map(it => authorityNode(it, surroundings.at)),
        ...others.values()
      ],
      edges: [...edges.values()].map(({ edge, labels }, at) => ({ ...edge, id: `t${at}`, label: joined(labels) })),
      notes
    })
  }
}

/** What is graver is told, and where it is. */
function merged(a: NewEdge, b: NewEdge): NewEdge {
  const graver = a.tone === 'plain' && b.tone === 'warning' ? b : a
  return { ...graver, ...(a.inEffect !== undefined && { inEffect: a.inEffect || b.inEffect === true }) }
}

const joined = (labels: ReadonlySet<string>): string => {
  const [first, second, ...more] = [...labels].filter(it => it !== '')
  if (first === undefined || second === undefined) return first ?? ''
  return more.length === 0 ? `${first}, ${second}` : `${first} and ${more.length + 1} more`
}

const isRoot = memo((it: Certificate): boolean => isSelfSigned(it, signed))

const issuedEdge = (below: Authority, to: string, it: Certificate, issuer: Certificate | undefined): NewEdge => ({
  kind: 'issued',
  from: below.id,
  to,
  label: '',
  says: `${below.name} was issued by ${issuer ? nameOf(issuer) : `${brief(it.issuer.display)}, whose certificate is not in this workspace`}`,
  tone: 'plain',
  at: it.at('issuer')
})

function authorityNode({ id, certificates, name, named }: Authority, at: Date): MapNode {
  const [first, ...more] = certificates.values()
  if (!first) {
    const details = [plain('its certificate is not in this workspace')]
    return { id, kind: 'authority', label: name, details, ...(named && { at: named.at('issuer') }) }
  }
  const all = [first, ...more]
  const isCa = all.some(it => it.isCa)
  const kind = isCa ? 'authority' : 'certificate'
  const what = all.some(isRoot) ? (isCa ? 'root CA' : 'self-signed certificate') : isCa ? 'intermediate CA' : 'a single certificate'
  const last = all.reduce((latest, it) => (it.notAfter > latest.notAfter ? it : latest))
  return { id, kind, label: name, details: [plain(what), validityOf(last, at)], at: last.at() }
}

export function validityOf({ notBefore, notAfter }: Certificate, at: Date): Detail {
  if (at > notAfter) return warning(`expired ${day(notAfter)}`)
  if (at < notBefore) return warning(`valid from ${day(notBefore)}`)
  return plain(`until ${day(notAfter)}`)
}
