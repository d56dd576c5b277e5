import { signed } from '../x509/signature.js'
import type { Finding, Validation } from './validate.js'

/** Was the certificate at this depth signed by the next one, and was that one allowed to? */
export function* checkSignature(ctx: Validation, depth: number): Iterable<Finding> {
  const subject = ctx.path[depth]!
  const issuer = ctx.path[depth + 1]
  if (!issuer) {
    if (depth === 0 && !ctx.topSpeaksForItself) yield { code: 'unable-to-verify-the-first-certificate', depth }
    return
  }
  ctx.budget.takeSignature()
  if (ctx.knobs.withoutCertSign === 'invalid-ca' && issuer.keyUsage && !issuer.keyUsage.has('keyCertSign'))
    yield { code: 'key-usage-does-not-include-certificate-signing', depth: depth + 1 }
  const verified = signed(subject, issuer)
  if (verified === false) yield { code: 'certificate-signature-failure', depth }
  else if (verified === undefined) {
    const algorithm = `${subject.signatureAlgorithm.name} by ${issuer.publicKey.description}`
    ctx.doubt(`the signature on ${subject.subject.display} cannot be checked here: ${algorithm}`)
  }
}
