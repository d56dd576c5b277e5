import type { Certificate } from '../x509/certificate.js'
import type { Finding, Validation } from './validate.js'
import type { Knobs } from './verifier.js'

export function* checkValidity(ctx: Validation, depth: number): Iterable<Finding> {
  const certificate = ctx.path[depth]!
  // Nobody vouches for the loose end of an incomplete path, and OpenSSL does not look at it.
  if (ctx.knobs.looseEnd === 'unseen' && depth > 0 && depth === ctx.path.length - 1 && !ctx.topSpeaksForItself) return
  const notBefore = ctx.knobs.timeFormat === 'strict' && !isStrictTime(certificate, 'notBefore')
  const notAfter = ctx.knobs.timeFormat === 'strict' && !isStrictTime(certificate, 'notAfter')
  if (notBefore) yield { code: 'format-error-in-certificate-notbefore-field', depth }
  else if (certificate.notBefore > ctx.question.at) yield { code: 'certificate-is-not-yet-valid', depth }
  if (notAfter) yield { code: 'format-error-in-certificate-notafter-field', depth }
  else if (isOver(certificate, ctx.question.at, ctx.knobs)) yield { code: 'certificate-has-expired', depth }
}

export function isCurrent(certificate: Certificate, at: Date, knobs: Knobs): boolean {
  if (knobs.timeFormat === 'strict' && !(isStrictTime(certificate, 'notBefore') && isStrictTime(certificate, 'notAfter'))) return false
  return certificate.notBefore <= at && !isOver(certificate, at, knobs)
}

function isOver(certificate: Certificate, at: Date, knobs: Knobs): boolean {
  if (knobs.atNotAfter === 'valid-at-start') return certificate.notAfter < at
  // Certificates count whole seconds; RFC 5280 4.1.2.5 has the period include its last one.
  const now = Math.floor(at.getTime() / 1000) * 1000
  const end = certificate.notAfter.getTime()
  return knobs.atNotAfter === 'expired' ? end <= now : end < now
}

/** RFC 5280 4.1.2.5: with seconds, in UTC and without fractions, thirteen or fifteen characters. */
function isStrictTime(certificate: Certificate, field: 'notBefore' | 'notAfter'): boolean {
  const bytes = certificate.bytes(field)
  if (!bytes) return false
  const size = bytes.end - bytes.start
  return certificate.der[bytes.end - 1] === 0x5a && size === (certificate.der[bytes.start] === 0x17 ? 15 : 17)
}
