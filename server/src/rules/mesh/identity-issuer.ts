import type { IdentityIssuer } from '../../core/mesh.js'
import { type Certificate, defineRule, manual, type RuleContext, rfc } from '../../core/rule.js'
import { day, nameOf } from '../../core/words.js'

export default defineRule({
  id: 'identity-issuer',
  subject: 'mesh',
  title: 'The CA that certifies the proxies of a mesh cannot do so, or not for long',
  category: 'trust',
  severity: 'error',
  citations: [
    manual('Linkerd certificates', 'https://linkerd.io/2/tasks/generate-certificates/'),
    manual('Linkerd identity checks', 'https://linkerd.io/2/checks/#l5d-identity'),
    rfc(5280, '6.1.4')
  ],
  check({ identityIssuers }, ctx) {
    for (const it of identityIssuers) {
      const [issuer] = it.certificate.certificates
      if (!issuer) continue
      checkIssuer(it, issuer, ctx)
      if (it.trusted && it.trusted.certificates.length > 0) checkTrust(it, issuer, it.trusted.certificates, ctx)
    }
  }
})

const soon = 60
const millisecondsOfDay = 86_400_000

function checkIssuer({ label }: IdentityIssuer, issuer: Certificate, ctx: RuleContext): void {
  const name = nameOf(issuer)
  if (!issuer.isCa)
    ctx.report({ at: issuer.at(), message: `${name} in ${label} is no CA: nobody trusts the certificates that it makes for proxies` })
  const { algorithm, curve } = issuer.publicKey
  if (algorithm !== 'EC' || curve !== 'P-256') {
    const message = `the key of ${name} in ${label} is not ECDSA P-256, which is the only kind that Linkerd takes here`
    ctx.report({ at: issuer.at('subjectPublicKey'), message })
  }
  const left = Math.floor((issuer.notAfter.getTime() - ctx.now.getTime()) / millisecondsOfDay)
  // That it has expired is told of every certificate.
  if (left < 0 || left >= soon) return
  const message = `${name} in ${label} expires on ${day(issuer.notAfter)}, in ${left} days: with it goes every identity in the mesh`
  ctx.report({ at: issuer.at('notAfter'), message, severity: 'warning' })
}

function checkTrust({ label }: IdentityIssuer, issuer: Certificate, anchors: readonly Certificate[], ctx: RuleContext): void {
  const [first] = anchors
  const name = nameOf(issuer)
  const related = anchors.slice(0, 5).map(it => ({ ...it.at(), message: `${nameOf(it)} is trusted` }))
  const same = anchors.find(it => it.subject.canonical === issuer.subject.canonical)
  if (same && !isSame(same, issuer)) {
    ctx.report({
      at: issuer.at(),
      message: `${name} in ${label} has the name of the trust anchor that issued it, so that proxies take it for self-signed`,
      related
    })
    return
  }
  const verdicts = anchors.map(it => ctx.signed(issuer, it))
  if (same || verdicts.includes(true) || verdicts.includes(undefined) || isChained(issuer, anchors, ctx)) return
  ctx.report({
    at: issuer.at(),
    message: `${name} in ${label} is not signed by ${anchors.length > 1 ? 'any of the trust anchors' : nameOf(first!)}: proxies do not trust each other`,
    related
  })
}

/** Others between it and an anchor may stand elsewhere. */
const isChained = (issuer: Certificate, anchors: readonly Certificate[], ctx: RuleContext): boolean =>
  ctx.issuersInWorkspace(issuer).some(it => !it.selfIssued && anchors.some(anchor => ctx.signed(it, anchor) !== false))

const isSame = (one: Certificate, other: Certificate): boolean => Buffer.from(one.der).equals(Buffer.from(other.der))
