/** What is refused in `defaults`, `frontend`, `listen` and `backend` besides `bind` and `server`. */
import { keywordOf, nameOf } from './configuration.js'
import { conditionIndex, conditionOf, type Test } from './expressions.js'
import { aclKeywords, actions, converters, fetches, proxyOptions } from './keyword-table.js'
import { lookUp } from './look-up.js'
import { isKnown, knowsLater } from './options.js'
import type { Line, Section, Word } from './parser.js'
import { misplaced, type ReaderError, type ReadingContext, wrongWord } from './reader.js'
import { logErrors } from './reader-lines.js'

export function proxyErrors(section: Section, ctx: ReadingContext): readonly ReaderError[] {
  const errors: ReaderError[] = []
  const scope: Scope = { section, ctx, acls: inheritedAcls(section, ctx), anonymous: section.kind === 'defaults' && nameOf(section) === '' }
  for (const line of section.lines) {
    if (line.certain) {
      const error = lineError(line, scope)
      if (error) errors.push(error)
    }
    if (keywordOf(line) === 'acl' && line.words[1]) scope.acls.add(line.words[1].value)
  }
  return errors
}

interface Scope {
  readonly section: Section
  readonly ctx: ReadingContext
  /** Those that are defined so far. */
  readonly acls: Set<string>
  readonly anonymous: boolean
}

function inheritedAcls(section: Section, { configuration }: ReadingContext): Set<string> {
  const proxy = configuration.bySection.get(section)
  const acls = (proxy?.defaults ?? []).flatMap(it =>
    it.lines.filter(line => keywordOf(line) === 'acl').map(line => line.words[1]?.value ?? '')
  )
  return new Set(acls)
}

const notInDefaults: ReadonlySet<string> = new Set([
  'use_backend',
  'use-server',
  'stick',
  'redirect',
  'monitor',
  'dispatch',
  'id',
  'description',
  'force-persist',
  'ignore-persist'
])
const namedDefaultsOnly: ReadonlySet<string> = new Set(['acl', 'http-request', 'http-response', 'http-after-response'])

function lineError(line: Line, scope: Scope): ReaderError | undefined {
  const keyword = keywordOf(line)
  const word = line.words[0]!
  if (scope.section.kind === 'defaults') {
    if (notInDefaults.has(keyword)) return misplaced(word, `'${keyword}' not allowed in 'defaults' section.`)
    if (keyword === 'stick-table') return misplaced(word, "'stick-table' is not supported in 'defaults' section.")
    if (keyword === 'filter') return misplaced(word, "filter is not allowed in a 'default' section.")
    if (scope.anonymous && keyword === 'http-after-response' && scope.ctx.exact && !knowsLater(scope.ctx.version))
      return wrongWord(word, "unknown keyword 'http-after-response' in 'defaults' section; did you mean 'http-request' maybe ?")
    if (scope.anonymous && namedDefaultsOnly.has(keyword))
      return misplaced(word, `'${keyword}' not allowed in anonymous 'defaults' section.`)
  }
  return lookUp(readers, keyword)?.(line, scope)
}

type LineReader = (line: Line, scope: Scope) => ReaderError | undefined

/** Gone since 2.1. */
const rewritingRules =
  'reqadd reqdel reqallow reqiallow reqdeny reqideny reqrep reqirep reqtarpit rspadd rspdel rspidel rspdeny rspideny rsprep rspirep'.split(
    ' '
  )

