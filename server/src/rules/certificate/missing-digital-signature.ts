import { isPresentedAsEndEntity } from '../../core/chain.js'
import type { Severity } from '../../core/diagnostic.js'
import { isMeantFor } from '../../core/purposes.js'
import { type Certificate, type CertificateUse, defineRule, oids, rfc, type TlsEndpoint } from '../../core/rule.js'
import { listed, nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'missing-digital-signature',
  subject: 'certificate',
  title: 'Key usage does not allow the signature that TLS asks for',
  category: 'identity',
  severity: 'error',
  citations: [rfc(5280, '4.2.1.3'), rfc(8446, '4.4.2.2'), rfc(8446, '4.4.3')],
  check(subject, ctx) {
    const { certificate, use } = subject
    if (!certificate.keyUsage || certificate.keyUsage.has('digitalSignature')) return
    if (use && !(isPresentedAsEndEntity(subject) && use.endpoint.tls.value)) return
    const found = consequence(subject)
    if (!found) return
    const usages = listed([...certificate.keyUsage])
    ctx.report({
      at: certificate.at({ extension: oids.keyUsage }),
      message: `${nameOf(certificate)} may be used for ${usages || 'nothing'}, not for digitalSignature: ${found.message}`,
      ...(found.severity && { severity: found.severity })
    })
  }
})

interface Consequence {
  readonly message: string
  readonly severity?: Severity
}

const rejected = openssl('unsuitable-certificate-purpose')

function consequence({ certificate, use }: CertificateUse): Consequence | undefined {
  if (use) return use.endpoint.role === 'client' ? ofClient(certificate) : ofServer(certificate, use.endpoint)
  if (certificate.isCa || !isMeantFor(certificate, 'client')) return undefined
  return ofClient(certificate)
}

/** OpenSSL is content with keyAgreement, whatever the key. */
const ofClient = ({ keyUsage }: Certificate): Consequence | undefined =>
  keyUsage?.has('keyAgreement') ? undefined : { message: `servers reject it (${rejected})` }

function ofServer({ keyUsage, publicKey }: Certificate, { minVersion, maxVersion }: TlsEndpoint): Consequence | undefined {
  if (!keyUsage?.has('keyEncipherment') && !keyUsage?.has('keyAgreement')) return { message: `clients reject it (${rejected})` }
  // An RSA key signs the key exchange whatever its certificate says, and neither side objects.
  if (publicKey.algorithm !== 'EC' || minVersion.value === 'TLSv1.3') return undefined
  const fails = 'every handshake in TLS 1.2 fails (no shared cipher, alert handshake failure)'
  if (maxVersion.value !== 'TLSv1.3') return { message: fails }
  return { message: `${fails}, and only TLS 1.3 works`, severity: 'warning' }
}
