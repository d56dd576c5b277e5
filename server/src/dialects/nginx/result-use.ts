import type { Forward, ResultUse } from '../../core/model.js'
import { type Location, memo } from '../../core/text.js'
import { type Configuration, childrenOf, headerAt, type Node, valueAt, wordAt } from './configuration.js'
import type { Pass } from './passes.js'
import { findSetting, flagSetting, settingOf } from './scopes.js'
import type { Server } from './server.js'
import { stockDirective } from './stock.js'
import { type Variables, variablesIn } from './variables.js'

/** Languages inside nginx, and modules, that may look at any variable. */
const opaque =
  /_by_lua(?:_block|_file)?$|^js_(?:content|access|header_filter|body_filter|preread|filter|set)$|^perl(?:_set)?$|^auth_request$|^modsecurity$|^auth_jwt|^oidc/
/** Programs inside nginx that answer requests themselves. */
export const makesContent = /^(?:content|access|rewrite)_by_lua|^js_content$|^perl$|^auth_request$/
/** Is any of these among the directives of a configuration? Asked once, before its blocks are looked through for them. */
export const mayRunPrograms = memo(({ all }: Configuration): boolean => all.some(it => opaque.test(it.name) || makesContent.test(it.name)))
/** Directives that only write a variable down or hand it on; the outcome of any other depends on its value. */
const indifferent =
  /^(?:add_header|add_trailer|access_log|error_log|log_format|set|map|geo|split_clients|(?:proxy|grpc)_set_header|(?:fastcgi|uwsgi|scgi)_param|proxy_set_body|proxy_pass_header|more_(?:set|clear)_(?:input_)?headers|\w+_cache_key|sub_filter|echo\w*)$/

export function resultUseOf(
  server: Server,
  passes: readonly Pass[],
  forwards: readonly Forward[],
  variables: Variables,
  configuration: Configuration
): ResultUse {
  const { scope, protocol, all } = server
  // A mail server tells the server that `auth_http` names, which decides.
  const isOpen = protocol === 'mail' || configuration.template || configuration.incomplete || scope.incomplete
  const tested = all.filter(it => decides(it, variables)).map(valueAt)
  const unknown =
    isOpen ||
    (configuration.hasGaps && all.some(it => it.incomplete)) ||
    (mayRunPrograms(configuration) && (all.some(runsProgram) || scope.levels.some(holdsProgram)))
  const results = forwards.flatMap(it => it.headers.filter(header => header.carries === 'result').map(header => header.at))
  const isOptional = findSetting(scope, 'ssl_verify_client')?.nodes[0]?.values[0]?.startsWith('optional') === true
  const handedOn = results.length === 0 && isOptional ? certificatesHandedOn(passes, variables) : results
  const forgiven = forgivingErrorPage(server)
  return { tested, handedOn, unknown, ...(forgiven ? { forgiven } : {}) }
}

/** Who gets the certificate itself can verify it: that is what `optional_no_ca` is there for, and an empty one says that none came. */
const certificatesHandedOn = (passes: readonly Pass[], variables: Variables): Location[] =>
  passes
    .flatMap(it => (it.header ? headersAt(it, it.header) : []))
    .filter(it => variables.carriesCertificate(it.values[1] ?? ''))
    .map(headerAt)

/** Does what becomes of a request depend on the result, by this directive? The text of a `return` only tells of it. */
function decides({ name, values }: Node, variables: Variables): boolean {
  if (!values.some(holdsVariable) || indifferent.test(name) || !testsAny(values, variables)) return false
  return name !== 'return' || values.length === 1 || variablesIn(values[0]!).length > 0
}

const testsAny = (values: readonly string[], variables: Variables): boolean => values.some(it => tests(it, variables))
const holdsVariable = (text: string): boolean => text.includes('$')

const runsProgram = (it: Node): boolean => opaque.test(it.name)
const holdsProgram = memo((level: Node): boolean => level.children.some(runsProgram))

/** A condition on who the client is holds only for clients that sent a certificate, so it counts as well. */
const tests = (text: string, variables: Variables): boolean => {
  const carried = variables.carries(text)
  return carried === 'result' || carried === 'identity'
}

/**
 * `error_page 495 496 =200 /x` in the server or around it; the pages of a location come too late for these errors. A lone
 * `=` leaves the status to what answers at the target; without it the status stays 400, and the content comes all the same.
 */
