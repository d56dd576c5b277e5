/** What becomes of a request, and of the client's certificate, behind a listener. */
import type { Forward, ResultUse, TlsEndpoint } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import { type Configuration, keywordOf, type ProxySection } from './configuration.js'
import {
  type Carries,
  type Condition,
  carriesOf,
  conditionIndex,
  conditionOfRule,
  readsCertificate,
  readsOutcome,
  readsPresence,
  type Test,
  textOf
} from './expressions.js'
import type { Line, Section, Word } from './parser.js'
import { serversOf } from './server.js'

/** A line that decides, changes or hands on, with what its condition and its values read in the end. */
export interface Rule {
  readonly line: Line
  /** `http-request`, `use_backend`, … */
  readonly set: string
  /** `deny`, `set-header`, …; the keyword itself where there is none. */
  readonly action: string
  readonly condition?: Condition
  /** The condition with the text of all ACLs and variables in place of their names. */
  readonly reads: string
  /** What stands behind the keyword. */
  readonly text: string
}

export interface Flow {
  readonly proxy: ProxySection
  readonly rules: readonly Rule[]
  /** Names of backends, and what their rules and servers do; absent for those that are not here. */
  readonly backends: readonly { readonly name: string; readonly at: Location; readonly flow?: Flow; readonly rule?: Rule }[]
  /** True when a name is made at run time, or something that cannot be read decides. */
  readonly unknown: boolean
  /** With what variables hold behind it. */
  expand(text: string): string
  testText(test: Test): string
  /** The lines of a named ACL, without its name. */
  aclLines(name: string): readonly string[]
}

const ruleKeywords: ReadonlySet<string> = new Set([
  'http-request',
  'tcp-request',
  'use_backend',
  'use-server',
  'redirect',
  'block',
  'force-persist'
])
const opaqueActions = /^(?:lua\.|send-spoe-group$|ot-group$)/

/** Reads proxies as they are asked for. Backends are read once, since many may use them; a `listen` that others use is no listener then. */
export function flowsOf(configuration: Configuration): (proxy: ProxySection) => Flow {
  const known = new Map<ProxySection, Flow>()
  const readBackend = (proxy: ProxySection): Flow => {
    const flow = known.get(proxy) ?? flowOf(proxy, configuration, undefined)
    known.set(proxy, flow)
    return flow
  }
  const backendFlow = (name: string): Flow | undefined => {
    const backend = configuration.backends.get(name)
    return backend && readBackend(backend)
  }
  return proxy => (proxy.section.kind === 'backend' ? readBackend(proxy) : flowOf(proxy, configuration, backendFlow))
}

