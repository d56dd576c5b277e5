import { isDynamic } from './configuration.js'
import type { Form } from './directives.js'
import type { Directive, Word } from './parser.js'

/** What nginx says of a value that it refuses, and at which word. */
export interface Refusal {
  readonly message: string
  readonly at: Word
}

/** Judges the arguments as nginx's slot for this kind of value does. Values that hold a variable are not judged. */
export function refusedValue(directive: Directive, form: Form): Refusal | undefined {
  const { args } = directive
  const first = args[0]
  if (!first) return undefined
  switch (form.kind) {
    case 'm': {
      const wrong = unlisted(args, form.values)
      return wrong && { at: wrong, message: `invalid value "${wrong.value}"` }
    }
    case 'e':
      return form.values.length === 0 || isListed(first.value, form.values)
        ? undefined
        : { at: first, message: `invalid value "${first.value}"` }
  }
  const { name } = directive
  if (form.isFlag || form.kind === 'f') {
    if (onOrOff.test(first.value)) return undefined
    return { at: first, message: `invalid value "${first.value}" in "${name.value}" directive, it must be "on" or "off"` }
  }
  const shape = shapes.get(form.kind)
  const last = form.kind === 'b' ? args[1] : first
  if (!shape || !last || shape.pattern.test(last.value)) return undefined
  return { at: last, message: `"${name.value}" directive invalid ${shape.word}` }
}

const onOrOff = /^(?:on|off)$/i

const unlisted = (words: readonly Word[], values: readonly string[]): Word | undefined => words.find(it => !isListed(it.value, values))

const isListed = (value: string, values: readonly string[]): boolean =>
  values.includes(value) || values.some(it => it.toLowerCase() === value.toLowerCase())

const milliseconds = /^(?:\d+(?:y|M|w|d|h|ms|m|s)? *)+$/
const shapes: ReadonlyMap<string, { readonly pattern: RegExp; readonly word: string }> = new Map([
  ['n', { pattern: /^\d+$/, word: 'number' }],
  ['z', { pattern: /^\d+[km]?$/i, word: 'value' }],
  ['o', { pattern: /^\d+[kmg]?$/i, word: 'value' }],
  ['b', { pattern: /^\d+[km]?$/i, word: 'value' }],
  ['t', { pattern: milliseconds, word: 'value' }],
  ['T', { pattern: /^(?:\d+[yMwdhms]? *)+$/, word: 'value' }]
])

/** The directives that read their arguments in their own way, as far as they concern TLS or the frame around it. */
export function refusedByOwnReader(directive: Directive, place: string, around: readonly Directive[]): Refusal | undefined {
  return ownReaders.get(directive.name.value)?.(directive, place, around) ?? brokenVariable(directive)
}

/** Directives whose argument at this position is put together from variables. */
const composed: ReadonlyMap<string, number> = new Map(
  Object.entries({
    add_header: 1,
    proxy_set_header: 1,
    grpc_set_header: 1,
    fastcgi_param: 1,
    uwsgi_param: 1,
    scgi_param: 1,
    set: 1,
    return: 1,
    proxy_pass: 0,
    fastcgi_pass: 0,
    uwsgi_pass: 0,
    scgi_pass: 0,
    root: 0,
    alias: 0
  })
)

