import type { VerifierId } from '../core/model.js'
import type { Location } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import type { PemBlock } from '../x509/pem.js'
import { type CandidatePath, firstIssuerPath, sentChainPath } from './build.js'
import { explain, mostUsefulFirst } from './explain.js'
import { sameCertificate } from './issuance.js'
import { remembered } from './memory.js'
import type { PolicyQuestion } from './policies.js'
import { type Judged, searchPath } from './search.js'
import { budgetOf, type Surroundings, validate } from './validate.js'
import type { Knobs } from './verifier.js'
import { verifiers } from './verifiers/index.js'

export type Purpose = 'client' | 'server' | 'any'

export interface PathQuestion {
  readonly endEntity: Certificate
  /** What is sent or lies about beside the end entity, in order. */
  readonly intermediates: readonly Certificate[]
  /** The trust store, in order. For OpenSSL it may hold intermediates, which then are no anchors unless `partialChain`. */
  readonly trustAnchors: readonly Certificate[]
  readonly purpose: Purpose
  readonly verifier: VerifierId
  readonly at: Date
  /** How many CA certificates may stand between end entity and anchor. */
  readonly maxDepth?: number
  readonly partialChain?: boolean
  /** CRL blocks; given, every CA of the path needs one (OpenSSL's CRL_CHECK_ALL), unless the verifier says otherwise. */
  readonly crls?: readonly PemBlock[]
  /** OCSP responses, stapled or from files; given, the end entity needs one, unless the verifier says otherwise. */
  readonly ocspResponses?: readonly PemBlock[]
  /** Reference identifiers, any of which has to match. */
  readonly names?: readonly ReferenceIdentifier[]
  /** OpenSSL's security level; absent: what is usual for the verifier. */
  readonly securityLevel?: 0 | 1 | 2 | 3 | 4 | 5
  /** Absent: any policy will do, and none is asked for. */
  readonly policies?: PolicyQuestion
  /** Certificates known from elsewhere, e.g. other files of the workspace. No path goes over them; hints may name them. */
  readonly elsewhere?: readonly Certificate[]
}

export interface ReferenceIdentifier {
  readonly type: 'dns' | 'ip' | 'uri' | 'email'
  readonly value: string
}

export interface PathVerdict {
  readonly verified: boolean
  readonly verifier: VerifierId
  /** End entity first, anchor last; when not verified, the best partial path. */
  readonly path: readonly Certificate[]
  /** The most useful first; empty when verified. */
  readonly errors: readonly PathError[]
  /**
   * The same in the verifier's own order, as its callback would see them if it never stopped: HAProxy rejects with the
   * first, nginx with the last.
   */
  readonly reported: readonly PathError[]
  /** Set when there is no answer: the budget ran out, or a signature is of a kind that is unknown here. */
  readonly undecided?: string
  /** What was given and changed nothing, because the verifier does not look at it. */
  readonly notes: readonly string[]
}

export interface PathError {
  /** `unable-to-get-local-issuer-certificate`: OpenSSL's words in kebab-case, for all verifiers. */
  readonly code: string
  /** OpenSSL's number. */
  readonly openssl: number
  /** 0 is the end entity. */
  readonly depth: number
  readonly certificate: Certificate
  /** The part of the file that it is about. */
  readonly at: Location
  /** The clause that demands otherwise, `RFC 5280 6.1.3 (a)(2)`; absent where a setting of the product decides. */
  readonly clause?: string
  /** The verifier's own words. */
  readonly message: string
  /** What to do. */
  readonly hint?: string
}

/** Would this verifier accept the end entity? If not: where the best path ends, and why. */
export function verifyPath(question: PathQuestion): PathVerdict {
  return remembered(question, () => judge(question, verifiers[question.verifier], true))
}

/** Steps that a question may cost. A step is one certificate looked at as an issuer, a microsecond or two. */
const mostSteps = 50_000

function judge(question: PathQuestion, knobs: Knobs, mayAskForCrlIssuers: boolean): PathVerdict {
  const budget = budgetOf(mostSteps, knobs.signatureLimit)
  const surroundings = {
    budget,
    // RFC 5280 6.3.3 (f): the CRL's issuer needs a path of its own. Asked about itself, it may answer with the very list in
    // question; further than that nobody goes.
    trustsCrlIssuer: (issuer: Certificate) =>
      mayAskForCrlIssuers ? judge(aboutCrlIssuer(question, issuer), knobs, false).verified : sameCertificate(issuer, question.endEntity)
  }
  const { candidate, findings, doubts } = searches[knobs.search](question, knobs, surroundings)
  const path = candidate.certificates
  const reported = findings.map(it => explain(it, path, question, knobs))
  const undecided = findings.length > 0 && budget.isSpent() ? 'no answer was found within the budget of steps and signatures' : doubts[0]
  return {
    verified: findings.length === 0 && undecided === undefined,
    verifier: question.verifier,
    path,
    errors: mostUsefulFirst(reported),
    reported,
    notes: notesOn(question, knobs),
    ...(undecided !== undefined && (findings.length === 0 || budget.isSpent()) && { undecided })
  }
}

function notesOn(question: PathQuestion, knobs: Knobs): readonly string[] {
  const { title } = verifiers[question.verifier]
  const notes: string[] = []
  if (question.crls && knobs.crls === 'ignored') notes.push(`${title} looks at no CRL while it verifies: those given change nothing`)
  if (question.ocspResponses && knobs.ocsp === 'ignored')
    notes.push(`${title} looks at no OCSP response while it verifies: those given change nothing`)
  return notes
}

type Search = (question: PathQuestion, knobs: Knobs, surroundings: Surroundings) => Judged

/** One path, for better or worse. */
const only =
  (build: (question: PathQuestion, knobs: Knobs) => CandidatePath): Search =>
  (question, knobs, surroundings) => {
    const candidate = build(question, knobs)
    return { candidate, ...validate(question, knobs, candidate, surroundings) }
  }

const searches: { readonly [search in Knobs['search']]: Search } = {
  'first-issuer': only(firstIssuerPath),
  'sent-chain': only(sentChainPath),
  backtracking: searchPath
}

function aboutCrlIssuer(question: PathQuestion, endEntity: Certificate): PathQuestion {
  const { names: _names, policies: _policies, ocspResponses: _ocspResponses, ...rest } = question
  return { ...rest, endEntity, purpose: 'any' }
}
