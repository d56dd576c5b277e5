import type { Certificate } from '../x509/certificate.js'
import type { PathQuestion, PathVerdict, ReferenceIdentifier } from './verify.js'

/** The latest answers about each end entity. A keystroke elsewhere asks the same questions again. */
const answers = new WeakMap<Certificate, { readonly question: PathQuestion; readonly verdict: PathVerdict }[]>()
const mostAnswers = 8

export function remembered(question: PathQuestion, answer: () => PathVerdict): PathVerdict {
  const known = answers.get(question.endEntity) ?? []
  const same = known.find(it => isSameQuestion(it.question, question))
  if (same) return same.verdict
  const verdict = answer()
  // A caller may go on changing its arrays; the question that was asked is kept as it was.
  const asked = { ...question, intermediates: [...question.intermediates], trustAnchors: [...question.trustAnchors] }
  answers.set(question.endEntity, [{ question: asked, verdict }, ...known].slice(0, mostAnswers))
  return verdict
}

function isSameQuestion(a: PathQuestion, b: PathQuestion): boolean {
  return (
    a.at.getTime() === b.at.getTime() &&
    a.verifier === b.verifier &&
    a.purpose === b.purpose &&
    a.maxDepth === b.maxDepth &&
    (a.partialChain ?? false) === (b.partialChain ?? false) &&
    a.securityLevel === b.securityLevel &&
    a.policies === b.policies &&
    sameElements(a.intermediates, b.intermediates) &&
    sameElements(a.trustAnchors, b.trustAnchors) &&
    sameElements(a.crls, b.crls) &&
    sameElements(a.ocspResponses, b.ocspResponses) &&
    sameElements(a.elsewhere, b.elsewhere) &&
    sameNames(a.names, b.names)
  )
}

function sameElements<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((it, index) => it === b[index]))
}

function sameNames(a: readonly ReferenceIdentifier[] | undefined, b: readonly ReferenceIdentifier[] | undefined): boolean {
  if (a === b) return true
  return a?.length === b?.length && a?.every((it, index) => it.type === b?.[index]?.type && it.value === b[index].value) === true
}
