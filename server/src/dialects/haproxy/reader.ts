/**
 * What HAProxy refuses as it reads: the errors of `haproxy -c`, in its words. It goes on after an error, and so does this.
 */
import type { Problem } from '../../core/dialect.js'
import type { Span } from '../../core/text.js'
import { type Configuration, keywordOf, nameOf, spanOf } from './configuration.js'
import { globalKeywords, proxyKeywords } from './keyword-table.js'
import { isKnown, knowsLater } from './options.js'
import { enterpriseSections, type Line, type Section, sectionKinds } from './parser.js'
import { bindErrors, defaultServerErrors, globalTlsErrors, serverErrors } from './reader-lines.js'
import { proxyErrors } from './reader-proxy.js'
import { similar } from './similar.js'

export interface ReaderError extends Span {
  readonly rule: 'syntax-error' | 'invalid-value' | 'directive-not-allowed-here' | 'duplicate-setting'
  readonly message: string
}

export interface ReaderOptions {
  /** As HAProxy of this very version says it; otherwise what its commercial edition knows is left alone. */
  readonly exact: boolean
}

/** What users are told of, by the section that it is said in. */
export interface ReaderProblems {
  /** What stands in no section, and what makes no line at all. */
  readonly around: readonly Problem[]
  header(section: Section): readonly Problem[]
  inside(section: Section): readonly Problem[]
}

/** Nothing of what a template, or an edition with words of its own, may mean. */
export function readerProblems(configuration: Configuration): ReaderProblems {
  if (configuration.tree.template) return { around: [], header: () => [], inside: () => [] }
  const ctx = readingOf(configuration, { exact: false })
  const problemsOf = (errors: readonly ReaderError[] | undefined) => (errors ?? []).map(it => problemOf(it, configuration))
  let headers: ReadonlyMap<Section, readonly ReaderError[]> | undefined
  return {
    around: problemsOf(errorsAround(ctx)),
    header(section) {
      headers ??= headerErrors(ctx)
      return problemsOf(headers.get(section))
    },
    inside: section => problemsOf(sectionErrors(section, ctx))
  }
}

const problemOf = ({ rule, message, start, end }: ReaderError, configuration: Configuration): Problem => ({
  ...configuration.at({ start, end }),
  rule,
  message: message.replace(/\.$/, '')
})

/** All errors, in the order of the text. */
export function readErrors(configuration: Configuration, options: ReaderOptions): readonly ReaderError[] {
  const ctx = readingOf(configuration, options)
  const headers = headerErrors(ctx)
  const inside = configuration.tree.sections.flatMap(it => [...(headers.get(it) ?? []), ...sectionErrors(it, ctx)])
  return [...errorsAround(ctx), ...inside].sort((a, b) => a.start - b.start)
}

export interface Reading {
  readonly configuration: Configuration
  readonly version: string
  readonly exact: boolean
  /** HAProxy Enterprise has keywords that nobody else knows. */
  readonly anyKeyword: boolean
  /** Values with expressions in which nothing was wrong: most come again and again. */
  readonly good: Set<string>
}

export interface ReadingContext extends Reading {
  add(error: ReaderError): void
}

interface HeaderContext extends ReadingContext {
  /** Proxies by name, one that accepts and one that has servers. */
  readonly seen: Map<string, Section>
  /** How often each name of `defaults` occurs so far. */
  readonly names: Map<string, number>
  /** `defaults` that define rules; no other may inherit from them. */
  readonly defaultsRules: Map<string, boolean>
}

const readingOf = (configuration: Configuration, { exact }: ReaderOptions): Reading => ({
  configuration,
  version: configuration.version,
  exact,
  anyKeyword: !exact && isEnterprise(configuration),
  good: new Set()
})

function errorsAround({ configuration: { tree }, anyKeyword }: Reading): readonly ReaderError[] {
  const outside = tree.outside.filter(it => it.certain && !anyKeyword)
  return [
    ...tree.errors.map(it => ({ ...it, rule: 'syntax-error' as const })),
    ...outside.map(it => wrongWord(it.words[0]!, `unknown keyword '${keywordOf(it)}' out of section.`))
  ]
}

