import type { Node } from '@babel/types'
import type { LowerContext, Lowered, PathUse } from '../../core/dialect.js'
import type { Address, CredentialRef, Identity, Setting, TlsEndpoint, TlsVersion, TrustRef } from '../../core/model.js'
import { type Location, locate, type SourceFile } from '../../core/text.js'
import { fileOf, here } from '../command-line/paths.js'
import { isTest } from '../command-line/trial.js'
import { type Call, callsIn, listenOf } from './calls.js'
import { type Program, programOf } from './syntax.js'
import { readValue, type Value } from './values.js'

/** Defaults are those of Node 20 and later: https://nodejs.org/api/tls.html#tlsconnectoptions-callback */
export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const program = programOf(root)
  const paths: PathUse[] = []
  const reader: Reader = { root, program, ctx, paths }
  const endpoints = [
    ...callsIn(program).flatMap(it => (it.role === 'client' ? clientOf(it, reader) : serverOf(it, reader)) ?? []),
    ...switchedOff(reader)
  ]
  const trial = isTest(root.path) ? ({ trial: 'test' } as const) : {}
  const sorted = endpoints.map(it => ({ ...it, ...trial })).sort((a, b) => a.at.start - b.at.start)
  return { endpoints: sorted, problems: [], paths, pem: [], files: [root] }
}

interface Reader {
  readonly root: SourceFile
  readonly program: Program
  readonly ctx: LowerContext
  /** What was found to lead to a file. */
  readonly paths: PathUse[]
}

const placeOf = (node: Node, { root }: Reader): Location => locate(root, { start: node.start ?? 0, end: node.end ?? 0 })

/** An option with what it comes to; nothing when it is not written. */
function option(call: Call, name: string, { program }: Reader): Value | undefined {
  const node = call.options.values.get(name)?.value
  return node && readValue(node, program)
}

const settings = [
  'cert',
  'key',
  'pfx',
  'ca',
  'rejectUnauthorized',
  'servername',
  'checkServerIdentity',
  'minVersion',
  'maxVersion',
  'ciphers'
]
/** With these more is decided than is written here. */
const elsewhere = ['secureContext', 'secureProtocol', 'socket', 'createConnection', 'SNICallback', 'lookup', 'ALPNCallback']

const isIncomplete = ({ options }: Call): boolean => !options.complete || elsewhere.some(it => options.values.has(it))

function clientOf(call: Call, reader: Reader): TlsEndpoint | undefined {
  const target = targetOf(call, reader)
  if (!settings.some(it => call.options.values.has(it)) && !isOwn(target)) return undefined
  const at = placeOf(call.callee, reader)
  const verifyChain = flag(call, 'rejectUnauthorized', true, reader)
  const name = nameOf(call, target, reader)
  const isAddress = name !== undefined && isAddressLiteral(name.value)
  return {
    ...common(call, target, reader),
    role: 'client',
    protocol: call.name.startsWith('tls.') ? 'tcp' : 'http',
    addresses: target ? [addressOf(target)] : [],
    serverNames: name && !isAddress ? [name] : [],
    ...(target?.host === undefined || call.name.startsWith('tls.') ? {} : { requestHost: target.host }),
    ...(target?.path === undefined ? {} : { requestPath: target.path }),
    tls: { value: true, origin: 'default', at, name: call.name },
    peer: {
      certificate: { value: 'require', origin: 'default', at, name: 'rejectUnauthorized' },
      verifyChain,
      verifyNames: verifyChain.value ? verifiedNames(call, name, reader) : [],
      trustAnchors: trustOf(call, at, reader),
      crls: credentials(call, 'crl', 'crl', reader)
    }
  }
}

/** Ordinary downloads have no settings, and a public address. */
const isOwn = (target: Target | undefined): boolean =>
  target?.host !== undefined && (target.port !== 443 || /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(target.host))

