import type { CertificateRequest } from '../../core/mesh.js'
import { defineRule, manual, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'certificate-request-usages',
  subject: 'mesh',
  title: 'A certificate is asked for with usages that do not fit its use',
  category: 'trust',
  severity: 'error',
  citations: [
    manual('cert-manager KeyUsage', 'https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.KeyUsage'),
    rfc(5280, '4.2.1.12'),
    manual("Let's Encrypt on clientAuth", 'https://letsencrypt.org/2025/05/14/ending-tls-client-authentication')
  ],
  check({ requests }, ctx) {
    for (const { label, usageFlaws } of requests) {
      for (const flaw of usageFlaws) {
        ctx.report({ at: flaw, message: `${label} ${messageOf(flaw)}`, related: relatedTo(flaw), fixes: fixesOf(flaw) })
      }
    }
  }
})

type Flaw = CertificateRequest['usageFlaws'][number]

function messageOf(flaw: Flaw): string {
  switch (flaw.kind) {
    case 'unknown':
      return `is refused: ${flaw.text} is no usage that cert-manager knows`
    case 'no client auth':
      return `asks for a certificate that is not for clients, and ${flaw.client.label} presents it as one: servers reject it`
    case 'public issuer':
      return `asks ${flaw.issuer.label} for client auth, and that is a public CA, which certifies servers only`
  }
}

function relatedTo(flaw: Flaw) {
  if (flaw.kind === 'no client auth') return [{ ...flaw.client.at, message: `${flaw.client.label} presents it` }]
  return flaw.kind === 'public issuer' ? [{ ...flaw.issuer.at, message: flaw.issuer.label }] : []
}

function fixesOf(flaw: Flaw) {
  if (flaw.kind !== 'unknown' || flaw.meant === undefined) return []
  const { path, start, end, meant } = flaw
  return [{ title: `Write ${meant}`, edits: [{ path, start, end, newText: meant }], safe: true }]
}
