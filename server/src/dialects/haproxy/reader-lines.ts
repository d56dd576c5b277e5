/** What is refused in the lines that TLS is about: `bind`, `server`, and the settings of `global`. */
import { keywordOf, spanOf } from './configuration.js'
import { defaultsOf } from './defaults.js'
import { lookUp } from './look-up.js'
import { type LineKind, type Option, optionNames, optionsOf, type ReadOptions } from './options.js'
import type { Line, Word } from './parser.js'
import { type ReaderError, type ReadingContext, wrongValue, wrongWord } from './reader.js'
import { addressIndex } from './server.js'
import { similar } from './similar.js'
import { versionWords } from './tls-options.js'

const missingOnBind: Readonly<Record<string, string>> = {
  crt: 'missing certificate location',
  'default-crt': 'missing certificate location',
  'crt-list': 'missing certificate location',
  'ca-file': 'missing CAfile path',
  'ca-verify-file': 'missing CAfile path',
  'ca-sign-file': 'missing CAfile path',
  'crl-file': 'missing CRLfile path',
  'crt-ignore-err': 'missing error IDs list',
  'ca-ignore-err': 'missing error IDs list',
  ciphers: 'missing cipher suite',
  ciphersuites: 'missing cipher suite',
  alpn: 'missing the comma-delimited ALPN protocol suite',
  verify: 'missing verify method',
  'ssl-min-ver': 'missing the ssl/tls version',
  'ssl-max-ver': 'missing the ssl/tls version',
  name: 'missing name'
}
const missingOnServer: Readonly<Record<string, string>> = {
  crt: 'missing certificate file path',
  'ca-file': 'missing CAfile path',
  'crl-file': 'missing CRLfile path',
  ciphers: 'missing cipher suite',
  ciphersuites: 'missing cipher suite',
  alpn: 'missing the comma-delimited ALPN protocol suite',
  verify: 'missing verify method',
  verifyhost: 'missing hostname to verify against',
  sni: 'missing sni expression',
  'check-sni': 'missing SNI',
  'ssl-min-ver': 'missing the ssl/tls version',
  'ssl-max-ver': 'missing the ssl/tls version',
  cookie: 'expects <value> as argument'
}

/** `start` is the first option: `default-bind` has no address. */
export function bindErrors(line: Line, start: number, section: string, ctx: ReadingContext): readonly ReaderError[] {
  const [keyword, address] = line.words
  if (start === 2 && (!address || address.value === ''))
    return [wrongWord(keyword!, "'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.")]
  const title = `'${keywordOf(line)}${start === 2 ? ` ${address!.value}` : ''}' in section '${section}'`
  const wrongAddress = start === 2 && address && !address.dynamic ? addressError(address.value) : undefined
  if (wrongAddress) return [wrongWord(address!, `'bind' : ${wrongAddress}`)]
  const read = optionsOf('bind', line, start, ctx.configuration)
  return optionErrors('bind', read, ctx, {
    title: `${title} : `,
    unknownTitle: `${title}: `,
    missing: missingOnBind,
    methods: ['none', 'optional', 'required'],
    end: ''
  })
}

export function serverErrors(line: Line, proxy: string, ctx: ReadingContext): readonly ReaderError[] {
  const keyword = line.words[0]!
  const name = line.words[1]
  const index = addressIndex(line)
  const address = line.words[index]
  if (!address || address.value === '') {
    const expected = keyword.value === 'server-template' ? '<prefix> <nb | range> <addr>[:<port>]' : '<name> and <addr>[:<port>]'
    return [wrongWord(keyword, `'${keyword.value}' expects ${expected} as arguments.`)]
  }
  const wrong = name && !name.dynamic ? /[^\w.:-]/.exec(name.value)?.[0] : undefined
  if (wrong) return [wrongWord(name!, `character '${wrong}' is not permitted in server name '${name!.value}'.`)]
  const port = address.dynamic ? undefined : serverPort(address.value)
  if (port !== undefined) return [wrongWord(address, `'server ${proxy}/${name!.value}' : ${port}`)]
  const title = `'server ${proxy}/${keyword.value === 'server-template' ? '(null)' : name!.value}' : `
  return serverOptionErrors(optionsOf('server', line, index + 1, ctx.configuration), title, ctx)
}

export const defaultServerErrors = (line: Line, ctx: ReadingContext): readonly ReaderError[] =>
  serverOptionErrors(optionsOf('server', line, 1, ctx.configuration), '', ctx)

