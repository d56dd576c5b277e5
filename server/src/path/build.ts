import type { Certificate } from '../x509/certificate.js'
import { subjectsOf } from './by-name.js'
import type { FailureCode } from './failures.js'
import { looksSelfSigned, mayHaveIssued, sameCertificate } from './issuance.js'
import { explicitTrust } from './purpose.js'
import type { Finding } from './validate.js'
import { isCurrent } from './validity.js'
import type { Knobs } from './verifier.js'
import type { PathQuestion } from './verify.js'

/** A way from the end entity towards an anchor, complete or not. */
export interface CandidatePath {
  /** End entity first. */
  readonly certificates: readonly Certificate[]
  /** How many, from the end entity on, were not taken from the trust store. */
  readonly untrusted: number
  /** Why it is no complete path; empty when it ends in an anchor. */
  readonly gaps: readonly Finding[]
}

/**
 * OpenSSL's way: one certificate after the other, from the trust store first and then from what was sent, the first that
 * fits each time. Nothing is ever taken back, so the order of files decides between issuers of one name.
 */
export function firstIssuerPath(question: PathQuestion, knobs: Knobs): CandidatePath {
  const limit = (question.maxDepth ?? knobs.depth) + 1
  const used = new Set<Certificate>()
  const certificates = [question.endEntity]
  const rejected: Finding[] = []
  let untrusted = 1
  let fromStore = false
  let accepted = false
  for (;;) {
    const last = certificates.at(-1)!
    const full = certificates.length > limit
    const selfSigned = looksSelfSigned(last, knobs)
    const trusted = full ? undefined : trustedIssuer(last, question, knobs)
    // Only the very same certificate may stand in for one that signed itself.
    if (trusted && (!selfSigned || sameCertificate(last, trusted))) {
      if (selfSigned) untrusted = certificates.length - 1
      certificates.splice(untrustedEnd(certificates, selfSigned), 1, trusted)
      fromStore = true
      const trust = storeTrust(trusted, question, knobs)
      if (trust === 'trusted' && knobs.anchors !== 'any-on-path') return { certificates, untrusted, gaps: rejected }
      accepted ||= trust === 'trusted'
      if (trust === 'rejected') rejected.push({ code: 'certificate-rejected', depth: certificates.length - 1 })
      if (looksSelfSigned(trusted, knobs)) break
      continue
    }
    const sent = fromStore || full || selfSigned ? undefined : sentIssuer(certificates, used, question, knobs)
    if (!sent) break
    used.add(sent)
    certificates.push(sent)
    untrusted++
  }
  if (accepted) return { certificates, untrusted, gaps: rejected }
  if (!fromStore && (question.partialChain || acceptsItself(knobs)) && certificates.length <= limit) {
    // With partial paths the end entity may still be trusted for itself.
    const trusted = question.trustAnchors.find(it => sameCertificate(it, question.endEntity))
    if (trusted && explicitTrust(trusted, question.purpose) !== 'rejected') {
      return { certificates: [trusted, ...certificates.slice(1)], untrusted: 0, gaps: [] }
    }
    if (trusted) rejected.push({ code: 'certificate-rejected', depth: 0 })
  }
  const gaps =
    rejected.length > 0
      ? [...rejected, { code: 'certificate-rejected' as const, depth: certificates.length - 1 }]
      : gapsOf(certificates, untrusted, limit, knobs)
  return { certificates, untrusted, gaps }
}

/**
 * GnuTLS's way: first everything that was sent, as far as it leads, and only then the trust store. A root that was sent is
 * dropped, be it trusted or not; a trusted intermediate counts only where nothing that was sent leads further.
 */
