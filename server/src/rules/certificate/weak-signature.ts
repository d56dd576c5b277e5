import { isSelfSigned } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type CertificateUse, defineRule, rfc } from '../../core/rule.js'
import { nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'weak-signature',
  subject: 'certificate',
  title: 'A certificate is signed with MD5 or SHA-1',
  category: 'key',
  severity: 'warning',
  citations: [rfc(9155, '1'), rfc(6151, '2')],
  check(subject, ctx) {
    const { certificate, use } = subject
    const { hash, name } = certificate.signatureAlgorithm
    if (hash !== 'MD2' && hash !== 'MD5' && hash !== 'SHA-1') return
    // Nobody verifies the signature of an anchor: it is believed because it is there.
    if (isSelfSigned(certificate, ctx.signed)) return
    if (use && !(use.part === 'trusted' ? isVerifying(use.endpoint) : use.endpoint.tls.value)) return
    ctx.report({
      at: certificate.at('signatureAlgorithm'),
      message: `${nameOf(certificate)} is signed with ${name}: ${consequence(subject)}`,
      ...(isRefusedAtStart(subject) && { severity: 'error' as const })
    })
  }
})

const isRefusedAtStart = ({ use }: CertificateUse): boolean => use?.part === 'presented' && use.endpoint.verifier === 'openssl'

const consequence = (subject: CertificateUse): string =>
  isRefusedAtStart(subject)
    ? `OpenSSL does not load it at its usual security level (ca md too weak), and peers reject it`
    : `verifiers reject it (${openssl('ca-signature-digest-algorithm-too-weak')})`