const serverOptionErrors = (read: ReadOptions, title: string, ctx: ReadingContext): readonly ReaderError[] =>
  optionErrors('server', read, ctx, { title, unknownTitle: title, missing: missingOnServer, methods: ['none', 'required'], end: '.' })

interface Words {
  readonly title: string
  readonly unknownTitle: string
  readonly missing: Readonly<Record<string, string>>
  readonly methods: readonly string[]
  readonly end: string
}

/** HAProxy leaves the line at its first error. */
function optionErrors(kind: LineKind, read: ReadOptions, ctx: ReadingContext, words: Words): readonly ReaderError[] {
  for (const option of read.options) {
    const error = valueError(option, ctx, words)
    if (error) return [error]
  }
  const { stopped } = read
  if (!stopped) return []
  const { word, why } = stopped
  if (why === 'missing value') {
    const what = lookUp(words.missing, word.value) ?? 'missing value'
    return [wrongWord(word, `${words.title}'${word.value}' : ${what}${words.end}`)]
  }
  if (ctx.anyKeyword) return []
  const near = similar(word.value, optionNames(kind, ctx.version))
  return [wrongWord(word, `${words.unknownTitle}unknown keyword '${word.value}'${near ? `; did you mean '${near}' maybe ?` : '.'}`)]
}

function valueError({ name, values }: Option, ctx: ReadingContext, words: Words): ReaderError | undefined {
  const value = values[0]
  if (!value || value.dynamic || value.value === '') return undefined
  const text = value.value
  if (name === 'verify' && !words.methods.includes(text)) {
    const methods = words.methods.map(it => `'${it}'`)
    const listed = `${methods.slice(0, -1).join(', ')}${methods.length > 2 ? ',' : ''} and ${methods.at(-1)}`
    return wrongValue(value, `${words.title}'verify' : unknown verify method '${text}', only ${listed} are supported${words.end}`)
  }
  if (name === 'ssl-min-ver' || name === 'ssl-max-ver') {
    if (!versionWords.includes(text)) return wrongValue(value, `${words.title}'${text}' : unknown ssl/tls version${words.end}`)
  } else if (name === 'crt-ignore-err' || name === 'ca-ignore-err') return ignoredError(name, value, ctx, words)
  return undefined
}

/** Numbers of OpenSSL, and since 2.7 their names. */
function ignoredError(name: string, value: Word, ctx: ReadingContext, words: Words): ReaderError | undefined {
  const { namesOfErrors, highestError } = defaultsOf(ctx.version)
  if (value.value === 'all') return undefined
  for (const it of value.value.split(',')) {
    if (namesOfErrors && /^X509_V_/.test(it)) continue
    const id = Number.parseInt(it, 10) || 0
    if (id < 1 || id > highestError)
      return wrongValue(
        value,
        `${words.title}'${name}' : ID '${namesOfErrors ? it : id}' out of range (1..${highestError}) in error IDs list '${value.value}'`
      )
  }
  return undefined
}

const socketPrefix = /^(?:[a-z0-9+]+@)/

/** What is wrong with an address to listen on. */
function addressError(text: string): string | undefined {
  for (const part of text.split(',')) {
    const prefix = socketPrefix.exec(part)?.[0] ?? ''
    if (/^(?:udp|uxdg)/.test(prefix)) return `dgram-type address not acceptable in '${part}'`
    if (part === '' || part.startsWith('/') || /^(?:unix|uxst|abns|abnsz|fd|sockpair|rhttp)@/.test(prefix)) continue
    const rest = part.slice(prefix.length)
    const colon = rest.lastIndexOf(':')
    if (colon < 0) return `missing port specification in '${part}'`
    const port = rest.slice(colon + 1)
    const wrong = portError(port, part)
    if (wrong) return wrong
    const host = rest.slice(0, colon)
    if (/[!\s]/.test(host)) return `invalid address: '${host}' in '${part}'`
  }
  return undefined
}