/** What is wrong with the headers hangs on those above them, so that all are read together. */
function headerErrors(reading: Reading): ReadonlyMap<Section, readonly ReaderError[]> {
  const found = new Map<Section, readonly ReaderError[]>()
  let errors: ReaderError[] = []
  const ctx: HeaderContext = { ...reading, add: it => errors.push(it), seen: new Map(), names: new Map(), defaultsRules: new Map() }
  for (const section of reading.configuration.tree.sections) {
    if (section.header.certain) readHeader(section, ctx)
    if (errors.length === 0) continue
    found.set(section, errors)
    errors = []
  }
  return found
}

/** What is wrong below a header, in the order of the text. */
function sectionErrors(section: Section, reading: Reading): readonly ReaderError[] {
  const errors: ReaderError[] = []
  const ctx: ReadingContext = { ...reading, add: it => errors.push(it) }
  const isProxy = proxyKinds.has(section.kind)
  if (section.kind === 'backend' && section.header.certain) readLost(section, ctx)
  for (const line of section.lines) {
    if (!line.certain) continue
    readModifier(line, ctx)
    if (isProxy) readProxyLine(line, section, ctx)
    else if (section.kind === 'global') readGlobalLine(line, section, ctx)
    else readOtherLine(line, section, ctx)
  }
  if (isProxy) for (const it of proxyErrors(section, ctx)) ctx.add(it)
  return errors.sort((a, b) => a.start - b.start)
}

const isEnterprise = ({ globals, tree }: Configuration): boolean =>
  globals.has('module-load') || globals.has('module-path') || tree.sections.some(it => enterpriseSections.has(it.kind))

export const wrongWord = (word: Span, message: string): ReaderError => ({ start: word.start, end: word.end, rule: 'syntax-error', message })
export const wrongValue = (word: Span, message: string): ReaderError => ({
  start: word.start,
  end: word.end,
  rule: 'invalid-value',
  message
})
export const misplaced = (word: Span, message: string): ReaderError => ({
  start: word.start,
  end: word.end,
  rule: 'directive-not-allowed-here',
  message
})

const proxyKinds: ReadonlySet<string> = new Set(['defaults', 'frontend', 'listen', 'backend'])

const negatable: ReadonlySet<string> = new Set([
  'option',
  'log',
  'busy-polling',
  'set-dumpable',
  'strict-limits',
  'insecure-fork-wanted',
  'numa-cpu-mapping'
])

function readModifier({ modifier, words }: Line, { add }: ReadingContext): void {
  if (!modifier || negatable.has(words[0]!.value)) return
  add(
    wrongWord(
      words[0]!,
      'negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.'
    )
  )
}

const unnamed: Readonly<Record<string, string>> = {
  frontend: "'frontend' expects an <id> argument",
  backend: "'backend' expects an <id> argument",
  listen: "'listen' expects an <id> argument",
  peers: 'missing name for peers section.',
  ring: 'missing ring name.',
  resolvers: 'missing name for resolvers section.',
  userlist: "'userlist' expects <name> as arguments.",
  mailers: 'missing name for mailers section.',
  cache: "'cache' expects a <name> argument",
  program: "'program' expects an <id> argument",
  'http-errors': 'missing name for http-errors section.',
  'fcgi-app': "'fcgi-app' expects <name> as argument.",
  'log-forward': 'missing name for ip-forward section.'
}
/** Sections that take nothing after their name; the others ignore it. */
const single: ReadonlySet<string> = new Set(['peers', 'userlist', 'cache', 'program', 'fcgi-app', 'log-forward'])

function readHeader(section: Section, ctx: HeaderContext): void {
  const { kind, header } = section
  const [keyword, name, third] = header.words
  if (kind === 'global') {
    if (name) ctx.add(wrongWord(name, `'global' cannot handle unexpected argument '${name.value}'.`))
    return
  }
  if (kind !== 'defaults' && (!name || name.value === '')) {
    const message = Object.hasOwn(unnamed, kind) ? unnamed[kind] : undefined
    if (message) ctx.add(wrongWord(keyword!, message))
    return
  }
  const isAnyName = kind === 'crt-store' || kind === 'defaults'
  const wrong = name && !name.dynamic && !isAnyName ? /[^\w.:-]/.exec(nameOf(section))?.[0] : undefined
  if (wrong) ctx.add(wrongWord(name!, `character '${wrong}' is not permitted in '${kind}' name '${nameOf(section)}'.`))
  if (single.has(kind) && third) ctx.add(wrongWord(third, `'${kind}' cannot handle unexpected argument '${third.value}'.`))
  if (proxyKinds.has(kind)) readProxyHeader(section, ctx)
}