export function sentChainPath(question: PathQuestion, knobs: Knobs): CandidatePath {
  const limit = (question.maxDepth ?? knobs.depth) + 1
  const used = new Set<Certificate>()
  const sent = [question.endEntity]
  while (sent.length <= limit && !looksSelfSigned(sent.at(-1)!, knobs)) {
    // Sorting does not look at dates.
    const issuer = sentIssuer(sent, used, question, { ...knobs, preferCurrent: false })
    if (!issuer) break
    used.add(issuer)
    sent.push(issuer)
  }
  if (sent.length > 1 && looksSelfSigned(sent.at(-1)!, knobs)) sent.pop()
  const last = sent.at(-1)!
  if (sent.length > 1 && question.trustAnchors.some(it => sameCertificate(it, last)))
    return { certificates: sent, untrusted: sent.length - 1, gaps: [] }
  const anchor = sent.length > limit ? undefined : trustedIssuer(last, question, knobs)
  if (anchor && !(sent.length > 1 && sameCertificate(anchor, last))) {
    const isItself = sameCertificate(anchor, last)
    return isItself
      ? { certificates: [anchor], untrusted: 0, gaps: [] }
      : { certificates: [...sent, anchor], untrusted: sent.length, gaps: [] }
  }
  return { certificates: sent, untrusted: sent.length, gaps: gapsOf(sent, sent.length, limit, knobs) }
}

const acceptsItself = ({ trustedEndEntity }: Knobs) => trustedEndEntity === 'path-of-one' || trustedEndEntity === 'as-anchor'

/** Where the trusted certificate goes: in the place of a self-signed one, else behind the last. */
const untrustedEnd = (certificates: readonly Certificate[], selfSigned: boolean) =>
  selfSigned ? certificates.length - 1 : certificates.length

function storeTrust(trusted: Certificate, question: PathQuestion, knobs: Knobs): 'trusted' | 'rejected' | 'unsaid' {
  const stated = explicitTrust(trusted, question.purpose)
  if (stated) return stated
  return question.partialChain || knobs.anchors !== 'self-signed' || looksSelfSigned(trusted, knobs) ? 'trusted' : 'unsaid'
}

function gapsOf(certificates: readonly Certificate[], untrusted: number, limit: number, knobs: Knobs): readonly Finding[] {
  const depth = certificates.length - 1
  const code: FailureCode = looksSelfSigned(certificates[depth]!, knobs)
    ? depth === 0
      ? 'self-signed-certificate'
      : 'self-signed-certificate-in-certificate-chain'
    : untrusted <= depth
      ? 'unable-to-get-issuer-certificate'
      : 'unable-to-get-local-issuer-certificate'
  return depth + 1 > limit
    ? [
        { code: 'certificate-chain-too-long', depth },
        { code, depth }
      ]
    : [{ code, depth }]
}

function trustedIssuer(subject: Certificate, question: PathQuestion, knobs: Knobs): Certificate | undefined {
  return preferCurrent(
    subjectsOf(question.trustAnchors, subject.issuer.canonical).filter(it => mayHaveIssued(it, subject, knobs)),
    question,
    knobs
  )
}

function sentIssuer(
  path: readonly Certificate[],
  used: ReadonlySet<Certificate>,
  question: PathQuestion,
  knobs: Knobs
): Certificate | undefined {
  const subject = path.at(-1)!
  const mayRepeat = path.length === 1 && subject.selfIssued
  const candidates = subjectsOf(question.intermediates, subject.issuer.canonical).filter(
    it => !used.has(it) && mayHaveIssued(it, subject, knobs) && (mayRepeat || !path.some(other => sameCertificate(other, it)))
  )
  return preferCurrent(candidates, question, knobs)
}

/** The first that is valid at the time, else the one that stayed valid longest. */
function preferCurrent(candidates: readonly Certificate[], question: PathQuestion, knobs: Knobs): Certificate | undefined {
  const current = knobs.preferCurrent ? candidates.find(it => isCurrent(it, question.at, knobs)) : candidates[0]
  if (current) return current
  return candidates.reduce<Certificate | undefined>((best, it) => (best && best.notAfter >= it.notAfter ? best : it), undefined)
}
