/** What becomes of a request in HAProxy: its rules in their order, as far as what decides in them is literal. */
import type { Answer, Answering, ClientRequest } from '../../core/answering.js'
import type { LowerContext } from '../../core/dialect.js'
import { type Location, memo, type SourceFile } from '../../core/text.js'
import { bindLines } from './bind.js'
import { type Configuration, keywordOf, type ProxySection, readConfiguration, spanOf } from './configuration.js'
import { type Flow, flowsOf, type Rule } from './flow.js'
import { addressIndex, serversOf, speaksTls } from './server.js'
import { addressesOf } from './tls-options.js'
import { type Truth, truthOfCondition } from './truth.js'

export function answeringOf(root: SourceFile, ctx: LowerContext): Answering {
  const configuration = readConfiguration(root, ctx)
  const flows = memo(flowsOf(configuration))
  return (endpoint, request) => {
    const place = endpoint.addresses[0]?.at ?? endpoint.at
    const proxy = configuration.proxies.find(it => bindLines(it.section).some(line => contains(configuration.at(line), place)))
    if (!proxy) return { kind: 'unknown', reason: `${endpoint.label} belongs to no section that is read here` }
    if (configuration.tree.template || proxy.uncertain)
      return { kind: 'unknown', reason: 'what stands in this section is decided when it runs' }
    return answer(proxy, flows(proxy), request, configuration)
  }
}

const contains = (outer: Location, { path, start, end }: Location): boolean =>
  outer.path === path && outer.start <= start && end <= outer.end

function answer(proxy: ProxySection, flow: Flow, request: ClientRequest, configuration: Configuration): Answer {
  const first = runRules(flow, request, configuration)
  if (first.answer) return first.answer
  if (proxy.section.kind === 'listen' && flow.backends.length === 0) return toServers(proxy, first.course, request, configuration)
  for (const { name, at, flow: backend, rule } of flow.backends) {
    const truth: Truth = rule ? truthOfCondition(rule.condition, flow, request) : { value: true, certificate: false }
    if (truth.value === undefined) return { kind: 'unknown', reason: truth.reason, at }
    if (!truth.value) continue
    if (!backend) return { kind: 'unknown', reason: `backend ${name} is not here`, at }
    const second = runRules(backend, request, configuration)
    const changed = { host: first.course.host ?? second.course.host }
    return second.answer ?? toServers(backend.proxy, changed, request, configuration)
  }
  if (flow.unknown)
    return {
      kind: 'unknown',
      reason: 'which backend takes the request is decided when it runs',
      at: configuration.at(proxy.section.header)
    }
  return proxy.section.kind === 'listen' ? toServers(proxy, first.course, request, configuration) : { kind: 'status', status: 503 }
}

interface Course {
  /** True when a rule has changed the Host header to something that is not told here. */
  readonly host?: 'changed'
}

interface Ran {
  readonly answer?: Answer
  readonly course: Course
}

/** In which order HAProxy asks its sets of rules. */
const sets = ['tcp-request', 'http-request', 'redirect'] as const

function runRules(flow: Flow, request: ClientRequest, configuration: Configuration): Ran {
  let course: Course = {}
  for (const set of sets) {
    for (const rule of flow.rules) {
      if (rule.set !== set) continue
      if (/^(?:set|replace|del|add)-header$/.test(rule.action) && rule.line.words[2]?.value.toLowerCase() === 'host')
        course = { host: 'changed' }
      const verdict = verdictOf(rule, flow)
      if (verdict === undefined) continue
      const at = configuration.at(rule.line)
      const truth = truthOfCondition(rule.condition, flow, request)
      if (truth.value === undefined)
        return { answer: { kind: 'unknown', reason: truth.reason, at: configuration.at(rule.condition ?? rule.line) }, course }
      if (!truth.value) continue
      if (verdict === 'stop') break
      if (verdict === 'close') return { answer: { kind: 'close', at }, course }
      if (verdict === 'unknown') return { answer: { kind: 'unknown', reason: `${rule.action} decides about the request`, at }, course }
      return { answer: { kind: 'status', status: verdict, at, ...(truth.certificate ? { guard: true } : {}) }, course }
    }
  }
  return { course }
}

/** What a rule comes to when its condition holds; nothing for one that only notes or changes something. */
function verdictOf({ set, action, line }: Rule, flow: Flow): number | 'stop' | 'close' | 'unknown' | undefined {
  const valueAfter = (...names: readonly string[]) => {
    const at = line.words.findIndex(it => names.includes(it.value))
    return at < 0 ? undefined : Number(line.words[at + 1]?.value)
  }
  if (set === 'redirect') return valueAfter('code') ?? 302
  if (set === 'tcp-request')
    return action === 'reject' || action === 'silent-drop'
      ? 'close'
      : action === 'accept'
        ? 'stop'
        : /^(?:lua\.|use-service)/.test(action)
          ? 'unknown'
          : undefined
  if (flow.proxy.mode !== 'http') return undefined
  switch (action) {
    case 'deny':
      return valueAfter('deny_status', 'status') ?? 403
    case 'return':
      return valueAfter('status') ?? 200
    case 'tarpit':
      return valueAfter('deny_status', 'status') ?? 500
    case 'redirect':
      return valueAfter('code') ?? 302
    case 'auth':
      return 401
    case 'allow':
      return 'stop'
    case 'reject':
    case 'silent-drop':
      return 'close'
    default:
      return /^(?:lua\.|use-service|send-spoe-group)/.test(action) ? 'unknown' : undefined
  }
}

function toServers(proxy: ProxySection, { host }: Course, request: ClientRequest, configuration: Configuration): Answer {
  const servers = serversOf(proxy.section, proxy.defaults, configuration).filter(it => keywordOf(it.line) === 'server')
  const [server] = servers
  const header = configuration.at(proxy.section.header)
  if (!server) return { kind: 'status', status: 503, at: header }
  // With more than one nobody can say which is next.
  if (servers.length > 1) return { kind: 'content', at: header }
  const at = configuration.at(spanOf(server.line.words.slice(0, addressIndex(server.line) + 1)))
  const tls = speaksTls(server.options) !== undefined
  const address = server.line.words[addressIndex(server.line)]!
  return {
    kind: 'forward',
    at,
    tls,
    ...(tls ? {} : { addresses: addressesOf(address, configuration.at(address), false) }),
    ...(request.host !== undefined && host === undefined ? { host: request.host } : {}),
    path: request.path
  }
}