function forgivingErrorPage(server: Server): Location | undefined {
  for (const node of findSetting(server.scope, 'error_page')?.nodes ?? []) {
    const words = node.values
    if (!words.some(it => it === '495' || it === '496')) continue
    const answer = words.find(it => it.startsWith('='))
    const backends = backendsAt(words[words.length - 1]!, server)
    const forgives = answer === undefined ? backends.some(it => isMainBackend(it, server)) : answer === '=' && backends.length > 0
    if (forgives || /^=2\d\d$/.test(answer ?? '')) return valueAt(node)
  }
  return undefined
}

const pathOf = ({ values }: Node): string | undefined => values[values.length - 1]

const backendsIn = (block: Node): string[] => block.children.filter(it => /_pass$/.test(it.name)).flatMap(it => it.values)

const backendsAt = (target: string, server: Server): string[] =>
  childrenOf(server.node, 'location')
    .filter(it => pathOf(it) === target)
    .flatMap(backendsIn)

/** Does `location /` lead there too, directly or by `try_files`? */
const isMainBackend = (backend: string, server: Server): boolean =>
  childrenOf(server.node, 'location')
    .filter(it => pathOf(it) === '/')
    .some(it =>
      [...backendsIn(it), ...childrenOf(it, 'try_files').flatMap(files => backendsAt(files.values.slice(-1)[0] ?? '', server))].includes(
        backend
      )
    )

/** What a place hands on, with the headers that count there: those of the nearest level that sets any. */
export function forwardOf(pass: Pass, server: Server, variables: Variables, configuration: Configuration): Forward {
  const verified = settingOf(server.scope, 'ssl_verify_client', false, it => it === 'on').value
  const written = pass.header ? headersAt(pass, pass.header) : []
  const isGateway = pass.header?.endsWith('_param') === true
  const passesNothing = !flagSetting(pass.scope, 'proxy_pass_request_headers', true).value
  return {
    at: headerAt(pass.node),
    target: pass.target,
    headers: [
      ...written.map(it => {
        const [name, value] = it.directive.args
        return { name: name!.value, at: wordAt(it, value ?? name!), carries: variables.carries(value?.value ?? '') }
      }),
      ...inputHeaders(pass, variables)
    ],
    // A parameter that a gateway does not get cannot come from the client: its headers arrive under other names.
    incomplete: isGateway || passesNothing || configuration.template || pass.scope.incomplete || isChosenByProgram(pass, configuration),
    guarded: verified || isGuarded(pass, variables)
  }
}

/** A group whose servers a program chooses is another backend for each request. */
const isChosenByProgram = ({ host }: Pass, configuration: Configuration): boolean =>
  host !== undefined && programmedGroups(configuration).has(host.toLowerCase())

const programmedGroups = memo(({ all, names }: Configuration): ReadonlySet<string | undefined> => {
  if (!names.has('balancer_by_lua_block') && !names.has('balancer_by_lua_file')) return new Set()
  const groups = all.filter(it => it.name === 'upstream' && it.children.some(child => child.name.startsWith('balancer_by_lua')))
  return new Set(groups.map(it => it.values[0]?.toLowerCase()))
})

export function headersAt(pass: Pass, header: string): readonly Node[] {
  for (const level of pass.scope.levels) {
    const written = childrenOf(level, header).filter(it => it.directive.args.length >= 2)
    if (written.length > 0 || includesStock(level, header)) return written
  }
  return []
}

/** Does the block include a file of nginx's package, whether it lies here or not, that sets such headers? */
export const includesStock = (level: Node, header: string): boolean => stockIncludes(level, header).length > 0

export const stockIncludes = (level: Node, header: string): Node[] =>
  childrenOf(level, 'include').filter(it => stockDirective(it.values[0] ?? '') === header)

/** `more_set_input_headers "X-Name: value"` of a module that many builds have. */
function inputHeaders(pass: Pass, variables: Variables): Forward['headers'] {
  return pass.scope.levels.flatMap(level =>
    childrenOf(level, 'more_set_input_headers').flatMap(it =>
      it.directive.args.flatMap(word => {
        const [, name, value] = /^([\w-]+)\s*:?\s*(.*)$/.exec(word.value) ?? []
        return name ? [{ name, at: wordAt(it, word), carries: variables.carries(value ?? '') }] : []
      })
    )
  )
}

/** Is there a condition on the result around the place, or before it in a block around it? */
function isGuarded(pass: Pass, variables: Variables): boolean {
  return pass.scope.levels.some(
    level =>
      (level.name === 'if' && testsAny(level.values, variables)) ||
      childrenOf(level, 'if').some(
        it => it.values.some(word => tests(word, variables)) && it.children.some(child => /^(?:return|rewrite|deny)$/.test(child.name))
      )
  )
}
