import { endEntitiesOf, isSelfSigned, longestChain, pathUp } from '../../core/chain.js'
import { type Certificate, defineRule, oids, type RuleContext, rfc } from '../../core/rule.js'
import { nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'name-constraint-violated',
  subject: 'chain',
  title: 'A name lies outside of what a CA above it may certify',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '4.2.1.10')],
  check({ certificates, use }, ctx) {
    if (certificates.length > longestChain || (use && !use.endpoint.tls.value)) return
    const endEntities = use ? certificates.slice(0, 1) : endEntitiesOf(certificates)
    for (const it of endEntities) checkEndEntity(it, certificates, ctx)
  }
})

const codes = ['permitted-subtree-violation', 'excluded-subtree-violation'] as const

function checkEndEntity(endEntity: Certificate, certificates: readonly Certificate[], ctx: RuleContext): void {
  const path = aboveInWorkspace(pathUp(endEntity, certificates, ctx.signed), ctx)
  const constraining = path.find((it, at) => at > 0 && it.extensions.has(oids.nameConstraints))
  if (!constraining) return
  const { errors } = ctx.verify({ chain: path, trustAnchors: path.slice(-1), purpose: 'any', verifier: 'openssl', partialChain: true })
  const error = errors.find(it => codes.some(code => code === it.code))
  const code = codes.find(it => it === error?.code)
  if (!error || !code) return
  ctx.report({
    at: error.certificate.at({ extension: oids.subjectAltName }),
    message: `${nameOf(error.certificate)} has a name that ${nameOf(constraining)} ${code === codes[0] ? 'may not certify' : 'is forbidden to certify'}: verifiers reject it (${openssl(code)})`,
    related: [{ ...constraining.at({ extension: oids.nameConstraints }), message: `the name constraints of ${nameOf(constraining)}` }]
  })
}

/** Goes on with the workspace where the file ends; whichever issuer it is, it bears the same constraints as a rule. */
function aboveInWorkspace(path: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  let top = path.at(-1)!
  if (isSelfSigned(top, ctx.signed)) return path
  const whole = [...path]
  while (whole.length < longestChain && !isSelfSigned(top, ctx.signed)) {
    const issuers = ctx.issuersInWorkspace(top)
    if (issuers.length !== 1) break
    top = issuers[0]!
    whole.push(top)
  }
  return whole
}
