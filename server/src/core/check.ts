import type { PemFile } from '../x509/pem.js'
import { openCredential } from './credentials.js'
import { type Diagnostic, type Fix, type Related, reaches, type Severity } from './diagnostic.js'
import type { Dialect, Lowered, PathUse } from './dialect.js'
import type { CredentialRef, Identity, TlsEndpoint } from './model.js'
import type { Finding, Meeting, PlainMeeting, ProposedFix, Rule, RuleContext, Subject, Subjects, TrustBundle } from './rule.js'
import { suppression } from './suppress.js'
import { type Location, memo, type Read, type SourceFile } from './text.js'
import { isPublicStore } from './trust.js'

/** What checking needs from outside; all of it pure or recorded. `now` and `settings` are those of the root that is being checked. */
export interface Surroundings extends Omit<RuleContext, 'credential' | 'certificates' | 'trustBundle' | 'report'> {
  readonly rules: readonly Rule[]
  /** What `find` gives, or what is known of this endpoint already. */
  atEndpoint(endpoint: TlsEndpoint, find: (endpoint: TlsEndpoint) => readonly Found[]): readonly Found[]
  /** Who connects to whom, where one of these endpoints has a part in it. */
  meetings(endpoints: readonly TlsEndpoint[]): readonly Meeting[]
  /** The same where only one of the two speaks TLS. */
  plainMeetings(lowered: Pick<Lowered, 'endpoints' | 'plain'>): readonly PlainMeeting[]
}

/** A finding whose fixes are not written yet: they depend on the text around, which the finding itself may outlive. */
export interface Found {
  readonly diagnostic: Diagnostic
  readonly fixes: readonly ProposedFix[]
}

/** Where a subject's findings go when they stand in a credential: to the reference that brought it in. */
type Reference = CredentialRef | undefined

/** What was found besides the problems that the reader of the language has. */
export interface Beyond {
  readonly found: readonly Found[]
  readonly trial: TlsEndpoint['trial']
}

export interface CheckedRoot {
  readonly findings: readonly Diagnostic[]
  readonly beyond: Beyond
}

/**
 * All findings of one root. Pure: the same root, files, clock and settings give the same findings. `known` is what was found
 * besides the problems, where that is known already.
 */
export type CheckRoot = (root: SourceFile, dialect: Dialect, lowered: Lowered, known?: Beyond) => CheckedRoot

/**
 * What checks one root after the other. Rules report while they are asked and not later, so that one context serves all of them
 * and all roots: a workspace has thousands, and most have nothing to report.
 */
