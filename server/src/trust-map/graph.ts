/** From the endpoints of a workspace to the picture of who presents what to whom. Nothing is left out here: see `collapse.ts`. */
import { type Configurations, connectionsOf, plainConnectionsOf } from '../core/connections.js'
import { addressName } from '../core/endpoints.js'
import type { TlsEndpoint } from '../core/model.js'
import type { Workspace } from '../core/workspace.js'
import type { HandshakeQuestion } from '../handshake/ask.js'
import { addAnchors, addIdentities, trustedEndEntities } from './credentials.js'
import type { Detail, MapQuestionSides, TrustMap } from './map.js'
import { addMeetings, addPlainMeetings, startPredicting, unclearMeetings } from './meetings.js'
import { plain, type Sketch, startSketch, warning } from './sketch.js'

export interface MapQuestion {
  readonly workspace: HandshakeQuestion['workspace'] & Pick<Workspace, 'certificates'>
  /** The moment at which certificates have to be valid. */
  readonly at: Date
}

const { compare: inOrder } = new Intl.Collator('en', { numeric: true })

/** The same picture for the same workspace: files by their paths, and in each as they are written. */
export function buildTrustMap({ workspace, at }: MapQuestion): TrustMap {
  const roots = [...workspace.roots()].sort(inOrder)
  const rootOf = new Map(roots.flatMap(root => (workspace.lowered(root)?.endpoints ?? []).map(it => [it, root] as const)))
  const endpoints = [...rootOf.keys()]
  const sketch = startSketch({ read: workspace.read, at, certificates: workspace.certificates() })
  for (const it of endpoints) addEndpoint(sketch, it)
  const pinned = trustedEndEntities(sketch, endpoints)
  for (const it of endpoints) addIdentities(sketch, it, pinned)
  addAnchors(sketch, endpoints)
  const lowered = roots.map(it => workspace.lowered(it) ?? nothing)
  const configurations = lowered.map(it => it.endpoints)
  const predict = startPredicting({ workspace, at, rootOf })
  addMeetings(sketch, connectionsOf(configurations), predict, spotsOf(roots, configurations))
  addPlainMeetings(sketch, plainConnectionsOf(lowered), predict)
  return sketch.finish(unclearMeetings(endpoints, configurations))
}

const nothing = { endpoints: [] }

/** Where each client is found again: among those of its label in its configuration. */
function spotsOf(roots: readonly string[], configurations: Configurations): (client: TlsEndpoint) => MapQuestionSides['client'] {
  const spots = new Map<TlsEndpoint, MapQuestionSides['client']>()
  configurations.forEach((endpoints, at) => {
    const counts = new Map<string, number>()
    for (const it of endpoints) {
      if (it.role !== 'client') continue
      const index = counts.get(it.label) ?? 0
      counts.set(it.label, index + 1)
      spots.set(it, { path: roots[at]!, label: it.label, index })
    }
  })
  return client => spots.get(client)!
}

function addEndpoint(sketch: Sketch, endpoint: TlsEndpoint): void {
  const { role, label, at } = endpoint
  const places = [...new Set(endpoint.addresses.flatMap(it => addressName(it) ?? []))]
  const shown = places.length > 3 ? [...places.slice(0, 2), `${places.length - 2} more`] : places
  const where = plain(shown.length > 0 ? `${role === 'client' ? 'to' : 'at'} ${shown.join(', ')}` : 'address not known here')
  const details: readonly Detail[] = [
    { ...where, about: 'connects' },
    { ...demandOf(endpoint), about: 'trusts' }
  ]
  sketch.endpoint(endpoint, { kind: role, label, details, path: at.path, at })
}

function demandOf(endpoint: TlsEndpoint): Detail {
  const { tls, role, peer, rejectsHandshake } = endpoint
  if (tls.origin === 'unknown') return plain('TLS or not: known only when it runs')
  if (!tls.value) return warning('no TLS')
  if (rejectsHandshake) return plain('turns handshakes away')
  const { verifyChain, certificate } = peer
  if (role === 'client') {
    if (verifyChain.origin === 'unknown') return plain('verifies or not: known when it runs')
    return verifyChain.value ? plain('verifies the server') : warning('does not verify the server')
  }
  if (certificate.origin === 'unknown') return plain('asks or not: known when it runs')
  if (certificate.value === 'ignore') {
    return peer.trustAnchors.some(it => it.intended) ? warning('has a CA, but asks for no certificate') : plain('asks for no certificate')
  }
  if (!verifyChain.value && verifyChain.origin !== 'unknown') return warning('takes any client certificate')
  return plain(certificate.value === 'require' ? 'demands a client certificate' : 'client certificate optional')
}
