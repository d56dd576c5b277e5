/** Does a condition hold for a request? Three answers: what depends on anything that is not known here is unknown. */
import type { ClientRequest } from '../../core/answering.js'
import { attributeNames } from '../../x509/oids.js'
import { type Condition, readsCertificate, type Test } from './expressions.js'
import type { Flow } from './flow.js'

export type Truth =
  | { readonly value: boolean /** True when it reads the client's certificate. */; readonly certificate: boolean }
  | { readonly value: undefined; readonly reason: string }

export function truthOfCondition(condition: Condition | undefined, flow: Flow, request: ClientRequest): Truth {
  if (!condition) return { value: true, certificate: false }
  if (condition.problem) return { value: undefined, reason: condition.problem.message }
  let open: string | undefined
  let certificate = false
  let value = false
  for (const term of condition.terms) {
    let all: boolean | undefined = true
    for (const test of term) {
      const texts = textsOf(test, flow)
      certificate ||= texts.some(readsCertificate)
      const found = truthOfTest(test, texts, request)
      if (found === false) all = false
      else if (found === undefined && all) {
        all = undefined
        open ??= texts[0] ?? test.name?.value
      }
      if (all === false) break
    }
    if (all === true) value = true
    if (all === false || value) continue
  }
  if (!value && open !== undefined) return { value: undefined, reason: `whether ${open} holds is known only when it runs` }
  return { value: condition.kind === 'if' ? value : !value, certificate }
}

/** The lines of a named ACL are alternatives. */
const textsOf = (test: Test, flow: Flow): readonly string[] =>
  test.name ? flow.aclLines(test.name.value) : [test.words.map(it => it.value).join(' ')]

function truthOfTest(test: Test, texts: readonly string[], request: ClientRequest): boolean | undefined {
  if (test.name && texts.length === 0) return predefined(test.name.value, request, test.negated)
  const values = texts.map(it => truthOfText(it, request))
  const value = values.includes(true) ? true : values.includes(undefined) ? undefined : false
  return value === undefined ? undefined : value !== test.negated
}

function predefined(name: string, { path }: ClientRequest, negated: boolean): boolean | undefined {
  const values: Readonly<Record<string, boolean>> = {
    TRUE: true,
    FALSE: false,
    METH_GET: true,
    METH_POST: false,
    HTTP: true,
    HTTP_URL_SLASH: path === '/'
  }
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  return value === undefined ? undefined : value !== negated
}

type Sample =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string | undefined }

function truthOfText(text: string, request: ClientRequest): boolean | undefined {
  const [expression = '', ...rest] = text.split(' ').filter(it => it !== '')
  const fetched = sampleOf(expression, request)
  if (!fetched) return undefined
  const { sample, match } = fetched
  const { method, ignoresCase, patterns, known } = readFlags(rest, match)
  if (!known) return undefined
  if (method === 'found') return sample.kind !== 'text' || sample.value !== undefined
  switch (sample.kind) {
    case 'boolean':
      // Patterns after a boolean are not compared, unless it is told to be a number.
      return method === 'int' ? matchesInteger(Number(sample.value), patterns) : sample.value
    case 'integer':
      return method === undefined || method === 'int'
        ? matchesInteger(sample.value, patterns)
        : method === 'bool'
          ? sample.value !== 0
          : undefined
    case 'text':
      return sample.value === undefined ? false : matchesText(sample.value, method ?? 'str', ignoresCase, patterns)
  }
}

interface Flags {
  readonly method: string | undefined
  readonly ignoresCase: boolean
  readonly patterns: readonly string[]
  readonly known: boolean
}

function readFlags(words: readonly string[], match: string | undefined): Flags {
  let method = match
  let ignoresCase = false
  let at = 0
  for (; at < words.length && words[at]!.startsWith('-'); at++) {
    const word = words[at]!
    if (word === '--') {
      at++
      break
    }
    if (word === '-i') ignoresCase = true
    else if (word === '-m') method = words[++at]
    else return { method, ignoresCase, patterns: [], known: false }
  }
  return { method, ignoresCase, patterns: words.slice(at), known: true }
}

