/** What becomes of a request in nginx: the phases of a request, as far as what decides in them is literal. */
import type { Answer, Answering, ClientRequest } from '../../core/answering.js'
import type { LowerContext } from '../../core/dialect.js'
import type { Location, Read, SourceFile } from '../../core/text.js'
import { addressesOf, type Upstreams, upstreamsOf } from './client.js'
import { truthOf } from './condition.js'
import { type Configuration, childrenOf, headerAt, type Node, readConfiguration, valueAt } from './configuration.js'
import { defaultsOf } from './defaults.js'
import { findLocation } from './locations.js'
import { type Pass, passesOf } from './passes.js'
import { headersAt } from './result-use.js'
import { enclosing, findSetting, settingOf } from './scopes.js'
import { type Server, serversOf } from './server.js'
import { type Values, valueOfText } from './variable-values.js'

export function answeringOf(root: SourceFile, ctx: LowerContext): Answering {
  const configuration = readConfiguration(root, ctx)
  const servers = new Map(serversOf(configuration, defaultsOf(ctx.settings.nginx.version)).map(it => [placeKey(it.scope.header), it]))
  const maps = mapsOf(configuration)
  const upstreams = upstreamsOf(configuration, 'http')
  return (endpoint, request) => {
    const server = servers.get(placeKey(endpoint.at))
    if (!server) return { kind: 'unknown', reason: `${endpoint.label} is not in this configuration` }
    if (configuration.template) return { kind: 'unknown', reason: 'a template engine has still to run over the configuration' }
    if (server.protocol !== 'http') return answerOfStream(server)
    return answer({
      server,
      request,
      values: { request, maps, set: new Map(), serverName: nameOfServer(server) },
      read: ctx.read,
      upstreams
    })
  }
}

const placeKey = ({ path, start }: Location): string => `${path}\0${start}`

const mapsOf = ({ all }: Configuration): ReadonlyMap<string, Node> =>
  new Map(
    all.flatMap(it => {
      const made = it.name === 'map' ? it.values[1] : undefined
      return made === undefined ? [] : [[made.replace(/^\$\{?(\w+)\}?$/, '$1').toLowerCase(), it] as const]
    })
  )

const nameOfServer = ({ node }: Server): string => (childrenOf(node, 'server_name')[0] ?? node).values[0] ?? ''

function answerOfStream(server: Server): Answer {
  const [pass] = passesOf(server)
  if (!pass) return { kind: 'content', at: server.scope.header }
  const tls = settingOf(pass.scope, 'proxy_ssl', 'off', it => it).value === 'on'
  return { kind: 'forward', at: headerAt(pass.node), tls }
}

/** One request on its way: what was set, rewritten and answered so far. */
interface Run {
  readonly server: Server
  readonly request: ClientRequest
  readonly values: Values
  readonly read: Read
  readonly upstreams: Upstreams
}

/** Where the request stands after a phase; the block is the one whose settings count. */
interface Course {
  readonly path: string
  /** The status that an error page was told to answer with; 0: that of what answers there. */
  readonly override?: number
  readonly onErrorPage: boolean
  readonly redirects: number
  readonly guard: boolean
}

const mostRedirects = 10
const internalStatus = { 'bad-certificate': 495, 'no-certificate': 496, plaintext: 497, misdirected: 421 } as const

function answer(run: Run): Answer {
  const { refusal, path } = run.request
  const start: Course = { path, onErrorPage: false, redirects: 0, guard: false }
  // nginx judges the client's certificate before it runs any location, with the error pages of the server itself.
  return refusal ? fail(internalStatus[refusal], run.server.node, { ...start, guard: true }, run) : answerAt(start, run)
}

function answerAt(course: Course, run: Run): Answer {
  if (course.redirects > mostRedirects) return { kind: 'status', status: 500 }
  const { server } = run
  const first = script(server.node, course, run)
  if (first.done) return first.done
  const location = findLocation(server.node, course.path)
  if (location === 'unknown')
    return { kind: 'unknown', reason: `which location takes ${course.path} is not to be told`, at: server.scope.header }
  if (location === undefined) return accessAt(server.node, first.course, run) ?? contentAt(server.node, first.course, run)
  if (childrenOf(location, 'internal').length > 0 && course.redirects === 0) return fail(404, location, first.course, run)
  const second = script(location, first.course, run)
  if (second.done) return second.done
  return accessAt(second.block, second.course, run) ?? contentAt(second.block, second.course, run)
}

interface Scripted {
  readonly done?: Answer
  readonly course: Course
  /** The block whose settings count from here: an `if` that holds is a place of its own. */
  readonly block: Node
}

