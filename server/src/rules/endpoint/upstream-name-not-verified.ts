import { isKnown } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, manual, type ProposedFix, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'upstream-name-not-verified',
  subject: 'endpoint',
  title: 'Any name that the CA ever certified passes for the upstream',
  category: 'identity',
  severity: 'warning',
  citations: [rfc(9525, '6.1'), manual('HAProxy verifyhost', 'https://docs.haproxy.org/3.2/configuration.html#5.2-verifyhost')],
  check(endpoint, ctx) {
    const { peer, tls, role, label, trial } = endpoint
    if (role !== 'client' || trial || endpoint.incomplete || !tls.value || tls.origin === 'unknown') return
    if (!peer.verifyChain.value || !isKnown(endpoint, peer.verifyChain) || peer.verifyNames.length > 0) return
    // Without a CA nothing is verified at all, and that is told by another rule.
    const anchor = peer.trustAnchors.find(it => it.intended)
    if (!anchor) return
    const whose = anchor.kind === 'system' ? 'any CA that the system trusts' : `the CAs of ${anchor.name}`
    ctx.report({
      at: endpoint.at,
      message: `${label} accepts every server with a certificate of ${whose}: no name is compared`,
      related: [{ ...anchor.at, message: 'whoever holds a certificate of these can pose as the server' }],
      fixes: fixes(endpoint)
    })
  }
})

/** Only where a name is asked for, or the address is one, do we know what to expect. */
function fixes(endpoint: TlsEndpoint): readonly ProposedFix[] {
  const name = endpoint.serverNames.find(it => it.origin === 'written')?.value ?? endpoint.addresses[0]?.host
  if (name === undefined || !/^[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z][a-z\d-]*$/.test(name)) return []
  return [{ title: `Expect the name ${name}`, endpoint, change: { set: 'verifyName', value: name } }]
}
