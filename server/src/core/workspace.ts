import type { Certificate, Name } from '../x509/certificate.js'
import { keyIdentifiersAgree, mostOfOneName } from './chain.js'
import { type Beyond, createCheck, type Found, type Surroundings } from './check.js'
import { type Configurations, connectionsOf, type PlainConfigurations, plainConnectionsOf } from './connections.js'
import type { Diagnostic } from './diagnostic.js'
import type { Declaration, Dialect, LowerContext, Lowered, LoweredAgain } from './dialect.js'
import type { PlainEnd, TlsEndpoint } from './model.js'
import type { Meeting, PlainMeeting, Rule } from './rule.js'
import type { Settings } from './settings.js'
import { type FileEntry, memo, type Read, type SourceFile } from './text.js'

/** What to check, and what to check again. The whole invalidation: every read of a root is recorded, misses too. */
export interface Workspace {
  /** The roots, in order of path: configurations that no other includes, and files that hold PEM. */
  roots(): readonly string[]
  /** All findings of a root, also those in the files that it includes. Remembered until something that it read changes. */
  check(root: string): readonly Diagnostic[]
  /** What a root says; nothing when the path is no root. */
  lowered(root: string): Lowered | undefined
  /** The dialect of a file; nothing when it is of none. */
  dialectOf(path: string): Dialect | undefined
  /** The roots that have read this path, directly or through an include; a root counts for itself. */
  rootsReading(path: string): readonly string[]
  /** Every certificate of the files that belong to the workspace. */
  certificates(): readonly Certificate[]
  /**
   * Tells that files changed, appeared or vanished (`read` must already give the new state).
   * Returns the roots to check again, and those that are roots no longer.
   */
  changed(paths: readonly string[]): { readonly again: readonly string[]; readonly gone: readonly string[] }
  /** Forgets everything that was found: other settings, another day. */
  forget(settings?: Settings): void
  readonly settings: Settings
  /** The settings that hold for a root, where folders have their own. */
  settingsOf(root: string): Settings
  readonly read: Read
}

export interface WorkspaceOptions {
  readonly read: Read
  readonly now: () => Date
  readonly settings: Settings
  /** The files that belong to the workspace; what they name is read as well, wherever it lies. */
  readonly files: Iterable<string>
  readonly dialects: readonly Dialect[]
  readonly rules: readonly Rule[]
  readonly crypto: Pick<Surroundings, 'signed' | 'verify' | 'keyMatches' | 'key'>
  /** Is this path inside the folders that the user opened? */
  readonly inWorkspace: (path: string) => boolean
  /** May this path, when it changed, be a root? Default: when it is inside the folders. An editor adds what it shows from elsewhere. */
  readonly belongs?: (path: string) => boolean
  /** The dialect, or the language that the editor says a document has: it decides where name and content do not. */
  readonly languageOf?: (path: string) => string | undefined
  /** Settings that differ by folder; default: `settings` for all roots. */
  readonly settingsOf?: (root: string) => Settings
}

interface Candidate {
  readonly dialect: Dialect
  readonly file: SourceFile
  readonly isMain: boolean
}

interface Reading<T> {
  readonly value: T
  readonly reads: ReadonlySet<string>
}

type FoundAt = Reading<readonly Found[]>

interface Checked extends Reading<readonly Diagnostic[]> {
  readonly beyond: Beyond
  /** What was found at each endpoint, in their order, with all that was read for it. */
  readonly atEndpoints: readonly FoundAt[]
}

/** What holds still of a root that was edited and not checked since: all that was found besides its problems, or what was found at some endpoints. */
type Known = Omit<Checked, 'value'> | ReadonlyMap<TlsEndpoint, FoundAt>

/** What was known of a root before its own text was edited and nothing else changed. */
interface Earlier {
  readonly path: string
  readonly lowered: Lowered
  readonly known: Known
}