/** `$` before nothing that could be a name, or `${` without its brace. */
function brokenVariable(directive: Directive): Refusal | undefined {
  const word = directive.args[composed.get(directive.name.value) ?? -1]
  if (!word?.value.includes('$')) return undefined
  const open = /\$\{(\w*)(?!\w|\})/.exec(word.value)
  if (open) return { at: word, message: `the closing bracket in "${open[1]}" variable is missing` }
  return /\$(?![\w{])/.test(word.value) ? { at: word, message: 'invalid variable name' } : undefined
}

/** What nginx refuses in an address to listen on; whether a host is known shows only where it runs. */
function addressFlaw(address: string): string | undefined {
  if (/^unix:/i.test(address)) return address.length > 5 ? undefined : 'no path in the unix domain socket'
  const isBracketed = address.startsWith('[')
  const end = isBracketed ? address.indexOf(']') + 1 : address.indexOf(':')
  if (isBracketed ? end === 0 || !/^(?::[^/]*)?$/.test(address.slice(end)) : /[/?]/.test(address)) return 'invalid host'
  const port = isBracketed || end >= 0 ? address.slice(end + 1) : /^\d+(?:-\d+)?$/.test(address) ? address : undefined
  const isWritten = isBracketed ? end < address.length : port !== undefined
  if (isWritten && !isPort(port!)) return port!.split('-').every(isPort) ? 'invalid port range' : 'invalid port'
  return (isBracketed ? end === 2 : end === 0 || address === '') ? 'no host' : undefined
}

/** What is to be the name of a variable. */
function refusedName(word: Word | undefined): Refusal | undefined {
  const isName = !word || /^\$./s.test(word.value) || isDynamic(word.value)
  return isName ? undefined : { at: word, message: `invalid variable name "${word.value}"` }
}

type OwnReader = (directive: Directive, place: string, around: readonly Directive[]) => Refusal | undefined

const readers: Readonly<Record<string, OwnReader>> = {
  listen: (directive, place) => {
    const address = directive.args[0]!
    const flaw = isVariable(address.value) || /[{}<>%@]/.test(address.value) ? undefined : addressFlaw(address.value)
    if (flaw) return { at: address, message: `${flaw} in "${address.value}" of the "listen" directive` }
    const isTaken = (it: string) =>
      (place.includes('s') && httpListen.test(it)) ||
      (place.includes('S') && streamListen.test(it)) ||
      (place.includes('B') && mailListen.test(it))
    return unknownParameter(directive, isTaken, place.includes('s') ? 'invalid parameter "%"' : 'the invalid "%" parameter')
  },
  server: directive => {
    if (directive.form === 'block') return undefined
    return unknownParameter(directive, it => upstreamServer.test(it), 'invalid parameter "%"') ?? wrongPort(directive)
  },
  proxy_pass: (directive, place, around) => {
    const target = directive.args[0]!
    if (isVariable(target.value)) return undefined
    if (place.includes('S')) return place === 'S' ? wrongPort(directive) : undefined
    const scheme = /^https?:\/\//i.exec(target.value)
    if (!scheme) return { at: target, message: 'invalid URL prefix' }
    const [address = ''] = target.value.slice(scheme[0].length).split('/', 1)
    const badPort = wrongPortIn(address, target)
    if (badPort) return badPort
    const hasPath = scheme[0].length + address.length < target.value.length
    if (!hasPath || /unix:/i.test(target.value) || !takesNoUri(around)) return undefined
    const where =
      'in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block'
    return { at: target, message: `"proxy_pass" cannot have URI part ${where}` }
  },
  return: (directive, place) => {
    if (/[SB]/.test(place)) return undefined
    const [code, text] = directive.args
    if (!text && /^(?:https?:\/\/|\$scheme)/.test(code!.value)) return undefined
    return /^\d+$/.test(code!.value) && Number(code!.value) <= 999
      ? undefined
      : { at: code!, message: `invalid return code "${code!.value}"` }
  },
  set: directive => {
    const variable = directive.args[0]!
    if (!variable.value.startsWith('$') || variable.value.length < 2)
      return { at: variable, message: `invalid variable name "${variable.value}"` }
    return fixedVariables.has(variable.value.slice(1))
      ? { at: variable, message: `the duplicate "${variable.value.slice(1)}" variable` }
      : undefined
  },
  fastcgi_pass: wrongPort,
  uwsgi_pass: wrongPort,
  scgi_pass: wrongPort,
  access_log: (directive, place) => {
    const [path, format, ...parameters] = directive.args
    if (/^[HS]$/.test(place) && path!.value !== 'off' && !format) return { at: path!, message: 'log format is not specified' }
    const wrong = path!.value === 'off' ? format : parameters.find(it => !/^(?:buffer=|flush=|gzip(?:=|$)|if=)/.test(it.value))
    return wrong && { at: wrong, message: `invalid parameter "${wrong.value}"` }
  },
  map: directive => refusedName(directive.args[1]),
  split_clients: directive => refusedName(directive.args[1]),
  geo: directive => refusedName(directive.args[directive.args.length - 1]),
  auth_request_set: directive => refusedName(directive.args[0]),
  if: refusedCondition,
  location: refusedLocation,
  ssl_session_cache: directive => {
    const wrong = directive.args.find(
      it => !/^(?:off|none|builtin(?::\d+)?|shared:[^:]+:\d+[km]?)$/i.test(it.value) && !isVariable(it.value)
    )
    return wrong && { at: wrong, message: `invalid session cache "${wrong.value}"` }
  },
  add_header: refusedThirdWord,
  add_trailer: refusedThirdWord,
  error_page: directive => {
    const answer = directive.args[directive.args.length - 2]
    const codes = directive.args.slice(0, answer?.value.startsWith('=') ? -2 : -1)
    const wrong = codes.find(it => !/^\d+$/.test(it.value))
    if (wrong) return { at: wrong, message: `invalid value "${wrong.value}"` }
    const outside = codes.find(it => Number(it.value) < 300 || Number(it.value) > 599)
    return outside && { at: outside, message: `value "${outside.value}" must be between 300 and 599` }
  },
  error_log: directive => {
    const levels = /^(?:debug(?:_\w+)?|info|notice|warn|error|crit|alert|emerg)$/
    const wrong = directive.args.slice(1).find(it => !levels.test(it.value))
    return wrong && { at: wrong, message: `invalid log level "${wrong.value}"` }
  },
  keepalive: directive => {
    if (/^\d+$/.test(directive.args[0]!.value)) return undefined
    return { at: directive.args[0]!, message: `invalid value "${directive.args[0]!.value}" in "keepalive" directive` }
  },
  keepalive_timeout: directive => {
    const wrong = directive.args.find(it => !milliseconds.test(it.value))
    return wrong && { at: wrong, message: '"keepalive_timeout" directive invalid value' }
  },
  protocol: directive => {
    const word = directive.args[0]!
    return /^(?:imap|pop3|smtp)$/.test(word.value) ? undefined : { at: word, message: `unknown protocol "${word.value}"` }
  },
  rewrite: directive => {
    const flag = directive.args[2]
    return !flag || /^(?:last|break|redirect|permanent)$/.test(flag.value)
      ? undefined
      : { at: flag, message: `invalid parameter "${flag.value}"` }
  },
  worker_connections: directive => {
    const word = directive.args[0]!
    return /^\d+$/.test(word.value) ? undefined : { at: word, message: `invalid number "${word.value}"` }
  },
  limit_req: directive => {
    const wrong = directive.args.find(it => !/^(?:zone=.+|burst=\d+|delay=\d+|nodelay)$/.test(it.value) && !isVariable(it.value))
    return wrong && { at: wrong, message: `invalid parameter "${wrong.value}"` }
  },
  worker_processes: directive => {
    const word = directive.args[0]!
    return /^(?:auto|[1-9]\d*)$/.test(word.value) ? undefined : { at: word, message: 'invalid number of workers' }
  }
}

const ownReaders: ReadonlyMap<string, OwnReader> = new Map(Object.entries(readers))

/** A number, or in stream a range of numbers. */
const isPort = (text: string): boolean => {
  const [from, to = from] = text.split('-').map(it => (/^\d+$/.test(it) ? Number(it) : 0))
  return from! > 0 && from! <= to! && to! < 65536
}

const isVariable = (value: string): boolean => value.includes('$')

function unknownParameter({ args }: Directive, isTaken: (value: string) => boolean, message: string): Refusal | undefined {
  const wrong = args.find((it, at) => at > 0 && !isTaken(it.value) && !isVariable(it.value))
  return wrong && { at: wrong, message: message.replace('%', wrong.value) }
}

const socket =
  'bind|backlog=\\d+|rcvbuf=\\w+|sndbuf=\\w+|ipv6only=(?:on|off)|reuseport|so_keepalive=.+|proxy_protocol|fastopen=\\d+|setfib=-?\\d+|accept_filter=.+|deferred|multipath'
const httpListen = new RegExp(`^(?:${socket}|default|default_server|ssl|http2|http3|quic|spdy)$`)
const streamListen = new RegExp(`^(?:${socket}|default_server|ssl|udp)$`)
const mailListen = new RegExp(`^(?:${socket}|ssl)$`)
const time = '(?:\\d+(?:y|M|w|d|h|ms|m|s)? ?)+'
const upstreamServer = new RegExp(
  `^(?:weight=[1-9]\\d*|max_conns=\\d+|max_fails=\\d+|fail_timeout=${time}|slow_start=${time}|backup|down|drain|resolve|route=.+|service=.+|id=.+)$`
)

/** `backend:8080` has a port; `backend:PORT` is refused. */
function wrongPort({ args }: Directive): Refusal | undefined {
  const address = args[0]!
  return wrongPortIn(address.value, address)
}

function wrongPortIn(address: string, at: Word): Refusal | undefined {
  if (!address.includes(':')) return undefined
  const port = /^(?!unix:|\w+:\/\/)(?:\[[^\]]*\]|[^:[\]]+):([^:]*)$/i.exec(address)?.[1]
  if (port === undefined || isVariable(address)) return undefined
  const value = Number(port)
  return /^\d+$/.test(port) && value > 0 && value < 65536 ? undefined : { at, message: `invalid port in upstream "${address}"` }
}

