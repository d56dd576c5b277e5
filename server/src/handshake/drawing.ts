/** The endpoints of a workspace and who connects to whom, in the languages that draw graphs. */

import type { Connection } from '../core/connections.js'
import { addressName } from '../core/endpoints.js'
import type { TlsEndpoint } from '../core/model.js'

export function drawMermaid(endpoints: readonly TlsEndpoint[], connections: readonly Connection[]): string {
  const names = numbered(endpoints)
  // Mermaid takes quotes and brackets in a text for its own.
  const text = (it: string) => it.replace(/[&"<>[\](){}|#;`\\\r\n]/g, found => `#${found.charCodeAt(0)};`)
  const nodes = endpoints.map(it => `  ${names.get(it)}${it.role === 'server' ? `["${text(labelOf(it))}"]` : `(["${text(labelOf(it))}"])`}`)
  const edges = edgesOf(connections, names).map(({ from, to, label }) => `  ${from} -->|"${text(label)}"| ${to}`)
  return ['flowchart LR', ...nodes, ...edges, ''].join('\n')
}

export function drawDot(endpoints: readonly TlsEndpoint[], connections: readonly Connection[]): string {
  const names = numbered(endpoints)
  const quoted = (it: string) =>
    `"${it
      .replace(/\\/g, '\\\\')
      .replace(/"/g, '\\"')
      .replace(/[\r\n]+/g, ' ')}"`
  const nodes = endpoints.map(it => `  ${names.get(it)} [label=${quoted(labelOf(it))}, shape=${it.role === 'server' ? 'box' : 'ellipse'}];`)
  const edges = edgesOf(connections, names).map(({ from, to, label }) => `  ${from} -> ${to} [label=${quoted(label)}];`)
  return ['digraph endpoints {', '  rankdir=LR;', ...nodes, ...edges, '}', ''].join('\n')
}

const numbered = (endpoints: readonly TlsEndpoint[]): ReadonlyMap<TlsEndpoint, string> => new Map(endpoints.map((it, at) => [it, `e${at}`]))

function labelOf({ label, addresses, peer, role, tls }: TlsEndpoint): string {
  const places = addresses.flatMap(it => addressName(it) ?? []).join(', ')
  const demands = {
    ignore: 'no client certificate',
    request: 'optional client certificate',
    require: 'client certificate demanded'
  } as const
  const trust = !tls.value
    ? 'no TLS'
    : role === 'server'
      ? demands[peer.certificate.value]
      : peer.verifyChain.value
        ? 'verifies the server'
        : 'does not verify the server'
  return [label, places, trust].filter(it => it !== '').join(' · ')
}

function edgesOf(connections: readonly Connection[], names: ReadonlyMap<TlsEndpoint, string>) {
  return connections.flatMap(({ client, listener }) =>
    listener.servers.map(({ endpoint }) => ({ from: names.get(client)!, to: names.get(endpoint)!, label: listener.name }))
  )
}