function portError(port: string, part: string): string | undefined {
  if (port === '') return part === ':' ? `missing port specification in '${part}'` : `invalid port ''`
  if (/^[+]\d/.test(port) || /^-\d/.test(port))
    return port.startsWith('-') && !part.includes('::') ? `invalid port '${port}'` : `port offset not permitted here in '${part}'`
  const range = /^(\d+)(?:-(\d+))?$/.exec(port)
  if (!range) return /[^\w-]/.test(port) ? undefined : `invalid character '${port[0]}' in port number '${port}' in '${part}'`
  const [, first, last = first] = range
  if (range[2] !== undefined && Number(last) < Number(first)) return `invalid port range '${port}'`
  const bad = [first!, last!].find(it => Number(it) < 1 || Number(it) > 65535)
  return bad === undefined ? undefined : `invalid port '${bad}'`
}

function serverPort(text: string): string | undefined {
  const match = /^(?:[a-z0-9]+@)?(?:\[[^\]]*\]|[^:@/]*):(\d+)(-\d+)?$/.exec(text)
  if (!match) return undefined
  if (match[2]) return `port range not permitted here in '${text}'`
  return Number(match[1]) > 65535 ? `invalid port '${match[1]}'` : undefined
}

const bindFlags: ReadonlySet<string> = new Set(
  'no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-tls-tickets tls-tickets prefer-client-ciphers strict-sni no-ca-names allow-0rtt ssl-min-ver ssl-max-ver no-renegotiate renegotiate no-alpn no-strict-sni generate-certificates'.split(
    ' '
  )
)

/** The settings of `global` that are about TLS, and the few others that are often wrong. */
export function globalTlsErrors(line: Line, ctx: ReadingContext): readonly ReaderError[] {
  const keyword = keywordOf(line)
  const [word, value, extra] = line.words
  switch (keyword) {
    case 'ssl-default-bind-options':
    case 'ssl-default-server-options':
      return defaultOptionErrors(line, ctx)
    case 'ssl-default-bind-ciphers':
    case 'ssl-default-server-ciphers':
    case 'ssl-default-bind-ciphersuites':
    case 'ssl-default-server-ciphersuites':
      return value ? [] : [wrongWord(word!, `global statement '${keyword}' expects a cipher suite as an argument.`)]
    case 'ca-base':
    case 'crt-base':
    case 'issuers-chain-path':
      if (!value) return [wrongWord(word!, `global statement '${keyword}' expects a directory path as an argument.`)]
      return repeated(line, ctx) ? [{ ...spanOf(line.words), rule: 'duplicate-setting', message: `'${keyword}' already specified.` }] : []
    case 'ssl-server-verify':
      if (!value) return [wrongWord(word!, "'ssl-server-verify' expects an integer argument.")]
      return value.dynamic || value.value === 'none' || value.value === 'required'
        ? []
        : [wrongValue(value, "'ssl-server-verify' expects 'none' or 'required' as argument.")]
    case 'tune.ssl.default-dh-param':
      return value && (value.dynamic || Number.parseInt(value.value, 10) >= 1024)
        ? []
        : [wrongValue(value ?? word!, "'tune.ssl.default-dh-param' expects a value >= 1024.")]
    case 'tune.ssl.capture-buffer-size':
    case 'tune.ssl.capture-cipherlist-size':
      if (!value) return [wrongWord(word!, `'${keyword}' expects an integer argument.`)]
      return repeated(line, ctx)
        ? [{ ...spanOf(line.words), rule: 'duplicate-setting', message: `'${keyword}' is already configured.` }]
        : []
    case 'ssl-dh-param-file':
      return value ? [] : [wrongWord(word!, "'ssl-dh-param-file' expects a file path as an argument.")]
    case 'nbproc':
      return ctx.exact
        ? [
            wrongWord(
              word!,
              'nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines if available.'
            )
          ]
        : []
    case 'log':
      return value ? logErrors(line) : line.modifier ? [] : [wrongWord(word!, 'log : expects <address> and <facility>  as arguments')]
    case 'nbthread':
    case 'thread-groups':
      if (!value || !(value.dynamic || /^\d+$/.test(value.value)))
        return [wrongWord(value ?? word!, `'${keyword}' passed a missing or unparsable integer value in '${value?.value ?? ''}'`)]
      return extra ? [wrongWord(extra, `'${keyword}' cannot handle unexpected argument '${extra.value}'.`)] : []
    case 'stats':
      return value && ['socket', 'maxconn', 'bind-process', 'timeout'].includes(value.value)
        ? value.value === 'socket' && !extra
          ? [wrongWord(value, "'stats socket' in global section expects an address or a path to a UNIX socket")]
          : []
        : [
            wrongWord(
              value ?? word!,
              `'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got '${value?.value ?? ''}')`
            )
          ]
  }
  const most = lookUp(globalArguments, keyword)
  if (most === undefined) return []
  const excess = line.words[most + 1]
  if (most === 1 && !value && integers.has(keyword)) return [wrongWord(word!, `'${keyword}' expects an integer argument.`)]
  return excess ? [wrongWord(excess, `'${keyword}' cannot handle unexpected argument '${excess.value}'.`)] : []
}