/** The built-in variables that `set` may not replace. Those of TLS it may. */
const fixedVariables = new Set(
  'scheme host uri request_uri document_uri request remote_addr remote_port server_addr server_port server_name server_protocol request_method query_string is_args https status body_bytes_sent bytes_sent request_length request_time request_id hostname pid connection connection_requests msec time_iso8601 time_local binary_remote_addr content_type content_length document_root realpath_root request_filename request_body request_body_file remote_user nginx_version pipe tcpinfo_rtt'.split(
    ' '
  )
)

const takesNoUri = (around: readonly Directive[]): boolean => {
  const block = around[around.length - 1]
  if (!block) return false
  if (block.name.value === 'if' || block.name.value === 'limit_except') return true
  const [first] = block.args
  return block.name.value === 'location' && (/^@/.test(first?.value ?? '') || /^~\*?(?!\^)/.test(first?.value ?? ''))
}

function refusedThirdWord(directive: Directive): Refusal | undefined {
  const third = directive.args[2]
  return !third || third.value === 'always' ? undefined : { at: third, message: `invalid parameter "${third.value}"` }
}

/** `( $a = b )`, `(-f x)`, `($a)`: nginx splits by blanks and strips the parentheses of the first and last word. */
function refusedCondition(directive: Directive): Refusal | undefined {
  const words = directive.args.map(it => ({ at: it, text: it.value }))
  const refuse = (word: { at: Word; text: string }): Refusal => ({ at: word.at, message: `invalid condition "${word.text}"` })
  let from = 0
  let to = words.length - 1
  const first = words[0]!
  if (!first.text.startsWith('(')) return refuse(first)
  if (first.text === '(') from++
  else first.text = first.text.slice(1)
  const last = words[to]!
  if (!last.text.endsWith(')')) return refuse(last)
  if (last.text === ')') to--
  else last.text = last.text.slice(0, -1)
  const current = words[from]
  if (!current) return refuse(last)
  if (current.text.length > 1 && current.text.startsWith('$')) {
    if (from !== to && from + 2 !== to) return refuse(current)
    const operator = words[from + 1]
    if (from === to || !operator) return undefined
    return /^(?:=|!=|!?~\*?)$/.test(operator.text) ? undefined : { at: operator.at, message: `unexpected "${operator.text}" in condition` }
  }
  return /^!?-[fdex]$/.test(current.text) && from + 1 === to ? undefined : refuse(current)
}