export function createCheck(around: Surroundings): CheckRoot {
  const groups = bySubject(around.rules)
  const ctx = contextOf(around, finding => add(group.rules[asked]!, finding, reported))
  let root: SourceFile
  let own: OwnFiles
  let trial: TlsEndpoint['trial']
  let found: Found[] = []
  let group: RulesAbout
  let asked = 0
  let reported: Reference

  return (file, dialect, lowered, known) => {
    root = file
    own = ownFiles(file, lowered)
    // A file of commands or tests holds nothing else.
    trial = known ? known.trial : lowered.endpoints.find(it => it.trial)?.trial
    ctx.forget()
    const problems = collect(() => reportProblems(lowered))
    const beyond = known ?? { found: collect(() => findBeyond(lowered)), trial }
    return { findings: finish([...problems, ...beyond.found], own, it => written(it, dialect, around.read)), beyond }
  }

  function collect(find: () => void): readonly Found[] {
    const elsewhere = found
    found = []
    find()
    const here = found
    found = elsewhere
    return here
  }

  function add(rule: Rule, finding: Finding, reference: Reference): void {
    const set = around.settings.rules[rule.id] ?? around.settings.rules['*']
    if (set === 'off') return
    const placed = place(finding, reference, own)
    const natural = tempered(finding.severity ?? rule.severity, trial)
    // Hygiene of a certificate is told where the certificate stands, not at every use of it.
    if (placed.moved && (trial || (natural !== 'error' && natural !== 'warning'))) return
    const { path, start, end } = placed.at
    const diagnostic: Diagnostic = {
      path,
      start,
      end,
      rule: rule.id,
      severity: set ?? natural,
      message: finding.message,
      url: urlOf(rule),
      related: placed.related,
      fixes: []
    }
    found.push({ diagnostic, fixes: finding.fixes ?? [] })
  }

  function reportProblems({ problems }: Lowered): void {
    for (const problem of problems) {
      const rule = byId(around.rules).get(problem.rule)
      if (rule) add(rule, { ...problem, at: problem }, undefined)
      else if (problem.rule === internalError) found.push({ diagnostic: internal(problem, problem.message), fixes: [] })
    }
  }

  function findBeyond({ pem, endpoints, paths, mesh, plain }: Lowered): void {
    const used = pem.length > 0 && endpoints.length > 0 ? new Set(endpoints.flatMap(inlineFiles)) : undefined
    for (const file of pem) checkPem(file, used?.has(file) ?? false)
    for (const endpoint of endpoints) found.push(...around.atEndpoint(endpoint, foundAt))
    if (paths.length > 0) for (const uses of usesOfOne(paths)) checkUses(uses)
    if (endpoints.length > 0) run('configuration', { endpoints })
    if (mesh) run('mesh', mesh)
    if (endpoints.length > 0) for (const it of around.meetings(endpoints)) run('connection', it)
    if (endpoints.length > 0 || plain) for (const it of around.plainMeetings({ endpoints, plain })) run('plainConnection', it)
  }

  /** Asked a hundred thousand times before V8 has compiled it: without iterators, and with one `try` for all rules as long as none throws. */
  function run<S extends Subject>(subject: S, value: Subjects[S], reference?: Reference): void {
    reported = reference
    group = groups[subject]
    const { rules, checks } = group
    for (let at = 0; at < checks.length; at++) {
      try {
        for (; at < checks.length; at++) {
          asked = at
          checks[at]!(value, ctx)
        }
      } catch (error) {
        found.push({ diagnostic: ruleFailure(root, rules[at]!, error), fixes: [] })
      }
    }
  }

  /** Of certificates that endpoints of the same root use, those tell more. */
  function checkPem(file: PemFile, isUsed: boolean): void {
    run('file', file)
    if (isUsed) return
    const { certificates } = file
    for (const certificate of certificates) run('certificate', { certificate, file })
    if (certificates.some(it => !it.isCa)) run('chain', { certificates, file })
  }

  /** Rules about paths judge what a path leads to: where nothing is wrong for one that names it, nothing is for the others. */
  function checkUses([first, ...others]: readonly PathUse[]): void {
    const before = found.length
    if (first) run('path', first, first.credential)
    if (found.length > before) for (const it of others) run('path', it, it.credential)
  }

  function foundAt(endpoint: TlsEndpoint): readonly Found[] {
    return collect(() => checkEndpoint(endpoint))
  }

  function checkEndpoint(endpoint: TlsEndpoint): void {
    run('endpoint', endpoint)
    for (const identity of endpoint.identities) checkIdentity(endpoint, identity)
    const bundle = ctx.trustBundle(endpoint)
    if (bundle.sources.length === 0) return
    run('bundle', bundle, bundle.sources[0]!.ref)
    for (const { file, ref, certificates } of bundle.sources) {
      if (isPublicStore(file)) continue
      for (const certificate of certificates) run('certificate', { certificate, file, use: { endpoint, part: 'trusted' } }, ref)
    }
  }

  function checkIdentity(endpoint: TlsEndpoint, identity: Identity): void {
    const credential = ctx.credential(identity.certificate)
    if (credential.kind !== 'pem') return
    const { file } = credential
    const { certificates } = file
    if (certificates.length === 0) return
    run('chain', { certificates, file, use: { endpoint, identity } }, identity.certificate)
    for (let position = 0; position < certificates.length; position++) {
      const use = { endpoint, part: 'presented', position } as const
      run('certificate', { certificate: certificates[position]!, file, use }, identity.certificate)
    }
  }
}

type OwnFiles = (path: string) => SourceFile | undefined

/** By path, the files that findings of a root can stand in. */
function ownFiles(root: SourceFile, { files }: Lowered): OwnFiles {
  let byPath: ReadonlyMap<string, SourceFile> | undefined
  return path => {
    if (path === root.path) return root
    byPath ??= new Map(files.map(it => [it.path, it]))
    return byPath.get(path)
  }
}

/** Nothing that is there to be tried out breaks anything that runs. */
function tempered(natural: Severity, trial: TlsEndpoint['trial']): Severity {
  const most = trial === undefined ? 'error' : trial === 'script' ? 'warning' : 'information'
  return reaches(natural, most) && natural !== most ? most : natural
}