function flowOf(proxy: ProxySection, configuration: Configuration, backendFlow: ((name: string) => Flow | undefined) | undefined): Flow {
  const sections = [proxy.section, ...proxy.defaults]
  let acls: Map<string, string> | undefined
  let aclLines: Map<string, string[]> | undefined
  for (const section of sections) {
    for (const line of section.lines) {
      if (keywordOf(line) !== 'acl' || line.words.length < 3) continue
      const name = line.words[1]!.value
      const text = textOf(line.words, 2)
      aclLines ??= new Map()
      acls ??= new Map()
      const known = aclLines.get(name)
      if (known) known.push(text)
      else aclLines.set(name, [text])
      acls.set(name, `${acls.get(name) ?? ''} ${text}`.slice(-maxText))
    }
  }
  let variables: Map<string, string> | undefined
  const expandText = (text: string): string =>
    !variables || !text.includes('var(')
      ? text
      : `${text} ${[...text.matchAll(/\bvar\(([\w.]+)/g)].map(it => variables!.get(it[1]!) ?? '').join(' ')}`
  const testText = (test: Test): string => expandText(test.name ? (acls?.get(test.name.value) ?? '') : textOf(test.words))
  const rules: Rule[] = []
  let unknown = false
  // Rules of `defaults` come before those of the proxy.
  for (const section of [...sections].reverse()) {
    for (const line of section.lines) {
      const set = keywordOf(line)
      if (set === 'filter' && line.words[1]?.value === 'spoe') unknown = true
      if (!ruleKeywords.has(set)) continue
      const action = set === 'http-request' ? (line.words[1]?.value ?? '') : set === 'tcp-request' ? tcpAction(line) : set
      if (opaqueActions.test(action) || (action === 'use-service' && /^lua\./.test(line.words[2]?.value ?? ''))) unknown = true
      const condition = conditionOfRule(line)
      const reads = condition ? condition.terms.flatMap(it => it.map(testText)).join(' ') : ''
      const text = textOf(line.words, 1)
      rules.push(condition ? { line, set, action, reads, text, condition } : { line, set, action, reads, text })
      const variable = /^set-var(?:-fmt)?\((?:\w+\.)?[\w.]+/.exec(action)?.[0]
      if (variable) {
        const name = variable.slice(variable.indexOf('(') + 1)
        variables ??= new Map()
        variables.set(name, `${variables.get(name) ?? ''} ${textOf(line.words, 2)} ${reads}`.slice(-maxText))
      }
    }
  }
  const flow = {
    proxy,
    rules,
    unknown,
    expand: expandText,
    testText,
    aclLines: (name: string) => aclLines?.get(name) ?? []
  }
  return { ...flow, ...backendsOf(flow, configuration, backendFlow) }
}

/** Texts are only searched for names of fetches; nobody writes more of one ACL, and hostile files shall not grow. */
const maxText = 4000

function backendsOf(
  flow: Pick<Flow, 'proxy' | 'rules' | 'unknown'>,
  configuration: Configuration,
  backendFlow: ((name: string) => Flow | undefined) | undefined
): Pick<Flow, 'backends' | 'unknown'> {
  const { proxy } = flow
  let { unknown } = flow
  const backends: { name: string; at: Location; flow?: Flow; rule?: Rule }[] = []
  const add = (word: Word | undefined, rule?: Rule) => {
    if (!word || !backendFlow) return
    if (word.dynamic || word.value.includes('%[')) {
      unknown = true
      return
    }
    const target = backendFlow(word.value)
    backends.push({ name: word.value, at: configuration.at(word), ...(target ? { flow: target } : {}), ...(rule ? { rule } : {}) })
  }
  if (proxy.section.kind === 'backend') return { backends, unknown }
  for (const rule of flow.rules) if (rule.set === 'use_backend') add(rule.line.words[1], rule)
  for (const section of [proxy.section, ...proxy.defaults]) {
    const line = section.lines.filter(it => keywordOf(it) === 'default_backend').at(-1)
    if (!line) continue
    add(line.words[1])
    break
  }
  return { backends, unknown }
}

function tcpAction(line: Line): string {
  const third = line.words[2]?.value ?? ''
  return line.words[1]?.value === 'inspect-delay' ? 'inspect-delay' : third
}

/** These change or note something and let the request pass. */
const indifferent =
  /^(?:(?:set|add|del|replace)-(?:header|value|path|pathq|query|uri|acl|map|method|log-level|nice|tos|mark|var|timeout|priority|src|dst|fc|bc)|set-var|unset-var|capture|inspect-delay|track-sc|sc-|do-resolve|strict-mode|wait-for|disable-l7-retry|cache-use|early-hint|do-log|normalize-uri)/
const refusing: ReadonlySet<string> = new Set(['deny', 'reject', 'tarpit', 'silent-drop', 'redirect', 'block', 'auth', 'return'])

const decides = (rule: Rule): boolean => !indifferent.test(rule.action)

/** Everything that a request passes on its way: the listener's rules and those of the backends. */
const allRules = ({ rules, backends }: Flow): readonly Rule[] =>
  backends.length === 0 ? rules : [...rules, ...flowsBehind(backends).flatMap(it => it.rules)]

/** Those of the backends, each once. */
const flowsBehind = (backends: Flow['backends']): readonly Flow[] => [...new Set(backends.flatMap(it => it.flow ?? []))]

export function resultUseOf(flow: Flow, configuration: Configuration): ResultUse {
  const rules = allRules(flow)
  const tests = rules.filter(
    it => (readsCertificate(it.reads) || (it.set === 'use_backend' && readsCertificate(it.line.words[1]?.value ?? ''))) && decides(it)
  )
  const handed = rules.filter(it => setsHeader(it) && headerCarries(it, flow) === 'result')
  const proxied = flowsBehind(flow.backends).flatMap(it => proxyProtocol(it.proxy, configuration))
  const own = flow.proxy.section.kind === 'listen' ? proxyProtocol(flow.proxy, configuration) : []
  return {
    tested: tests.map(it => configuration.at(it.condition ?? it.line)),
    handedOn: [...handed.map(it => configuration.at(valueWord(it) ?? it.line)), ...proxied, ...own],
    unknown: flow.unknown || flow.backends.some(it => it.flow?.unknown === true),
    ...ambiguityOf(rules, flow, configuration)
  }
}

/** The PROXY protocol tells the server whether a certificate came and what came of it. */
function proxyProtocol(proxy: ProxySection, configuration: Configuration): readonly Location[] {
  if (![proxy.section, ...proxy.defaults].some(speaksProxyProtocol)) return []
  return serversOf(proxy.section, proxy.defaults, configuration).flatMap(it => {
    const option = it.options.find(
      option =>
        /^send-proxy-v2-ssl/.test(option.name) ||
        (option.name === 'proxy-v2-options' && /\b(?:ssl|cert-)/.test(option.values[0]?.value ?? ''))
    )
    return option ? [option.at] : []
  })
}

const speaksProxyProtocol = ({ lines }: Section): boolean =>
  lines.some(line => /^(?:default-)?server|^peer$/.test(keywordOf(line)) && line.words.some(it => it.value.includes('proxy-v2')))

/** The outcome is 0 where no certificate came, so that it says nothing unless somebody also asks whether one came. */
function ambiguityOf(rules: readonly Rule[], flow: Flow, configuration: Configuration): Pick<ResultUse, 'ambiguous'> {
  const reading = rules.filter(it => readsOutcome(it.reads) || readsOutcome(flow.expand(it.text)))
  if (reading.length === 0 || rules.some(it => saysPresence(it.reads) || saysPresence(flow.expand(it.text)))) return {}
  const named = rules.some(it => setsHeader(it) && carriesOf(flow.expand(headerValue(it))) === 'identity')
  return {
    ambiguous: reading
      // What is only noted harms nobody.
      .filter(it => decides(it) || setsHeader(it))
      .map(it => ({
        at: configuration.at(decides(it) ? (it.condition ?? it.line) : (valueWord(it) ?? it.line)),
        decides: decides(it),
        named
      }))
  }
}

/** A comparison with a name or a fingerprint fails too where no certificate came. */
const saysPresence = (text: string): boolean => readsPresence(text)

const setsHeader = ({ action }: Rule): boolean => action === 'set-header' || action === 'add-header'

function headerValue({ line }: Rule): string {
  const end = conditionIndex(line, 4)
  return textOf(line.words, 3, end < 0 ? undefined : end)
}
const valueWord = (rule: Rule): Word | undefined => rule.line.words[3]

function headerCarries(rule: Rule, flow: Flow): Carries {
  if (rule.action === 'del-header') return 'nothing'
  const own = carriesOf(flow.expand(headerValue(rule)))
  // A header that is set only for those with a good certificate tells as much.
  return own === 'other' && readsCertificate(rule.reads) ? 'result' : own
}

type Header = Forward['headers'][number]

/** A rule that sets, adds or drops a header, with whether it is reached from a listener: in any case, in no case, or sometimes. */
interface HeaderRule {
  readonly rule: Rule
  /** In lower case. */
  readonly name: string
  readonly carries: Carries
  readonly holds: boolean | undefined
}

/** The hops from one listener to its backends, with the headers that are set before. */
export function forwardsOf(flow: Flow, endpoint: TlsEndpoint, configuration: Configuration): readonly Forward[] {
  if (flow.proxy.mode !== 'http') return []
  const guarded = flow.rules.some(it => readsCertificate(it.reads) && decides(it))
  // Once for all hops that add nothing: a listener may have as many as lines.
  const own = headerRules(flow.rules, flow, endpoint)
  const ownWays = waysOf(own, flow, configuration)
  let budget = mostHeaders
  const hop = (target: string, at: Location, added: readonly HeaderRule[], unread: boolean): readonly Forward[] => {
    budget -= added.length > 0 ? own.length + added.length : 0
    const common = { target, at, incomplete: endpoint.incomplete || flow.unknown || unread || budget < 0, guarded }
    if (budget < 0) return [{ ...common, headers: [] }]
    const ways = added.length > 0 ? waysOf([...own, ...added], flow, configuration) : ownWays
    return ways.map(it => ({ ...common, ...it }))
  }
  const hops = flow.backends.flatMap(it =>
    hop(`backend ${it.name}`, it.at, it.flow ? headerRules(it.flow.rules, flow, endpoint) : [], it.flow === undefined || it.flow.unknown)
  )
  if (flow.proxy.section.kind !== 'listen') return hops
  return [...hops, ...hop(`listen ${flow.proxy.name}`, configuration.at(flow.proxy.section.header), [], false)]
}

/** Thousands of backends that each add to thousands of headers are nobody's configuration. */
const mostHeaders = 200_000

/** The ways that a request may take through these rules: where it matters, with conditions that hold and with those that do not. */
function waysOf(rules: readonly HeaderRule[], flow: Flow, configuration: Configuration): readonly Pick<Forward, 'headers'>[] {
  const always = headersIn(
    rules.filter(it => it.holds !== false),
    configuration
  )
  const open = conditionalHeaders(rules, flow)
  if (open.length === 0) return [{ headers: always }]
  // The other way that a request may take: none of the conditions holds.
  const least = headersIn(
    rules.filter(it => it.holds === true),
    configuration
  )
  const names = new Set(open.map(it => it.name))
  const kept = always.filter(it => !names.has(it.name.toLowerCase()))
  const { words } = open[0]!.rule.line
  const other: Pick<Forward, 'at' | 'headers'> = {
    at: configuration.at({ start: words[0]!.start, end: words[2]!.end }),
    headers: [...least, ...kept]
  }
  return [{ headers: always }, other]
}

const headerRules = (rules: readonly Rule[], flow: Flow, endpoint: TlsEndpoint): readonly HeaderRule[] =>
  rules.flatMap(rule => {
    const name = setsHeader(rule) || rule.action === 'del-header' ? rule.line.words[2] : undefined
    if (!name) return []
    return [{ rule, name: name.value.toLowerCase(), carries: headerCarries(rule, flow), holds: holds(rule.condition, flow, endpoint) }]
  })

function headersIn(rules: readonly HeaderRule[], configuration: Configuration): Header[] {
  return rules.flatMap(({ rule, carries }) => {
    const name = rule.line.words[2]!
    if (rule.set !== 'http-request') return []
    const word = valueWord(rule)
    const header: Header = { name: name.value, at: configuration.at(rule.action === 'del-header' || !word ? name : word), carries }
    return [rule.action === 'add-header' ? { ...header, added: true } : header]
  })
}

/** Headers with the identity that are set under a condition on TLS alone, so that a client for whom it fails can send its own. */
function conditionalHeaders(rules: readonly HeaderRule[], flow: Flow): readonly HeaderRule[] {
  const open = rules.filter(
    ({ rule, carries, holds }) =>
      rule.action === 'set-header' &&
      holds === undefined &&
      (carries === 'identity' || carries === 'result') &&
      onlyTls(rule.condition!, flow)
  )
  if (open.length === 0) return open
  const counts = new Map<string, number>()
  for (const { rule, name } of rules) if (rule.action !== 'add-header') counts.set(name, (counts.get(name) ?? 0) + 1)
  return open.filter(it => counts.get(it.name) === 1)
}

const onlyTls = (condition: Condition, flow: Flow): boolean =>
  condition.terms.every(term => term.every(test => /^\s*(?:ssl_fc|ssl_c_used|ssl_fc_has_crt|ssl_c_verify)\b/.test(flow.testText(test))))

/** Does the condition hold on this listener in any case, in no case, or sometimes? */
function holds(condition: Condition | undefined, flow: Flow, endpoint: TlsEndpoint): boolean | undefined {
  if (!condition) return true
  const value = disjunction(condition.terms.map(term => conjunction(term.map(test => truthOf(test, flow, endpoint)))))
  return value === undefined ? undefined : condition.kind === 'if' ? value : !value
}

function truthOf(test: Test, flow: Flow, endpoint: TlsEndpoint): boolean | undefined {
  const text = flow.testText(test).trim()
  const required = endpoint.tls.value && endpoint.peer.certificate.value === 'require'
  const absent = !endpoint.tls.value || endpoint.peer.certificate.value === 'ignore'
  let value: boolean | undefined
  if (/^ssl_fc(?:\s+(?:-m\s+bool|1|true))?$/.test(text)) value = endpoint.tls.value
  else if (/^(?:ssl_c_used|ssl_fc_has_crt)(?:\s|$)/.test(text) && !text.includes('-m int 0'))
    value = required ? true : absent ? false : undefined
  else if (/^ssl_c_verify\s+(?:-m int\s+)?0$/.test(text) && endpoint.peer.verifyChain.value && required) value = true
  return value === undefined ? undefined : value !== test.negated
}

const conjunction = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(false) ? false : values.includes(undefined) ? undefined : true
const disjunction = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(true) ? true : values.includes(undefined) ? undefined : false

/** Where the content comes from: the backends, or the section itself; nothing where all is refused. */
export function contentOf(flow: Flow): readonly string[] | undefined {
  const { proxy, rules, backends } = flow
  const final = rules.find(
    it => !it.condition && (it.set === 'http-request' || it.set === 'redirect' || it.set === 'tcp-request') && refusing.has(it.action)
  )
  if (final) return final.action === 'return' ? [`${proxy.section.kind} ${proxy.name}`] : []
  const names = [...new Set(backends.map(it => `backend ${it.name}`))]
  const own = proxy.section.kind === 'listen' ? [`listen ${proxy.name}`] : []
  const all = [...names, ...own]
  if (all.length > 0) return all
  return flow.unknown ? undefined : [`${proxy.section.kind} ${proxy.name}`]
}

/** Is there a condition by which those without TLS, or from elsewhere, are turned away or told apart? */
export const refusesPlaintext = (flow: Flow): boolean =>
  allRules(flow).some(
    it =>
      it.reads !== '' &&
      /\bssl_fc\b|\bssl_c_|ssl_fc_has_crt|\bdst_port\b|\bso_id\b|\bso_name\b|\bsrc\b|forwarded-proto|\bdst\b/i.test(it.reads) &&
      decides(it)
  )

export const sectionTitle = (section: Section): string => `${section.kind} ${section.header.words[1]?.value ?? ''}`.trim()