function readProxyHeader(section: Section, ctx: HeaderContext): void {
  const { kind, header } = section
  const fromAt = fromIndex(header)
  const from = fromAt > 0 ? header.words[fromAt + 1] : undefined
  const name = nameOf(section)
  if (from) {
    const extra = header.words[fromAt + 2]
    const known = ctx.names.get(from.value) ?? 0
    if (extra) ctx.add(wrongWord(extra, `'${kind}' cannot handle unexpected argument '${extra.value}'.`))
    else if (known === 0 && !from.dynamic && !ctx.configuration.isPart)
      ctx.add(wrongWord(from, `defaults section '${from.value}' not found for ${kind} '${name}'.`))
    else if (known > 1) ctx.add(wrongWord(from, `ambiguous defaults section name '${from.value}' referenced by ${kind} '${name}'.`))
    else if (kind === 'defaults' && ctx.defaultsRules.get(from.value))
      ctx.add(wrongWord(from, 'a defaults section cannot inherit from a defaults section defining TCP/HTTP rules.'))
  }
  const second = header.words[2]
  if ((kind === 'frontend' || kind === 'listen') && second && fromAt !== 2)
    ctx.add(wrongWord(second, "please use the 'bind' keyword for listening addresses."))
  if ((kind === 'frontend' || kind === 'listen') && second && fromAt === 2 && !from)
    ctx.add(wrongWord(second, "please use the 'bind' keyword for listening addresses."))
  if (kind === 'defaults') {
    if (name !== '') {
      ctx.names.set(name, (ctx.names.get(name) ?? 0) + 1)
      ctx.defaultsRules.set(
        name,
        section.lines.some(it => ruleLines.has(keywordOf(it)) && it.words[1]?.value !== 'inspect-delay')
      )
    }
    return
  }
  readDuplicate(section, name, ctx)
}

const fromIndex = (header: Line): number => header.words.findIndex((it, at) => at > 0 && it.value === 'from')

/** After a header that it does not take, HAProxy does not know where the next line belongs. */
function readLost({ header, lines }: Section, ctx: ReadingContext): void {
  const [, name, second] = header.words
  const [lost] = lines
  if (name?.value && second && fromIndex(header) !== 2 && lost) ctx.add(wrongWord(lost.words[0]!, "'listen' or 'defaults' expected."))
}

const ruleLines: ReadonlySet<string> = new Set(['http-request', 'http-response', 'http-after-response', 'tcp-request', 'tcp-response'])

function readDuplicate(section: Section, name: string, ctx: HeaderContext): void {
  const { kind } = section
  const sides = kind === 'listen' ? ['accepts', 'serves'] : kind === 'frontend' ? ['accepts'] : ['serves']
  for (const side of sides) {
    const key = `${side} ${name}`
    const first = ctx.seen.get(key)
    if (first) {
      const words = section.header.words
      ctx.add({
        ...spanOf(words.slice(0, 2)),
        rule: 'duplicate-setting',
        message: `${kind} '${name}' has the same name as ${first.kind} '${name}' declared above.`
      })
      return
    }
    ctx.seen.set(key, section)
  }
}

function unknownKeyword(line: Line, section: Section, candidates: () => Iterable<string>, ctx: ReadingContext): void {
  const word = line.words[0]!
  if (word.dynamic || ctx.anyKeyword) return
  const title = section.kind === 'userlist' ? 'users' : section.kind
  if (section.kind === 'ring') {
    ctx.add(wrongWord(word, `unknown statement '${word.value}'.`))
    return
  }
  const near = similar(word.value, candidates())
  ctx.add(wrongWord(word, `unknown keyword '${word.value}' in '${title}' section${near ? `; did you mean '${near}' maybe ?` : ''}`))
}

function readGlobalLine(line: Line, section: Section, ctx: ReadingContext): void {
  const keyword = keywordOf(line)
  if (!isKnown(globalKeywords, keyword, ctx.version) && !baseGlobals.has(keyword)) {
    unknownKeyword(line, section, () => [...globalKeywords.early, ...baseGlobals, ...sectionKinds], ctx)
    return
  }
  for (const it of globalTlsErrors(line, ctx)) ctx.add(it)
}

