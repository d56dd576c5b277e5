import { isVerifying } from '../core/endpoints.js'
import { day, nameOf, nameText } from '../core/words.js'
import { verifiers } from '../path/verifiers/index.js'
import type { PathError, PathVerdict, Purpose } from '../path/verify.js'
import type { Certificate } from '../x509/certificate.js'
import type { CertificateIndex } from './certificate-index.js'
import { selfSigned } from './certificate-index.js'
import type { Judge } from './judges.js'
import type { Shown } from './verify-chain.js'
import { code, count, plain, purposeWords, shorten, validityWords } from './words.js'

/** What somebody says of a path. */
export interface Judgement {
  readonly judge: Judge
  readonly verdict: PathVerdict
  /** What every verifier would say in the judge's place. */
  readonly byAll: readonly PathVerdict[]
}

interface Around {
  readonly file: string
  readonly path: string
  readonly endEntity: Certificate
  readonly purpose: Purpose
  readonly now: Date
  readonly index: CertificateIndex
  readonly shown: Shown
}

/** Verdicts as a text to read: the answer in the first line, then the path, each check, and what to do. */
export const writeVerdicts = (judgements: readonly Judgement[], ctx: Around): string =>
  [headline(judgements, ctx), ...judgements.flatMap(it => section(it, ctx))].join('\n\n')

/** What is wrong with the best of the paths that were tried is no refusal while others were not. */
export const isRefusal = (it: PathVerdict): boolean => it.errors.length > 0 && it.undecided === undefined

function headline(judgements: readonly Judgement[], { file, endEntity }: Around): string {
  const refused = judgements.find(it => isRefusal(it.verdict))?.verdict.errors[0]
  const name = plain(nameOf(endEntity))
  if (refused) return `# ${name} is not verified: ${plain(refused.message)}\n\n${errorWords(refused)}`
  const undecided = judgements.find(it => it.verdict.undecided !== undefined)?.verdict.undecided
  if (undecided !== undefined) return `# ${name} could not be judged: ${plain(undecided)}`
  return `# ${name} is verified\n\nThe chain in ${plain(file)} leads to a trusted anchor, and every check passes.`
}

function section({ judge, verdict, byAll }: Judgement, ctx: Around): readonly string[] {
  return [
    judgeWords(judge, ctx),
    '## Path',
    pathTable(verdict, judge, ctx),
    '## Checks',
    checkTable(verdict, judge, ctx),
    ...(verdict.errors.length > 0
      ? [
          verdict.undecided === undefined ? '## What is wrong' : '## What is wrong with the best path that was tried',
          ...verdict.errors.map(it => errorItem(it, judge, ctx)),
          ...logWords(verdict, judge)
        ]
      : []),
    ...(verdict.undecided === undefined ? [] : ['## What is not decided', `There is no answer: ${plain(verdict.undecided)}.`]),
    ...otherVerifiers(verdict, byAll)
  ]
}

/**
 * Where a product other than the judge would decide otherwise, all of them in a table. That the letter of RFC 5280 alone is
 * stricter, e.g. about key identifiers, is no reason to show it: nobody would refuse the path.
 */
function otherVerifiers(verdict: PathVerdict, byAll: readonly PathVerdict[]): readonly string[] {
  const differ = byAll.some(it => it.verifier !== 'rfc5280' && verdictWords(it) !== verdictWords(verdict))
  if (!differ) return []
  const rows = byAll.map(it => {
    const said = it.undecided ?? it.errors[0]?.message ?? ''
    const own = it.verifier === verdict.verifier ? '**' : ''
    return `| ${own}${plain(verifiers[it.verifier].title)}${own} | ${verdictWords(it)} | ${plain(said)} |`
  })
  return [
    '## Other verifiers',
    'With the same certificates and the same trust, verifiers do not agree:',
    ['| Verifier | Verdict | In its own words |', '|:--|:--|:--|', ...rows].join('\n')
  ]
}

const verdictWords = (it: PathVerdict): string => (it.undecided !== undefined ? 'not decided' : it.verified ? 'verified' : 'not verified')