const readers: Readonly<Record<string, LineReader>> = {
  ...Object.fromEntries(
    rewritingRules.map((it): [string, LineReader] => [
      it,
      line => gone(line, `The '${it}' directive is not supported anymore since HAProxy 2.1.`)
    ])
  ),
  mode: readMode,
  timeout: readTimeout,
  option: readOption,
  acl: readAcl,
  log: line =>
    line.words.length > 1 || line.modifier
      ? logErrors(line)[0]
      : wrongWord(line.words[0]!, 'log : expects <address> and <facility> or global as arguments'),
  'http-request': readHttpRules,
  'http-response': readHttpRules,
  'http-after-response': readHttpRules,
  'tcp-request': readTcpRules,
  'tcp-response': readTcpRules,
  use_backend: readUseBackend,
  'use-server': readUseServer,
  default_backend: (line, { section }) =>
    section.kind !== 'backend' && !line.words[1] ? wrongWord(line.words[0]!, "'default_backend' expects a backend name.") : undefined,
  redirect: readRedirect,
  balance: readBalance,
  cookie: line => (line.words[1] ? undefined : wrongWord(line.words[0]!, "'cookie' expects <cookie_name> as argument.")),
  retries: line => integer(line, "'retries' expects an integer argument (dispatch counts for one).") ?? excess(line, 1),
  fullconn: line => integer(line, "'fullconn' expects an integer argument."),
  disabled: line => excess(line, 0),
  enabled: line => excess(line, 0),
  maxconn: (line, { section }) =>
    section.kind === 'backend' ? undefined : (integer(line, "'maxconn' expects an integer argument.") ?? excess(line, 1)),
  'http-check': line =>
    checkError(line, ['disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', 'set-var-fmt', 'set-var', 'unset-var'], true),
  'tcp-check': line =>
    checkError(
      line,
      ['comment', 'connect', 'send', 'send-lf', 'send-binary', 'send-binary-lf', 'expect', 'set-var-fmt', 'set-var', 'unset-var'],
      false
    ),
  stats: readStats,
  source: line =>
    needs(line, "'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.") ?? sourcePort(line),
  'hash-type': line =>
    ['consistent', 'map-based'].includes(line.words[1]?.value ?? '') || line.words[1]?.dynamic
      ? undefined
      : wrongWord(line.words[1] ?? line.words[0]!, "'hash-type' only supports 'consistent' and 'map-based'."),
  'http-reuse': line =>
    ['never', 'safe', 'aggressive', 'always'].includes(line.words[1]?.value ?? '') || line.words[1]?.dynamic
      ? undefined
      : wrongWord(line.words[1] ?? line.words[0]!, "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'."),
  compression: line =>
    !line.words[1] || (/^[a-z]+$/.test(line.words[1].value) && !compressions.has(line.words[1].value))
      ? wrongWord(line.words[1] ?? line.words[0]!, "'compression' expects 'algo', 'type' or 'offload'")
      : undefined,
  errorfile: line =>
    line.words.length < 3 ? wrongWord(line.words[0]!, 'errorfile : expects <status_code> and <file> as arguments.') : undefined,
  errorfiles: line => needs(line, 'errorfiles : expects <name> as argument.'),
  description: line => needs(line, "'description' expects a string argument."),
  filter: line => needs(line, "missing argument for 'filter'."),
  'unique-id-format': line => needs(line, 'unique-id-format expects an argument.'),
  'log-format': (line, { section }) => (section.kind === 'backend' ? undefined : needs(line, 'log-format expects an argument.')),
  stick: line =>
    /^(?:on|match|store-request|store-response|store)$/.test(line.words[1]?.value ?? '')
      ? undefined
      : wrongWord(line.words[1] ?? line.words[0]!, "'stick' expects 'on', 'match', or 'store'."),
  'retry-on': line => needs(line, "'retry-on' needs at least one keyword to specify when to retry"),
  contimeout: line => gone(line, "the 'contimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout connect'."),
  clitimeout: line => gone(line, "the 'clitimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout client'."),
  srvtimeout: line => gone(line, "the 'srvtimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout server'."),
  block: line =>
    gone(
      line,
      "The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax."
    )
}
const compressions: ReadonlySet<string> = new Set([
  'algo',
  'algo-req',
  'algo-res',
  'type',
  'type-req',
  'type-res',
  'offload',
  'direction',
  'minsize-req',
  'minsize-res'
])

const gone = (line: Line, message: string): ReaderError => wrongWord(line.words[0]!, message)
const needs = (line: Line, message: string): ReaderError | undefined => (line.words[1] ? undefined : wrongWord(line.words[0]!, message))
const integer = (line: Line, message: string): ReaderError | undefined =>
  line.words[1] && line.words[1].value !== '' ? undefined : wrongWord(line.words[0]!, message)
const excess = (line: Line, most: number): ReaderError | undefined => {
  const word = line.words[most + 1]
  return word && wrongWord(word, `'${keywordOf(line)}' cannot handle unexpected argument '${word.value}'.`)
}
const sourcePort = (line: Line): ReaderError | undefined => {
  const word = line.words[1]!
  if (/:\d+-\d+$/.test(word.value) && !word.dynamic)
    return wrongWord(word, `'source ${word.value}' : port range not permitted here in '${word.value}'`)
  return /:[+-]\d+$/.test(word.value) && !word.dynamic
    ? wrongWord(word, `'source ${word.value}' : port offset not permitted here in '${word.value}'`)
    : undefined
}

