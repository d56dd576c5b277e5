import { keyBlocksOf } from '../../core/credentials.js'
import type { StoredEntry, StoredSecret } from '../../core/mesh.js'
import { defineRule, manual, type RuleContext } from '../../core/rule.js'
import { nameOf } from '../../core/words.js'

export default defineRule({
  id: 'secret-shape',
  subject: 'mesh',
  title: 'A Secret does not hold what it is read for',
  category: 'trust',
  severity: 'error',
  citations: [
    manual('Kubernetes TLS Secrets', 'https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets'),
    manual('Istio key formats', 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats')
  ],
  check({ secrets }, ctx) {
    for (const secret of secrets) {
      checkNames(secret, ctx)
      for (const entry of secret.entries) checkContent(secret, entry, ctx)
      for (const pair of secret.pairs) checkPair(secret, pair, ctx)
    }
  }
})

function checkNames({ label, at, type, lacking }: StoredSecret, ctx: RuleContext): void {
  if (lacking.length === 0) return
  ctx.report({ at, message: `${label} has no ${lacking.join(' and no ')}: Kubernetes refuses a Secret of type ${type} without` })
}

function checkContent({ label }: StoredSecret, { name, at, holds }: StoredEntry, ctx: RuleContext): void {
  const flaw = flaws[holds]
  if (flaw !== undefined) ctx.report({ at, message: `${name} of ${label} ${flaw}` })
}

const flaws: Readonly<Partial<Record<StoredEntry['holds'], string>>> = {
  plain: 'holds PEM as it is, where data has to be base64: Kubernetes refuses it; stringData takes plain text',
  'encoded-twice': 'is base64 once more than it should be: whoever reads it finds base64 in place of PEM',
  der: 'holds DER, and whoever reads it expects PEM'
}

function checkPair({ label }: StoredSecret, { certificate, key }: StoredSecret['pairs'][number], ctx: RuleContext): void {
  const [first, ...others] = certificate.pem.certificates
  const [block] = keyBlocksOf(key.pem)
  if (!first || !block || ctx.keyMatches(first, block) !== false) return
  const owner = others.find(it => ctx.keyMatches(it, block))
  ctx.report({
    at: key.at,
    message: owner
      ? `${key.name} of ${label} belongs to ${nameOf(owner)}, which is not the first in ${certificate.name}: the certificate of the server has to come first, before those of its CAs`
      : `${key.name} of ${label} belongs to another certificate than ${nameOf(first)} in ${certificate.name}: whoever loads both refuses them`,
    related: [{ ...first.at('subjectPublicKey'), message: 'the public key of the first certificate' }]
  })
}
