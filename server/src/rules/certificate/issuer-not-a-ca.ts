import { hasIssued, isSameKey, isSelfSigned } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import {
  type Certificate,
  type CertificateUse,
  defineRule,
  oids,
  type RuleContext,
  rfc,
  type TlsEndpoint,
  verifiers
} from '../../core/rule.js'
import { nameOf, openssl } from '../../core/words.js'

export default defineRule({
  id: 'issuer-not-a-ca',
  subject: 'certificate',
  title: 'A certificate was issued by one that is no CA',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '4.2.1.9'), rfc(5280, '4.2.1.3'), rfc(5280, '6.1.4')],
  check(subject, ctx) {
    const { certificate, file, use } = subject
    const lack = file.certificates.length > manyCertificates ? undefined : lackOf(certificate, ctx)
    if (!lack || (use && !(use.part === 'trusted' ? isRefusedAsAnchor(lack, use.endpoint) : use.endpoint.tls.value))) return
    const issued = findIssued(subject, ctx)
    if (!issued || hasBetterTwin(subject, ctx)) return
    ctx.report({
      at: lack.oid === undefined ? certificate.at() : certificate.at({ extension: oids[lack.oid] }),
      message: `${nameOf(certificate)} issued ${nameOf(issued)}, but ${lack.words}`,
      related: [{ ...issued.at(), message: 'what it issued' }]
    })
  }
})

interface Lack {
  readonly words: string
  readonly oid?: 'basicConstraints' | 'keyUsage'
}

/** Some verifiers take whatever is trusted for a CA, or ask for its key usage alone. */
function isRefusedAsAnchor({ oid }: Lack, endpoint: TlsEndpoint): boolean {
  const { anchorChecks, issuerUsage } = verifiers[endpoint.verifier]
  return isVerifying(endpoint) && (anchorChecks.has('authority') || (oid === 'keyUsage' && issuerUsage === 'must-certify'))
}

const notCa = openssl('invalid-ca-certificate')
const unsuitable = openssl('unsuitable-certificate-purpose')
const noSigning = openssl('key-usage-does-not-include-certificate-signing')

// End entities lack it all, and rightly so: these are asked for many times, and rarely said.
const lacksSigning: Lack = { words: `its key usage lacks keyCertSign: verifiers reject it (${noSigning}, or ${notCa})`, oid: 'keyUsage' }
const saysNotCa: Lack = { words: `it says CA:FALSE: verifiers reject it (${notCa}, or ${unsuitable})`, oid: 'basicConstraints' }
const saysNothing: Lack = { words: `it has no basicConstraints to say that it is a CA: verifiers reject it (${notCa})` }

function lackOf(certificate: Certificate, ctx: RuleContext): Lack | undefined {
  const { basicConstraints, keyUsage, malformed } = certificate
  if (malformed.includes(oids.basicConstraints) || malformed.includes(oids.keyUsage)) return undefined
  if (keyUsage && !keyUsage.has('keyCertSign')) return lacksSigning
  if (certificate.isCa) return undefined
  if (basicConstraints) return saysNotCa
  // As an anchor, OpenSSL takes a certificate of old for a CA by its key usage alone.
  if (keyUsage && isSelfSigned(certificate, ctx.signed)) return undefined
  return saysNothing
}

/** Another certificate for the same CA beside it, which verifiers may take. */
const hasBetterTwin = ({ certificate, file }: CertificateUse, ctx: RuleContext): boolean =>
  file.certificates.some(it => it.subject.canonical === certificate.subject.canonical && isSameKey(it, certificate) && !lackOf(it, ctx))

/** Something certainly signed by it, beside it or anywhere in the workspace. */
const findIssued = ({ certificate, file }: CertificateUse, ctx: RuleContext): Certificate | undefined =>
  issuedAmong(file.certificates, certificate, ctx) ?? issuedAmong(ctx.certificatesIssuedUnder(certificate.subject), certificate, ctx)

function issuedAmong(certificates: readonly Certificate[], issuer: Certificate, ctx: RuleContext): Certificate | undefined {
  for (let at = 0; at < certificates.length && at < mostLookedAt; at++) {
    const it = certificates[at]!
    if (!it.selfIssued && hasIssued(issuer, it, ctx.signed) && ctx.signed(it, issuer) === true) return it
  }
  return undefined
}

/** Verifying signatures takes its time, and the first few tell. */
const mostLookedAt = 20
const manyCertificates = 200