const modes: ReadonlySet<string> = new Set(['http', 'tcp', 'syslog', 'peers', 'health'])
const laterModes: ReadonlySet<string> = new Set(['log', 'spop', 'haterm'])

function readMode(line: Line, { ctx }: Scope): ReaderError | undefined {
  const mode = line.words[1]
  const isMode = mode && (mode.dynamic || modes.has(mode.value) || (knowsLater(ctx.version) && laterModes.has(mode.value)))
  return isMode ? excess(line, 1) : wrongWord(mode ?? line.words[0]!, `unknown proxy mode '${mode?.value ?? ''}'.`)
}

const timeouts = [
  'client',
  'server',
  'connect',
  'check',
  'queue',
  'http-keep-alive',
  'http-request',
  'tunnel',
  'tarpit',
  'client-fin',
  'server-fin'
]
const laterTimeouts: ReadonlySet<string> = new Set(['client-hs'])

function readTimeout(line: Line, { ctx }: Scope): ReaderError | undefined {
  const [word, name, value, extra] = line.words
  if (!name || !(name.dynamic || timeouts.includes(name.value) || (knowsLater(ctx.version) && laterTimeouts.has(name.value)))) {
    const listed = timeouts
      .slice(0, -1)
      .map(it => `'${it}'`)
      .join(', ')
    return wrongWord(name ?? word!, `'timeout' supports ${listed} and 'server-fin' (got '${name?.value ?? ''}')`)
  }
  const title = `'timeout ${name.value}'`
  if (!value || value.value === '') return wrongWord(name, `${title} expects an integer value (in milliseconds)`)
  if (!value.dynamic && !/^\d+(?:us|ms|s|m|h|d)?$/.test(value.value)) {
    const wrong = /[^\d]/.exec(value.value)?.[0]
    return wrongWord(value, `unexpected character '${wrong}' in ${title}`)
  }
  return extra ? wrongWord(extra, `${title} : unexpected extra argument '${extra.value}' after value '${value.value}'.`) : undefined
}

/** Options that take values; the others take none. */
const optionArguments: Readonly<Record<string, number>> = {
  httpchk: 3,
  redispatch: 1,
  forwardfor: 9,
  forwarded: 64,
  originalto: 9,
  'mysql-check': 9,
  'pgsql-check': 9,
  smtpchk: 9,
  'log-proxy': 9,
  httplog: 1,
  httpslog: 0,
  tcplog: 1,
  'http-restrict-req-hdr-names': 1
}

function readOption(line: Line, { ctx, section }: Scope): ReaderError | undefined {
  const [word, name] = line.words
  if (!name) return wrongWord(word!, "'option' expects an option name.")
  if (name.dynamic) return undefined
  if (name.value === 'forceclose')
    return wrongWord(
      name,
      "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, or use 'option httpclose' if absolutely needed."
    )
  if (name.value === 'http-tunnel')
    return wrongWord(
      name,
      "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed."
    )
  if (!isKnown(proxyOptions, name.value, ctx.version))
    return ctx.anyKeyword ? undefined : wrongWord(name, `unknown option '${name.value}'.`)
  const most = lookUp(optionArguments, name.value) ?? 0
  const extra = line.words[most + 2]
  if (name.value === 'httplog' || name.value === 'tcplog') {
    const format = line.words[2]
    if (format && format.value !== 'clf' && section.kind !== 'backend')
      return wrongWord(format, `keyword '${name.value}' only supports option 'clf'.`)
    return undefined
  }
  if (name.value === 'forwardfor' || name.value === 'originalto') return forwardError(line, name.value)
  if (extra && name.value !== 'redispatch')
    return wrongWord(extra, `'option ${name.value}' cannot handle unexpected argument '${extra.value}'.`)
  return undefined
}

function forwardError(line: Line, name: string): ReaderError | undefined {
  for (let at = 2; at < line.words.length; at++) {
    const word = line.words[at]!
    if (word.value === 'except' || word.value === 'header') at++
    else if (word.value !== 'if-none' && !word.dynamic)
      return wrongWord(
        word,
        `'option ${name}' only supports optional values: 'except', 'header'${name === 'forwardfor' ? " and 'if-none'" : ''}.`
      )
  }
  return undefined
}