/** The rewrite module: its directives run in the order of the text, an `if` with what is in it. */
function script(block: Node, course: Course, run: Run): Scripted {
  let inside = block
  let { guard } = course
  const unknown = (reason: string, at: Location): Scripted => ({ done: { kind: 'unknown', reason, at }, course, block })
  const frames = [{ nodes: block.children, next: 0 }]
  while (frames.length > 0) {
    const frame = frames[frames.length - 1]!
    const node = frame.nodes[frame.next++]
    if (!node) {
      frames.pop()
      continue
    }
    const args = node.values
    switch (node.name) {
      case 'set': {
        const value = valueOfText(args[1] ?? '', run.values)
        run.values.set.set((args[0] ?? '').replace(/^\$/, '').toLowerCase(), value)
        break
      }
      case 'if': {
        const truth = truthOf(node, run.values)
        if (truth.value === undefined) return unknown(truth.reason, valueAt(node))
        guard ||= truth.certificate
        if (!truth.value) break
        inside = node
        frames.push({ nodes: node.children, next: 0 })
        break
      }
      case 'return':
        return { done: answerOfReturn(node, inside, { ...course, guard }, run), course, block: inside }
      case 'rewrite': {
        const redirected = rewriteOf(node, course)
        if (redirected === 'unknown') return unknown(`whether this rewrite takes ${course.path} is not to be told`, valueAt(node))
        if (redirected !== undefined) return { done: { kind: 'status', status: redirected, at: valueAt(node) }, course, block }
        break
      }
      case 'break':
        return { course: { ...course, guard }, block: inside }
    }
  }
  return { course: { ...course, guard }, block: inside }
}

/** The status of a redirect; nothing when the pattern does not take the path. */
function rewriteOf(node: Node, { path }: Course): number | 'unknown' | undefined {
  const [pattern = '', target = '', flag] = node.values
  const isEverything = /^\^?\/?(?:\(?\.\*\)?)?\$?$/.test(pattern)
  if (!isEverything) {
    // A plain beginning that is not that of the path settles it; anything else may match.
    const beginning = /^\^(\/[\w/-]*)/.exec(pattern)?.[1]
    return beginning !== undefined && !path.startsWith(beginning.slice(0, -1)) ? undefined : 'unknown'
  }
  if (flag === 'permanent') return 301
  return flag === 'redirect' || /^(?:https?:\/\/|\$scheme)/.test(target) ? 302 : 'unknown'
}

function answerOfReturn(node: Node, block: Node, course: Course, run: Run): Answer {
  const [code = '', text] = node.values
  const at = headerAt(node)
  if (!/^\d{3}$/.test(code)) return { ...finish(302, course), at }
  const status = Number(code)
  if (status === 444) return { kind: 'close', at }
  // A text makes it an answer in its own right, which no error page replaces.
  if (status < 400 || text !== undefined) return { ...finish(status, course), at }
  const failed = fail(status, block, course, run)
  return failed.at ? failed : { ...failed, at }
}

const finish = (status: number, { override, guard }: Course): Answer & { kind: 'status' } => ({
  kind: 'status',
  status: override || status,
  ...(guard ? { guard } : {})
})

/** An error: the error pages of the nearest level that has any may answer instead. */
function fail(status: number, block: Node, course: Course, run: Run): Answer {
  const isInternal = status >= 494 && status <= 497
  const plain = finish(isInternal ? 400 : status, { ...course, override: undefined })
  if (course.onErrorPage) return plain
  const scope = { ...run.server.scope, levels: enclosing(block) }
  for (const node of findSetting(scope, 'error_page')?.nodes ?? []) {
    const words = node.values
    const target = words[words.length - 1] ?? ''
    const codes = words.slice(0, -1)
    if (!codes.includes(String(status))) continue
    const equals = codes.find(it => it.startsWith('='))
    const override = equals === undefined ? (isInternal ? 400 : status) : Number(equals.slice(1))
    return toErrorPage(node, target, { ...course, override, onErrorPage: true, redirects: course.redirects + 1 }, run)
  }
  return plain
}

function toErrorPage(node: Node, target: string, course: Course, run: Run): Answer {
  const at = headerAt(node)
  if (target.includes('$')) return { kind: 'unknown', reason: `the error page ${target} is known only when it runs`, at }
  if (target.startsWith('@')) {
    const named = run.server.all.find(it => it.name === 'location' && it.values[0] === target)
    if (!named) return { kind: 'status', status: 500, at }
    const ran = script(named, course, run)
    return { at, ...(ran.done ?? accessAt(ran.block, ran.course, run) ?? contentAt(ran.block, ran.course, run)) }
  }
  if (!target.startsWith('/')) {
    const isRedirect = /^30[12378]$/.test(String(course.override))
    return { kind: 'status', status: isRedirect ? course.override! : 302, at }
  }
  return { at, ...answerAt({ ...course, path: target.replace(/\?.*$/s, '') }, run) }
}

