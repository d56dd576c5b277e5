import { isVerifying } from '../../core/endpoints.js'
import { isAnyPurposeOnly } from '../../core/purposes.js'
import { type CertificateUse, defineRule, oids, rfc, type TlsEndpoint, verifiers } from '../../core/rule.js'
import { nameOf, openssl, peerOf, saidBy } from '../../core/words.js'

export default defineRule({
  id: 'any-extended-key-usage',
  subject: 'certificate',
  title: 'A certificate names only anyExtendedKeyUsage',
  category: 'identity',
  severity: 'warning',
  citations: [rfc(5280, '4.2.1.12')],
  check(subject, ctx) {
    const { certificate, use } = subject
    if (!isAnyPurposeOnly(certificate)) return
    const isTrusted = use?.part === 'trusted'
    if (isTrusted && !isRefusedAbove(use.endpoint)) return
    ctx.report({
      at: certificate.at({ extension: oids.extendedKeyUsage }),
      message: `${nameOf(certificate)} is for anyExtendedKeyUsage only: ${consequence(subject)}`,
      ...(isTrusted && { severity: 'error' as const })
    })
  }
})

/** Not every verifier looks at the purposes of what is trusted, and to some this one is any. */
function isRefusedAbove(endpoint: TlsEndpoint): boolean {
  const { anchorChecks, anyPurposeAbove } = verifiers[endpoint.verifier]
  return isVerifying(endpoint) && anchorChecks.has('purpose') && anyPurposeAbove !== 'suffices'
}

const consequence = ({ use }: CertificateUse): string =>
  use?.part === 'trusted'
    ? `every ${peerOf(use.endpoint)} below it is rejected${saidBy(use.endpoint.verifier, 'unsuitable-certificate-purpose')}`
    : `some peers take that for TLS and some do not (${openssl('unsuitable-certificate-purpose')})`
