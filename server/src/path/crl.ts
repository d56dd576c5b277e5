import { memo } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { type Crl, crlOf, isCrl } from '../x509/crl.js'
import type { PemBlock } from '../x509/pem.js'
import { signed } from '../x509/signature.js'
import { allReasons, coversCertificate, reasonsOf } from './crl-scope.js'
import type { Finding, Validation } from './validate.js'

/** RFC 5280 6.3: is there a current, authentic CRL for the certificate at this depth, and is the certificate not in it? */
export function* checkCrls(ctx: Validation, depth: number): Iterable<Finding> {
  if (!ctx.question.crls || ctx.knobs.crls === 'ignored') return
  const lists = readableLists(ctx.question.crls)
  let reasons = 0
  while (reasons !== allReasons) {
    const choice = chooseCrl(ctx, depth, lists, reasons)
    if (!choice) {
      yield { code: 'unable-to-get-certificate-crl', depth }
      return
    }
    yield* checkCrl(ctx, depth, choice)
    yield* lookUp(ctx, depth, choice)
    if (choice.reasons === reasons) {
      // OpenSSL: a list that adds no reason brings no answer any nearer.
      yield { code: 'unable-to-get-certificate-crl', depth }
      return
    }
    reasons = choice.reasons
  }
}

const readableLists = memo((blocks: readonly PemBlock[]): readonly Crl[] => blocks.map(it => crlOf(it)).filter(isCrl))

/** A list with what speaks for it. */
interface Choice {
  readonly crl: Crl
  readonly issuer: Certificate
  readonly delta?: Crl
  readonly reasons: number
  readonly criticalUnderstood: boolean
  readonly inScope: boolean
  readonly current: boolean
  readonly deltaCurrent: boolean
  readonly nameFits: boolean
  /** The very certificate that issued the one in question signs the list. */
  readonly byIssuer: boolean
  readonly onPath: boolean
}

/** The best list; of equals the one issued last. One that is out of date or out of scope is better than none. */
function chooseCrl(ctx: Validation, depth: number, lists: readonly Crl[], reasons: number): Choice | undefined {
  let best: Choice | undefined
  for (const crl of lists) {
    const choice = weigh(ctx, depth, crl, reasons)
    if (!choice) continue
    const difference = best ? scoreOf(choice) - scoreOf(best) : 1
    if (difference > 0 || (difference === 0 && best && crl.thisUpdate > best.crl.thisUpdate)) best = choice
  }
  return best && withDelta(ctx, depth, best, lists)
}

/** OpenSSL's order of importance. */
const scoreOf = (it: Choice) =>
  (it.criticalUnderstood ? 0x100 : 0) +
  (it.inScope ? 0x80 : 0) +
  (it.current ? 0x40 : 0) +
  (it.nameFits ? 0x20 : 0) +
  (it.onPath ? (it.byIssuer ? 0x18 : 0x08) : 0)

function weigh(ctx: Validation, depth: number, crl: Crl, reasons: number): Choice | undefined {
  const certificate = ctx.path[depth]!
  const point = crl.issuingDistributionPoint
  if (isContradictory(crl) || (ctx.knobs.listNumber === 'required' && crl.number === undefined)) return undefined
  if (ctx.knobs.crls === 'plain') {
    if (point && (point.indirect || point.reasons)) return undefined
  } else if (crl.baseNumber !== undefined || (point?.reasons && (reasonsOf(point.reasons) & ~reasons) === 0)) return undefined
  const nameFits = crl.issuer.canonical === certificate.issuer.canonical
  if (!nameFits && !point?.indirect) return undefined
  const issuer = findCrlIssuer(ctx, depth, crl, nameFits)
  if (!issuer) return undefined
  const scope = coversCertificate(crl, certificate, nameFits)
  if (scope !== undefined && (scope & ~reasons) === 0) return undefined
  return {
    crl,
    ...issuer,
    reasons: scope === undefined ? reasons : reasons | scope,
    criticalUnderstood: !hasUnknownCritical(crl),
    inScope: scope !== undefined,
    current: isCurrentList(ctx, crl),
    deltaCurrent: false,
    nameFits
  }
}

/** Only one of the three “only” may be said, and the extension has to decode. */
function isContradictory(crl: Crl): boolean {
  const point = crl.issuingDistributionPoint
  if (crl.malformed.includes('2.5.29.28')) return true
  return (
    point !== undefined &&
    Number(point.onlyUserCertificates) + Number(point.onlyCaCertificates) + Number(point.onlyAttributeCertificates) > 1
  )
}

const understoodInLists = new Set(['2.5.29.28', '2.5.29.35', '2.5.29.27'])

const hasUnknownCritical = memo((crl: Crl): boolean => {
  for (const it of crl.extensions.values()) if (it.critical && !understoodInLists.has(it.oid)) return true
  for (const it of crl.entries()) if (it.unknownCritical.length > 0) return true
  return false
})

function isCurrentList(ctx: Validation, crl: Crl): boolean {
  return crl.thisUpdate <= ctx.question.at && !isListOver(ctx, crl)
}

function isListOver(ctx: Validation, crl: Crl): boolean {
  if (!crl.nextUpdate) return false
  const now = Math.floor(ctx.question.at.getTime() / 1000) * 1000
  return ctx.knobs.atNotAfter === 'expired' ? crl.nextUpdate.getTime() <= now : crl.nextUpdate.getTime() < now
}

type CrlIssuer = Pick<Choice, 'issuer' | 'byIssuer' | 'onPath'>

