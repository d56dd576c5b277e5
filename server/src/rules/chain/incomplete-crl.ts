import { distinct } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, nginx, type RuleContext, rfc } from '../../core/rule.js'
import { listed, nameOf, openssl, peersOf } from '../../core/words.js'
import { crlsOf, isOf, issuingBelow, type NamedCrl } from './crls.js'

export default defineRule({
  id: 'incomplete-crl',
  subject: 'bundle',
  title: 'A CA of the chain has no CRL, where every CA needs one',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.3.3'), nginx('ngx_http_ssl_module', 'ssl_crl')],
  check(bundle, ctx) {
    const { endpoint, sources } = bundle
    const named = isVerifying(endpoint) ? crlsOf(bundle, ctx) : undefined
    const [ref] = endpoint.peer.crls
    if (!named || !ref) return
    // Which CA issued the end entity, and so has to have a list, no configuration tells.
    if (endpoint.peer.crlsOf === 'end entity') return
    const trusted = distinct(sources.filter(it => it.ref.intended).flatMap(it => it.certificates)).filter(it => it.isCa)
    const needed = distinct([...trusted, ...issuingBelow(bundle, trusted, ctx)])
    const without = needed.filter(it => stateOf(it, named, ctx) === 'missing')
    const forged = needed.filter(it => stateOf(it, named, ctx) === 'signed by another')
    if (without.length > 0) {
      ctx.report({
        at: ref.at,
        message: `there is no CRL of ${listed(without.map(nameOf))} in it: all ${peersOf(endpoint)} below are rejected, revoked or not (${openssl('unable-to-get-certificate-crl')})`,
        related: without.slice(0, 5).map(it => ({ ...it.at(), message: nameOf(it) }))
      })
    }
    for (const it of forged) {
      ctx.report({
        at: ref.at,
        message: `the CRL of ${nameOf(it)} is not signed by its key: all ${peersOf(endpoint)} below are rejected (${openssl('crl-signature-failure')})`,
        related: [{ ...it.at(), message: nameOf(it) }]
      })
    }
  }
})

function stateOf(authority: Certificate, named: readonly NamedCrl[], ctx: RuleContext): 'there' | 'missing' | 'signed by another' {
  const own = named.filter(it => isOf(it.crl, authority))
  if (own.length === 0) return 'missing'
  return own.every(it => ctx.signed(it.crl, authority) === false) ? 'signed by another' : 'there'
}
