import { checkCrls } from './crl.js'
import { askOcsp } from './ocsp.js'
import type { Finding, Validation } from './validate.js'

/** Is the certificate at this depth revoked, as far as the responses and lists that were given tell? */
export function* checkRevocation(ctx: Validation, depth: number): Iterable<Finding> {
  const { settled, findings } = askOcsp(ctx, depth)
  yield* findings
  const isEnough = ctx.knobs.ocsp !== 'ignored' && ctx.knobs.ocsp.inLieuOfCrl && settled
  if (!isEnough) yield* checkCrls(ctx, depth)
}