/** Languages and services that decide about access themselves. */
const opaque = /_by_lua(?:_block|_file)?$|^js_(?:content|access)|^perl$|^auth_(?:request|jwt|oidc)|^modsecurity$|^auth_basic$/

/** Who may come in at all; nothing when everybody may. */
function accessAt(block: Node, course: Course, run: Run): Answer | undefined {
  const levels = enclosing(block)
  const deciding = levels.flatMap(it => it.children).find(it => opaque.test(it.name) && it.values[0] !== 'off')
  if (deciding) return { kind: 'unknown', reason: `${deciding.name} decides about the request`, at: headerAt(deciding) }
  const nearest = levels.find(it => it.children.some(child => /^(?:allow|deny)$/.test(child.name)))
  const first = nearest?.children.find(it => /^(?:allow|deny)$/.test(it.name))
  if (!first || (first.name === 'allow' && first.values[0] === 'all')) return undefined
  if (first.values[0] === 'all') return { at: headerAt(first), ...fail(403, block, course, run) }
  return { kind: 'unknown', reason: `the client's address decides: ${first.name} ${first.values[0] ?? ''}`, at: headerAt(first) }
}

function contentAt(block: Node, course: Course, run: Run): Answer {
  const incomplete = enclosing(block).find(it => it.incomplete)
  if (incomplete) return { kind: 'unknown', reason: 'an include is not here that may decide about the request', at: headerAt(incomplete) }
  const pass = passesOf(run.server).find(it => it.node.parent === block || (block.name === 'if' && it.node.parent === block.parent))
  if (pass) return forward(pass, course, run)
  const status = statusOfFile(block, course, run)
  if (status === undefined) return { kind: 'content', at: headerAt(block) }
  return status >= 400 ? fail(status, block, course, run) : { ...finish(status, course), at: headerAt(block) }
}

function forward(pass: Pass, course: Course, run: Run): Answer {
  const at = headerAt(pass.node)
  if (pass.tls === undefined) return { kind: 'unknown', reason: `where ${pass.target} leads is known only when it runs`, at }
  const header = pass.header === 'proxy_set_header' ? headersAt(pass, pass.header) : []
  const written = header.find(it => it.values[0]?.toLowerCase() === 'host')
  const value = written ? written.values[1]! : '$proxy_host'
  const host = /^\$\{?proxy_host\}?$/.test(value) ? pass.authority : valueOfText(value, run.values)
  const path = pathOfForward(pass, course)
  const group = pass.host === undefined ? undefined : run.upstreams.get(pass.host.toLowerCase())
  return {
    kind: 'forward',
    at,
    tls: pass.tls,
    ...(pass.tls ? {} : { addresses: addressesOf(pass, group) }),
    ...(host === undefined ? {} : { host: bareHost(host) }),
    ...(path === undefined ? {} : { path })
  }
}

/** Lower case, without port and the dot of the root. */
const bareHost = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')

/** A path behind the address takes the place of what the location has matched. */
function pathOfForward(pass: Pass, { path }: Course): string | undefined {
  const rest = pass.target.slice(pass.target.indexOf(pass.authority) + pass.authority.length)
  if (rest === '') return path
  const [modifier, prefix] = pass.node.parent ? pass.node.parent.values : []
  const matched = prefix === undefined ? modifier : modifier === '=' || modifier === '^~' ? prefix : undefined
  return matched !== undefined && path.startsWith(matched) && !rest.includes('$') ? rest + path.slice(matched.length) : undefined
}

/** nginx's own files, as far as they are here. */
function statusOfFile(block: Node, { path }: Course, { server, read }: Run): number | undefined {
  const scope = { ...server.scope, levels: enclosing(block) }
  if (
    findSetting(scope, 'try_files') ??
    findSetting(scope, 'alias') ??
    scope.levels[0]?.children.find(it => /_pass$|^(?:stub_status|empty_gif|autoindex|random_index)$/.test(it.name))
  )
    return undefined
  const root = findSetting(scope, 'root')?.nodes[0]
  const written = root?.values[0]
  if (written === undefined || written.includes('$') || /(?:^|\/)\.\.(?:\/|$)|%/.test(path)) return undefined
  const folder = server.scope.paths.resolve(written)
  if (read(folder).kind !== 'directory') return undefined
  const entry = read(`${folder}${path}`.replace(/\/$/, ''))
  if (!path.endsWith('/')) return entry.kind === 'file' ? 200 : entry.kind === 'missing' ? 404 : undefined
  if (entry.kind !== 'directory') return entry.kind === 'missing' ? 404 : undefined
  const index = findSetting(scope, 'index')?.nodes[0]
  const names = index ? index.values : ['index.html']
  if (names.some(it => it.includes('$') || it.startsWith('/'))) return undefined
  return names.some(it => entry.names.includes(it)) ? 200 : 403
}