/** What to look for in the log, where that is not what is most useful to know. */
function logWords({ errors, reported }: PathVerdict, { endpoint }: Judge): readonly string[] {
  const last = reported.at(-1)
  // nginx goes on after a failure and remembers the last one.
  if (endpoint?.dialect !== 'nginx' || !last || last.code === errors[0]?.code) return []
  return [`nginx itself reports the last failure that it meets: **${last.openssl}, ${plain(last.message)}**.`]
}

function judgeWords({ endpoint, verifier, trustFiles }: Judge, { purpose, shown }: Around): string {
  const presented = purpose === 'any' ? '' : `, presented by a ${purpose}`
  const trust = trustFiles.map(it => `[${plain(shown.path(it))}](${shown.target({ path: it, start: 0, end: 0 })})`).join(', ')
  const who = endpoint ? `by [${plain(endpoint.label)}](${shown.target(endpoint.at)})` : 'by a peer'
  const idle = endpoint && !isVerifying(endpoint) ? ' As configured it verifies nobody: this is what it would say if it did.' : ''
  return `Judged as ${plain(verifiers[verifier].title)} does${presented}, ${who} that trusts ${trust}.${idle}`
}

function pathTable({ path }: PathVerdict, judge: Judge, ctx: Around): string {
  const { trustAnchors } = judge
  const rows = path.map((it, depth) => {
    const at = it.at()
    const isTrusted = trustAnchors.some(anchor => anchor === it || anchor.sha256 === it.sha256)
    const kind = depth === 0 ? 'end entity' : isTrusted && selfSigned(it) ? 'trust anchor' : 'intermediate'
    const link = `[${plain(ctx.shown.path(at.path))}](${ctx.shown.target(at)})`
    return `| ${depth} | ${kind} | ${code(shorten(it.subject.text, 200))} | ${day(it.notBefore)} to ${day(it.notAfter)}, ${validityWords(it, ctx.now)} | ${link} |`
  })
  const last = path.at(-1)!
  const isOpen = !selfSigned(last)
  const why = isOpen && isKnownTo(judge, last, ctx) ? 'not reached' : '**missing**'
  const gap = isOpen ? [`| ${path.length} | ${why} | ${code(shorten(last.issuer.text, 200))} | | ${missingWords(last, ctx)} |`] : []
  return ['| Depth | | Subject | Validity | File |', '|--:|:--|:--|:--|:--|', ...rows, ...gap].join('\n')
}

/** The issuers that the judge knows, and all the same did not come to: another failure stopped him. */
const isKnownTo = (judge: Judge, certificate: Certificate, { index }: Around): boolean =>
  index.issuersOf(certificate).some(it => judge.trustAnchors.some(anchor => anchor.sha256 === it.sha256))

/** Where the issuer's certificate could be had. */
function missingWords(certificate: Certificate, { index, shown }: Around): string {
  const known = index.issuersOf(certificate)[0]
  if (known) return `in [${plain(shown.path(known.block.file.path))}](${shown.target(known.at())})`
  const url = certificate.issuerUrls[0]
  return url === undefined ? 'not in this workspace' : `to be had from ${code(shorten(url, 200))}`
}

/** The checks in the words of RFC 5280, and the failures that belong to each. */
const checks: readonly (readonly [name: string, codes: RegExp])[] = [
  ['Leads to a trust anchor', /^unable-to-(?:get-(?:local-)?issuer|verify-the-first)|^self-signed|^certificate-untrusted|^path-loop/],
  [
    'Signatures',
    /signature-failure$|^unable-to-(?:decrypt-certificate|decode-issuer)|signature-algorithm-mismatch$|^cannot-find-certificate-sig|has-no-public-key$/
  ],
  ['Validity', /^certificate-(?:has-expired|is-not-yet-valid)$|^format-error-in-certificate/],
  ['Issuers are CAs', /^invalid-(?:non-)?ca-certificate$|non-ca-cert$|basic-constraints/],
  ['Path length', /^path-length/],
  ['Key usage', /key-usage/],
  ['Extended key usage', /^unsuitable-certificate-purpose$|^certificate-rejected$/],
  ['Name constraints', /subtree-violation$|name-constraint|name-syntax$/],
  ['Names', /mismatch$/],
  ['Depth', /chain-too-long$/],
  ['Key and signature strength', /too-weak$/],
  ['Revocation', /crl|revoked/]
]