const balances =
  /^(?:roundrobin|static-rr|first|leastconn|source|uri|url_param|random(?:\(.*\))?|hash|sticky|log-hash|log-sticky|hdr\(.+\)|rdp-cookie(?:\(.*\))?)$/

function readBalance(line: Line): ReaderError | undefined {
  const word = line.words[1]
  if (!word || word.dynamic || balances.test(word.value) || word.value.startsWith('lua.')) return undefined
  return wrongWord(
    word,
    "balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options."
  )
}

function checkError(line: Line, known: readonly string[], isHttp: boolean): ReaderError | undefined {
  const word = line.words[1]
  const name = word?.value.replace(/\(.*$/, '') ?? ''
  if (word?.dynamic || known.includes(name)) return undefined
  const listed = [
    'comment',
    'connect',
    'send',
    isHttp ? 'expect' : 'send-binary',
    ...(isHttp ? [] : ['expect']),
    'set-var-fmt(*)',
    'set-var(*)',
    'unset-var(*)'
  ]
  const all = (isHttp ? ['disable-on-404', 'send-state', ...listed] : listed).map(it => `'${it}'`).join(', ')
  return wrongWord(word ?? line.words[0]!, `'${keywordOf(line)}' only supports ${all}. but got '${word?.value ?? ''}'`)
}

const statsWords: ReadonlySet<string> = new Set([
  'admin',
  'uri',
  'realm',
  'refresh',
  'auth',
  'scope',
  'enable',
  'hide-version',
  'show-node',
  'show-desc',
  'show-legends',
  'show-modules',
  'http-request',
  'show-version'
])

function readStats(line: Line): ReaderError | undefined {
  const [word, name, value] = line.words
  const expects = "expects 'admin', 'uri', 'realm', 'auth', 'scope', 'enable', 'hide-version', 'show-node', 'show-desc' or 'show-legends'."
  if (!name) return wrongWord(word!, `missing keyword in 'stats', ${expects}`)
  if (!name.dynamic && !statsWords.has(name.value)) return wrongWord(name, `unknown stats parameter '${name.value}', ${expects}`)
  if (name.value === 'uri' && !value) return wrongWord(name, "'uri' needs an URI prefix.")
  if (name.value === 'realm' && !value) return wrongWord(name, "'realm' needs an realm name.")
  if (name.value === 'auth' && !value) return wrongWord(name, "'auth' needs a user:password account.")
  return undefined
}

function readUseBackend(line: Line, scope: Scope): ReaderError | undefined {
  if (scope.section.kind === 'backend') return undefined
  const [word, name, third] = line.words
  if (!name) return wrongWord(word!, "'use_backend' expects a backend name.")
  if (third && third.value !== 'if' && third.value !== 'unless' && !third.dynamic)
    return wrongWord(third, `unexpected keyword '${third.value}' after switching rule, only 'if' and 'unless' are allowed.`)
  return conditionError(line, 2, 'switching rule', scope)
}

function readUseServer(line: Line, scope: Scope): ReaderError | undefined {
  const [word, name] = line.words
  if (scope.section.kind === 'frontend') return undefined
  if (!name) return wrongWord(word!, "'use-server' expects a server name.")
  if (conditionIndex(line, 2) !== 2)
    return wrongWord(line.words[2] ?? name, "'use-server' requires either 'if' or 'unless' followed by a condition.")
  return conditionError(line, 2, 'switching rule', scope)
}

const redirectValues: Readonly<Record<string, number>> = {
  location: 1,
  prefix: 1,
  scheme: 1,
  code: 1,
  'set-cookie': 1,
  'clear-cookie': 1,
  'drop-query': 0,
  'keep-query': 0,
  'append-slash': 0,
  'ignore-empty': 0
}

function readRedirect(line: Line, scope: Scope): ReaderError | undefined {
  return redirectError(line, 1, `error detected in ${scope.section.kind} '${nameOf(scope.section)}' while parsing redirect rule`, scope)
}

function redirectError(line: Line, from: number, title: string, scope: Scope): ReaderError | undefined {
  let typed = false
  for (let at = from; at < line.words.length; at++) {
    const word = line.words[at]!
    if (word.value === 'if' || word.value === 'unless') {
      const error = conditionError(line, at, 'redirect', scope)
      return error && { ...error, message: `${title} : error in condition: ${error.message.replace(/^.*? condition : /, '')}` }
    }
    const takes = lookUp(redirectValues, word.value)
    if (takes === undefined && word.dynamic) return undefined
    if (takes === undefined)
      return wrongWord(
        word,
        `${title} : expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' or 'append-slash' (was '${word.value}').`
      )
    typed ||= at < line.words.length && ['location', 'prefix', 'scheme'].includes(word.value)
    if (takes === 1 && !line.words[at + 1]) return wrongWord(word, `${title} : missing argument for '${word.value}'.`)
    at += takes
  }
  return typed ? undefined : wrongWord(line.words[0]!, `${title} : redirection type expected ('prefix', 'location', or 'scheme').`)
}

/** Actions with a fixed number of values, after which only a condition may follow. */
const fixedValues: Readonly<Record<string, number>> = {
  'add-header': 2,
  'set-header': 2,
  'replace-header': 3,
  'replace-value': 3,
  'replace-path': 2,
  'replace-pathq': 2,
  'replace-uri': 2,
  'set-path': 1,
  'set-pathq': 1,
  'set-query': 1,
  'set-uri': 1,
  'set-method': 1,
  'set-log-level': 1,
  'set-nice': 1,
  'set-mark': 1,
  'set-tos': 1,
  allow: 0,
  'disable-l7-retry': 0,
  'early-hint': 2,
  'strict-mode': 1,
  'wait-for-handshake': 0
}
const exactly: ReadonlySet<string> = new Set(['add-header', 'set-header', 'replace-header', 'replace-value'])
const replies: Readonly<Record<string, number>> = {
  status: 1,
  deny_status: 1,
  'content-type': 1,
  errorfile: 1,
  errorfiles: 1,
  'default-errorfiles': 0,
  file: 1,
  'lf-file': 1,
  string: 1,
  'lf-string': 1,
  hdr: 2
}

function readHttpRules(line: Line, scope: Scope): ReaderError | undefined {
  const set = keywordOf(line)
  const action = line.words[1]
  const known = actions[set]!
  if (!action || !isAction(action, known, scope.ctx)) {
    if (action && (action.dynamic || scope.ctx.anyKeyword)) return undefined
    return wrongWord(
      action ?? line.words[0]!,
      `'${set}' expects one of ${listedActions(known)}, but got '${action?.value ?? ''}'${action ? '.' : ' (missing argument).'}`
    )
  }
  const { section } = scope
  const title = `error detected in ${section.kind} '${nameOf(section)}' while parsing '${set} ${action.value}' rule`
  if (action.value === 'redirect') return redirectError(line, 2, title, scope)
  const count = lookUp(fixedValues, action.value)
  const from = conditionStart(line, action.value, count)
  if (from !== undefined && count !== undefined) {
    const missing = line.words.length < 2 + count
    if (missing) return wrongWord(action, `${title} : expects exactly ${count} argument${count === 1 ? '' : 's'}.`)
  }
  if (from !== undefined) {
    const next = line.words[from]
    if (next && next.value !== 'if' && next.value !== 'unless' && !next.dynamic)
      return wrongWord(next, `'${set} ${action.value}' expects either 'if' or 'unless' followed by a condition but found '${next.value}'.`)
  }
  const format = exactly.has(action.value) ? formatError(line.words.slice(3, 2 + count!), title, scope) : undefined
  if (format) return format
  const at = from ?? conditionIndex(line, 2)
  return at < 0 ? undefined : conditionError(line, at, `${set} ${action.value}`, scope)
}

/** Where the condition has to start; nothing when the action takes what it likes. */
function conditionStart(line: Line, action: string, count: number | undefined): number | undefined {
  if (count !== undefined) return 2 + count
  if (action !== 'deny' && action !== 'tarpit' && action !== 'return') return undefined
  let at = 2
  for (let takes = lookUp(replies, line.words[at]?.value ?? ''); takes !== undefined; takes = lookUp(replies, line.words[at]?.value ?? ''))
    at += 1 + takes
  return at
}

function isAction(word: Word, known: (typeof actions)[string], ctx: ReadingContext): boolean {
  const text = word.value
  if (known.early.has(text) || text.startsWith('lua.')) return true
  const names = knowsLater(ctx.version) ? [known.early, known.later] : [known.early]
  const bare = text.replace(/\(.*$/, '')
  return names.some(it => it.has(text) || it.has(`${text}*`) || it.has(`${bare}*`) || it.has(`${bare.replace(/\d+$/, '')}*`))
}

const listedActions = ({ early }: (typeof actions)[string]): string => [...early].map(it => `'${it.replace('*', '(*)')}'`).join(', ')

function readTcpRules(line: Line, scope: Scope): ReaderError | undefined {
  const keyword = keywordOf(line)
  const [word, set, action] = line.words
  const { section, anonymous } = scope
  const where = `${section.kind === 'defaults' ? 'defaults' : section.kind} '${nameOf(section)}'`
  if (!set) return wrongWord(word!, `missing argument for '${keyword}' in ${where}`)
  if (keyword === 'tcp-response' && (section.kind === 'frontend' || anonymous))
    return misplaced(word!, `tcp-response ${set.value} is only allowed in 'backend' sections or 'defaults' section with a name`)
  if (set.value === 'inspect-delay') {
    if (anonymous) return misplaced(word!, `${keyword} inspect-delay is not allowed in anonymous 'defaults' sections`)
    return line.words[2] ? undefined : wrongWord(set, `'${keyword} inspect-delay' expects a positive delay in milliseconds, in ${where}`)
  }
  const known = lookUp(actions, `${keyword} ${set.value}`)
  if (!known) {
    if (set.dynamic) return undefined
    const sets = keyword === 'tcp-response' ? "'inspect-delay' or 'content'" : "'inspect-delay', 'connection', or 'content'"
    return wrongWord(set, `'${keyword}' expects ${sets} in ${where} (got '${set.value}')`)
  }
  if (anonymous) return misplaced(word!, `${keyword} ${set.value} is not allowed in anonymous 'defaults' sections`)
  if (section.kind === 'backend' && (set.value === 'connection' || set.value === 'session'))
    return misplaced(set, `tcp-request ${set.value} is not allowed because backend ${nameOf(section)} is not a frontend`)
  if (!action || !isAction(action, known, scope.ctx)) {
    if (action && (action.dynamic || scope.ctx.anyKeyword)) return undefined
    return wrongWord(
      action ?? set,
      `'${keyword} ${set.value}' expects one of ${listedActions(known)} in ${where} (got '${action?.value ?? ''}').`
    )
  }
  if ((action.value === 'accept' || action.value === 'reject') && line.words[3]) {
    const next = line.words[3]
    if (next.value !== 'if' && next.value !== 'unless' && !next.dynamic)
      return wrongWord(next, `'${keyword} ${set.value} ${action.value}' only accepts 'if' or 'unless', in ${where} (got '${next.value}')`)
  }
  const at = conditionIndex(line, 3)
  return at < 0 ? undefined : conditionError(line, at, `${keyword} ${set.value} ${action.value}`, scope)
}

const predefined =
  /^(?:FALSE|TRUE|LOCALHOST|HTTP|HTTP_1\.0|HTTP_1\.1|HTTP_2\.0|HTTP_3\.0|METH_(?:CONNECT|DELETE|GET|HEAD|OPTIONS|POST|PUT|TRACE)|HTTP_(?:URL_ABS|URL_SLASH|URL_STAR|CONTENT)|RDP_COOKIE|REQ_CONTENT|WAIT_END)$/

function conditionError(line: Line, at: number, rule: string, scope: Scope): ReaderError | undefined {
  const condition = conditionOf(line, at)
  if (!condition) return undefined
  const article = /^[aeiouh]/.test(rule) ? 'an' : 'a'
  const title = `error detected while parsing ${article} '${rule}' condition`
  for (const term of condition.terms) {
    for (const test of term) {
      const error = testError(test, title, scope)
      if (error) return error
    }
  }
  return condition.problem && wrongWord(condition.problem.word, `${title} : ${condition.problem.message}.`)
}

function testError({ name, words }: Test, title: string, scope: Scope): ReaderError | undefined {
  if (name) {
    // What an ACL is called may come from a condition or a template that is not known here.
    if (name.dynamic || predefined.test(name.value) || scope.acls.has(name.value) || uncertainAcls(scope)) return undefined
    return wrongWord(name, `${title} : no such ACL : '${name.value}'.`)
  }
  return words[0] ? expressionError(words[0], words.slice(1), title, scope) : undefined
}

const uncertainAcls = ({ ctx, section }: Scope): boolean => ctx.configuration.isPart && !section.lines.some(it => keywordOf(it) === 'acl')

function readAcl(line: Line, scope: Scope): ReaderError | undefined {
  const [word, name, expression] = line.words
  const wrong = name && !name.dynamic ? /[^\w.:-]/.exec(name.value)?.[0] : undefined
  if (wrong) return wrongWord(name!, `character '${wrong}' is not permitted in acl name '${name!.value}'.`)
  const title = `error detected while parsing ACL '${name?.value ?? ''}'`
  if (!expression) return wrongWord(name ?? word!, `${title} : missing fetch method in ACL expression ''.`)
  return expressionError(expression, line.words.slice(3), title, scope)
}

/** The fetch, its converters, and for addresses what they are compared with. */
function expressionError(word: Word, rest: readonly Word[], title: string, scope: Scope): ReaderError | undefined {
  const { ctx } = scope
  if (word.dynamic) return undefined
  const text = word.value
  const unknown = unknownPart(text, ctx)
  if (unknown && !ctx.anyKeyword) {
    const message =
      unknown.name === ''
        ? `missing fetch method in ACL expression '${text}'`
        : `unknown ${unknown.what} '${unknown.name}' in ACL expression '${text}'`
    return wrongWord(word, `${title} : ${message}.`)
  }
  if (!/^(?:src|dst)$/.test(text)) return undefined
  for (let at = 0; at < rest.length; at++) {
    const it = rest[at]!
    if (it.value === '-f' || it.value === '-m' || it.value === '-M' || it.value === '-u') return undefined
    if (it.dynamic || it.value.startsWith('-') || isAddressLike(it.value)) continue
    return wrongWord(it, `${title} : '${it.value}' is not a valid IPv4 or IPv6 address.`)
  }
  return undefined
}

/** An address, a network, or a name that may be resolved somewhere. */
const isAddressLike = (text: string): boolean =>
  /^[\da-fA-F.:]+(?:\/[\d.]+)?$/.test(text) || /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d-]+)*(?:\/[\d.]+)?$/i.test(text)

