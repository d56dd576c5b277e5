/** A configuration, section by section: what each says, and what it hangs on. */
import type { LowerContext, PathUse, Problem } from '../../core/dialect.js'
import type { CredentialRef, PlainEnd, TlsEndpoint } from '../../core/model.js'
import type { Read, SourceFile } from '../../core/text.js'
import { bindLines, holderOf, type Lists, lowerBind } from './bind.js'
import { type Configuration, keywordOf, type ProxySection, readConfiguration } from './configuration.js'
import { conflictProblems } from './conflicts.js'
import { credentialOf, type StoredCertificate, storesOf } from './credentials.js'
import { contentOf, type Flow, flowsOf, forwardsOf, refusesPlaintext, resultUseOf } from './flow.js'
import { guardProblems } from './guards.js'
import { ineffectiveProblems } from './ineffective.js'
import { keylessProblems } from './keyless.js'
import { optionsOf } from './options.js'
import type { Section } from './parser.js'
import { plainEndsOf } from './plain.js'
import { type ReaderProblems, readerProblems } from './reader.js'
import { lowerServer, proxyPlace, serversOf } from './server.js'
import { lastOfEach, type PlacedOption, placed } from './tls-options.js'

/** What sections have in common. */
export interface Common {
  readonly configuration: Configuration
  readonly read: Read
  readonly asksForCertificates: boolean
  readonly readsConnection: boolean
}

/** With what is needed only as long as sections are read. */
export interface Survey extends Common {
  readonly common: Common
  readonly stores: ReadonlyMap<string, StoredCertificate>
  readonly flows: (proxy: ProxySection) => Flow
  readonly reader: ReaderProblems
  /** What is read while this runs. */
  noting<T>(act: () => T): { readonly value: T; readonly reads: readonly string[] }
}

/** What one section says. */
export interface Part {
  readonly endpoints: readonly TlsEndpoint[]
  /** Listeners without TLS, of which others decide whether they are told of. */
  readonly plain: readonly TlsEndpoint[]
  /** What knows nothing of TLS. */
  readonly ends: readonly PlainEnd[]
  /** What is wrong with its header, and with the rest. */
  readonly header: readonly Problem[]
  readonly problems: readonly Problem[]
  readonly paths: readonly PathUse[]
  /** True when a path is written elsewhere, so that others may have it, too. */
  readonly sharesPaths: boolean
  /** The crt-list files that it names. */
  readonly files: readonly SourceFile[]
  readonly reads: readonly string[]
  /** The backends that have a say in it. */
  readonly uses: readonly string[]
}

export function surveyOf(root: SourceFile, ctx: LowerContext): Survey {
  let noted: Set<string> | undefined
  const read: Read = path => {
    noted?.add(path)
    return ctx.read(path)
  }
  const configuration = readConfiguration(root, { ...ctx, read })
  const { text } = root
  const common: Common = {
    configuration,
    read,
    asksForCertificates: asksForCertificates(text),
    readsConnection: readsConnection(text)
  }
  return {
    ...common,
    common,
    stores: storesOf(configuration, read),
    flows: flowsOf(configuration),
    reader: readerProblems(configuration),
    noting(act) {
      noted = new Set()
      const value = act()
      const reads = [...noted]
      noted = undefined
      return { value, reads }
    }
  }
}

export function lowerSection(section: Section, header: readonly Problem[], survey: Survey): Part {
  const files: SourceFile[] = []
  const { value, reads } = survey.noting(() => {
    const proxy = survey.configuration.bySection.get(section)
    const lists: Lists = { ...survey, files }
    const said = proxy
      ? lowerProxy(proxy, lists, survey)
      : { ...noUse, endpoints: otherSections.has(section.kind) ? lowerOther(section, lists) : [] }
    const problems = [
      ...survey.reader.inside(section),
      ...said.problems,
      ...said.endpoints.flatMap(conflictProblems),
      ...said.endpoints.flatMap(it => keylessProblems(it, survey.configuration, survey.read))
    ]
    const paths = [...pathsOf(said.endpoints, survey), ...listUses(section, survey.configuration)]
    const isOwn = ({ at: { path, start } }: PathUse) =>
      path === survey.configuration.file.path && section.start <= start && start < section.end
    return { ...said, problems, paths, sharesPaths: !paths.every(isOwn) }
  })
  // Nobody asks for them again, and what is forgotten soon costs little.
  survey.configuration.options.clear()
  return { ...value, header, files, reads }
}

/** Computed when it is first asked for. */
function once<T extends object>(compute: () => T): () => T {
  let known: T | undefined
  return () => {
    known ??= compute()
    return known
  }
}

type Said = Pick<Part, 'endpoints' | 'plain' | 'ends' | 'problems' | 'uses'>

const noUse = { plain: [], ends: [], problems: [], uses: [] } satisfies Partial<Said>