/** The folder of `rules/` in which the rules of a subject lie, with their pages. */
const folders: Readonly<Record<Rule['subject'], string>> = {
  file: 'file',
  certificate: 'certificate',
  chain: 'chain',
  bundle: 'chain',
  endpoint: 'endpoint',
  path: 'endpoint',
  configuration: 'endpoint',
  language: 'endpoint',
  mesh: 'mesh',
  connection: 'connection',
  plainConnection: 'connection'
}

const urlOf = memo((rule: Rule) => ruleUrl(rule))

/** The rule's page. */
export const ruleUrl = ({ id, subject }: Pick<Rule, 'id' | 'subject'>): string =>
  `https://github.com/mtls-lens/mtls-lens/blob/main/server/src/rules/${folders[subject]}/${id}.md`

/** Hundreds of servers name the same few files: the uses that ask one thing of one path stand together. */
function usesOfOne(paths: readonly PathUse[]): Iterable<readonly PathUse[]> {
  const found = new Map<unknown, PathUse[]>()
  for (const it of paths) {
    const { path, what, guessed = false, credential } = it
    const isComparable = path !== undefined && (credential === undefined || credential.kind === 'file')
    const key = isComparable ? `${what} ${guessed} ${credential?.name} ${path}` : it
    const known = found.get(key)
    if (known) known.push(it)
    else found.set(key, [it])
  }
  return found.values()
}

/** What is written beside the endpoints that use it, as in a Secret of the same file. */
const inlineFiles = ({ identities, peer }: TlsEndpoint): readonly PemFile[] =>
  [...identities.map(it => it.certificate), ...peer.trustAnchors].flatMap(it => (it.kind === 'inline' ? [it.file] : []))

interface Context extends RuleContext {
  /** What was found out about endpoints holds for one check. */
  forget(): void
}

function contextOf(around: Surroundings, report: RuleContext['report']): Context {
  let last: TrustBundle | undefined
  const credential = (ref: CredentialRef) => openCredential(ref, around.read)
  return {
    get now() {
      return around.now
    },
    get settings() {
      return around.settings
    },
    credential,
    certificates(ref) {
      const opened = credential(ref)
      return opened.kind === 'pem' ? opened.file.certificates : undefined
    },
    trustBundle(endpoint) {
      // Rules ask for that of the endpoint at hand, one after the other.
      if (last?.endpoint !== endpoint) last = trustBundle(endpoint, credential)
      return last
    },
    issuersInWorkspace: around.issuersInWorkspace,
    certificatesNamed: around.certificatesNamed,
    certificatesIssuedUnder: around.certificatesIssuedUnder,
    authoritiesInWorkspace: around.authoritiesInWorkspace,
    read: around.read,
    inWorkspace: around.inWorkspace,
    keyMatches: around.keyMatches,
    key: around.key,
    signed: around.signed,
    verify: around.verify,
    report,
    forget() {
      last = undefined
    }
  }
}

function trustBundle(endpoint: TlsEndpoint, credential: RuleContext['credential']): TrustBundle {
  let complete = true
  const sources = endpoint.peer.trustAnchors.flatMap(ref => {
    const opened = credential(ref)
    if (opened.kind !== 'pem') {
      complete = false
      return []
    }
    return [{ ref, file: opened.file, certificates: opened.file.certificates }]
  })
  return { endpoint, sources, complete: complete && !endpoint.incomplete }
}

/** The rules about one kind of subject, and what each does with it. */
interface RulesAbout {
  readonly rules: Rule[]
  readonly checks: ((subject: Subjects[Subject], ctx: RuleContext) => void)[]
}

const byId = memo((rules: readonly Rule[]): ReadonlyMap<string, Rule> => new Map(rules.map(it => [it.id, it])))

const bySubject = memo((rules: readonly Rule[]): Readonly<Record<Subject, RulesAbout>> => {
  const groups: Record<Subject, RulesAbout> = {
    file: { rules: [], checks: [] },
    certificate: { rules: [], checks: [] },
    chain: { rules: [], checks: [] },
    bundle: { rules: [], checks: [] },
    endpoint: { rules: [], checks: [] },
    path: { rules: [], checks: [] },
    configuration: { rules: [], checks: [] },
    mesh: { rules: [], checks: [] },
    connection: { rules: [], checks: [] },
    plainConnection: { rules: [], checks: [] }
  }
  const add = (subject: Subject, rule: Rule, check: unknown) => {
    groups[subject].rules.push(rule)
    groups[subject].checks.push(check as RulesAbout['checks'][number])
  }
  for (const rule of rules) {
    if (rule.subject === 'language') continue
    add(rule.subject, rule, rule.check)
    for (const [subject, check] of Object.entries(rule.also ?? {})) add(subject as Subject, rule, check)
  }
  return groups
})

