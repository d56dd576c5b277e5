import type { MeshClient, MeshPolicy } from '../../core/mesh.js'
import { defineRule, manual, type RuleContext } from '../../core/rule.js'

export default defineRule({
  id: 'conflicting-mtls',
  subject: 'mesh',
  title: 'Clients and workloads of a mesh do not agree on mutual TLS',
  category: 'trust',
  severity: 'error',
  citations: [
    manual('Istio PeerAuthentication', 'https://istio.io/latest/docs/reference/config/security/peer_authentication/'),
    manual('Istio ClientTLSSettings', 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings'),
    manual('Istio 503 after a DestinationRule', 'https://istio.io/latest/docs/ops/common-problems/network-issues/')
  ],
  check({ policies, clients }, ctx) {
    for (const it of clients) if (it.meets) checkClient(it, it.meets, ctx)
    for (const it of policies) checkRivals(it, ctx)
  }
})

function checkClient({ label, host, mode }: MeshClient, meets: NonNullable<MeshClient['meets']>, ctx: RuleContext): void {
  const { by, certain } = meets
  const unless = certain ? '' : ', unless nothing of the mesh runs there'
  const fate = {
    plain: `connects to ${host} without TLS, and ${by.label} takes mutual TLS only: the connections are reset${unless}`,
    tls: `connects to ${host} without a client certificate, and ${by.label} takes mutual TLS only: the handshakes fail${unless}`,
    mutual: `connects to ${host} with mutual TLS, and ${by.label} switches it off there: nobody answers the handshake${unless}`
  }[mode.value]
  ctx.report({
    at: mode.at,
    message: `${label} ${fate}`,
    ...(certain ? {} : { severity: 'warning' }),
    related: [{ ...by.modeAt, message: `the mode of ${by.label}` }]
  })
}

/** Which is the oldest stands in no file, so that nobody can tell from here which of them counts. */
function checkRivals({ label, at, reach, rivals }: MeshPolicy, ctx: RuleContext): void {
  const [first] = rivals
  if (!first) return
  ctx.report({
    at,
    message: `${label} and ${first.label} are both for ${reach}: only the one that was created first counts`,
    related: rivals.map(it => ({ ...it.at, message: it.label }))
  })
}
