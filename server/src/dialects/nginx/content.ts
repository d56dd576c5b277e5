import { memo } from '../../core/text.js'
import { argumentsOf, type Configuration, childrenOf, isDynamic, type Node, nameOf, walk } from './configuration.js'
import { type Directive, parse } from './parser.js'
import { type Pass, passesOf } from './passes.js'
import { enclosing } from './scopes.js'
import type { Server } from './server.js'

/**
 * Where the content of a server comes from, each source with the location that gives it, so that two servers can be
 * compared. What stands behind a password or a list of addresses, and what is a text of its own, equals nothing else.
 * Nothing at all for a server that only refuses or redirects; `undefined` when that cannot be known.
 */
export function contentOf(server: Server, configuration: Configuration): readonly string[] | undefined {
  const { node, protocol, scope } = server
  if (protocol === 'mail' || configuration.template || configuration.incomplete || scope.levels.some(it => it.incomplete)) return undefined
  const all = [...walk([node])]
  if (all.some(it => it.incomplete || makesContent.test(nameOf(it)))) return undefined
  if (protocol === 'stream') return passesOf(server).map(it => it.target)
  if (answersEverything(node)) return givesContent(node) ? [unique(node)] : []
  const passes = new Map(passesOf(server).map(it => [it.node, it]))
  const locations = all.filter(it => nameOf(it) === 'location' && !isSideRoad(it, server))
  const found = [...locations, ...(locations.some(catchesAll) ? [] : [node])].flatMap(it => sourceOf(it, passes))
  return found.includes(undefined) ? undefined : [...new Set(found as string[])]
}

/** Programs inside nginx that answer requests themselves. */
const makesContent = /^(?:content|access|rewrite)_by_lua|^js_content$|^perl$|^auth_request$/
const restricts = /^(?:auth_basic|auth_jwt|auth_oidc|allow|deny|satisfy|secure_link|valid_referers)$/

/** A `return`, or a rewriting of everything, in the server itself comes before any location. */
const answersEverything = (server: Node): boolean =>
  childrenOf(server, 'return').length > 0 ||
  childrenOf(server, 'rewrite').some(it => takesAll.test(argumentsOf(it)[0] ?? '') && redirects(it))

const takesAll = /^\^?\/?(?:\(?\.\*\)?)?\$?$/
const redirects = (rewrite: Node): boolean =>
  /^https?:\/\//.test(argumentsOf(rewrite)[1] ?? '') || /^(?:redirect|permanent)$/.test(argumentsOf(rewrite)[2] ?? '')

/** `return 200 text` gives something; a redirect or a refusal does not. */
const givesContent = (block: Node): boolean =>
  childrenOf(block, 'return').some(it => /^2\d\d$/.test(argumentsOf(it)[0] ?? '') && argumentsOf(it)[0] !== '204')

/** Proof for certificate authorities, error pages and what only nginx itself asks for are not what a server is there for. */
function isSideRoad(location: Node, server: Server): boolean {
  const path = pathOf(location)
  if (childrenOf(location, 'internal').length > 0 || path.startsWith('@') || path.includes('/.well-known/')) return true
  if (argumentsOf(location)[0] !== '=') return false
  return childrenOf(server.node, 'error_page').some(it => argumentsOf(it).includes(path)) || /^\/(?:favicon\.ico|robots\.txt)$/.test(path)
}

const pathOf = (location: Node): string => argumentsOf(location).slice(-1)[0] ?? ''
const catchesAll = (location: Node): boolean => pathOf(location) === '/' && argumentsOf(location)[0] !== '='

/** What one block gives; no entry when it refuses, `undefined` when nothing is written that would say it. */
function sourceOf(block: Node, passes: ReadonlyMap<Node, Pass>): readonly (string | undefined)[] {
  if (childrenOf(block, 'return').length > 0 || answersEverything(block)) return givesContent(block) ? [unique(block)] : []
  const denied = childrenOf(block, 'deny').some(it => argumentsOf(it)[0] === 'all') && childrenOf(block, 'allow').length === 0
  if (denied) return []
  const own = block.children.flatMap(it => passes.get(it) ?? [])
  const written = own[0] ? backendOf(own[0]) : rootOf(block)
  if (written === undefined) return [undefined]
  if (isDynamic(written) || enclosing(block).some(isRestricted)) return [unique(block)]
  const place = nameOf(block) === 'location' && !catchesAll(block) ? ` at ${argumentsOf(block).join(' ')}` : ''
  return [`${written}${place}`]
}

const isRestricted = memo((level: Node): boolean => level.children.some(it => restricts.test(nameOf(it))))

/** A name that no other block has: it stands by its place among its neighbours, which no edit of their text changes. */
function unique(block: Node): string {
  const places: number[] = []
  let it = block
  for (; it.parent?.file === it.file; it = it.parent) places.push(placeIn(it.parent.directive.children, it.directive))
  places.push(placeIn(parse(it.file).directives, it.directive))
  return `${it.file.path}: ${places.reverse().join('.')}`
}

const placeIn = (level: readonly Directive[], directive: Directive): number => places(level).get(directive) ?? -1
const places = memo((level: readonly Directive[]) => new Map(level.map((it, at) => [it, at])))

const backendOf = ({ target, authority }: Pass): string => target.slice(0, target.indexOf(authority) + authority.length)

function rootOf(block: Node): string | undefined {
  for (const level of enclosing(block)) {
    const root = childrenOf(level, 'root')[0] ?? childrenOf(level, 'alias')[0]
    if (root) return `${nameOf(root)} ${argumentsOf(root)[0] ?? ''}`
  }
  return undefined
}

/** Does a condition turn requests away, or to https, that came without TLS? */
export function refusesPlaintext({ node }: Server): boolean {
  const blocks = [node, ...childrenOf(node, 'location').filter(catchesAll)]
  return blocks.some(block => childrenOf(block, 'if').some(turnsPlaintextAway))
}

function turnsPlaintextAway(condition: Node): boolean {
  const leaving = condition.children.filter(it => /^(?:return|rewrite|deny)$/.test(nameOf(it)))
  const asksForTls = argumentsOf(condition).some(it => /\$\{?(?:scheme|https|server_port|ssl_\w+)\b/.test(it))
  return leaving.some(it => asksForTls || argumentsOf(it).some(word => word.startsWith('https://')))
}