/** Whoever issued the certificate, else another CA of the path, else (for indirect lists) anybody known. */
function findCrlIssuer(ctx: Validation, depth: number, crl: Crl, nameFits: boolean): CrlIssuer | undefined {
  const top = ctx.path.length - 1
  const next = Math.min(depth + 1, top)
  if (nameFits && fitsKeyIdentifier(ctx.path[next]!, crl)) return { issuer: ctx.path[next]!, byIssuer: true, onPath: true }
  const above = ctx.path.slice(next + 1).find(it => it.subject.canonical === crl.issuer.canonical && fitsKeyIdentifier(it, crl))
  if (above) return { issuer: above, byIssuer: false, onPath: true }
  if (ctx.knobs.crls === 'plain') return undefined
  const known = [...ctx.question.intermediates, ...ctx.question.trustAnchors]
  const other = known.find(it => it.subject.canonical === crl.issuer.canonical && fitsKeyIdentifier(it, crl))
  return other && { issuer: other, byIssuer: false, onPath: false }
}

function fitsKeyIdentifier(issuer: Certificate, crl: Crl): boolean {
  const wanted = crl.authorityKeyIdentifier
  if (!wanted) return true
  if (
    wanted.keyIdentifier !== undefined &&
    issuer.subjectKeyIdentifier !== undefined &&
    wanted.keyIdentifier !== issuer.subjectKeyIdentifier
  )
    return false
  if (wanted.serialNumber !== undefined && wanted.serialNumber !== issuer.serialNumber) return false
  return wanted.issuer === undefined || wanted.issuer.canonical === issuer.issuer.canonical
}

/** RFC 5280 5.2.4: a delta that goes with the complete list, where the list or the certificate says that there are deltas. */
function withDelta(ctx: Validation, depth: number, choice: Choice, lists: readonly Crl[]): Choice {
  const { crl } = choice
  const announced = crl.extensions.has('2.5.29.46') || ctx.path[depth]!.extensions.has('2.5.29.46')
  if (ctx.knobs.crls === 'plain' || !announced || crl.number === undefined) return choice
  const delta = lists.find(it => isDeltaOf(it, crl))
  return delta ? { ...choice, delta, deltaCurrent: isCurrentList(ctx, delta) } : choice
}

function isDeltaOf(delta: Crl, base: Crl): boolean {
  if (delta.baseNumber === undefined || delta.number === undefined || base.number === undefined) return false
  if (delta.issuer.canonical !== base.issuer.canonical) return false
  if (!sameExtension(delta, base, '2.5.29.35') || !sameExtension(delta, base, '2.5.29.28')) return false
  return numberOf(delta.baseNumber) <= numberOf(base.number) && numberOf(delta.number) > numberOf(base.number)
}

const numberOf = (hex: string) => BigInt(`0x${hex.replace(/^-/, '')}`)

function sameExtension(a: Crl, b: Crl, oid: string): boolean {
  const one = a.extensions.get(oid)
  const other = b.extensions.get(oid)
  return one && other ? Buffer.compare(one.value, other.value) === 0 : one === other
}

function* checkCrl(ctx: Validation, depth: number, choice: Choice): Iterable<Finding> {
  const { crl, issuer, delta } = choice
  // A plain verifier may take a delta for a complete list; OpenSSL then leaves these out.
  if (crl.baseNumber === undefined) {
    if (!maySignLists(ctx, issuer)) yield { code: 'key-usage-does-not-include-crl-signing', depth }
    if (!choice.inScope) yield { code: 'different-crl-scope', depth }
    if (!choice.onPath && !ctx.trustsCrlIssuer(issuer)) yield { code: 'crl-path-validation-error', depth }
  }
  if (!choice.current) yield* checkListTime(ctx, depth, crl, choice.deltaCurrent)
  yield* checkListSignature(ctx, depth, crl, issuer)
  if (!delta) return
  if (!choice.deltaCurrent) yield* checkListTime(ctx, depth, delta, false)
  yield* checkListSignature(ctx, depth, delta, issuer)
}

/** Whoever keeps no more of an anchor than name and key cannot know its key usage. */
function maySignLists(ctx: Validation, issuer: Certificate): boolean {
  if (issuer === ctx.path[ctx.top] && !ctx.knobs.anchorChecks.has('authority')) return true
  return !issuer.keyUsage || issuer.keyUsage.has('cRLSign')
}

function* checkListTime(ctx: Validation, depth: number, crl: Crl, deltaCurrent: boolean): Iterable<Finding> {
  if (crl.thisUpdate > ctx.question.at) yield { code: 'crl-is-not-yet-valid', depth }
  // A current delta makes up for a complete list that is out of date.
  if (isListOver(ctx, crl) && !deltaCurrent) yield { code: 'crl-has-expired', depth }
}

function* checkListSignature(ctx: Validation, depth: number, crl: Crl, issuer: Certificate): Iterable<Finding> {
  const verified = signed(crl, issuer)
  if (verified === false) yield { code: 'crl-signature-failure', depth }
  else if (verified === undefined)
    ctx.doubt(`the signature on the CRL of ${crl.issuer.display} cannot be checked here: ${crl.signatureAlgorithm.name}`)
}

function* lookUp(ctx: Validation, depth: number, { crl, delta }: Choice): Iterable<Finding> {
  const certificate = ctx.path[depth]!
  for (const list of delta ? [delta, crl] : [crl]) {
    if (hasUnknownCritical(list)) yield { code: 'unhandled-critical-crl-extension', depth }
    const entry = list.find(certificate.serialNumber, certificate.issuer)
    // The delta takes back what the complete list still says.
    if (entry?.reason === 'removeFromCRL') return
    if (entry) yield { code: 'certificate-revoked', depth }
  }
}