function sampleOf(expression: string, request: ClientRequest): { readonly sample: Sample; readonly match?: string } | undefined {
  const call = /^([\w.]+)(?:\(([^()]*)\))?$/.exec(expression)
  if (!call) return undefined
  const [, name = '', argument] = call
  const suffix = /^(path|hdr|req\.hdr|url)_(beg|end|sub|dir|dom|reg|len)$/.exec(name)
  const sample = fetch(suffix ? suffix[1]! : name, argument, request)
  return sample && { sample, ...(suffix ? { match: suffix[2]! } : {}) }
}

function fetch(name: string, argument: string | undefined, request: ClientRequest): Sample | undefined {
  const { certificate, tls } = request
  const integer = (value: string | undefined): Sample => ({ kind: 'integer', value: Number(value ?? 0) })
  switch (name) {
    case 'ssl_fc':
      return { kind: 'boolean', value: tls }
    case 'ssl_c_used':
    case 'ssl_fc_has_crt':
      return { kind: 'boolean', value: certificate !== undefined }
    case 'ssl_fc_has_sni':
      return { kind: 'boolean', value: request.serverName !== undefined }
    case 'ssl_c_verify':
      return integer(request.verified)
    case 'ssl_c_err':
      return integer(request.verifiedEndEntity)
    case 'ssl_c_ca_err':
      return integer(request.verifiedIssuer)
    case 'ssl_c_s_dn':
    case 'ssl_c_i_dn': {
      if (!certificate) return { kind: 'text', value: undefined }
      const { attributes } = name === 'ssl_c_s_dn' ? certificate.subject : certificate.issuer
      const wanted = argument?.toLowerCase()
      if (!wanted) return undefined
      return { kind: 'text', value: attributes.find(it => attributeNames.get(it.oid)?.toLowerCase() === wanted)?.value }
    }
    case 'ssl_fc_sni':
      return { kind: 'text', value: request.serverName }
    case 'ssl_fc_protocol':
      return { kind: 'text', value: request.version }
    case 'path':
    case 'url':
      return { kind: 'text', value: request.path }
    case 'method':
      return { kind: 'text', value: 'GET' }
    case 'hdr':
    case 'req.hdr':
      return argument?.toLowerCase() === 'host' && request.host !== undefined ? { kind: 'text', value: request.host } : undefined
    case 'always_true':
      return { kind: 'boolean', value: true }
    case 'always_false':
      return { kind: 'boolean', value: false }
    default:
      return undefined
  }
}

const operators: Readonly<Record<string, (value: number, pattern: number) => boolean>> = {
  eq: (value, pattern) => value === pattern,
  ge: (value, pattern) => value >= pattern,
  gt: (value, pattern) => value > pattern,
  le: (value, pattern) => value <= pattern,
  lt: (value, pattern) => value < pattern
}

function matchesInteger(value: number, patterns: readonly string[]): boolean | undefined {
  const [first = ''] = patterns
  const operator = Object.hasOwn(operators, first) ? operators[first] : undefined
  const found = (operator ? patterns.slice(1) : patterns).map(it => {
    const range = /^(-?\d+)(?::(-?\d+))?$/.exec(it)
    if (!range) return undefined
    const low = Number(range[1])
    if (operator) return operator(value, low)
    return value >= low && value <= Number(range[2] ?? low)
  })
  return found.length === 0 || found.includes(undefined) ? undefined : found.includes(true)
}

const textMatches: Readonly<Record<string, (value: string, pattern: string) => boolean>> = {
  str: (value, pattern) => value === pattern,
  beg: (value, pattern) => value.startsWith(pattern),
  end: (value, pattern) => value.endsWith(pattern),
  sub: (value, pattern) => value.includes(pattern)
}

function matchesText(value: string, method: string, ignoresCase: boolean, patterns: readonly string[]): boolean | undefined {
  const matches = Object.hasOwn(textMatches, method) ? textMatches[method] : undefined
  if (!matches || patterns.length === 0) return undefined
  const fold = (it: string) => (ignoresCase ? it.toLowerCase() : it)
  return patterns.some(it => matches(fold(value), fold(it)))
}
