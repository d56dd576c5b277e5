import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, type CertificateUse, defineRule, manual, parametersOf, rfc, verifiers } from '../../core/rule.js'
import { nameOf, openssl, peerOf } from '../../core/words.js'

type Key = Certificate['publicKey']

export default defineRule({
  id: 'weak-key',
  subject: 'certificate',
  title: 'A key is too weak',
  category: 'key',
  severity: 'warning',
  citations: [
    manual('NIST SP 800-131A', 'https://doi.org/10.6028/NIST.SP.800-131Ar2'),
    manual('OpenSSL security levels', 'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/'),
    rfc(9325, '4.5')
  ],
  check(subject, ctx) {
    const { certificate, use } = subject
    const weakness = weaknessOf(certificate.publicKey)
    if (!weakness) return
    if (use && !(use.part === 'trusted' ? isVerifying(use.endpoint) : use.endpoint.tls.value)) return
    const isRefused = use !== undefined && verifiers[use.endpoint.verifier].securityLevel >= 2 && securityBits(certificate.publicKey) < 112
    ctx.report({
      at: certificate.at('subjectPublicKey'),
      message: `${nameOf(certificate)} has a key of ${certificate.publicKey.description}: ${isRefused ? refusal(subject) : weakness}`,
      ...(isRefused && { severity: 'error' as const })
    })
  },
  also: {
    file(file, ctx) {
      for (const block of file.blocks) {
        const parameters = parametersOf(block)
        if (parameters && isShort(parameters)) {
          const message = `these parameters are ${parameters.description}: less than 2048 bits are rejected by most peers`
          ctx.report({ at: { path: block.file.path, ...block.span }, message })
        }
        if (block.kind !== 'privateKey' && block.kind !== 'certificateRequest') continue
        const key = ctx.key(block)
        const weakness = key && weaknessOf(key)
        // The certificate says it already.
        if (!weakness || file.certificates.some(it => Buffer.compare(it.publicKey.spki, key.spki) === 0)) continue
        const what = block.kind === 'privateKey' ? 'this key is' : 'this request is for a key of'
        ctx.report({ at: { path: block.file.path, ...block.span }, message: `${what} ${key.description}: ${weakness}` })
      }
    },
    path({ what, credential }, ctx) {
      // Nothing but the parameters for Diffie-Hellman is named by a setting of its own.
      const opened = what === 'other' && credential ? ctx.credential(credential) : undefined
      if (opened?.kind !== 'pem') return
      const parameters = opened.file.blocks.map(parametersOf).find(it => it && isShort(it))
      if (!parameters || securityBits(parameters) >= 112) return
      ctx.report({
        at: credential!.at,
        message: `these parameters are ${parameters.description}: OpenSSL does not load them at its usual security level (dh key too small)`,
        severity: 'error'
      })
    }
  }
})

const isShort = ({ algorithm, size }: Omit<Key, 'spki'>): boolean => algorithm === 'DH' && size !== undefined && size < 2048

function weaknessOf({ algorithm, size }: Key): string | undefined {
  if (algorithm === 'DSA') return 'TLS 1.3 has no DSA, and few peers still take it'
  if ((algorithm === 'RSA' || algorithm === 'RSA-PSS') && size !== undefined && size < 2048)
    return 'less than 2048 bits are rejected by most peers'
  if (algorithm === 'EC' && size !== undefined && size < 256) return 'curves below P-256 are rejected by most peers'
  return undefined
}

/** NIST SP 800-57 part 1, table 2, as far as weak keys go; OpenSSL rounds what lies between, so that it takes 1962 bits of RSA for 112. */
function securityBits({ algorithm, size = 0 }: Omit<Key, 'spki'>): number {
  if (algorithm === 'EC') return size / 2
  return size >= 1962 ? 112 : 80
}

/** At the usual security level. */
function refusal({ certificate, use }: CertificateUse & { readonly use?: NonNullable<CertificateUse['use']> }): string {
  if (use?.part === 'presented') {
    return use.position === 0
      ? `OpenSSL does not load it (ee key too small), and peers reject it (${openssl('ee-certificate-key-too-weak')})`
      : `peers reject the chain (${openssl('ca-certificate-key-too-weak')})`
  }
  const code = certificate.isCa ? 'ca-certificate-key-too-weak' : 'ee-certificate-key-too-weak'
  return use ? `every ${peerOf(use.endpoint)} ${certificate.isCa ? 'below it' : 'that holds it'} is rejected (${openssl(code)})` : ''
}