function serverOf(call: Call, reader: Reader): TlsEndpoint | undefined {
  const { values } = call.options
  // Where it has no certificate of its own here it gets one elsewhere, or is there for no handshake.
  if (!values.has('cert') && !values.has('pfx')) return undefined
  const at = placeOf(call.callee, reader)
  const asks = flag(call, 'requestCert', false, reader)
  const refuses = flag(call, 'rejectUnauthorized', true, reader)
  const certificate: TlsEndpoint['peer']['certificate'] = {
    ...asks,
    value: !asks.value ? 'ignore' : refuses.value ? 'require' : 'request',
    origin: asks.value && refuses.origin === 'unknown' ? 'unknown' : asks.origin
  }
  const listen = listenOf(call, reader.program)
  const target = listen && { at: placeOf(listen.node, reader), ...listen }
  return {
    ...common(call, target, reader),
    role: 'server',
    protocol: call.name.startsWith('tls.') ? 'tcp' : 'http',
    addresses: target ? [{ ...addressOf(target), isDefault: true }] : [],
    serverNames: [],
    tls: { value: true, origin: 'default', at, name: call.name },
    peer: {
      certificate,
      verifyChain: refuses,
      verifyNames: [],
      trustAnchors: values.has('ca') || asks.value ? anchorsOf(call, at, asks, reader) : [],
      crls: credentials(call, 'crl', 'crl', reader)
    },
    // Any handler, in this file or another, may look at `socket.authorized`.
    result: { tested: [], handedOn: [], unknown: true }
  }
}

/** Many write the intermediates of their own certificate into `ca`, where OpenSSL finds them: that is no trust in clients. */
function anchorsOf(call: Call, at: Location, asks: Setting<boolean>, reader: Reader): readonly TrustRef[] {
  const refs = trustOf(call, at, reader)
  const isChain = !asks.value && (refs.length > 1 || refs.some(it => it.kind === 'file' && /chain|bundle|intermediate/i.test(it.written)))
  return refs.map(it => ({ ...it, intended: !isChain, announced: true }))
}

function common(call: Call, target: Target | undefined, reader: Reader) {
  const at = placeOf(call.callee, reader)
  const ciphers = option(call, 'ciphers', reader)
  return {
    dialect: 'node',
    label: labelOf(call, target),
    verifier: 'openssl',
    at,
    block: placeOf(call.options.node ?? call.node, reader),
    identities: identitiesOf(call, reader),
    minVersion: version(call, 'minVersion', 'TLSv1.2', reader),
    maxVersion: version(call, 'maxVersion', 'TLSv1.3', reader),
    ...(ciphers?.kind === 'string'
      ? { ciphers: { value: ciphers.text, origin: 'written', at: placeOf(ciphers.node, reader), name: 'ciphers' } }
      : {}),
    acceptsPlaintext: { value: false, origin: 'default', at, name: call.name },
    incomplete: isIncomplete(call)
  } as const satisfies Partial<TlsEndpoint>
}

function labelOf({ name, role }: Call, target: Target | undefined): string {
  if (target?.host === undefined || role === 'server') return target?.port === undefined ? name : `${name} on port ${target.port}`
  return `${name} ${target.host}${target.port === undefined ? '' : `:${target.port}`}`
}

interface Target {
  readonly at: Location
  readonly host?: string
  readonly port?: number
  readonly path?: string
}

const addressOf = ({ at, host, port }: Target): Address => ({
  at,
  ...(host === undefined ? {} : { host }),
  ...(port === undefined ? {} : { port }),
  transport: 'tcp',
  tls: true,
  isDefault: false
})

