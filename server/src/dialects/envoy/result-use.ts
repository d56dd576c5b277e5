/** What becomes of the client's certificate behind a filter chain. */
import type { LowerContext } from '../../core/dialect.js'
import type { Forward, ResultUse, TlsEndpoint } from '../../core/model.js'
import { type Location, locate, memo, type Span } from '../../core/text.js'
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/syntax.js'
import { locateIn, type Part } from './credentials.js'
import { isTrue, listField, mapField, mapsField, scalarField, snakeCase, textField } from './fields.js'
import { filtersOf, hasField, type Resources } from './resources.js'
import { routesOf } from './routes.js'

type Answer = Pick<TlsEndpoint, 'result' | 'forwards' | 'content' | 'refusesPlaintext'>

export function answerOf(chain: YamlMap, resources: Resources, ctx: LowerContext): Answer {
  const manager = filtersOf(chain).find(it => it.name === 'HttpConnectionManager')?.message
  const routes = routesOf(manager, resources, ctx)
  const table = routes === 'elsewhere' ? undefined : routes
  const content = contentOf(chain, table?.message)
  const { tested, handedOn, unknown } = resultUseOf(chain, manager, table, resources)
  return {
    result: { tested, handedOn, unknown: unknown || routes === 'elsewhere' },
    forwards: manager ? forwardsOf(manager, table, content, resources) : [],
    ...(content ? { content } : {}),
    refusesPlaintext: refusesPlaintext(table?.message)
  }
}

function resultUseOf(
  chain: YamlMap,
  manager: YamlMap | undefined,
  table: Part | undefined,
  { file, structureUnknown }: Resources
): ResultUse {
  const handing = manager && handsOn(manager)
  // A table of its own stands in the chain.
  const parts: readonly Part[] = [{ file, message: chain }, ...(table && !mapField(manager, 'route_config') ? [table] : [])]
  const found = parts.map(part => ({ part, traces: tracesIn(part.message) }))
  return {
    tested: found.flatMap(({ part, traces }) => traces.tested.map(it => locateIn(part, it))),
    handedOn: [
      ...(handing ? [locate(file, handing)] : []),
      ...found.flatMap(({ part, traces }) => traces.handedOn.map(it => locateIn(part, it)))
    ],
    unknown: structureUnknown || found.some(it => it.traces.unknown)
  }
}

/** Only with one of these does the backend learn who the client is: http_connection_manager.proto, `forward_client_cert_details`. */
function handsOn(manager: YamlMap): Span | undefined {
  const mode = scalarField(manager, 'forward_client_cert_details')
  return mode && /^(?:APPEND_FORWARD|SANITIZE_SET|[23])$/i.test(mode.text) ? mode.span : undefined
}

interface Traces {
  readonly tested: Span[]
  readonly handedOn: Span[]
  /** A program decides that cannot be read. */
  unknown: boolean
}

const programs =
  /\.(?:Lua|Wasm|ExtAuthz|ExternalProcessor|Composite|ExecuteFilterAction|ClientSSLAuth|DynamicModuleFilter)(?:PerRoute)?$|\.golang\./

const maxSteps = 100_000

/** Reads all that stands in a chain or a table of routes, each place once. */
const tracesIn = memo((whole: YamlMap): Traces => {
  const traces: Traces = { tested: [], handedOn: [], unknown: false }
  const seen = new Set<string>()
  const stack: YamlNode[] = [whole]
  for (let node = stack.pop(); node; node = stack.pop()) {
    const place = `${node.span.start} ${node.span.end}`
    if (node.kind === 'scalar' || seen.has(place)) continue
    seen.add(place)
    if (seen.size > maxSteps) return { ...traces, unknown: true }
    if (node.kind === 'sequence') for (const it of node.items) stack.push(it)
    else
      for (const entry of node.entries) {
        // Shadow rules are counted and never enforced.
        if (!entry.value || snakeCase(entry.key) === 'shadow_rules') continue
        trace(entry, entry.value, traces)
        stack.push(entry.value)
      }
  }
  return traces
})

function trace({ key, keySpan }: YamlEntry, value: YamlNode, into: Traces): void {
  switch (snakeCase(key)) {
    case '@type':
      if (value.kind !== 'scalar') return
      if (value.text.includes('.common_inputs.ssl.')) into.tested.push(value.span)
      into.unknown ||= programs.test(value.text)
      return
    case 'config_discovery':
      into.unknown = true
      return
    case 'authenticated':
      if (value.kind === 'map') into.tested.push(keySpan)
      return
    case 'tls_context':
      if (value.kind === 'map' && (hasField(value, 'presented') || hasField(value, 'validated'))) into.tested.push(keySpan)
      return
    case 'request_headers_to_add':
      if (listOf(value).some(carriesIdentity)) into.handedOn.push(keySpan)
  }
}

const listOf = (node: YamlNode): readonly YamlMap[] => (node.kind === 'sequence' ? node.items : [node]).filter(it => it.kind === 'map')

/** `%DOWNSTREAM_PEER_SUBJECT%`: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage */
const carriesIdentity = (option: YamlMap): boolean => /%DOWNSTREAM_PEER_/.test(textField(mapField(option, 'header'), 'value') ?? '')