/** The check of one root, as far as it has come. */
interface Inquiry {
  readonly settings: Settings
  readonly now: Date
  readonly reads: Set<string>
  /** Where reads are noted. What is read for one endpoint is noted apart, since it is what its findings depend on. */
  noted: Set<string>
  readonly atEndpoints: FoundAt[]
  readonly foundBefore: ReadonlyMap<TlsEndpoint, FoundAt> | undefined
  recent: readonly ReadonlySet<string>[]
  /** The reads of endpoints that are among `reads` already. */
  readonly merged: Set<ReadonlySet<string>>
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  let settings = options.settings
  const belongs = options.belongs ?? options.inWorkspace
  const settingsOf = options.settingsOf ?? (() => settings)
  const files = new Set(options.files)
  const candidates = new Map<string, Candidate>()
  const loweredRoots = new Map<string, Reading<Lowered>>()
  const checkedRoots = new Map<string, Checked>()
  const known = new Map<string, Known>()
  const ports = new WeakMap<Lowered, ReadonlySet<string>>()
  let earlier: Earlier | undefined
  let rootList: readonly string[] | undefined
  let bySubject: NameIndex | undefined
  let byIssuer: NameIndex | undefined
  let authorities: readonly Certificate[] | undefined
  let all: readonly Certificate[] | undefined
  let declarations: ReadonlyMap<string, readonly Declaration[]> | undefined
  let connections: ReadonlyMap<TlsEndpoint, readonly Meeting[]> | undefined
  let plainConnections: ReadonlyMap<TlsEndpoint | PlainEnd, readonly PlainMeeting[]> | undefined
  let inquiry: Inquiry
  const checkRoot = createCheck(surroundings())

  for (const path of files) identify(path)

  function identify(path: string): void {
    const candidate = candidateAt(path, options)
    if (candidate) candidates.set(path, candidate)
    else candidates.delete(path)
  }

  function lower(path: string): Lowered | undefined {
    const known = loweredRoots.get(path)
    if (known) return known.value
    const candidate = candidates.get(path)
    if (!candidate) return undefined
    const reads = new Set<string>([path])
    const ctx = { read: recording(options.read, reads), declared: (key: string) => declared(key, reads), settings: settingsOf(path) }
    const value = lowerAgain(candidate, ctx) ?? lowerSafely(candidate, ctx)
    loweredRoots.set(path, { value, reads })
    return value
  }

  /** After an edit of the root's own text: what is known of it is carried over. */
  function lowerAgain({ dialect, file }: Candidate, ctx: LowerContext): Lowered | undefined {
    if (earlier?.path !== file.path) return undefined
    const before = earlier
    const again = attempt(() => dialect.lowerAgain?.(file, before.lowered, ctx))
    if (!again) return undefined
    if (again.onlyMoved) ports.set(again.lowered, portsOf(before.lowered))
    known.set(file.path, carriedOver(before, again))
    return again.lowered
  }

  function declared(key: string, reads: Set<string>): readonly Declaration[] {
    reads.add(declaredKey(key))
    declarations ??= groupBy([...candidates.values()].flatMap(declarationsOf), it => it.key)
    return declarations.get(key) ?? []
  }

  /** A configuration that another one includes is no root: it would be read without what surrounds it. */
  function findRoots(): readonly string[] {
    const included = new Set<string>()
    const roots: string[] = []
    const visit = (path: string) => {
      if (included.has(path)) return
      roots.push(path)
      for (const file of lower(path)!.files) if (file.path !== path) included.add(file.path)
    }
    const paths = [...candidates.keys()]
    for (const path of paths) if (candidates.get(path)!.isMain) visit(path)
    for (const path of paths) if (!candidates.get(path)!.isMain) visit(path)
    return roots.filter(it => !included.has(it)).sort()
  }

  function allCertificates(): readonly Certificate[] {
    if (all) return all
    const found: Certificate[] = []
    for (const path of candidates.keys()) for (const it of lower(path)!.pem) found.push(...it.certificates)
    all = found
    return found
  }

  /** A client wants to know of servers on its port, a server of clients. */
  function meetings(endpoints: readonly TlsEndpoint[], reads: Set<string>): readonly Meeting[] {
    for (const it of portKeys(endpoints, otherRole)) reads.add(it)
    connections ??= meetingsIn(roots().map(it => lower(it)!.endpoints))
    return endpoints.flatMap(it => connections!.get(it) ?? [])
  }