interface LocationName {
  readonly text: string
  readonly kind: 'prefix' | 'exact' | 'named' | 'regex'
}

export function locationName({ args }: Pick<Directive, 'args'>): LocationName {
  const [first, second] = args.map(it => it.value)
  if (second !== undefined) return { text: second, kind: first === '=' ? 'exact' : first?.startsWith('~') ? 'regex' : 'prefix' }
  const text = first ?? ''
  if (text.startsWith('=')) return { text: text.slice(1), kind: 'exact' }
  if (text.startsWith('^~')) return { text: text.slice(2), kind: 'prefix' }
  if (text.startsWith('~')) return { text: text.replace(/^~\*?/, ''), kind: 'regex' }
  return { text, kind: text.startsWith('@') ? 'named' : 'prefix' }
}

function refusedLocation(directive: Directive, _: string, around: readonly Directive[]): Refusal | undefined {
  const [modifier, written] = directive.args
  if (modifier && written && !/^(?:=|\^~|~|~\*)$/.test(modifier.value))
    return { at: modifier, message: `invalid location modifier "${modifier.value}"` }
  const parent = around[around.length - 1]
  if (parent?.name.value !== 'location') return undefined
  const inner = locationName(directive)
  const outer = locationName(parent)
  const at = written ?? modifier ?? directive.name
  if (outer.kind === 'exact') return { at, message: `location "${inner.text}" cannot be inside the exact location "${outer.text}"` }
  if (outer.kind === 'named') return { at, message: `location "${inner.text}" cannot be inside the named location "${outer.text}"` }
  if (inner.kind === 'named') return { at, message: `named location "${inner.text}" can be on the server level only` }
  if (inner.kind === 'regex' || inner.text.startsWith(outer.text)) return undefined
  return { at, message: `location "${inner.text}" is outside location "${outer.text}"` }
}
