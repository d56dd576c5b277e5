import type { IdentityMatch } from '../../core/mesh.js'
import { defineRule, manual, type RuleContext, rfc } from '../../core/rule.js'
import { brief, listed } from '../../core/words.js'

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
      for (const wrong of it.unmatched) {
        ctx.report({
          at: wrong,
          message: `${it.label} matches nobody by ${wrong.text}: ${reasonOf(wrong)}`,
          // Which settings of the mesh hold where the policy is applied stands in no file.
          ...(wrong.why === 'trust domain' ? { severity: 'warning' } : {}),
          ...(wrong.correction ? { fixes: [{ title: 'Remove spiffe://', edits: wrong.correction }] } : {})
        })
      }
      checkIdentity(it, ctx)
    }
  }
})

function reasonOf({ why, accepted = [] }: IdentityMatch['unmatched'][number]): string {
  switch (why) {
    case 'scheme':
      return 'principals are written without spiffe://, which is put before them'
    case 'wildcard':
      return 'a * stands for anything only at the beginning or at the end, and anywhere else for itself'
    case 'form':
      return 'an identity of the mesh has the form <trust domain>/ns/<namespace>/sa/<service account>'
    case 'namespace':
      return 'no namespace has such a name'
    case 'trust domain':
      return `proxies turn away certificates of other trust domains than ${listed(accepted.map(it => brief(it)))}`
  }
}

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
