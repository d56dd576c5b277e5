import type { Certificate } from '../x509/certificate.js'
import type { CandidatePath } from './build.js'
import { issuedBy, subjectsOf } from './by-name.js'
import type { FailureCode } from './failures.js'
import { keyIdentifierMismatch, mayHaveIssued, sameCertificate } from './issuance.js'
import { type Finding, probe, type Surroundings, type Validated, validate } from './validate.js'
import { isCurrent } from './validity.js'
import type { Knobs } from './verifier.js'
import type { PathQuestion } from './verify.js'

/** What came of a search: the good path, or the one that says best why there is none. */
export interface Judged extends Validated {
  readonly candidate: CandidatePath
}

interface Search {
  readonly question: PathQuestion
  readonly knobs: Knobs
  /** Subjects from which issuers' names lead to an anchor; a path that leaves them ends nowhere. */
  readonly hopeful: ReadonlySet<string>
  readonly surroundings: Surroundings
  /** Ways that were given up, in the order in which they looked promising. */
  readonly failures: Failure[]
}

interface Failure {
  readonly path: readonly Certificate[]
  readonly findings: readonly Finding[]
  readonly anchored: boolean
}

/** Tries paths best first, takes steps back, and gives up a way as soon as it cannot be good. */
export function searchPath(question: PathQuestion, knobs: Knobs, surroundings: Surroundings): Judged {
  const search: Search = { question, knobs, surroundings, hopeful: hopefulSubjects(question), failures: [] }
  return asSent(search) ?? firstGood(search) ?? bestFailure(search)
}

/** What was sent, when it stands in order up to an anchor: some look no further then. */
function asSent(search: Search): Judged | undefined {
  const { question, knobs } = search
  if (!knobs.asSent) return undefined
  const sent = [question.endEntity, ...question.intermediates]
  const path: Certificate[] = []
  let leadsToTrust = false
  for (const it of sent) {
    if (path.length > 0 && it.subject.canonical !== path.at(-1)!.issuer.canonical) return undefined
    leadsToTrust = isTrusted(it, question.trustAnchors) || (path.length > 0 && hasTrustedKey(it, question))
    if (leadsToTrust) break
    path.push(it)
  }
  if (path.length === 0) return judge(search, [question.endEntity], true)
  const last = path.at(-1)!
  const named = subjectsOf(question.trustAnchors, last.issuer.canonical)
  if (!leadsToTrust && named.length === 0) return undefined
  const strict: Knobs = { ...knobs, keyIdentifiers: 'must-agree', issuerSerial: 'must-agree' }
  const judged = named.filter(it => mayHaveIssued(it, last, strict)).map(it => judge(search, [...path, it], true))
  return judged.find(it => it.findings.length === 0) ?? judged[0] ?? judge(search, path, false)
}

const hasTrustedKey = (certificate: Certificate, question: PathQuestion) =>
  subjectsOf(question.trustAnchors, certificate.subject.canonical).some(
    it => Buffer.compare(it.publicKey.spki, certificate.publicKey.spki) === 0
  )

/** How many failed ways are looked at again for the best explanation. */
const mostFailures = 12

function firstGood(search: Search): Judged | undefined {
  const { question, knobs, surroundings } = search
  const { budget } = surroundings
  let best: Judged | undefined
  const stack: Certificate[][] = [[question.endEntity]]
  for (let path = stack.pop(); path && !budget.isSpent(); path = stack.pop()) {
    const anchored = isAnchored(path, search)
    const findings = path.length === 1 && !anchored ? [] : probe(question, knobs, surroundings, path, anchored)
    if (findings.length > 0) {
      if (search.failures.length < mostFailures) search.failures.push({ path, findings, anchored })
      continue
    }
    if (anchored) {
      const judged = judge(search, path, true)
      if (judged.findings.length === 0) return judged
      if (!best || judged.findings.length < best.findings.length) best = judged
      continue
    }
    // The best goes on top of the stack.
    for (const issuer of issuersOf(search, path).reverse()) stack.push([...path, issuer])
  }
  return best && search.failures.length === 0 ? best : undefined
}

/** The last certificate is one of the anchors, and not merely the end entity that asks to be one. */
function isAnchored(path: readonly Certificate[], search: Search): boolean {
  if (path.length === 1 && search.knobs.trustedEndEntity === 'as-issuer') return false
  const last = path.at(-1)!
  return isTrusted(last, search.question.trustAnchors) && isUsableAnchor(last, path.length - 1, search)
}

function isUsableAnchor(anchor: Certificate, depth: number, { knobs, question }: Search): boolean {
  return knobs.searchedAnchors === 'all' || depth < 2 || isCurrent(anchor, question.at, knobs)
}