  /** The same of connections that only one side means to be TLS. */
  function plainMeetings({ endpoints, plain = [] }: Pick<Lowered, 'endpoints' | 'plain'>, reads: Set<string>): readonly PlainMeeting[] {
    for (const it of portKeys(plain, otherRole)) reads.add(it)
    plainConnections ??= plainMeetingsIn(roots().map(it => lower(it)!))
    return plainConnections.size === 0 ? [] : [...endpoints, ...plain].flatMap(it => plainConnections!.get(it) ?? [])
  }

  function check(path: string): readonly Diagnostic[] {
    const lowered = lower(path)
    if (!lowered) return []
    let checked = checkedRoots.get(path)
    if (!checked) {
      const { dialect, file } = candidates.get(path)!
      const earlier = known.get(path)
      const whole = earlier && 'beyond' in earlier ? earlier : undefined
      const reads = new Set<string>(whole?.reads ?? loweredRoots.get(path)!.reads)
      inquiry = {
        settings: settingsOf(path),
        now: options.now(),
        reads,
        noted: reads,
        atEndpoints: whole ? [...whole.atEndpoints] : [],
        foundBefore: earlier && !('beyond' in earlier) ? earlier : undefined,
        recent: [],
        merged: new Set()
      }
      const { findings, beyond } = checkRoot(file, dialect, lowered, whole?.beyond)
      checked = { value: findings, reads, beyond, atEndpoints: inquiry.atEndpoints }
      checkedRoots.set(path, checked)
      known.delete(path)
    }
    return checked.value
  }

  function surroundings(): Surroundings {
    const named = (name: Name) => {
      bySubject ??= nameIndex(allCertificates(), it => it.subject, subjectKey)
      return lookUp(bySubject, name, inquiry.noted)
    }
    const issuedUnder = (name: Name) => {
      byIssuer ??= nameIndex(allCertificates(), it => it.issuer, issuedKey)
      return lookUp(byIssuer, name, inquiry.noted)
    }
    const { signed, verify, keyMatches, key } = options.crypto
    return {
      signed,
      verify,
      keyMatches,
      key,
      get now() {
        return inquiry.now
      },
      get settings() {
        return inquiry.settings
      },
      rules: options.rules,
      inWorkspace: options.inWorkspace,
      read(path) {
        inquiry.noted.add(path)
        return options.read(path)
      },
      atEndpoint(endpoint, find) {
        const { reads, merged, foundBefore, atEndpoints } = inquiry
        let here = foundBefore?.get(endpoint)
        if (!here) {
          inquiry.noted = new Set()
          here = { value: find(endpoint), reads: sameAsRecent(inquiry.noted, inquiry) }
          inquiry.noted = reads
        }
        if (!merged.has(here.reads)) for (const it of here.reads) reads.add(it)
        merged.add(here.reads)
        atEndpoints.push(here)
        return here.value
      },
      meetings: endpoints => meetings(endpoints, inquiry.reads),
      plainMeetings: lowered => plainMeetings(lowered, inquiry.reads),
      issuersInWorkspace(certificate) {
        const sameName = named(certificate.issuer)
        const known = issuersAmong(sameName).get(certificate.content)
        if (known) return known
        const issuers = firstOfEach(sameName)
          .filter(it => keyIdentifiersAgree(it, certificate))
          .slice(0, mostOfOneName)
          .filter(it => signed(certificate, it) === true)
        issuersAmong(sameName).set(certificate.content, issuers)
        return issuers
      },
      certificatesNamed: named,
      certificatesIssuedUnder: issuedUnder,
      authoritiesInWorkspace() {
        authorities ??= firstOfEach(allCertificates().filter(isIntermediate))
        inquiry.noted.add(authoritiesKey)
        return authorities
      }
    }
  }

