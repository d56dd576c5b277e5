import { isVerifying } from '../../core/endpoints.js'
import { type Crl, defineRule, type Finding, nginx, type RuleContext, rfc } from '../../core/rule.js'
import { day, duration, nameText, openssl, peersOf } from '../../core/words.js'
import { crlsIn, crlsOf } from './crls.js'

export default defineRule({
  id: 'crl-expired',
  subject: 'bundle',
  title: 'A CRL is out of date',
  category: 'validity',
  severity: 'error',
  citations: [rfc(5280, '5.1.2.5'), rfc(5280, '6.3.3'), nginx('ngx_http_ssl_module', 'ssl_crl')],
  check(bundle, ctx) {
    if (!isVerifying(bundle.endpoint)) return
    const named = crlsOf(bundle, ctx) ?? []
    for (const { ref, crl } of named) {
      const finding = lapse(crl, `all ${peersOf(bundle.endpoint)} below it are rejected`, ctx)
      // A current one of the same CA beside it is the one that counts.
      if (!finding || named.some(it => it.crl.issuer.canonical === crl.issuer.canonical && !lapse(it.crl, '', ctx))) continue
      ctx.report({ ...finding, at: ref.at, related: [{ ...finding.at, message: 'here, in the file' }] })
    }
  },
  also: {
    file(file, ctx) {
      for (const crl of crlsIn(file)) {
        const finding = lapse(crl, 'verifiers that use it reject all that the CA issued', ctx)
        if (finding) ctx.report(finding)
      }
    }
  }
})

function lapse(crl: Crl, consequence: string, ctx: RuleContext): Finding | undefined {
  const { nextUpdate, thisUpdate } = crl
  const name = nameText(crl.issuer)
  if (nextUpdate && ctx.now > nextUpdate) {
    const age = duration(ctx.now.getTime() - nextUpdate.getTime())
    return {
      at: crl.at('nextUpdate'),
      message: `the CRL of ${name} was due for renewal ${age} ago, on ${day(nextUpdate)}: ${consequence} (${openssl('crl-has-expired')})`
    }
  }
  if (!(ctx.now < thisUpdate)) return undefined
  return {
    at: crl.at('thisUpdate'),
    message: `the CRL of ${name} is valid only from ${day(thisUpdate)}: until then ${consequence} (${openssl('crl-is-not-yet-valid')})`
  }
}
