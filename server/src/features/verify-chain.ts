import { endEntityOf, isSameCertificate } from '../core/chain.js'
import { type VerifierId, verifierIds } from '../core/model.js'
import type { Location } from '../core/text.js'
import { nameOf } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import type { VerifyAnswer } from '../lsp/protocol.js'
import { type Purpose, verifyPath } from '../path/verify.js'
import type { Certificate } from '../x509/certificate.js'
import { oids } from '../x509/oids.js'
import { indexCertificates, selfSigned } from './certificate-index.js'
import { certificatesIn, inferJudges, inferPurpose, type Judge } from './judges.js'
import { isRefusal, type Judgement, writeVerdicts } from './verdict.js'
import { count, plain, validityWords } from './words.js'

export interface VerifyQuestion {
  readonly path: string
  readonly purpose?: Purpose
  /** Files of anchors. */
  readonly trust?: readonly string[]
}

/** How places are written for people. */
export interface Shown {
  path(path: string): string
  /** A link's target: the address of the file, with the line. */
  target(at: Location): string
}

/** The protocol's answer, but that candidates are paths. */
export type Verification =
  | Exclude<VerifyAnswer, { kind: 'ask' }>
  | (Omit<VerifyAnswer & { readonly kind: 'ask' }, 'trustCandidates'> & {
      readonly trustCandidates: readonly TrustCandidate[]
    })

/** Does the chain of this file hold, for those who judge it? Asks for what the configurations do not tell. */
export function verifyChain(workspace: Workspace, question: VerifyQuestion, now: Date, shown: Shown): Verification {
  const file = shown.path(question.path)
  const entry = workspace.read(question.path)
  if (entry.kind === 'missing') return { kind: 'error', message: `There is no file ${file}` }
  if (entry.kind === 'directory') return { kind: 'error', message: `${file} is a folder` }
  if (entry.kind === 'unreadable') return { kind: 'error', message: `${file} cannot be read: ${entry.reason}` }
  const certificates = certificatesIn(workspace, question.path) ?? []
  const endEntity = endEntityOf(certificates)
  if (!endEntity) return { kind: 'error', message: `There is no certificate in ${file}` }
  if (!question.trust && certificates.every(it => it.isCa)) return describeBundle(certificates, file, now, shown)

  const purpose = question.purpose ?? inferPurpose(workspace, question.path) ?? purposeOf(endEntity)
  const judges = question.trust
    ? [chosenJudge(workspace, question.trust, shown)]
    : purpose
      ? inferJudges(workspace, question.path, purpose)
      : []
  const wrong = judges.find(it => typeof it === 'string')
  if (typeof wrong === 'string') return { kind: 'error', message: wrong }
  if (!purpose || judges.length === 0) {
    const trustCandidates = judges.length === 0 ? candidatesFor(workspace, question.path, endEntity, shown) : []
    return { kind: 'ask', purpose: !purpose, trust: judges.length === 0, trustCandidates }
  }

  const index = indexCertificates(workspace)
  const judgements = (judges as readonly Judge[]).map((judge): Judgement => {
    const { endpoint: _, trustFiles: __, verifier, ...knobs } = judge
    const intermediates = certificates.filter(it => it !== endEntity)
    const elsewhere = index.files.flatMap(it => it.certificates)
    const ask = (by: VerifierId) => verifyPath({ ...knobs, verifier: by, endEntity, intermediates, elsewhere, purpose, at: now })
    return { judge, verdict: ask(verifier), byAll: verifierIds.map(ask) }
  })
  const verified = judgements.every(it => it.verdict.verified)
  const isUndecided = judgements.some(it => it.verdict.undecided !== undefined)
  const isRefused = judgements.some(it => isRefusal(it.verdict))
  return {
    kind: 'result',
    verified: isRefused ? false : isUndecided ? undefined : verified,
    title: `${file}: ${verified ? 'verified' : isUndecided && !isRefused ? 'not decided' : 'not verified'}`,
    markdown: writeVerdicts(judgements, { file, path: question.path, endEntity, purpose, now, index, shown })
  }
}

/** The one purpose that its extended key usage names. */
function purposeOf({ extendedKeyUsage }: Certificate): Purpose | undefined {
  const client = extendedKeyUsage?.includes(oids.clientAuth) ?? false
  const server = extendedKeyUsage?.includes(oids.serverAuth) ?? false
  if (client === server) return undefined
  return client ? 'client' : 'server'
}

function chosenJudge(workspace: Workspace, trustFiles: readonly string[], shown: Shown): Judge | string {
  const trustAnchors: Certificate[] = []
  for (const path of trustFiles) {
    const certificates = certificatesIn(workspace, path)
    if (!certificates?.length) return `There is no certificate in ${shown.path(path)}`
    trustAnchors.push(...certificates)
  }
  return { verifier: 'openssl', trustFiles, trustAnchors }
}

export interface TrustCandidate {
  readonly path: string
  readonly label: string
  readonly description: string
}

/** Files of CA certificates; those that the chain really leads to come first. */
export function candidatesFor(
  workspace: Workspace,
  path: string,
  endEntity: Certificate,
  shown: Pick<Shown, 'path'>
): readonly TrustCandidate[] {
  const index = indexCertificates(workspace)
  const above = ancestors(endEntity, index.issuersOf)
  return index.files
    .filter(it => it.file.path !== path && it.certificates.length > 0 && it.certificates.every(each => each.isCa))
    .map(({ file, certificates }) => ({
      path: file.path,
      label: shown.path(file.path),
      description:
        [...new Set(certificates.slice(0, 3).map(nameOf))].join(', ') +
        (certificates.length > 3 ? ` and ${certificates.length - 3} more` : ''),
      rank: certificates.some(it => selfSigned(it) && above.some(each => isSameCertificate(each, it))) ? 0 : 1
    }))
    .sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1))
    .map(({ rank: _, ...it }) => it)
}

/** All that it descends from, as far as this workspace has it. */
export function ancestors(certificate: Certificate, issuersOf: (it: Certificate) => readonly Certificate[]): readonly Certificate[] {
  const found = [certificate]
  for (let at = 0; at < found.length && found.length < 64; at++) {
    for (const issuer of issuersOf(found[at]!)) if (!found.some(it => isSameCertificate(it, issuer))) found.push(issuer)
  }
  return found.slice(1)
}

/** A file of CAs is believed, not verified; what can be said is what is in it. */
function describeBundle(certificates: readonly Certificate[], file: string, now: Date, shown: Shown): Verification {
  const rows = certificates.slice(0, 200).map(it => {
    const kind = selfSigned(it) ? 'root, ends a path' : 'intermediate, does not end a path for OpenSSL'
    return `| [${plain(nameOf(it))}](${shown.target(it.at())}) | ${kind} | ${validityWords(it, now)} |`
  })
  const markdown = [
    `# ${plain(file)} holds only CA certificates`,
    'Whoever uses it as a trust store believes them; there is no end-entity certificate in it whose chain could be verified.',
    ['| Certificate | Kind | Validity |', '|:--|:--|:--|', ...rows].join('\n'),
    ...(certificates.length > rows.length ? [`and ${count(certificates.length - rows.length, 'certificate')} more`] : [])
  ].join('\n\n')
  return { kind: 'result', verified: undefined, title: `${file}: CA certificates`, markdown }
}
