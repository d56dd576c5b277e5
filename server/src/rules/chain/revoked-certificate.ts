import { isVerifying } from '../../core/endpoints.js'
import type { CredentialRef } from '../../core/model.js'
import { type Certificate, defineRule, nginx, type RuleContext, rfc, type TrustBundle } from '../../core/rule.js'
import { day, nameOf, openssl, peersOf } from '../../core/words.js'
import { crlsOf, type NamedCrl } from './crls.js'

export default defineRule({
  id: 'revoked-certificate',
  subject: 'bundle',
  title: 'A certificate is revoked by a CRL of the same configuration',
  category: 'validity',
  severity: 'error',
  citations: [rfc(5280, '5.3'), rfc(5280, '6.3.3'), nginx('ngx_http_ssl_module', 'ssl_crl')],
  check(bundle, ctx) {
    const { endpoint, sources } = bundle
    const named = crlsOf(bundle, ctx)
    if (!named) return
    for (const { ref, certificates } of sources) {
      if (!isVerifying(endpoint)) break
      for (const it of certificates) report(it, ref, `all ${peersOf(endpoint)} below it are rejected`, named, ctx)
    }
    for (const { certificate: ref } of endpoint.identities) {
      for (const it of presentedAt(ref, bundle, ctx)) report(it, ref, `${peersOf(endpoint)} that look at the CRL reject it`, named, ctx)
    }
  }
})

const presentedAt = (ref: CredentialRef, { endpoint }: TrustBundle, ctx: RuleContext): readonly Certificate[] =>
  endpoint.tls.value ? (ctx.certificates(ref) ?? []) : []

function report(certificate: Certificate, ref: CredentialRef, consequence: string, named: readonly NamedCrl[], ctx: RuleContext): void {
  for (const { crl } of named) {
    const wanted = crl.authorityKeyIdentifier?.keyIdentifier
    const has = certificate.authorityKeyIdentifier?.keyIdentifier
    // Two CAs of one name are told apart by their key identifiers.
    if (wanted !== undefined && has !== undefined && wanted !== has) continue
    if (crl.issuer.canonical !== certificate.issuer.canonical) continue
    const entry = crl.find(certificate.serialNumber, certificate.issuer)
    if (!entry) continue
    ctx.report({
      at: ref.at,
      message: `${nameOf(certificate)} ${entry.revokedAt ? `was revoked on ${day(entry.revokedAt)}` : 'is revoked'}: ${consequence} (${openssl('certificate-revoked')})`,
      related: [
        { ...certificate.at(), message: nameOf(certificate) },
        { ...crl.block.locate(entry.bytes), message: 'its entry in the CRL' }
      ]
    })
    return
  }
}