/** A URL, `tls.connect(8443, 'host')`, or `host`, `hostname` and `port` of the options. */
function targetOf(call: Call, reader: Reader): Target | undefined {
  if (call.url) return call.name === 'tls.connect' ? ofConnect(call, call.url, reader) : ofUrl(call.url, reader)
  const host = option(call, 'hostname', reader) ?? option(call, 'host', reader)
  const port = option(call, 'port', reader)
  if (!host && !port) return undefined
  const path = option(call, 'path', reader)
  const standard = call.name === 'tls.connect' ? undefined : 443
  const name = host === undefined ? 'localhost' : host.kind === 'string' ? bare(host.text) : undefined
  const number = port === undefined ? standard : numberIn(port)
  return {
    at: placeOf((host ?? port)!.node, reader),
    ...(name === undefined ? {} : { host: name }),
    ...(number === undefined ? {} : { port: number }),
    ...(path?.kind === 'string' && path.text.startsWith('/') ? { path: path.text.replace(/[?#].*$/s, '') } : {})
  }
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()
const numberIn = (value: Value): number | undefined =>
  value.kind === 'number' ? value.number : value.kind === 'string' && /^\d{1,5}$/.test(value.text) ? Number(value.text) : undefined

function ofUrl(node: Node, reader: Reader): Target | undefined {
  const made = node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'URL' ? node.arguments[0] : node
  const value = made && readValue(made, reader.program)
  const at = placeOf(node, reader)
  if (value?.kind !== 'string') return { at }
  if (!URL.canParse(value.text)) return undefined
  const { protocol, hostname, port, pathname } = new URL(value.text)
  if (protocol !== 'https:') return undefined
  return { at, host: bare(hostname), port: port === '' ? 443 : Number(port), path: pathname }
}

function ofConnect(call: Call, first: Node, reader: Reader): Target {
  const port = numberIn(readValue(first, reader.program))
  const second = call.node.type === 'CallExpression' ? call.node.arguments[1] : undefined
  const host = second && readValue(second, reader.program)
  const own = option(call, 'host', reader)
  const name = host?.kind === 'string' ? host : own?.kind === 'string' ? own : undefined
  const isUnknown = host?.kind === 'unknown' && !call.options.node
  return {
    at: placeOf(first, reader),
    ...(port === undefined ? {} : { port }),
    ...(name ? { host: bare(name.text) } : isUnknown || own ? {} : { host: 'localhost' })
  }
}

const isAddressLiteral = (name: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || name.includes(':')

/** `servername`, else the host: of `https` it is asked for and compared, of `tls` compared alone. */
function nameOf(call: Call, target: Target | undefined, reader: Reader): Setting<string> | undefined {
  const own = option(call, 'servername', reader)
  if (own?.kind === 'string') {
    const name = { value: own.text.toLowerCase(), origin: 'written', at: placeOf(own.node, reader), name: 'servername' } as const
    return own.text === '' ? undefined : name
  }
  if (own) return { value: 'servername', origin: 'unknown', at: placeOf(own.node, reader), name: 'servername' }
  if (!target) return { value: 'the host', origin: 'unknown', at: placeOf(call.callee, reader), name: 'host' }
  if (target.host === undefined) return { value: 'the host', origin: 'unknown', at: target.at, name: 'host' }
  return { value: target.host, origin: 'written', at: target.at, name: 'host' }
}

/** A function of one's own that returns nothing accepts any name; what any other does cannot be told. */
function verifiedNames(call: Call, name: Setting<string> | undefined, reader: Reader): readonly Setting<string>[] {
  const own = option(call, 'checkServerIdentity', reader)
  if (!own) return name ? [name] : []
  if (own.kind === 'function' && returnsNothing(own.body, reader.program)) return []
  return [{ value: 'checkServerIdentity', origin: 'unknown', at: placeOf(own.node, reader), name: 'checkServerIdentity' }]
}

function returnsNothing(body: Node, program: Program): boolean {
  if (body.type !== 'BlockStatement') return isNothing(readValue(body, program))
  const [first, ...rest] = body.body
  if (!first) return true
  return rest.length === 0 && first.type === 'ReturnStatement' && (!first.argument || isNothing(readValue(first.argument, program)))
}

const isNothing = ({ kind }: Value): boolean => kind === 'nothing'

function flag(call: Call, name: string, byDefault: boolean, reader: Reader): Setting<boolean> {
  const value = option(call, name, reader)
  if (!value || value.kind === 'nothing') return { value: byDefault, origin: 'default', at: placeOf(call.callee, reader), name }
  const at = placeOf(call.options.values.get(name)!.value, reader)
  return value.kind === 'boolean'
    ? { value: value.boolean, origin: 'written', at, name }
    : { value: byDefault, origin: 'unknown', at, name }
}

const versions: Readonly<Record<string, TlsVersion>> = { TLSv1: 'TLSv1', 'TLSv1.1': 'TLSv1.1', 'TLSv1.2': 'TLSv1.2', 'TLSv1.3': 'TLSv1.3' }

function version(call: Call, name: string, byDefault: TlsVersion, reader: Reader): Setting<TlsVersion> {
  const value = option(call, name, reader)
  if (!value) return { value: byDefault, origin: 'default', at: placeOf(call.callee, reader), name }
  const known = value.kind === 'string' ? versions[value.text] : undefined
  return { value: known ?? byDefault, origin: known ? 'written' : 'unknown', at: placeOf(value.node, reader), name }
}

function identitiesOf(call: Call, reader: Reader): readonly Identity[] {
  const passphrase = call.options.values.has('passphrase')
  const certs = credentials(call, 'cert', 'certificate', reader)
  const keys = credentials(call, 'key', 'key', reader)
  if (certs.length > 0) return certs.map((certificate, at) => ({ certificate, ...(keys[at] ? { key: keys[at] } : {}), passphrase }))
  return credentials(call, 'pfx', 'certificate', reader).map(it => ({
    certificate: { kind: 'dynamic', text: 'pfx', at: it.at, name: 'pfx' },
    passphrase
  }))
}

/** `ca` takes the place of the list that Node brings along. */
function trustOf(call: Call, at: Location, reader: Reader): readonly TrustRef[] {
  const own = credentials(call, 'ca', 'trust', reader)
  const refs: readonly CredentialRef[] = own.length > 0 ? own : [{ kind: 'system', at, name: 'ca' }]
  return refs.map(it => ({ ...it, intended: true, announced: false }))
}

function credentials(call: Call, name: string, what: PathUse['what'], reader: Reader): readonly CredentialRef[] {
  const value = option(call, name, reader)
  if (!value || value.kind === 'nothing') return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.map(it => credential(it, name, what, reader))
}

function credential(value: Value, name: string, what: PathUse['what'], reader: Reader): CredentialRef {
  const at = placeOf(value.node, reader)
  if (value.kind !== 'file') return { kind: 'dynamic', text: name, at, name }
  const path = value.base === 'file' ? value.path.replace(/^\/+/, '') : value.path
  const word = { value: path, dynamic: value.path === '', start: at.start, end: at.end }
  // What counts from the program's own file lies there and nowhere else.
  const folder = value.base === 'file' ? { changes: `${reader.root.path.slice(0, reader.root.path.lastIndexOf('/'))}` } : here
  const { ref, exists } = fileOf(word, name, at, folder, reader.ctx)
  if (exists && 'path' in ref) reader.paths.push({ at, path: ref.path, what, credential: ref })
  return ref
}

/** `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'` holds for all clients of the process that do not say otherwise. */
function switchedOff(reader: Reader): readonly TlsEndpoint[] {
  return reader.program.nodes.flatMap(node => {
    if (node.type !== 'AssignmentExpression' || node.operator !== '=' || node.left.type !== 'MemberExpression') return []
    const { property } = node.left
    const name =
      property.type === 'Identifier' && !node.left.computed ? property.name : property.type === 'StringLiteral' ? property.value : ''
    const value = readValue(node.right, reader.program)
    const isOff = (value.kind === 'string' && value.text === '0') || (value.kind === 'number' && value.number === 0)
    if (name !== 'NODE_TLS_REJECT_UNAUTHORIZED' || !isOff) return []
    const at = placeOf(node, reader)
    const unset = { origin: 'default', at, name } as const
    return [
      {
        dialect: 'node',
        role: 'client',
        label: 'this process',
        verifier: 'openssl',
        protocol: 'tcp',
        at,
        block: at,
        addresses: [],
        serverNames: [{ value: 'the host', origin: 'unknown', at, name: 'host' }],
        tls: { value: true, ...unset },
        identities: [],
        peer: {
          certificate: { value: 'require', ...unset },
          verifyChain: { value: false, origin: 'written', at: placeOf(node.right, reader), name },
          verifyNames: [],
          trustAnchors: [{ kind: 'system', at, name: 'ca', intended: true, announced: false }],
          crls: []
        },
        minVersion: { value: 'TLSv1.2', ...unset },
        maxVersion: { value: 'TLSv1.3', ...unset },
        acceptsPlaintext: { value: false, ...unset },
        incomplete: false
      } satisfies TlsEndpoint
    ]
  })
}