const integers: ReadonlySet<string> = new Set([
  'maxconn',
  'maxconnrate',
  'maxsessrate',
  'maxsslrate',
  'maxpipes',
  'ulimit-n',
  'tune.bufsize',
  'tune.maxrewrite',
  'tune.ssl.cachesize',
  'tune.ssl.lifetime',
  'tune.ssl.maxrecord',
  'maxsslconn'
])

/** How many words follow; those that are not here take what they like. */
const globalArguments: Readonly<Record<string, number>> = {
  daemon: 0,
  'master-worker': 1,
  maxconn: 1,
  maxconnrate: 1,
  maxsessrate: 1,
  maxsslrate: 1,
  maxpipes: 1,
  'ulimit-n': 1,
  user: 1,
  group: 1,
  chroot: 1,
  pidfile: 1,
  'tune.bufsize': 1,
  'tune.maxrewrite': 1,
  'tune.ssl.cachesize': 1,
  'tune.ssl.lifetime': 1,
  'tune.ssl.maxrecord': 1,
  'log-tag': 1,
  noepoll: 0,
  nopoll: 0,
  nosplice: 0,
  quiet: 0
}

function repeated(line: Line, { configuration }: ReadingContext): boolean {
  const first = configuration.tree.sections
    .filter(it => it.kind === 'global')
    .flatMap(it => it.lines)
    .find(it => keywordOf(it) === keywordOf(line))
  return first !== line && first?.certain === true
}

function defaultOptionErrors(line: Line, ctx: ReadingContext): readonly ReaderError[] {
  const keyword = keywordOf(line)
  if (line.words.length < 2) return [wrongWord(line.words[0]!, `global statement '${keyword}' expects an option as an argument.`)]
  for (let at = 1; at < line.words.length; at++) {
    const word = line.words[at]!
    if (word.dynamic) continue
    if (!bindFlags.has(word.value))
      return ctx.anyKeyword ? [] : [wrongWord(word, `unknown option '${word.value}' on global statement '${keyword}'.`)]
    if (word.value !== 'ssl-min-ver' && word.value !== 'ssl-max-ver') continue
    const version = line.words[++at]
    if (!version) return [wrongWord(word, `'${word.value}' : missing the ssl/tls version on global statement '${keyword}'.`)]
    if (!version.dynamic && !versionWords.includes(version.value))
      return [wrongValue(version, `'${version.value}' : unknown ssl/tls version on global statement '${keyword}'.`)]
  }
  return []
}

const facilities: ReadonlySet<string> = new Set(
  'kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' '
  )
)
const levels: ReadonlySet<string> = new Set('emerg alert crit err warning notice info debug'.split(' '))

/** `log <address> [len n] [format f] [sample s] [profile p] <facility> [level [minimum]]`. */
export function logErrors(line: Line): readonly ReaderError[] {
  const [word, target] = line.words
  if (!target || line.modifier || target.value === 'global') return []
  if (!target.dynamic) {
    const range = /:(\d+-\d+)$/.exec(target.value)
    if (range) return [wrongWord(target, `log : port range not permitted here in '${target.value}'`)]
    if (/:[+-]\d+$/.test(target.value)) return [wrongWord(target, `log : port offset not permitted here in '${target.value}'`)]
  }
  let at = 2
  while (['len', 'format', 'sample', 'profile'].includes(line.words[at]?.value ?? '')) at += 2
  const [facility, level, minimum] = line.words.slice(at)
  if (!facility) return [wrongWord(word!, 'log : expects <address> and <facility> or global as arguments')]
  if (!facility.dynamic && !facilities.has(facility.value)) return [wrongWord(facility, `log : unknown log facility '${facility.value}'`)]
  const wrong = [level, minimum].find(it => it && !it.dynamic && !levels.has(it.value))
  return wrong ? [wrongWord(wrong, `log : unknown optional log level '${wrong.value}'`)] : []
}