const internalError = 'internal-error'

/** A rule that throws is our fault; it must cost the user neither the other findings nor the server. */
const ruleFailure = (root: SourceFile, rule: Rule, error: unknown): Diagnostic => ({
  ...internal(
    { path: root.path, start: 0, end: 0 },
    `mTLS Lens failed in its own rule ${rule.id}: ${error instanceof Error ? error.message : String(error)}`
  ),
  url: ruleUrl(rule)
})

const internal = ({ path, start, end }: Location, message: string): Diagnostic => ({
  path,
  start,
  end,
  rule: internalError,
  severity: 'information',
  message,
  url: 'https://github.com/mtls-lens/mtls-lens/issues',
  related: [],
  fixes: []
})

interface Placed {
  readonly at: Location
  readonly moved: boolean
  readonly related: readonly Related[]
}

function place(finding: Finding, reference: Reference, own: OwnFiles): Placed {
  const { path, start, end } = finding.at
  const related = finding.related ?? []
  if (!reference || own(path)) return { at: { path, start, end }, moved: false, related }
  const there: Related = { path, start, end, message: 'here, in the file' }
  const { path: file, start: from, end: to } = reference.at
  return { at: { path: file, start: from, end: to }, moved: true, related: [there, ...related] }
}

function written(fix: ProposedFix, dialect: Dialect, read: Read): readonly Fix[] {
  const safe = fix.safe ?? false
  if ('edits' in fix) return [{ title: fix.title, edits: fix.edits, safe }]
  const edits = dialect.edit?.(fix.endpoint, fix.change, read)
  return edits && edits.length > 0 ? [{ title: fix.title, edits, safe }] : []
}

/** Says each thing once, in the order of the text, and marks what an ignore comment silences. */
function finish(found: readonly Found[], own: OwnFiles, write: (fix: ProposedFix) => readonly Fix[]): readonly Diagnostic[] {
  if (found.length === 0) return []
  return withinReason(inOrder(found)).map(({ diagnostic, fixes }): Diagnostic => {
    const file = own(diagnostic.path)
    const reason = file && suppression(file, diagnostic)
    const finding: Diagnostic = { ...diagnostic, fixes: fixes.flatMap(write) }
    return reason === undefined ? finding : { ...finding, suppressed: reason }
  })
}

/** Each thing once, in the order of the text. */
function inOrder(found: readonly Found[]): readonly Found[] {
  if (found.length === 1) return found
  const seen = new Map<string, Found>()
  for (const it of found) {
    const { path, start, end, rule, message } = it.diagnostic
    const key = `${path}\n${start}\n${end}\n${rule}\n${message}`
    if (!seen.has(key)) seen.set(key, it)
  }
  return [...seen.values()].sort(({ diagnostic: a }, { diagnostic: b }) =>
    a.path === b.path ? a.start - b.start || a.end - b.end : a.path < b.path ? -1 : 1
  )
}

/** More of one rule in one file tell nobody more; a damaged or hostile file can have as many as characters. */
const mostOfOneRule = 200

/** The first findings of each rule in each file, and how many were left out. */
function withinReason(sorted: readonly Found[]): readonly Found[] {
  if (sorted.length <= mostOfOneRule) return sorted
  const counts = new Map<string, { kept: Found[]; left: number }>()
  for (const it of sorted) {
    const key = `${it.diagnostic.path}\n${it.diagnostic.rule}`
    const count = counts.get(key) ?? { kept: [], left: 0 }
    counts.set(key, count)
    if (count.kept.length < mostOfOneRule) count.kept.push(it)
    else count.left++
  }
  const full = [...counts.values()].filter(it => it.left > 0)
  if (full.length === 0) return sorted
  const lastOfFull = new Map(full.map(({ kept, left }) => [kept.at(-1)!, left]))
  const kept = new Set([...counts.values()].flatMap(it => it.kept))
  return sorted.flatMap(it => {
    if (!kept.has(it)) return []
    const left = lastOfFull.get(it)
    if (left === undefined) return [it]
    const message = `${left} more findings of ${it.diagnostic.rule} in this file are left out`
    return [it, { diagnostic: { ...it.diagnostic, severity: 'information', message, related: [] }, fixes: [] }]
  })
}
