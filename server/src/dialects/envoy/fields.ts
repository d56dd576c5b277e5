/** Fields of protobuf messages as they stand in YAML and JSON. */
import type { SourceFile, Span } from '../../core/text.js'
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/syntax.js'

const camelCases = new Map<string, string>()

/** protobuf's JSON reads a field by its own name (`trusted_ca`) and by that in camel case (`trustedCa`). */
export function camelCase(name: string): string {
  let known = camelCases.get(name)
  if (known === undefined) {
    known = name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    camelCases.set(name, known)
  }
  return known
}

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

export const entryOf = (message: YamlMap | undefined, name: string): YamlEntry | undefined =>
  message?.entry(name) ?? message?.entry(camelCase(name))

/** The value of a field; nothing when it is not written or null, which protobuf takes for not written. */
export function fieldOf(message: YamlMap | undefined, ...path: readonly string[]): YamlNode | undefined {
  let here: YamlNode | undefined = message
  for (const name of path) {
    here = here?.kind === 'map' ? entryOf(here, name)?.value : undefined
    if (here?.kind === 'scalar' && here.value === null && !here.dynamic) return undefined
  }
  return here
}

export function mapField(message: YamlMap | undefined, ...path: readonly string[]): YamlMap | undefined {
  const found = fieldOf(message, ...path)
  return found?.kind === 'map' ? found : undefined
}

/** A repeated field may be written without its list when it has one value. */
export function listField(message: YamlMap | undefined, ...path: readonly string[]): readonly YamlNode[] {
  const found = fieldOf(message, ...path)
  if (!found) return []
  return found.kind === 'sequence' ? found.items : [found]
}

export const mapsField = (message: YamlMap | undefined, ...path: readonly string[]): readonly YamlMap[] =>
  listField(message, ...path).filter(it => it.kind === 'map')

export function scalarField(message: YamlMap | undefined, ...path: readonly string[]): YamlScalar | undefined {
  const found = fieldOf(message, ...path)
  return found?.kind === 'scalar' ? found : undefined
}

/** The text of a scalar that is written and known. */
export function textField(message: YamlMap | undefined, ...path: readonly string[]): string | undefined {
  const found = scalarField(message, ...path)
  return found && !found.dynamic ? found.text : undefined
}

/** yaml-cpp takes all of YAML 1.1's words for yes: https://github.com/envoyproxy/envoy/blob/main/source/common/protobuf/yaml_utility.cc */
export const isTrue = (scalar: YamlScalar | undefined): boolean => scalar !== undefined && /^(?:true|yes|on|y)$/i.test(scalar.text)

export const isDynamic = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && node.dynamic

/** A message in an `Any`, with its type's own name. */
export interface Typed {
  /** `UpstreamTlsContext` */
  readonly name: string
  /** `envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext` */
  readonly fullName: string
  readonly message: YamlMap
  /** Where the type is written. */
  readonly at: Span
}

/** What stands behind `@type`; a `TypedStruct` is seen through. */
export function typedOf(message: YamlMap): Typed | undefined {
  const type = message.get('@type')
  if (type?.kind !== 'scalar' || type.dynamic) return undefined
  const fullName = afterSlash(type.text)
  if (!fullName.endsWith('TypedStruct')) return { name: lastWord(fullName), fullName, message, at: type.span }
  const inner = scalarField(message, 'type_url')
  const value = mapField(message, 'value')
  if (!inner || !value) return undefined
  const innerName = afterSlash(inner.text)
  return { name: lastWord(innerName), fullName: innerName, message: value, at: inner.span }
}

const afterSlash = (url: string): string => url.slice(url.lastIndexOf('/') + 1)
const lastWord = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

export const isInV2 = ({ fullName }: Typed): boolean => /^envoy\.(?:api\.v2|.*\.v2(?:alpha)?)\./.test(`${fullName}.`)

/** A message and the file that it stands in. */
export interface Placed {
  readonly file: SourceFile
  readonly message: YamlMap
}