  function changed(paths: readonly string[]): { readonly again: readonly string[]; readonly gone: readonly string[] } {
    const before = roots()
    noteEarlier(paths)
    const names = new Set<string>()
    const declaredHere = new Set<string>()
    const affected = new Set(paths)
    for (const [root, { reads }] of loweredRoots) if (paths.some(it => reads.has(it))) affected.add(root)
    const touchedPorts = new Set<string>()
    for (const root of affected) notePorts(loweredRoots.get(root)?.value, touchedPorts)
    for (const path of paths) {
      noteNames(path, names)
      noteDeclarations(path, declaredHere)
      if (belongs(path) && options.read(path).kind !== 'missing') files.add(path)
      else files.delete(path)
      if (files.has(path)) identify(path)
      else candidates.delete(path)
      loweredRoots.delete(path)
      noteDeclarations(path, declaredHere)
    }
    if (declaredHere.size > 0) declarations = undefined
    for (const [root, { value, reads }] of loweredRoots) {
      if (![...declaredHere].some(it => reads.has(it))) continue
      affected.add(root)
      notePorts(value, touchedPorts)
    }
    // What is lowered from here on is new, and is not to be thrown away again.
    drop(loweredRoots, new Set([...paths, ...declaredHere]))
    for (const path of paths) noteNames(path, names)
    if (names.size > 0) bySubject = byIssuer = authorities = undefined
    for (const root of affected) notePorts(lower(root), touchedPorts)
    connections = undefined
    plainConnections = undefined
    all = undefined
    const touched = new Set([...paths, ...declaredHere, ...names, ...touchedPorts])
    const stale = drop(checkedRoots, touched)
    rootList = undefined
    const after = new Set(roots())
    earlier = undefined
    const rootsBefore = new Set(before)
    return {
      again: [...after].filter(it => stale.has(it) || touched.has(it) || !rootsBefore.has(it)),
      gone: before.filter(it => !after.has(it))
    }
  }

  /** Only an edit of one file that offers nothing to others leaves all else as it was. */
  function noteEarlier(paths: readonly string[]): void {
    const [path, ...more] = paths
    const candidate = path === undefined ? undefined : candidates.get(path)
    const lowered = path === undefined ? undefined : loweredRoots.get(path)?.value
    const knownBefore = path === undefined ? undefined : (checkedRoots.get(path) ?? known.get(path))
    known.clear()
    earlier = undefined
    if (path === undefined || more.length > 0 || !lowered || !candidate?.dialect.lowerAgain || candidate.dialect.declares) return
    const entry = options.read(path)
    if (entry.kind !== 'file') return
    attempt(() => candidate.dialect.edited?.(candidate.file, entry.file))
    earlier = { path, lowered, known: knownBefore ?? new Map() }
  }

  function noteNames(path: string, into: Set<string>): void {
    for (const file of lower(path)?.pem ?? []) {
      for (const it of file.certificates) into.add(subjectKey(it.subject.canonical)).add(issuedKey(it.issuer.canonical))
      if (file.certificates.some(isIntermediate)) into.add(authoritiesKey)
    }
  }

  function notePorts(lowered: Lowered | undefined, into: Set<string>): void {
    if (lowered) for (const it of portsOf(lowered)) into.add(it)
  }

  function portsOf(lowered: Lowered): ReadonlySet<string> {
    const found = ports.get(lowered) ?? portsIn(lowered)
    ports.set(lowered, found)
    return found
  }

  function noteDeclarations(path: string, into: Set<string>): void {
    const candidate = candidates.get(path)
    for (const it of candidate ? declarationsOf(candidate) : []) into.add(declaredKey(it.key))
  }

  function roots(): readonly string[] {
    rootList ??= findRoots()
    return rootList
  }

  return {
    get settings() {
      return settings
    },
    settingsOf,
    read: options.read,
    roots,
    check,
    lowered: lower,
    dialectOf: path => candidates.get(path)?.dialect,
    rootsReading: path =>
      roots().filter(root => {
        check(root)
        return checkedRoots.get(root)!.reads.has(path)
      }),
    certificates: allCertificates,
    changed,
    forget(newSettings) {
      settings = newSettings ?? settings
      loweredRoots.clear()
      checkedRoots.clear()
      known.clear()
      all = undefined
      connections = undefined
      plainConnections = undefined
      rootList = undefined
    }
  }
}