const isTrusted = (certificate: Certificate, anchors: readonly Certificate[]) =>
  subjectsOf(anchors, certificate.subject.canonical).some(it => sameCertificate(it, certificate))

function judge(search: Search, certificates: readonly Certificate[], anchored: boolean): Judged {
  const { question, knobs, surroundings } = search
  const depth = certificates.length - 1
  const gaps: Finding[] = []
  if (depth - (anchored ? 1 : 0) > (question.maxDepth ?? knobs.depth)) gaps.push({ code: 'certificate-chain-too-long', depth })
  if (!anchored) gaps.push({ code: gapOf(certificates[depth]!, depth), depth })
  const candidate = { certificates, untrusted: anchored ? depth : depth + 1, gaps }
  return { candidate, ...validate(question, knobs, candidate, surroundings) }
}

function gapOf(last: Certificate, depth: number): FailureCode {
  if (!last.selfIssued) return 'unable-to-get-local-issuer-certificate'
  return depth === 0 ? 'self-signed-certificate' : 'self-signed-certificate-in-certificate-chain'
}

/** Goes each failed way to its end without looking left or right, and takes the one with the least wrong in it. */
function bestFailure(search: Search): Judged {
  const starts = search.failures.length > 0 ? search.failures : [{ path: [search.question.endEntity], anchored: false }]
  const judged = starts.map(it => (it.anchored ? judge(search, it.path, true) : judgeGreedy(search, it.path)))
  return judged.reduce((best, it) => (weightOf(it) < weightOf(best) ? it : best))
}

/** A path that reaches an anchor says more than one that does not. */
const weightOf = (it: Judged) => it.findings.length + (it.candidate.gaps.length > 0 ? 100 : 0)

function judgeGreedy(search: Search, start: readonly Certificate[]): Judged {
  const path = [...start]
  for (;;) {
    if (path.length > 1 && isAnchored(path, search)) return judge(search, path, true)
    const [issuer] = issuersOf(search, path, true)
    if (!issuer || path.length > 32) return judge(search, path, false)
    path.push(issuer)
  }
}

/** Who may have issued the last certificate, best first. Anchors come before others. */
function issuersOf(search: Search, path: readonly Certificate[], anywhere = false): Certificate[] {
  const { question, knobs } = search
  const subject = path.at(-1)!
  if (path.length > 1 && subject.selfIssued && isTrusted(subject, question.trustAnchors)) return []
  const named = (certificates: readonly Certificate[]) => subjectsOf(certificates, subject.issuer.canonical)
  const anchors = new Set(named(question.trustAnchors).filter(it => isUsableAnchor(it, path.length, search)))
  const known = named(question.intermediates)
  const hopeful = known.filter(it => search.hopeful.has(it.issuer.canonical))
  const others = anywhere && hopeful.length === 0 ? known : hopeful
  const ranked: { readonly issuer: Certificate; readonly rank: number }[] = []
  for (const issuer of new Set([...anchors, ...others])) {
    search.surroundings.budget.takeStep()
    const isAnchor = anchors.has(issuer)
    if (isRepeated(path, issuer, isAnchor) || !mayHaveIssued(issuer, subject, knobs)) continue
    const rank = (isAnchor ? 0 : 1) + (keyIdentifierMismatch(issuer, subject) ? 4 : 0) + (isCurrent(issuer, question.at, knobs) ? 0 : 2)
    ranked.push({ issuer, rank })
  }
  ranked.sort((a, b) => a.rank - b.rank || b.issuer.notAfter.getTime() - a.issuer.notAfter.getTime())
  return ranked.map(it => it.issuer)
}

/** A CA of the same name and key again brings a path nowhere. Only an anchor may be the end entity itself once more. */
function isRepeated(path: readonly Certificate[], candidate: Certificate, isAnchor: boolean): boolean {
  return path.some(
    (it, depth) =>
      !(isAnchor && depth === 0) &&
      it.subject.canonical === candidate.subject.canonical &&
      it.publicKey.spki.length === candidate.publicKey.spki.length &&
      Buffer.compare(it.publicKey.spki, candidate.publicKey.spki) === 0
  )
}

/** Walks from the anchors' names down to everything that names lead to; thousands of strangers cost one look each. */
function hopefulSubjects(question: PathQuestion): ReadonlySet<string> {
  const hopeful = new Set<string>()
  const open = question.trustAnchors.map(it => it.subject.canonical)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (hopeful.has(name)) continue
    hopeful.add(name)
    for (const it of issuedBy(question.intermediates, name)) open.push(it.subject.canonical)
  }
  return hopeful
}
