/** Tests of the client's certificate that cannot bite, or bite the wrong clients. */
import type { Problem } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { Span } from '../../core/text.js'
import { type Configuration, keywordOf, spanOf } from './configuration.js'
import { type Condition, readsCertificate, type Test } from './expressions.js'
import { type Flow, type Rule, sectionTitle } from './flow.js'
import type { Line } from './parser.js'

/** `listeners` are those of the flow's own section. */
export function guardProblems(flow: Flow, listeners: readonly TlsEndpoint[], configuration: Configuration): readonly Problem[] {
  if (flow.proxy.uncertain) return []
  return [
    ...comparedBooleans(flow, configuration),
    ...alternatives(flow, configuration),
    ...refusedGood(flow, listeners, configuration),
    ...unreached(flow, configuration)
  ]
}

const problem = (
  rule: Problem['rule'],
  span: Span,
  message: string,
  configuration: Configuration,
  related: Problem['related'] = []
): Problem => ({
  ...configuration.at(span),
  rule,
  message,
  ...(related.length > 0 ? { related } : {})
})

const isRefusal = ({ action }: Rule): boolean => /^(?:deny|reject|tarpit|silent-drop|block)$/.test(action)

/** `{ ssl_c_used 0 }` holds for clients with a certificate: what follows a boolean is not compared. */
function comparedBooleans({ proxy, rules }: Flow, configuration: Configuration): readonly Problem[] {
  const found: Problem[] = []
  const check = (words: readonly { readonly value: string; readonly start: number; readonly end: number }[]) => {
    const [fetch, pattern] = words
    if (words.length !== 2 || !/^(?:ssl_c_used|ssl_fc_has_crt|ssl_fc)$/.test(fetch!.value) || !/^(?:0|false|no|off)$/i.test(pattern!.value))
      return
    const holder = fetch!.value === 'ssl_fc' ? 'for every TLS connection' : 'for clients with a certificate'
    found.push(
      problem(
        'inverted-guard',
        { start: fetch!.start, end: pattern!.end },
        `${fetch!.value} ${pattern!.value} holds ${holder}: what follows a boolean is not compared with it`,
        configuration
      )
    )
  }
  for (const { condition } of rules) for (const term of condition?.terms ?? []) for (const test of term) if (!test.name) check(test.words)
  for (const line of proxy.section.lines) if (keywordOf(line) === 'acl') check(line.words.slice(2))
  return found
}

/** `deny unless used or verified` turns nobody away, because the outcome of no certificate is the good one. */
function alternatives(flow: Flow, configuration: Configuration): readonly Problem[] {
  return flow.rules.flatMap(rule => {
    const { condition } = rule
    if (!condition || condition.terms.length < 2 || condition.terms.some(it => it.length !== 1)) return []
    const admits = isRefusal(rule)
      ? condition.kind === 'unless'
      : rule.action === 'allow' || rule.action === 'accept' || rule.set === 'use_backend'
        ? condition.kind === 'if'
        : false
    const tests = condition.terms.map(it => it[0]!)
    if (!admits || tests.some(it => it.negated) || !tests.some(it => isGood(it, flow)) || !tests.some(it => isPresent(it, flow))) return []
    return [
      problem(
        'inverted-guard',
        condition,
        'or lets everybody in: ssl_c_verify is 0 for clients without a certificate, and a bad certificate was sent too, so both tests have to hold',
        configuration
      )
    ]
  })
}

const isGood = (test: Test, flow: Flow): boolean => /^\s*ssl_c_verify\s+(?:-m\s+int\s+)?0\s*$/.test(flow.testText(test))
const isPresent = (test: Test, flow: Flow): boolean =>
  /^\s*(?:ssl_c_used|ssl_fc_has_crt)(?:\s+(?:1|true|-m\s+bool))?\s*$/.test(flow.testText(test))

/** Refusing clients because their certificate came, or is good. */
function refusedGood(flow: Flow, listeners: readonly TlsEndpoint[], configuration: Configuration): readonly Problem[] {
  const binds = listeners.filter(it => it.tls.value)
  if (binds.length === 0 || !binds.every(it => it.peer.certificate.value === 'require')) return []
  return flow.rules.flatMap(rule => {
    const test = isRefusal(rule) ? onlyTest(rule.condition) : undefined
    if (!test || rule.condition!.kind !== 'if' || test.negated || !(isPresent(test, flow) || isGood(test, flow))) return []
    return [
      problem(
        'inverted-guard',
        rule.condition!,
        `this turns away every client with a ${isGood(test, flow) ? 'good ' : ''}certificate, and ${binds[0]!.label} lets in no other`,
        configuration
      )
    ]
  })
}

const onlyTest = (condition: Condition | undefined): Test | undefined =>
  condition?.terms.length === 1 && condition.terms[0]!.length === 1 ? condition.terms[0]![0] : undefined

/** Rules of one set run in their order until one ends them; those of `http-request` run before any `use_backend`. */
function unreached(flow: Flow, configuration: Configuration): readonly Problem[] {
  const found: Problem[] = []
  const ended = new Map<string, Line>()
  for (const rule of flow.rules) {
    const key = rule.set === 'tcp-request' ? `tcp-request ${rule.line.words[1]?.value}` : rule.set
    const end = ended.get(key)
    if (end && isRefusal(rule) && readsCertificate(rule.reads)) {
      const related = [{ ...configuration.at(end), message: 'this ends the evaluation' }]
      found.push(
        problem(
          'unreachable-guard',
          spanOf(rule.line.words),
          `${sectionTitle(flow.proxy.section)} never gets to this test: a ${key} rule above it ends the evaluation`,
          configuration,
          related
        )
      )
    }
    if (!rule.condition && rule.line.certain && isFinal(rule)) ended.set(key, ended.get(key) ?? rule.line)
  }
  return found
}

const isFinal = ({ action, set }: Rule): boolean =>
  set === 'http-request' || set === 'tcp-request'
    ? /^(?:return|deny|tarpit|redirect|allow|accept|reject|auth|silent-drop)$/.test(action)
    : false
