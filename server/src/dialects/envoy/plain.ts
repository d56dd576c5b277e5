/** What speaks HTTP without TLS: it matters where the other end of the connection speaks TLS. */
import type { PlainEnd } from '../../core/model.js'
import { locate } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { clusterAddresses, listenersAddresses, readAddress } from './addresses.js'
import { entryOf, mapsField } from './fields.js'
import { filtersOf, hasField, nameOf, type Resources } from './resources.js'

/** Bytes that a TCP proxy passes on may be TLS, so that beside one nothing is said. */
export function plainEndsOf(resources: Resources): readonly PlainEnd[] {
  const { file, documents, structureUnknown } = resources
  if (structureUnknown || resources.templated || /tcp_proxy|TcpProxy/.test(file.text)) return []
  const statics = documents.flatMap(({ root }) => (root?.kind === 'map' ? mapsField(root, 'static_resources') : []))
  return [
    ...statics.flatMap(it => mapsField(it, 'clusters')).flatMap(it => plainCluster(it, resources)),
    ...statics.flatMap(it => mapsField(it, 'listeners')).flatMap(it => plainListener(it, resources))
  ]
}

const tlsFields = ['transport_socket', 'transport_socket_matches', 'tls_context']

function plainCluster(cluster: YamlMap, { file }: Resources): readonly PlainEnd[] {
  const name = nameOf(cluster)
  if (name === undefined || tlsFields.some(it => hasField(cluster, it))) return []
  const addresses = clusterAddresses(cluster, file).map(it => ({ ...it, tls: false }))
  const header = entryOf(cluster, 'name')?.value ?? cluster
  return addresses.length === 0
    ? []
    : [{ dialect: 'envoy', role: 'client', label: `cluster ${name}`, at: locate(file, header.span), addresses }]
}

/** One chain that speaks HTTP, and none that speaks TLS. */
function plainListener(listener: YamlMap, { file }: Resources): readonly PlainEnd[] {
  const chains = [...mapsField(listener, 'filter_chains'), ...mapsField(listener, 'default_filter_chain')]
  if (chains.length === 0 || chains.some(it => tlsFields.some(field => hasField(it, field)))) return []
  if (!chains.every(it => filtersOf(it).some(({ name }) => name === 'HttpConnectionManager'))) return []
  const addresses = listenersAddresses(listener).flatMap(it => readAddress(it, file, { tls: false, isDefault: true }) ?? [])
  const name = nameOf(listener)
  const header = entryOf(listener, 'name')?.value ?? listener
  const label = name === undefined ? 'the listener' : `listener ${name}`
  return addresses.length === 0 ? [] : [{ dialect: 'envoy', role: 'server', label, at: locate(file, header.span), addresses }]
}
