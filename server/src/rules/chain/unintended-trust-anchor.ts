import { distinct, isSameCertificate, isSelfSigned } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'
import { listed, nameOf, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'unintended-trust-anchor',
  subject: 'bundle',
  title: 'A CA that is there for another purpose lets peers in as well',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(5280, '6.1.1'), nginx('ngx_http_ssl_module', 'ssl_trusted_certificate')],
  check({ endpoint, sources, complete }, ctx) {
    const intended = sources.filter(it => it.ref.intended)
    if (!isVerifying(endpoint) || !complete || intended.length === 0) return
    const meant = intended.flatMap(it => it.certificates)
    for (const { ref, certificates } of sources.filter(it => !it.ref.intended)) {
      const anchors = distinct(certificates).filter(
        it => it.isCa && isSelfSigned(it, ctx.signed) && !meant.some(known => isSameCertificate(known, it))
      )
      if (anchors.length === 0) continue
      ctx.report({
        at: ref.at,
        message: `${ref.name} makes a trust anchor of ${listed(anchors.map(nameOf))}: ${peersOf(endpoint)} below get in too`,
        related: anchors.slice(0, 5).map(it => ({ ...it.at(), message: nameOf(it) }))
      })
    }
  }
})
