import { addressName, isTlsServer, type Listener, listenersOf } from '../../core/endpoints.js'
import type { Address, TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'upstream-sni-missing',
  subject: 'configuration',
  title: 'No server name is sent to an upstream that chooses by it',
  category: 'identity',
  severity: 'warning',
  citations: [rfc(6066, '3'), rfc(9325, '3.7'), nginx('ngx_http_proxy_module', 'proxy_ssl_server_name')],
  check({ endpoints }, ctx) {
    const listeners = choosingByPort(endpoints)
    if (listeners.size === 0) return
    for (const endpoint of endpoints) {
      if (endpoint.role !== 'client' || !endpoint.tls.value || endpoint.tls.origin === 'unknown') continue
      if (endpoint.incomplete || endpoint.serverNames.length > 0) continue
      const chooser = endpoint.addresses.flatMap(it => listeners.get(it.port)?.find(listener => reaches(it, listener)) ?? [])[0]
      if (chooser) reportChooser(endpoint, chooser, ctx)
    }
  }
})

function choosingByPort(endpoints: readonly TlsEndpoint[]): ReadonlyMap<number | undefined, readonly Listener[]> {
  const byPort = new Map<number | undefined, Listener[]>()
  for (const listener of listenersOf(endpoints)) {
    if (!choosesByName(listener)) continue
    const { port } = listener.servers[0]!.address
    const known = byPort.get(port)
    if (known) known.push(listener)
    else byPort.set(port, [listener])
  }
  return byPort
}

function reportChooser(endpoint: TlsEndpoint, { name, servers }: Listener, ctx: RuleContext): void {
  const first = servers.find(it => it.address.isDefault)!.endpoint
  const fate = first.rejectsHandshake ? 'which turns the handshake away' : 'whatever name is meant'
  ctx.report({
    at: endpoint.at,
    message: `${endpoint.label} sends no server name, so ${first.label} answers on ${name}, ${fate}`,
    related: servers.slice(0, 5).map(it => ({ ...it.endpoint.at, message: `${it.endpoint.label} listens on ${name}` })),
    fixes: [{ title: 'Send the server name', endpoint, change: { set: 'serverNameIndication', value: true } }]
  })
}

/** Does a connection to the address end at this listener of the same configuration? Only what is local can be known to. */
function reaches(address: Address, { servers }: Listener): boolean {
  const listen = servers[0]!.address
  if (!listen.tls || listen.port !== address.port || listen.transport !== address.transport) return false
  if (addressName(listen) === addressName(address)) return true
  return listen.host === '*' && address.host !== undefined && /^(?:127\.|localhost$)/.test(address.host)
}

/** Several certificates, or several demands on clients: then it matters who answers. */
function choosesByName({ servers }: Listener): boolean {
  const first = servers.find(it => it.address.isDefault)?.endpoint
  return first !== undefined && servers.some(({ endpoint }) => endpoint !== first && isTlsServer(endpoint) && differs(first, endpoint))
}

const differs = (one: TlsEndpoint, other: TlsEndpoint): boolean =>
  one.rejectsHandshake === true ||
  one.peer.certificate.value !== other.peer.certificate.value ||
  other.identities.some(
    ({ certificate: it }) => !one.identities.some(same => same.certificate.at.start === it.at.start || isSame(same.certificate, it))
  )

const isSame = (one: TlsEndpoint['identities'][number]['certificate'], other: typeof one): boolean =>
  one.kind === 'file' && other.kind === 'file' && one.path === other.path