function candidateAt(path: string, { read, dialects, languageOf }: WorkspaceOptions): Candidate | undefined {
  const language = languageOf?.(path)
  const declared = language === undefined ? undefined : dialects.find(it => it.id === language || it.languageIds.includes(language))
  const at = dialects.findIndex(it => it === declared || it.mayBe(path))
  if (at < 0) return undefined
  const entry = read(path)
  if (entry.kind !== 'file') return undefined
  const { file } = entry
  const knows = (it: Dialect) => (it === declared || it.mayBe(path)) && it.detect(path, file.text)
  const dialect = dialects.find((it, place) => place >= at && knows(it)) ?? declared
  return dialect && { dialect, file, isMain: dialect.isMain(file) }
}

/** A reader that throws is our fault, and costs the user this one file and not the workspace. */
function lowerSafely({ dialect, file }: Candidate, ctx: LowerContext): Lowered {
  try {
    return dialect.lower(file, ctx)
  } catch (error) {
    const message = `mTLS Lens failed to read this file: ${error instanceof Error ? error.message : String(error)}`
    const problem = { path: file.path, start: 0, end: 0, rule: 'internal-error', message }
    return { endpoints: [], problems: [problem], paths: [], pem: [], files: [file] }
  }
}

/** Certificates by a name that is in them; those of one name stay the same object until a certificate changes. */
interface NameIndex {
  readonly groups: Map<string, NameGroup>
  readonly keyOf: (canonical: string) => string
}

interface NameGroup {
  /** What is noted among the reads of whoever asks: one string for all who do. */
  readonly key: string
  readonly certificates: Certificate[]
}

function nameIndex(certificates: readonly Certificate[], nameOf: (it: Certificate) => Name, keyOf: NameIndex['keyOf']): NameIndex {
  const index: NameIndex = { groups: new Map(), keyOf }
  for (const it of certificates) {
    const { canonical } = nameOf(it)
    const known = index.groups.get(canonical)
    if (known) known.certificates.push(it)
    else index.groups.set(canonical, { key: keyOf(canonical), certificates: [it] })
  }
  return index
}

function lookUp(index: NameIndex, { canonical }: Name, noted: Set<string>): readonly Certificate[] {
  const { key, certificates } = groupOf(index, canonical)
  noted.add(key)
  return certificates
}

/** A name that nobody has gets a group, too: it is asked for again. */
function groupOf({ groups, keyOf }: NameIndex, canonical: string): NameGroup {
  const known = groups.get(canonical)
  if (known) return known
  const group = { key: keyOf(canonical), certificates: [] }
  groups.set(canonical, group)
  return group
}

const isIntermediate = (it: Certificate): boolean => it.isCa && !it.selfIssued

/** What was found among those of one name, by the certificate that was asked about. */
const issuersAmong = memo((_: readonly Certificate[]) => new Map<object, readonly Certificate[]>())

/** The certificate of one CA may lie in hundreds of files. */
const firstOfEach = memo((certificates: readonly Certificate[]): readonly Certificate[] => {
  const found = new Map<string, Certificate>()
  for (const it of certificates) if (!found.has(it.sha256)) found.set(it.sha256, it)
  return [...found.values()]
})

/** What was known before an edit, as far as it holds, with its places in the new text. */
function carriedOver({ lowered: before, known }: Earlier, { lowered, kept, move, onlyMoved }: LoweredAgain): Known {
  const moved = (it: FoundAt): FoundAt => (it.value.length === 0 ? it : { value: move(it.value), reads: it.reads })
  if (onlyMoved && 'beyond' in known) {
    const { beyond, reads, atEndpoints } = known
    return { beyond: { ...beyond, found: move(beyond.found) }, reads, atEndpoints: atEndpoints.map(moved) }
  }
  const foundBefore = 'beyond' in known ? new Map(before.endpoints.map((it, at) => [it, known.atEndpoints[at]!])) : known
  const was = onlyMoved ? (_: TlsEndpoint, at: number) => before.endpoints[at] : (it: TlsEndpoint) => kept.get(it)
  const found = new Map<TlsEndpoint, FoundAt>()
  for (const [at, it] of lowered.endpoints.entries()) {
    const here = foundBefore.get(was(it, at)!)
    if (here) found.set(it, moved(here))
  }
  return found
}

