import { memo } from '../../core/text.js'
import { type Configuration, childOf, childrenOf, isDynamic, type Node } from './configuration.js'
import { type Directive, parse } from './parser.js'
import type { Pass } from './passes.js'
import { makesContent, mayRunPrograms } from './result-use.js'
import { enclosing } from './scopes.js'
import type { Server } from './server.js'

/**
 * Where the content of a server comes from, each source with the location that gives it, so that two servers can be
 * compared. What stands behind a password or a list of addresses, and what is a text of its own, equals nothing else.
 * Nothing at all for a server that only refuses or redirects; `undefined` when that cannot be known.
 */
export function contentOf(server: Server, passes: readonly Pass[], configuration: Configuration): readonly string[] | undefined {
  const { node, protocol, scope, all } = server
  if (protocol === 'mail' || configuration.template || configuration.incomplete || scope.incomplete) return undefined
  if (configuration.hasGaps && all.some(it => it.incomplete)) return undefined
  if (mayRunPrograms(configuration) && all.some(it => makesContent.test(it.name))) return undefined
  if (protocol === 'stream') return passes.map(it => it.target)
  if (answersEverything(node)) return givesContent(node) ? [unique(node)] : []
  const locations = all.filter(it => it.name === 'location' && !isSideRoad(it, server))
  const passIn = new Map<Node | undefined, Pass>()
  for (const it of passes) if (!passIn.has(it.node.parent)) passIn.set(it.node.parent, it)
  const found = locations.flatMap(it => sourceOf(it, passIn))
  if (!locations.some(catchesAll)) found.push(...sourceOf(node, passIn))
  return found.includes(undefined) ? undefined : [...new Set(found as string[])]
}

const restrictions = ['auth_basic', 'auth_jwt', 'auth_oidc', 'allow', 'deny', 'satisfy', 'secure_link', 'valid_referers']

/** A `return`, or a rewriting of everything, in the server itself comes before any location. */
const answersEverything = (server: Node): boolean =>
  childrenOf(server, 'return').length > 0 || childrenOf(server, 'rewrite').some(it => takesAll.test(it.values[0] ?? '') && redirects(it))

const takesAll = /^\^?\/?(?:\(?\.\*\)?)?\$?$/
const redirects = (rewrite: Node): boolean =>
  /^https?:\/\//.test(rewrite.values[1] ?? '') || /^(?:redirect|permanent)$/.test(rewrite.values[2] ?? '')

/** `return 200 text` gives something; a redirect or a refusal does not. */
const givesContent = (block: Node): boolean =>
  childrenOf(block, 'return').some(it => /^2\d\d$/.test(it.values[0] ?? '') && it.values[0] !== '204')

/** Proof for certificate authorities, error pages and what only nginx itself asks for are not what a server is there for. */
function isSideRoad(location: Node, server: Server): boolean {
  const path = pathOf(location)
  if (childrenOf(location, 'internal').length > 0 || path.startsWith('@') || path.includes('/.well-known/')) return true
  if (location.values[0] !== '=') return false
  return childrenOf(server.node, 'error_page').some(it => it.values.includes(path)) || /^\/(?:favicon\.ico|robots\.txt)$/.test(path)
}

const pathOf = ({ values }: Node): string => values[values.length - 1] ?? ''
const catchesAll = (location: Node): boolean => pathOf(location) === '/' && location.values[0] !== '='

/** What one block gives; no entry when it refuses, `undefined` when nothing is written that would say it. */
function sourceOf(block: Node, passIn: ReadonlyMap<Node | undefined, Pass>): readonly (string | undefined)[] {
  if (childrenOf(block, 'return').length > 0 || answersEverything(block)) return givesContent(block) ? [unique(block)] : []
  const denied = childrenOf(block, 'deny').some(it => it.values[0] === 'all') && childrenOf(block, 'allow').length === 0
  if (denied) return []
  const pass = passIn.get(block)
  const written = pass ? backendOf(pass) : rootOf(block)
  if (written === undefined) return [undefined]
  if (isDynamic(written) || isRestricted(block)) return [unique(block)]
  const place = block.name === 'location' && !catchesAll(block) ? ` at ${block.values.join(' ')}` : ''
  return [`${written}${place}`]
}

function isRestricted(block: Node): boolean {
  const written = restrictions.filter(it => block.names.has(it))
  return written.length > 0 && enclosing(block).some(level => written.some(it => childrenOf(level, it).length > 0))
}

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
    const root = childOf(level, 'root') ?? childOf(level, 'alias')
    if (root) return `${root.name} ${root.values[0] ?? ''}`
  }
  return undefined
}

/** Does a condition turn requests away, or to https, that came without TLS? */
export function refusesPlaintext({ node }: Server): boolean {
  if (!node.names.has('if')) return false
  const blocks = [node, ...childrenOf(node, 'location').filter(catchesAll)]
  return blocks.some(block => childrenOf(block, 'if').some(turnsPlaintextAway))
}

function turnsPlaintextAway(condition: Node): boolean {
  const leaving = condition.children.filter(it => /^(?:return|rewrite|deny)$/.test(it.name))
  const asksForTls = condition.values.some(it => /\$\{?(?:scheme|https|server_port|ssl_\w+)\b/.test(it))
  return leaving.some(it => asksForTls || it.values.some(word => word.startsWith('https://')))
}