function lowerProxy(proxy: ProxySection, lists: Lists, survey: Survey): Said {
  const { configuration, read, flows } = survey
  const flow = once(() => flows(proxy))
  const listeners = listenersOf(proxy, flow, lists, survey)
  const isTold = (it: TlsEndpoint) => it.tls.value || writesTls(it)
  const servers = serversOf(proxy.section, proxy.defaults, configuration)
  const place = proxyPlace(proxy, configuration, read)
  const guards = survey.readsConnection && !configuration.tree.template ? guardProblems(flow(), listeners, configuration) : []
  return {
    endpoints: [...listeners.filter(isTold), ...servers.flatMap(it => lowerServer(it, place) ?? [])],
    plain: listeners.filter(it => !isTold(it)),
    ends: plainEndsOf(proxy, configuration),
    problems: [...guards, ...ineffectiveProblems(proxy, servers, configuration)],
    uses: listeners.length > 0 ? flow().backends.map(it => it.name) : []
  }
}

/** Where no client is asked for a certificate, nobody needs to know what becomes of it. */
const asksForCertificates = (text: string): boolean => /\bverify[ \t]+(?!none\b)|\bcrt-list\b/.test(text)
const readsConnection = (text: string): boolean => /\bssl_f?c/.test(text)

function listenersOf(proxy: ProxySection, flowOf: () => Flow, lists: Lists, survey: Survey): readonly TlsEndpoint[] {
  const { configuration } = lists
  if (proxy.section.kind === 'backend') return []
  const holder = holderOf(proxy, configuration)
  const lowered = bindLines(proxy.section).flatMap(line => lowerBind(line, holder, lists))
  if (lowered.length === 0 || !(survey.asksForCertificates || lowered.some(it => it.tls.value || writesTls(it)))) return []
  const flow = flowOf()
  const content = contentOf(flow)
  const shared = { result: resultUseOf(flow, configuration), refusesPlaintext: refusesPlaintext(flow), ...(content ? { content } : {}) }
  return lowered.map(it => ({ ...it, ...shared, forwards: forwardsOf(flow, it, configuration) }))
}

/** TLS settings on a line that lacks the word `ssl`. */
const writesTls = ({ identities, peer }: TlsEndpoint): boolean =>
  identities.length > 0 || peer.certificate.origin === 'written' || peer.trustAnchors.length > 0

export const otherSections: ReadonlySet<string> = new Set(['peers', 'ring', 'log-forward'])

/** Sections without rules: what they listen on and connect to, in plain TCP. */
function lowerOther(section: Section, lists: Lists): readonly TlsEndpoint[] {
  const { configuration, read } = lists
  const incomplete = configuration.isPart || section.lines.some(it => !it.certain)
  let inherited: readonly PlacedOption[] = []
  const binds = section.lines.flatMap(line => {
    if (keywordOf(line) === 'default-bind')
      inherited = lastOfEach([...inherited, ...placed(optionsOf('bind', line, 1, configuration).options, 'inherited', configuration.at)])
    return keywordOf(line) === 'bind' ? lowerBind(line, { section, protocol: 'tcp', incomplete, inherited }, lists) : []
  })
  const place = { configuration, read, protocol: 'tcp', incomplete } as const
  const servers = serversOf(section, [], configuration).flatMap(it => lowerServer(it, place) ?? [])
  return [...binds.filter(it => it.tls.value || writesTls(it)), ...servers]
}

/** Paths that endpoints know, each once. */
export function pathsOf(endpoints: readonly TlsEndpoint[], { configuration, read }: Common): PathUse[] {
  const uses: PathUse[] = []
  const add = (credential: CredentialRef, what: PathUse['what']) => {
    const { at } = credential
    // A section has few, so that no index would be faster.
    if (uses.some(it => it.at.start === at.start && it.what === what && it.at.path === at.path)) return
    uses.push(credential.kind === 'file' ? { at, what, credential, path: credential.path } : { at, what, credential })
  }
  for (const { identities, peer } of endpoints) {
    for (const { certificate, key } of identities) {
      if (certificate.kind === 'file' && isInFolder(certificate, configuration, read)) continue
      add(certificate, 'certificate')
      if (key && key.at.start !== certificate.at.start) add(key, 'key')
    }
    for (const it of peer.crls) add(it, 'crl')
    for (const it of peer.trustAnchors) if (!peer.crls.some(crl => crl.at.start === it.at.start)) add(it, 'trust')
  }
  return uses
}

export const keyOf = ({ at, what }: PathUse): string => `${at.path}\0${at.start}\0${what}`

/** A file that a folder brings in is not what is written. */
const isInFolder = (ref: Extract<CredentialRef, { kind: 'file' | 'directory' }>, configuration: Configuration, read: Read): boolean => {
  const base = ref.at.path === configuration.file.path ? configuration.globals.get('crt-base')?.words[1]?.value : undefined
  const written = configuration.paths.resolve(ref.written, base)
  return written !== ref.path && read(written).kind === 'directory'
}

function listUses(section: Section, configuration: Configuration): PathUse[] {
  return section.lines.flatMap(line => {
    if (keywordOf(line) !== 'bind') return []
    const lists = optionsOf('bind', line, 2, configuration).options.filter(it => it.name === 'crt-list')
    return lists.flatMap(({ values: [word] }): PathUse[] => {
      if (!word) return []
      const ref = credentialOf('crt-list', word, configuration.at(word), 'crt-base', configuration)
      return [{ at: ref.at, what: 'include', ...(ref.kind === 'file' ? { path: configuration.paths.resolve(word.value, undefined) } : {}) }]
    })
  })
}