/** All ports that somebody listens on or connects to, as those note them who look for the other side. */
const portsIn = ({ endpoints, plain = [] }: Lowered): ReadonlySet<string> =>
  new Set([...portKeys(endpoints, ownRole), ...portKeys(plain, ownRole)])

type Ends = readonly Pick<TlsEndpoint, 'role' | 'addresses'>[]

const ownRole = { client: 'client', server: 'server' } as const
const otherRole = { client: 'server', server: 'client' } as const

/** Thousands of ends may share a few ports, so the keys are written once for each of these. */
function portKeys(ends: Ends, side: typeof ownRole | typeof otherRole): readonly string[] {
  if (ends.length === 0) return []
  const found = { client: new Set<number | undefined>(), server: new Set<number | undefined>() }
  for (const { role, addresses } of ends) for (const it of addresses) found[role].add(it.port)
  return (['client', 'server'] as const).flatMap(role => [...found[role]].map(it => portKey(side[role], it)))
}

/** What only saves work may fail: then the work is done. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

/** Thousands of endpoints read the same few files: one set will do for those that come near each other. */
function sameAsRecent(set: ReadonlySet<string>, inquiry: Inquiry): ReadonlySet<string> {
  const known = inquiry.recent.find(it => it.size === set.size && [...set].every(each => it.has(each)))
  if (!known) inquiry.recent = [set, ...inquiry.recent.slice(0, 7)]
  return known ?? set
}

function recording(read: Read, reads: Set<string>): Read {
  return (path): FileEntry => {
    reads.add(path)
    return read(path)
  }
}

// These stand among the paths that a root has read; no path looks like them.
const subjectKey = (canonical: string): string => `subject:\0${canonical}`
const issuedKey = (canonical: string): string => `issued:\0${canonical}`
const authoritiesKey = 'authorities:\0'
const portKey = (role: TlsEndpoint['role'], port: number | undefined): string => `${role}:\0${port}`
const declaredKey = (key: string): string => `declared:\0${key}`

/** Each connection, at both of its ends. */
function meetingsIn(configurations: Configurations): ReadonlyMap<TlsEndpoint, readonly Meeting[]> {
  const found = new Map<TlsEndpoint, Meeting[]>()
  const add = (endpoint: TlsEndpoint, it: Meeting) => {
    const known = found.get(endpoint)
    if (known) known.push(it)
    else found.set(endpoint, [it])
  }
  for (const it of connectionsOf(configurations)) {
    add(it.client, { ...it, here: 'client' })
    // A command that is there to be tried out says nothing of the server.
    if (it.client.trial) continue
    // The first server of the listener stands for all: one telling is enough.
    add(it.listener.servers[0]!.endpoint, { ...it, here: 'server' })
  }
  return found
}

function plainMeetingsIn(configurations: PlainConfigurations): ReadonlyMap<TlsEndpoint | PlainEnd, readonly PlainMeeting[]> {
  const found = new Map<TlsEndpoint | PlainEnd, PlainMeeting[]>()
  const add = (end: TlsEndpoint | PlainEnd, it: PlainMeeting) => {
    const known = found.get(end)
    if (known) known.push(it)
    else found.set(end, [it])
  }
  for (const it of plainConnectionsOf(configurations)) {
    add(it.client, { ...it, here: 'client' })
    if (it.plain === 'server' && it.client.trial) continue
    add(it.plain === 'client' ? it.listener.servers[0]!.endpoint : it.server, { ...it, here: 'server' })
  }
  return found
}

const declarationsOf = ({ dialect, file }: Candidate): readonly Declaration[] => dialect.declares?.(file) ?? []

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const it of items) {
    const name = key(it)
    const group = groups.get(name)
    if (group) group.push(it)
    else groups.set(name, [it])
  }
  return groups
}

function drop(known: Map<string, Reading<unknown>>, touched: ReadonlySet<string>): ReadonlySet<string> {
  const dropped = new Set<string>()
  for (const [path, { reads }] of known) {
    for (const it of touched) {
      if (!reads.has(it)) continue
      known.delete(path)
      dropped.add(path)
      break
    }
  }
  return dropped
}