/** The clusters that the chain leads to; nothing when a server elsewhere says so. */
function contentOf(chain: YamlMap, table: YamlMap | undefined): readonly string[] | undefined {
  const filters = filtersOf(chain)
  const last = filters.at(-1)
  if (!last || filters.length < listField(chain, 'filters').length) return undefined
  if (last.name === 'TcpProxy') return clustersIn(last.message)
  return last.name === 'HttpConnectionManager' ? contentOfRoutes(table) : undefined
}

function contentOfRoutes(table: YamlMap | undefined): readonly string[] | undefined {
  const hosts = mapsField(table, 'virtual_hosts')
  if (hosts.length === 0) return undefined
  // What is given at some paths only, as an answer to health checks, is not what the chain is there for.
  const routes = hosts.flatMap(it => mapsField(it, 'routes')).filter(takesEverything)
  const clusters = routes.map(it => (hasField(it, 'route') ? clustersIn(mapField(it, 'route')!) : directAnswer(it)))
  return clusters.length > 0 && clusters.every(it => it !== undefined) ? [...new Set(clusters.flat())] : undefined
}

/** An answer of the proxy itself; one that refuses or redirects gives nothing. */
function directAnswer(route: YamlMap): readonly string[] {
  const answer = mapField(route, 'direct_response')
  const body = textField(answer, 'body', 'inline_string')?.trim() ?? ''
  return /^2\d\d$/.test(textField(answer, 'status') ?? '') ? [`a direct response ${body}`.trim()] : []
}

const takesEverything = (route: YamlMap): boolean => textField(mapField(route, 'match'), 'prefix') === '/'

function clustersIn(action: YamlMap): readonly string[] | undefined {
  const one = scalarField(action, 'cluster')
  const several = mapsField(action, 'weighted_clusters', 'clusters').map(it => scalarField(it, 'name'))
  const all = one ? [one] : several
  return all.length > 0 && all.every(it => it && !it.dynamic) ? all.map(it => `cluster ${it!.text}`) : undefined
}

/** Every host wants TLS, or redirects to it. */
function refusesPlaintext(table: YamlMap | undefined): boolean {
  const hosts = mapsField(table, 'virtual_hosts')
  return hosts.length > 0 && hosts.every(it => /^(?:ALL|2)$/i.test(textField(it, 'require_tls') ?? ''))
}

const identityHeader = 'x-forwarded-client-cert'

/** The one hop onwards of a connection manager whose routes are to be read here. */
function forwardsOf(
  manager: YamlMap,
  table: Part | undefined,
  content: readonly string[] | undefined,
  { file, structureUnknown }: Resources
): readonly Forward[] {
  const mode = scalarField(manager, 'forward_client_cert_details')
  const at = locate(file, (mode ?? scalarField(manager, 'stat_prefix') ?? manager).span)
  const unfiltered = mode && unfilteredHeader(mode, manager, locate(file, mode.span))
  const headers = table ? headersOf(table) : []
  return (content && content.length > 0 ? content : ['its clusters']).map(target => ({
    at,
    target,
    headers: [...headers, { name: identityHeader, at, carries: 'other' as const }],
    incomplete: content === undefined || structureUnknown,
    guarded: false,
    ...(unfiltered ? { unfiltered } : {})
  }))
}

/**
 * Who can have the header's content believed: http_connection_manager.proto, `ForwardClientCertDetails`, and
 * `mutateXfccRequestHeader` in source/common/http/conn_manager_utility.cc, which drops the header of a connection that
 * presented no certificate, but for ALWAYS_FORWARD_ONLY. An edge says that it is one by `use_remote_address`:
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge
 */
function unfilteredHeader(mode: YamlScalar, manager: YamlMap, at: Location): Forward['unfiltered'] {
  if (mode.dynamic || !isTrue(scalarField(manager, 'use_remote_address'))) return undefined
  if (/^(?:ALWAYS_FORWARD_ONLY|4)$/i.test(mode.text)) return { name: identityHeader, at, setting: mode.text, by: 'anybody' }
  if (!/^(?:FORWARD_ONLY|APPEND_FORWARD|[12])$/i.test(mode.text)) return undefined
  return { name: identityHeader, at, setting: mode.text, by: 'certificate holders' }
}

function headersOf(table: Part): Forward['headers'] {
  const hosts = mapsField(table.message, 'virtual_hosts')
  const levels = [table.message, ...hosts, ...hosts.flatMap(it => mapsField(it, 'routes'))]
  const added = levels.flatMap(level =>
    mapsField(level, 'request_headers_to_add').flatMap(it => {
      const key = scalarField(mapField(it, 'header'), 'key')
      const carries = carriesIdentity(it) ? ('identity' as const) : ('other' as const)
      return key ? [{ name: key.text, at: locateIn(table, key.span), carries, ...(isAppended(it) ? { added: true } : {}) }] : []
    })
  )
  const removed = levels.flatMap(level =>
    listField(level, 'request_headers_to_remove').flatMap(it =>
      it.kind === 'scalar' ? [{ name: it.text, at: locateIn(table, it.span), carries: 'nothing' as const }] : []
    )
  )
  return [...added, ...removed]
}

/** base.proto, `HeaderValueOption`: unless told otherwise, a header joins those of its name that are there. */
const isAppended = (option: YamlMap): boolean => {
  const action = textField(option, 'append_action')
  const append = scalarField(option, 'append')
  return action === undefined ? !append || isTrue(append) : /^(?:APPEND_IF_EXISTS_OR_ADD|0)$/i.test(action)
}
