import { addressName, asksForNothing, demandsCertificate, isLocal } from '../../core/endpoints.js'
import type { Address, TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'plain-listener-beside-mtls',
  subject: 'configuration',
  title: 'What needs a client certificate is served without TLS as well',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(8446, '1'), nginx('ngx_http_core_module', 'listen')],
  check({ endpoints }, ctx) {
    const demanding = endpoints.filter(it => demandsCertificate(it) && !it.incomplete)
    for (const endpoint of demanding) if (isOpenWithoutTls(endpoint)) reportOwnListeners(endpoint, ctx)
    if (demanding.length === 0 || endpoints.length === 1) return
    const plain = endpoints.filter(it => it.role === 'server' && !it.tls.value && isOpenWithoutTls(it) && it.tls.origin !== 'unknown')
    const byContent = plain.length > 0 ? contentsOf(demanding) : new Map()
    for (const other of plain) reportOther(other, byContent, ctx)
    const byParent = new Map(demanding.flatMap(it => (it.parent ? [[placeOf(it.parent), it] as const] : [])))
    for (const other of endpoints) {
      const endpoint = other.parent && byParent.get(placeOf(other.parent))
      if (endpoint) reportUnverified(endpoint, other, ctx)
    }
  }
})

const contentsOf = (demanding: readonly TlsEndpoint[]): ReadonlyMap<string, TlsEndpoint> =>
  new Map(demanding.flatMap(it => it.content?.map(content => [content, it] as const) ?? []).reverse())

/** Nothing here turns a client away that came without TLS. */
const isOpenWithoutTls = ({ incomplete, refusesPlaintext, content, result }: TlsEndpoint): boolean =>
  !incomplete && !refusesPlaintext && content?.length !== 0 && !result?.unknown && !result?.tested.length

function reportOwnListeners(endpoint: TlsEndpoint, ctx: RuleContext): void {
  for (const address of endpoint.addresses) {
    if (address.tls || !isReachedLike(address, endpoint)) continue
    ctx.report({
      at: address.at,
      message: `${endpoint.label} also listens on ${addressName(address) ?? 'this address'} without TLS: what it serves there needs no client certificate`,
      related: [demand(endpoint)]
    })
  }
}

function reportOther(plain: TlsEndpoint, byContent: ReadonlyMap<string, TlsEndpoint>, ctx: RuleContext): void {
  const shared = plain.content?.find(it => byContent.has(it))
  const endpoint = shared === undefined ? undefined : byContent.get(shared)
  const address = endpoint && plain.addresses.find(it => isReachedLike(it, endpoint))
  if (!address) return
  ctx.report({
    at: address.at,
    message: `${plain.label} gives ${shared} on ${addressName(address) ?? 'this address'} without TLS and without the certificate that ${endpoint.label} demands for it`,
    related: [demand(endpoint)]
  })
}

/** A listener with TLS that shares all its rules with one that demands a certificate, and demands none itself. */
function reportUnverified(endpoint: TlsEndpoint, other: TlsEndpoint, ctx: RuleContext): void {
  if (!asksForNothing(other) || other.incomplete || other.result?.unknown || other.result?.tested.length) return
  const own = new Set(endpoint.addresses.map(addressName))
  const address = other.addresses.find(it => !own.has(addressName(it)) && isReachedLike(it, endpoint))
  if (!address) return
  ctx.report({
    at: address.at,
    message: `${other.label} gives the same as ${endpoint.label} without the certificate that is demanded there`,
    related: [demand(endpoint)]
  })
}

const placeOf = ({ path, start }: TlsEndpoint['at']): string => `${start} ${path}`

/** Who is on the machine itself need not come over the network; where TLS is local too, nothing sets the two apart. */
const isReachedLike = (address: Address, { addresses }: TlsEndpoint): boolean =>
  address.transport === 'tcp' && (!isLocal(address) || addresses.filter(it => it.tls).every(isLocal))

const demand = ({ label, peer: { certificate } }: TlsEndpoint) => ({
  ...certificate.at,
  message: `${label} demands a certificate here, of TLS connections`
})