/** Registered nowhere, and known all the same. */
const baseGlobals: ReadonlySet<string> = new Set(
  'daemon master-worker noepoll nokqueue noevports nopoll busy-polling set-dumpable h2-workaround-bogus-websocket-clients nosplice nogetaddrinfo noreuseport quiet zero-warning maxconn user group uid gid chroot pidfile log log-tag log-send-hostname stats nbproc nbthread cpu-map cluster-secret'.split(
    ' '
  )
)

function readProxyLine(line: Line, section: Section, ctx: ReadingContext): void {
  const keyword = keywordOf(line)
  if (!isKnown(proxyKeywords, keyword, ctx.version)) {
    unknownKeyword(line, section, () => [...proxyKeywords.early, ...sectionKinds], ctx)
    return
  }
  if (keyword === 'bind') {
    if (section.kind === 'defaults') ctx.add(misplaced(line.words[0]!, "'bind' not allowed in 'defaults' section."))
    else if (section.kind !== 'backend') for (const it of bindErrors(line, 2, section.kind, ctx)) ctx.add(it)
  } else if (keyword === 'server' || keyword === 'server-template') {
    if (section.kind === 'defaults') ctx.add(misplaced(line.words[0]!, `'${keyword}' not allowed in 'defaults' section.`))
    else if (section.kind === 'frontend')
      ctx.add(misplaced(line.words[0]!, `'${keyword}' not allowed because frontend '${nameOf(section)}' has no backend capability.`))
    else for (const it of serverErrors(line, nameOf(section), ctx)) ctx.add(it)
  } else if (keyword === 'default-server') for (const it of defaultServerErrors(line, ctx)) ctx.add(it)
}

const otherKeywords: Readonly<Record<string, string>> = {
  peers: 'bind disabled default-bind default-server enabled log peer server shards table',
  ring: 'backing-file description format maxlen server size timeout',
  resolvers: 'accepted_payload_size nameserver parse-resolv-conf hold resolve_retries timeout',
  userlist: 'group user',
  mailers: 'mailer timeout',
  cache: 'max-age max-object-size max-secondary-entries process-vary total-max-size',
  'fcgi-app': 'acl docroot index log-stderr pass-header path-info option set-param',
  program: 'command user group option',
  'http-errors': 'errorfile'
}
const laterOtherKeywords: Readonly<Record<string, string>> = { cache: 'early-hints' }

function readOtherLine(line: Line, section: Section, ctx: ReadingContext): void {
  const keyword = keywordOf(line)
  const known = Object.hasOwn(otherKeywords, section.kind) ? otherKeywords[section.kind]!.split(' ') : undefined
  const later =
    knowsLater(ctx.version) && Object.hasOwn(laterOtherKeywords, section.kind) ? laterOtherKeywords[section.kind]!.split(' ') : []
  if (known && !known.includes(keyword) && !later.includes(keyword)) {
    // HAProxy guesses only where its proxies and `global` are concerned.
    unknownKeyword(line, section, () => [], ctx)
    return
  }
  if (keyword === 'bind' && line.words.length > 1) for (const it of bindErrors(line, 2, section.kind, ctx)) ctx.add(it)
  else if (keyword === 'default-bind') for (const it of bindErrors(line, 1, section.kind, ctx)) ctx.add(it)
  else if (keyword === 'server' || keyword === 'peer') {
    if (line.words.length > 2 || section.kind === 'ring') for (const it of serverErrors(line, '(null)', ctx)) ctx.add(it)
  } else if (keyword === 'default-server') for (const it of defaultServerErrors(line, ctx)) ctx.add(it)
  else if (section.kind === 'resolvers' && keyword === 'nameserver' && line.words.length < 3)
    ctx.add(wrongWord(line.words[0]!, "'nameserver' expects <name> and <addr>[:<port>] as arguments."))
  else if (section.kind === 'userlist' && line.words.length < 2)
    ctx.add(wrongWord(line.words[0]!, `'${keyword}' expects <name> as arguments.`))
  else if (keyword === 'mailer' && line.words.length < 3)
    ctx.add(wrongWord(line.words[0]!, "'mailer' expects <name> and <addr>[:<port>] as arguments."))
}