interface UnknownPart {
  readonly what: 'fetch method' | 'converter'
  readonly name: string
}

/** The first name of `fetch(args),converter,…` that no version has. */
function unknownPart(expression: string, ctx: ReadingContext): UnknownPart | undefined {
  // Most are nothing but the name of a fetch.
  if (isKnown(fetches, expression, ctx.version)) return undefined
  const parts = splitExpression(expression)
  const [fetch, ...rest] = parts
  const name = bareName(fetch!)
  if (!name.startsWith('lua.') && !isKnown(fetches, name, ctx.version) && !aclKeywords.early.has(name) && !isNumbered(name, ctx))
    return { what: 'fetch method', name }
  for (const it of rest) {
    const converter = bareName(it)
    if (converter !== '' && !converter.startsWith('lua.') && !isKnown(converters, converter, ctx.version))
      return { what: 'converter', name: converter }
  }
  return undefined
}

/** `sc3_conn_cnt`: there are as many as were built in. */
const isNumbered = (name: string, ctx: ReadingContext): boolean =>
  /^sc\d+_/.test(name) && isKnown(fetches, name.replace(/^sc\d+_/, 'sc0_'), ctx.version)

const bareName = (part: string): string => /^[^(]*/.exec(part)![0].trim()

function splitExpression(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const it = text[at]!
    if (it === '(') depth++
    else if (it === ')') depth--
    else if (it === ',' && depth <= 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

/** `%[expression]` in a value. */
function formatError(words: readonly Word[], title: string, scope: Scope): ReaderError | undefined {
  for (const word of words) {
    if (word.dynamic || !word.value.includes('%') || scope.ctx.good.has(word.value)) continue
    for (const [, expression] of word.value.matchAll(/%(?:\{[^}]*\})?\[([^\]]*)\]/g)) {
      const unknown = unknownPart(expression!, scope.ctx)
      if (!unknown || scope.ctx.anyKeyword) continue
      const what = unknown.name === '' ? 'missing fetch method' : `unknown ${unknown.what} '${unknown.name}'`
      return wrongWord(word, `${title} : failed to parse sample expression <${expression}]> : ${what}.`)
    }
    scope.ctx.good.add(word.value)
  }
  return undefined
}
