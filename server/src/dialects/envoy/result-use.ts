/** What becomes of the client's certificate behind a filter chain. */
import type { Forward, ResultUse } from '../../core/model.js'
import { type Location, locate, memo, type Span } from '../../core/text.js'
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/syntax.js'
import { isTrue, listField, mapField, mapsField, scalarField, snakeCase, type Typed, textField } from './fields.js'
import { filtersOf, hasField, type Resources } from './resources.js'

export function resultUseOf(chain: YamlMap, { file, structureUnknown }: Resources): ResultUse {
  const { tested, handedOn, unknown } = tracesIn(chain)
  const manager = managerOf(chain)
  const handing = manager && handsOn(manager)
  return {
    tested: tested.map(it => locate(file, it)),
    handedOn: [...(handing ? [locate(file, handing)] : []), ...handedOn.map(it => locate(file, it))],
    unknown: unknown || structureUnknown
  }
}

export const managerOf = (chain: YamlMap): YamlMap | undefined => filtersOf(chain).find(it => it.name === 'HttpConnectionManager')?.message

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

/** Reads all that stands in a chain, each place once. */
const tracesIn = memo((chain: YamlMap): Traces => {
  const traces: Traces = { tested: [], handedOn: [], unknown: false }
  const seen = new Set<string>()
  const stack: YamlNode[] = [chain]
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
export function contentOf(chain: YamlMap): readonly string[] | undefined {
  const filters = filtersOf(chain)
  const last = filters.at(-1)
  if (!last || filters.length < listField(chain, 'filters').length) return undefined
  if (last.name === 'TcpProxy') return clustersIn(last.message)
  return last.name === 'HttpConnectionManager' ? contentOfManager(last) : undefined
}

function contentOfManager({ message }: Typed): readonly string[] | undefined {
  const hosts = mapsField(message, 'route_config', 'virtual_hosts')
  if (hosts.length === 0) return undefined
  // What is given at some paths only, as an answer to health checks, is not what the chain is there for.
  const routes = hosts.flatMap(it => mapsField(it, 'routes')).filter(takesEverything)
  const clusters = routes.map(it => (hasField(it, 'route') ? clustersIn(mapField(it, 'route')!) : answerOf(it)))
  return clusters.length > 0 && clusters.every(it => it !== undefined) ? [...new Set(clusters.flat())] : undefined
}

/** An answer of the proxy itself; one that refuses or redirects gives nothing. */
function answerOf(route: YamlMap): readonly string[] {
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
export function refusesPlaintext(chain: YamlMap): boolean {
  const hosts = mapsField(managerOf(chain), 'route_config', 'virtual_hosts')
  return hosts.length > 0 && hosts.every(it => /^(?:ALL|2)$/i.test(textField(it, 'require_tls') ?? ''))
}

const identityHeader = 'x-forwarded-client-cert'

/** The one hop onwards of a connection manager whose routes are written here. */
export function forwardsOf(chain: YamlMap, resources: Resources): readonly Forward[] {
  const manager = managerOf(chain)
  if (!manager) return []
  const { file } = resources
  const content = contentOf(chain)
  const mode = scalarField(manager, 'forward_client_cert_details')
  const at = locate(file, (mode ?? scalarField(manager, 'stat_prefix') ?? manager).span)
  const unfiltered = mode && unfilteredHeader(mode, manager, locate(file, mode.span))
  const headers = headersOf(manager, resources)
  return (content && content.length > 0 ? content : ['its clusters']).map(target => ({
    at,
    target,
    headers: [...headers, { name: identityHeader, at, carries: 'other' as const }],
    incomplete: content === undefined || resources.structureUnknown,
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

function headersOf(manager: YamlMap, { file }: Resources): Forward['headers'] {
  const routes = mapField(manager, 'route_config')
  const hosts = mapsField(routes, 'virtual_hosts')
  const levels = [routes, ...hosts, ...hosts.flatMap(it => mapsField(it, 'routes'))].filter(it => it !== undefined)
  const added = levels.flatMap(level =>
    mapsField(level, 'request_headers_to_add').flatMap(it => {
      const key = scalarField(mapField(it, 'header'), 'key')
      const carries = carriesIdentity(it) ? ('identity' as const) : ('other' as const)
      return key ? [{ name: key.text, at: locate(file, key.span), carries, ...(isAppended(it) ? { added: true } : {}) }] : []
    })
  )
  const removed = levels.flatMap(level =>
    listField(level, 'request_headers_to_remove').flatMap(it =>
      it.kind === 'scalar' ? [{ name: it.text, at: locate(file, it.span), carries: 'nothing' as const }] : []
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