function checkTable(verdict: PathVerdict, judge: Judge, ctx: Around): string {
  const left = new Set(verdict.errors)
  const rows = checks.map(([name, codes]) => {
    const failed = verdict.errors.filter(it => left.has(it) && codes.test(it.code))
    for (const it of failed) left.delete(it)
    const note = failed.length > 0 ? failed.map(failureWords).join('; ') : passWords(name, verdict, judge, ctx)
    return note === undefined ? undefined : `| ${failed.length > 0 ? '✗' : note.startsWith('not ') ? '–' : '✓'} | ${name} | ${note} |`
  })
  const others = [...left].map(it => `| ✗ | Other | ${failureWords(it)} |`)
  return ['| | Check | |', '|:--|:--|:--|', ...rows.filter(it => it !== undefined), ...others].join('\n')
}

const failureWords = (it: PathError): string => `${plain(it.message)}, at ${plain(nameOf(it.certificate))}`

/** What can be said where nothing failed; nothing for a check that has no meaning here. */
function passWords(
  name: string,
  { path, errors, undecided }: PathVerdict,
  judge: Judge,
  { purpose, endEntity }: Around
): string | undefined {
  const isComplete = selfSigned(path.at(-1)!)
  switch (name) {
    case 'Leads to a trust anchor':
      return `${count(Math.max(path.length - 1, 0), 'step')} up`
    case 'Signatures':
      if (undecided !== undefined) return 'not decided'
      return isComplete ? 'each made by the next' : path.length > 1 ? 'as far as the path goes' : 'not checked, there is no issuer'
    case 'Extended key usage':
      return purpose === 'any'
        ? 'not asked for'
        : endEntity.extendedKeyUsage
          ? plain(purposeWords(endEntity.extendedKeyUsage))
          : 'absent, so any purpose'
    case 'Names':
      return judge.names ? judge.names.map(it => code(it.value)).join(', ') : 'not compared, no name is asked for'
    case 'Depth':
      return judge.maxDepth === undefined ? undefined : `${count(intermediatesIn(path), 'intermediate')}, at most ${judge.maxDepth} allowed`
    case 'Revocation':
      return judge.crls ? 'listed nowhere' : 'not checked, no CRL is configured'
    default:
      return errors.length > 0 && !isComplete ? 'as far as the path goes' : 'passes'
  }
}

const intermediatesIn = (path: readonly Certificate[]): number => path.slice(1).filter(it => !selfSigned(it)).length

const errorWords = (it: PathError): string => `Error ${it.openssl} at depth ${it.depth}, ${code(shorten(it.certificate.subject.text, 200))}`

function errorItem(it: PathError, judge: Judge, ctx: Around): string {
  const { at } = it
  const where = `[${plain(ctx.shown.path(at.path))}](${ctx.shown.target(at)})`
  const isMissing = /issuer-certificate$|first-certificate$/.test(it.code) && !isKnownTo(judge, it.certificate, ctx)
  // What the hint would say of it stands in the sentence before, with a link.
  const clause = it.clause === undefined ? '' : ` (${it.clause})`
  const hint = it.hint === undefined || (isMissing && ctx.index.issuersOf(it.certificate).length > 0) ? '' : `\n\n  ${plain(it.hint)}`
  const missing = isMissing
    ? `\n\n  The certificate of **${plain(nameText(it.certificate.issuer))}** is missing; it is ${missingWords(it.certificate, ctx)}.`
    : ''
  return `- **${it.openssl}, ${plain(it.message)}**, at depth ${it.depth}: ${plain(nameOf(it.certificate))} in ${where}${clause}${missing}${hint}`
}
