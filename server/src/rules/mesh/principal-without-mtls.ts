import type { IdentityMatch } from '../../core/mesh.js'
import { defineRule, manual, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'principal-without-mtls',
  subject: 'mesh',
  title: 'A rule goes by the identity of clients, and none of them can have it',
  category: 'identity',
  severity: 'error',
  citations: [
    manual('Istio AuthorizationPolicy Source', 'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'),
    manual('SPIFFE ID', 'https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md'),
    rfc(8446, '4.4.2')
  ],
  check({ identityMatches }, ctx) {
    for (const it of identityMatches) {
      for (const wrong of it.malformed) {
        ctx.report({
          at: wrong,
          message: `${it.label} matches nobody by ${wrong.text}: ${it.name} are written without spiffe://, which is put before them`,
          fixes: [{ title: 'Remove spiffe://', edits: wrong.correction }]
        })
      }
      checkIdentity(it, ctx)
    }
  }
})

function checkIdentity({ label, name, setting, without }: IdentityMatch, ctx: RuleContext): void {
  if (!without) return
  const related = without.related.map(it => ({ ...it.modeAt, message: `the mode of ${it.label}` }))
  const [first] = without.related
  if (without.reason === 'disabled') {
    ctx.report({
      at: setting,
      message: `${label} matches nobody by ${name}: they come from client certificates, and ${first!.label} switches mutual TLS off`,
      related
    })
    return
  }
  ctx.report({
    at: setting,
    severity: 'warning',
    message: `${label} matches nobody by ${name}: they come from client certificates, and with automatic mutual TLS off no rule here tells clients to send one`
  })
}
