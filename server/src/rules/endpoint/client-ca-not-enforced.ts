import { isInside, isKnown, isTlsServer } from '../../core/endpoints.js'
import type { TlsEndpoint, TrustRef } from '../../core/model.js'
import { defineRule, manual, nginx, type ProposedFix, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'client-ca-not-enforced',
  subject: 'configuration',
  title: 'A CA for clients is configured, but no client is asked for a certificate',
  category: 'trust',
  severity: 'error',
  citations: [
    rfc(8446, '4.3.2'),
    nginx('ngx_http_ssl_module', 'ssl_verify_client'),
    manual(
      'Envoy require_client_certificate',
      'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls.proto'
    )
  ],
  check({ endpoints }, ctx) {
    const servers = endpoints.filter(isTlsServer)
    let used: ReadonlySet<string> | undefined
    for (const endpoint of servers) {
      const { certificate } = endpoint.peer
      if (!isKnown(endpoint, certificate)) continue
      if (isAskedByDefault(endpoint)) reportAsking(endpoint, ctx)
      if (certificate.value !== 'ignore') continue
      used ??= usedBy(servers)
      const anchor = endpoint.peer.trustAnchors.find(it => it.intended && (isInside(it.at, endpoint.block) || !used!.has(placeOf(it))))
      if (!anchor) continue
      const fix: ProposedFix = { title: 'Demand a client certificate', endpoint, change: { set: 'certificate', value: 'require' } }
      ctx.report(
        certificate.origin === 'default'
          ? { at: anchor.at, message: fate(endpoint, anchor), fixes: [fix] }
          : { at: anchor.at, severity: 'information', message: idle(endpoint, anchor), related: [switchedOff(endpoint)] }
      )
    }
  }
})

/** Some products ask for a certificate as soon as there is a CA, and let in who has none: nobody wrote that this is meant. */
const isAskedByDefault = ({ peer, incomplete }: TlsEndpoint): boolean =>
  peer.certificate.value === 'request' && peer.certificate.origin === 'default' && peer.verifyChain.value && !incomplete

function reportAsking(endpoint: TlsEndpoint, ctx: RuleContext): void {
  const { peer, result } = endpoint
  if (!result || result.unknown || result.tested.length > 0) return
  const handedOn = result.handedOn[0]
  ctx.report({
    at: peer.certificate.at,
    message: `${endpoint.label} lets clients in without a certificate: without ${peer.certificate.name} they are asked for one and need not have it`,
    ...(handedOn && { severity: 'warning', related: [{ ...handedOn, message: 'who the client is, if it said so, is handed on here' }] }),
    fixes: [{ title: 'Demand a client certificate', endpoint, change: { set: 'certificate', value: 'require' } }]
  })
}

const usedBy = (servers: readonly TlsEndpoint[]): ReadonlySet<string> =>
  new Set(servers.filter(it => it.peer.certificate.value !== 'ignore').flatMap(it => it.peer.trustAnchors.map(placeOf)))

/** A CA that stands in an enclosing block or in a shared file is there for some server; as long as one uses it, all is well. */
const placeOf = ({ at }: TrustRef): string => `${at.path}:${at.start}`

function fate(endpoint: TlsEndpoint, anchor: TrustRef): string {
  const cause = `${anchor.name} without ${endpoint.peer.certificate.name} asks for no certificate`
  return (endpoint.result?.tested.length ?? 0) > 0
    ? `${endpoint.label} never sees a client certificate, so the test of it refuses everybody: ${cause}`
    : `${endpoint.label} lets clients in without a certificate: ${cause}`
}

const idle = (endpoint: TlsEndpoint, anchor: TrustRef): string =>
  `${endpoint.label} does not use this CA: ${endpoint.peer.certificate.name} switches client certificates off beside ${anchor.name}`

const switchedOff = ({ peer: { certificate } }: TlsEndpoint) => ({ ...certificate.at, message: `${certificate.name} switches it off here` })
