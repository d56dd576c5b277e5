import { distinct, isSameCertificate, isSelfSigned, longestChain, pathUp } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, manual, nginx, type RuleContext, rfc } from '../../core/rule.js'
import { listed, nameOf, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'unintended-trust-anchor',
  subject: 'bundle',
  title: 'A CA that is there for another purpose lets peers in as well',
  category: 'trust',
  severity: 'warning',
  citations: [
    rfc(5280, '6.1.1'),
    nginx('ngx_http_ssl_module', 'ssl_trusted_certificate'),
    manual('HAProxy ca-verify-file', 'https://docs.haproxy.org/3.2/configuration.html#5.1-ca-verify-file')
  ],
  check({ endpoint, sources, complete }, ctx) {
    const intended = sources.filter(it => it.ref.intended)
    if (!isVerifying(endpoint) || !complete || intended.length === 0 || intended.length === sources.length) return
    const meant = intended.flatMap(it => it.certificates)
    const above = rootsAbove(
      meant,
      sources.flatMap(it => it.certificates),
      ctx
    )
    for (const { ref, certificates } of sources.filter(it => !it.ref.intended)) {
      const anchors = distinct(certificates).filter(
        it => it.isCa && isSelfSigned(it, ctx.signed) && ![...meant, ...above].some(known => isSameCertificate(known, it))
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

/** The roots of intermediates that are meant: without them those would be no use. */
const rootsAbove = (meant: readonly Certificate[], all: readonly Certificate[], ctx: RuleContext): readonly Certificate[] =>
  meant.length > longestChain
    ? []
    : meant.filter(it => it.isCa && !isSelfSigned(it, ctx.signed)).map(it => pathUp(it, all, ctx.signed).at(-1)!)
