/** Finds the TLS contexts, filter chains and secrets of a file, whatever they are wrapped in. */
import { memo, type SourceFile, type Span, sourceFile } from '../../core/text.js'
import { parseYaml, type YamlDocument, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { isEnvoy } from './detect.js'
import { entryOf, fieldOf, mapField, mapsField, type Typed, textField, typedOf } from './fields.js'

export interface Resources {
  readonly file: SourceFile
  readonly documents: readonly YamlDocument[]
  /** Settings may come from elsewhere: a template engine writes lines of its own, or this is a patch. */
  readonly structureUnknown: boolean
  readonly templated: boolean
  readonly contexts: readonly TlsContext[]
  readonly chains: readonly FilterChain[]
  readonly secrets: readonly Secret[]
  readonly routes: readonly RouteTable[]
  /** Messages with `@type` of the TLS package that are no TLS context or secret, for their fields. */
  readonly others: readonly Typed[]
}

/** Where a message stands. */
export interface Place {
  readonly listener?: YamlMap
  readonly chain?: YamlMap
  readonly cluster?: YamlMap
  /** The item of `transport_socket_matches`. */
  readonly match?: YamlMap
  /** Is it of a file that Envoy starts from, of a list of resources that it subscribes to, or of neither that can be told? */
  readonly origin: 'bootstrap' | 'resources' | 'unknown'
}

export interface TlsContext extends Place {
  readonly role: 'server' | 'client'
  /** A `DownstreamTlsContext` or `UpstreamTlsContext`. */
  readonly message: YamlMap
  /** The text that says that TLS is spoken here: the type, or the key. */
  readonly header: Span
  readonly api: 'v2' | 'v3'
  readonly quic: boolean
}

export interface FilterChain extends Place {
  readonly chain: YamlMap
  readonly listener: YamlMap
}

export interface Secret {
  readonly name: string
  readonly file: SourceFile
  readonly message: YamlMap
  readonly origin: Place['origin']
}

/** A `RouteConfiguration` that stands by itself, for connection managers that ask for it by its name. */
export interface RouteTable {
  readonly name: string
  readonly file: SourceFile
  readonly message: YamlMap
}

export const resourcesOf: (file: SourceFile) => Resources = memo(file => {
  const found: Found = { contexts: [], chains: [], secrets: [], routes: [], others: [] }
  const outer = parseYaml(file)
  const inner = outer.documents.flatMap(it => embeddedIn(it, file)).flatMap(it => parseYaml(it).documents)
  const documents = inner.length > 0 ? inner : outer.documents
  for (const { root } of documents) if (root) walk(root, { origin: originOf(root) }, file, found)
  return {
    file,
    documents,
    templated: outer.templated,
    structureUnknown: (outer.templated && hasWholeLines(file.text)) || isPatch(file.text),
    ...found
  }
})

interface Found {
  readonly contexts: TlsContext[]
  readonly chains: FilterChain[]
  readonly secrets: Secret[]
  readonly routes: RouteTable[]
  readonly others: Typed[]
}

/** What is merged into something else says only what is to change: https://istio.io/latest/docs/reference/config/networking/envoy-filter/ */
const isPatch = (text: string): boolean =>
  /^kind:[ \t]*["']?Envoy(?:Filter|PatchPolicy)/m.test(text) && /\boperation["']?:[ \t]*["']?MERGE\b/.test(text)

/** A line that starts with an action of the engine, or any control word, may add or take away settings. */
const hasWholeLines = (text: string): boolean => /^[ \t-]*(?:\{\{|\{%|<%)|\{%/m.test(text)

function originOf(root: YamlNode): Place['origin'] {
  if (root.kind === 'sequence') return 'resources'
  if (root.kind !== 'map') return 'unknown'
  const has = (name: string) => entryOf(root, name) !== undefined
  if (has('static_resources') || has('dynamic_resources') || has('admin')) return 'bootstrap'
  return has('resources') || has('version_info') || has('configs') ? 'resources' : 'unknown'
}

/** Configurations in the block scalars of a ConfigMap, each as a text of its own with everything around it made blank. */
function embeddedIn({ root }: YamlDocument, file: SourceFile): readonly SourceFile[] {
  if (root?.kind !== 'map' || textField(root, 'kind') !== 'ConfigMap') return []
  const data = root.get('data')
  if (data?.kind !== 'map') return []
  return data.entries.flatMap(({ value }) => {
    if (value?.kind !== 'scalar' || value.style !== 'block') return []
    const start = file.text.indexOf('\n', value.span.start) + 1
    if (start === 0 || start >= value.span.end || !isEnvoy(file.text.slice(start, value.span.end))) return []
    const text = blank(file.text.slice(0, start)) + file.text.slice(start, value.span.end)
    return [sourceFile(file.path, text)]
  })
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ')

interface Step {
  readonly node: YamlNode
  readonly key: string
  readonly place: Place
  /** The span of the owner of the transport socket that it stands in: aliases let several owners share one socket. */
  readonly owner: number
}

/** Aliases can make a tree endless; more than this no configuration has. */
const maxSteps = 400_000

function walk(root: YamlNode, place: Place, file: SourceFile, found: Found): void {
  const seen = new Set<string>()
  const stack: Step[] = [{ node: root, key: '', place, owner: -1 }]
  for (let steps = 0; steps < maxSteps; steps++) {
    const step = stack.pop()
    if (!step) return
    const { node, owner } = step
    if (node.kind === 'scalar') continue
    const key = `${owner} ${node.span.start} ${node.span.end}`
    if (seen.has(key)) continue
    seen.add(key)
    const next = node.kind === 'sequence' ? node.items.map(it => ({ ...step, node: it, key: step.key })) : visit(node, step, file, found)
    for (let at = next.length - 1; at >= 0; at--) stack.push(next[at]!)
  }
}

function visit(message: YamlMap, step: Step, file: SourceFile, found: Found): readonly Step[] {
  const typed = typedOf(message)
  const context = typed ? typedContext(typed, step) : untypedContext(message, step)
  if (context) {
    found.contexts.push(context)
    return []
  }
  if (isSecret(message, typed)) {
    found.secrets.push({ name: textField(message, 'name') ?? '', file, message, origin: step.place.origin })
    return []
  }
  if (typed && /^envoy\.(?:config\.route|api)\..*\bRouteConfiguration$/.test(typed.fullName))
    found.routes.push({ name: textField(typed.message, 'name') ?? '', file, message: typed.message })
  if (typed && /\.transport_sockets\.(?:tls|quic)\./.test(typed.fullName)) found.others.push(typed)
  const place = placeOf(message, step)
  if (place.chain === message && place.listener) found.chains.push({ ...place, chain: message, listener: place.listener })
  return message.entries.flatMap(({ key, value }) => stepInto(key, value, message, place, step))
}

function stepInto(key: string, value: YamlNode | undefined, message: YamlMap, place: Place, step: Step): readonly Step[] {
  if (!value || value.kind === 'scalar' || key === '<<') return []
  const isSocket = key === 'transport_socket' || key === 'transportSocket'
  return [{ node: value, key, place, owner: isSocket && step.owner < 0 ? message.span.start : step.owner }]
}

function typedContext({ name, fullName, message, at }: Typed, { place, key }: Step): TlsContext | undefined {
  const role = name === 'DownstreamTlsContext' ? 'server' : name === 'UpstreamTlsContext' ? 'client' : undefined
  if (!role || !fullName.startsWith('envoy.')) return undefined
  return { ...place, role, message, header: at, api: fullName.includes('.v2.') ? 'v2' : 'v3', quic: key.startsWith('quic:') }
}

/** A context whose type follows from the field that it stands in. */
function untypedContext(message: YamlMap, { place, key, owner }: Step): TlsContext | undefined {
  const role = roleOfField(key, place, owner >= 0, message)
  if (!role) return undefined
  const start = message.entries[0]?.keySpan ?? message.span
  const isOld = /^tls_?[cC]ontext$|^config$/.test(key)
  return { ...place, role, message, header: start, api: isOld ? 'v2' : 'v3', quic: /stream/i.test(key) }
}

function roleOfField(key: string, place: Place, inSocket: boolean, message: YamlMap): TlsContext['role'] | undefined {
  if (/^downstream_?[tT]ls_?[cC]ontext$/.test(key)) return 'server'
  if (/^upstream_?[tT]ls_?[cC]ontext$/.test(key)) return 'client'
  const byPlace = place.cluster ? 'client' : place.chain ? 'server' : undefined
  // A route matches on a `tls_context` of another kind.
  const looksLike = ['common_tls_context', 'sni', 'require_client_certificate'].some(it => entryOf(message, it))
  if (!looksLike) return undefined
  return (/^tls_?[cC]ontext$/.test(key) || (inSocket && /^config$|^tls_?[sS]ocket_?[cC]onfig$/.test(key))) && byPlace ? byPlace : undefined
}

const secretTypes = ['tls_certificate', 'validation_context', 'session_ticket_keys', 'generic_secret']

function isSecret(message: YamlMap, typed: Typed | undefined): boolean {
  if (typed) return typed.name === 'Secret' && /^envoy\.(?:extensions\.transport_sockets\.tls|api\.v2\.auth)/.test(typed.fullName)
  return textField(message, 'name') !== undefined && secretTypes.some(it => entryOf(message, it)?.value?.kind === 'map')
}

const chainFields = ['filters', 'filter_chain_match', 'transport_socket']
const clusterFields = ['load_assignment', 'lb_policy', 'connect_timeout', 'transport_socket_matches', 'eds_cluster_config', 'cluster_type']

function placeOf(message: YamlMap, { key, place }: Step): Place {
  const has = (name: string) => entryOf(message, name) !== undefined
  if (has('filter_chains') || has('default_filter_chain')) return { listener: message, origin: place.origin }
  if (/^(?:filter_?[cC]hains|default_?[fF]ilter_?[cC]hain)$/.test(key)) return { ...place, chain: message }
  if (!place.cluster && (/^clusters?$/.test(key) || clusterFields.some(has)) && !has('clusters'))
    return { cluster: message, origin: place.origin }
  if (/^transport_?[sS]ocket_?[mM]atches$/.test(key)) return { ...place, match: message }
  if (place.listener || place.cluster || place.chain) return place
  if (chainFields.every(has)) return { ...place, chain: message }
  return has('transport_socket') ? { cluster: message, origin: place.origin } : place
}

/** A secret of this name in a list of them. */
export const secretNamed = (secrets: readonly Secret[], name: string): Secret | undefined => secrets.find(it => it.name === name)

/** The filters of a chain, by the last word of their type. */
export const filtersOf = (chain: YamlMap): readonly Typed[] =>
  mapsField(chain, 'filters').flatMap(it => {
    const config = mapField(it, 'typed_config')
    return (config && typedOf(config)) ?? []
  })

export const nameOf = (message: YamlMap | undefined): string | undefined => textField(message, 'name')
export const hasField = (message: YamlMap | undefined, name: string): boolean => fieldOf(message, name) !== undefined
