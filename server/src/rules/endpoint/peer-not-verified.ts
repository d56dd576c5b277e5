import { isKnown, isLocal, isTlsServer } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'peer-not-verified',
  subject: 'endpoint',
  title: 'The peer has a certificate, and any certificate will do',
  category: 'trust',
  severity: 'error',
  citations: [
    rfc(8446, '4.4.2.4'),
    rfc(5280, '6'),
    nginx('ngx_http_ssl_module', 'ssl_verify_client'),
    nginx('ngx_http_proxy_module', 'proxy_ssl_verify')
  ],
  check(endpoint, ctx) {
    const { verifyChain } = endpoint.peer
    if (verifyChain.value || !isKnown(endpoint, verifyChain)) return
    if (endpoint.role === 'server') checkServer(endpoint, ctx)
    else checkClient(endpoint, ctx)
  }
})

function checkServer(endpoint: TlsEndpoint, ctx: RuleContext): void {
  const { peer, result } = endpoint
  if (!isTlsServer(endpoint) || peer.certificate.value === 'ignore' || !isKnown(endpoint, peer.certificate)) return
  if (endpoint.incomplete || !result || result.unknown || result.tested.length > 0) return
  // Whoever is told the result may refuse for it; that cannot be seen from here.
  const handedOn = result.handedOn[0]
  ctx.report({
    at: peer.verifyChain.at,
    message: handedOn
      ? `${endpoint.label} accepts any client certificate and leaves it to those behind it to refuse`
      : `${endpoint.label} accepts any client certificate: ${peer.verifyChain.name} does not verify it and nothing here tests the result`,
    ...(handedOn && { severity: 'information', related: [{ ...handedOn, message: 'what they can judge by is handed on here' }] }),
    fixes: fixes(endpoint, 'Verify the client certificate')
  })
}

function checkClient(endpoint: TlsEndpoint, ctx: RuleContext): void {
  const { peer, tls, identities, addresses } = endpoint
  if (!tls.value || tls.origin === 'unknown') return
  const unused = peer.trustAnchors.find(it => it.kind !== 'system')
  // Nobody can put himself between two programs of one machine; but who presents a certificate or names a CA means mutual TLS.
  const local = addresses.length > 0 && addresses.every(isLocal) && identities.length === 0 && !unused
  if (endpoint.trial && isHarmless(endpoint, local, unused !== undefined)) return
  ctx.report({
    at: peer.verifyChain.at,
    message: `${endpoint.label} accepts any server certificate: ${
      peer.verifyChain.origin === 'default'
        ? `without ${peer.verifyChain.name} it is not verified`
        : `${peer.verifyChain.name} switches verification off`
    }`,
    ...(local && { severity: 'information' }),
    ...(unused && { related: [{ ...unused.at, message: `${unused.name} has no effect` }] }),
    fixes: fixes(endpoint, 'Verify the server certificate')
  })
}

/** What looks at servers without trusting them, or is shown to somebody, without anything of its own to lose. */
const isHarmless = ({ peer, identities, trial, addresses }: TlsEndpoint, local: boolean, hasAnchors: boolean): boolean =>
  peer.verifyChain.origin === 'default' ||
  local ||
  ((trial !== 'script' || addresses.every(it => it.host === undefined)) && identities.length === 0 && !hasAnchors)

/** Without a CA, verification would only be refused in its turn. */
const fixes = (endpoint: TlsEndpoint, title: string) =>
  endpoint.peer.trustAnchors.some(it => it.intended) ? [{ title, endpoint, change: { set: 'verifyChain', value: true } as const }] : []
