import type { Change, TlsEndpoint, TlsVersion } from '../../core/model.js'
import { locate, type Read, type SourceFile, type TextEdit } from '../../core/text.js'
import type { YamlEntry, YamlMap } from '../yaml/syntax.js'
import { camelCase, entryOf, fieldOf } from './fields.js'
import { hasField, resourcesOf, type TlsContext } from './resources.js'

/** Writes a change into the TLS context of an endpoint, in the style that the file has: block or flow, YAML or JSON. */
export function edit(endpoint: TlsEndpoint, change: Change, read: Read): readonly TextEdit[] | undefined {
  const entry = read(endpoint.block.path)
  if (entry.kind !== 'file') return undefined
  const { file } = entry
  const context = resourcesOf(file).contexts.find(it => it.message.span.start === endpoint.block.start && it.api === 'v3')
  const wanted = context && settingFor(endpoint, context, change)
  if (!context || !wanted) return undefined
  const written = write(context.message, wanted.path, wanted.value, file)
  return written && [written]
}

interface Wanted {
  readonly path: readonly string[]
  readonly value: Value
}

/** A scalar, or a list with one message in it. */
type Value =
  | string
  | { readonly list: readonly (readonly [name: string, value: Value])[] }
  | { readonly message: readonly (readonly [string, Value])[] }

function settingFor({ role, peer, addresses }: TlsEndpoint, context: TlsContext, change: Change): Wanted | undefined {
  switch (change.set) {
    case 'certificate':
      return role === 'server' ? { path: ['require_client_certificate'], value: 'true' } : undefined
    case 'verifyChain':
      return trustSetting(context)
    case 'maxDepth': {
      const path = validationPath(context)
      // Envoy counts the root as well.
      return path && role === 'server' ? { path: [...path, 'max_verify_depth'], value: `${change.value + 1}` } : undefined
    }
    case 'minVersion':
      return { path: ['common_tls_context', 'tls_params', 'tls_minimum_protocol_version'], value: versionName(change.value) }
    case 'serverNameIndication': {
      const host = addresses[0]?.host
      const name = peer.verifyNames.find(it => it.origin === 'written')?.value ?? host
      return role === 'client' && name !== undefined && isHostName(name) ? { path: ['sni'], value: name } : undefined
    }
    case 'verifyName': {
      const path = validationPath(context)
      if (!path || role !== 'client' || !isHostName(change.value) || hasMatchers(context, path)) return undefined
      const list = [
        ['san_type', 'DNS'],
        ['matcher', { message: [['exact', change.value]] }]
      ] as const
      return { path: [...path, 'match_typed_subject_alt_names'], value: { list } }
    }
    case 'tls':
    case 'sessionReuse':
      return undefined
  }
}

const isHostName = (name: string): boolean => /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i.test(name) && !/^[\d.]+$/.test(name)

const versionName = (version: TlsVersion): string => (version === 'TLSv1' ? 'TLSv1_0' : version.replace('.', '_'))

/** Only what says in so many words that anything goes can be taken back without a CA to name. */
function trustSetting(context: TlsContext): Wanted | undefined {
  const path = validationPath(context)
  const written = path && fieldOf(context.message, ...path, 'trust_chain_verification')
  return path && written ? { path: [...path, 'trust_chain_verification'], value: 'VERIFY_TRUST_CHAIN' } : undefined
}

function validationPath({ message }: TlsContext): readonly string[] | undefined {
  const own = ['common_tls_context', 'validation_context']
  const combined = ['common_tls_context', 'combined_validation_context', 'default_validation_context']
  return [own, combined].find(it => fieldOf(message, ...it)?.kind === 'map')
}

const hasMatchers = ({ message }: TlsContext, path: readonly string[]): boolean => {
  const validation = fieldOf(message, ...path)
  return validation?.kind === 'map' && ['match_typed_subject_alt_names', 'match_subject_alt_names'].some(it => hasField(validation, it))
}

function write(message: YamlMap, [name, ...rest]: readonly string[], value: Value, file: SourceFile): TextEdit | undefined {
  const entry = entryOf(message, name!)
  const inner = entry?.value
  if (inner?.kind === 'map' && rest.length > 0) return write(inner, rest, value, file)
  const whole = rest.reduceRight<Value>((within, field) => ({ message: [[field, within]] }), value)
  if (entry) return replaceValue(entry, rest.length > 0 || typeof whole !== 'string' ? undefined : whole, file)
  return insertField(message, name!, whole, file)
}

/** Only a scalar that is there is written over. */
function replaceValue({ value }: YamlEntry, text: string | undefined, file: SourceFile): TextEdit | undefined {
  if (text === undefined || value?.kind !== 'scalar' || value.dynamic || value.span.end <= value.span.start) return undefined
  const quote = /^["']/.exec(file.text.slice(value.span.start, value.span.end))?.[0] ?? ''
  const isLiteral = /^(?:true|false|\d+)$/.test(text)
  return { ...locate(file, value.span), newText: isLiteral ? text : `${quote}${text}${quote}` }
}

function insertField(message: YamlMap, name: string, value: Value, file: SourceFile): TextEdit | undefined {
  const isFlow = file.text[message.span.start] === '{'
  const style = styleOf(message, file)
  return isFlow ? insertIntoFlow(message, name, value, style, file) : insertIntoBlock(message, name, value, style, file)
}

interface Style {
  readonly camel: boolean
  readonly quoted: boolean
}

/** Names beside it tell, and in a file without any that speak, those of the whole. */
function styleOf(message: YamlMap, { text }: SourceFile): Style {
  const keys = message.entries.map(it => it.key)
  const camel =
    keys.some(it => /[a-z][A-Z]/.test(it)) ||
    (!keys.some(it => it.includes('_')) && /\b(?:commonTlsContext|typedConfig|transportSocket)\b/.test(text))
  // The type has to be quoted in YAML, because of its `@`.
  const first = message.entries.find(it => it.key !== '@type') ?? message.entries[0]
  const quoted = first && first.key !== '@type' ? text[first.keySpan.start] === '"' : /^\s*[{[]/.test(text)
  return { camel, quoted }
}

function insertIntoFlow(message: YamlMap, name: string, value: Value, style: Style, file: SourceFile): TextEdit {
  const start = message.span.start + 1
  const at = { ...locate(file, { start, end: start }) }
  const field = flow([[name, value]], style)
  const first = message.entries[0]
  if (!first) return { ...at, newText: field }
  const gap = file.text.slice(start, first.keySpan.start)
  // The new field has what stood before the first one: a blank, or a line break with its indentation.
  return { ...at, newText: `${gap}${field},${/^\s*$/.test(gap) && gap !== '' ? '' : ' '}` }
}

function insertIntoBlock(message: YamlMap, name: string, value: Value, style: Style, file: SourceFile): TextEdit | undefined {
  const { text } = file
  const first = message.entries[0]
  if (!first) return undefined
  const lineStart = text.lastIndexOf('\n', first.keySpan.start - 1) + 1
  const before = text.slice(lineStart, first.keySpan.start)
  if (!/^[ -]*$/.test(before)) return undefined
  const indentation = ' '.repeat(before.length)
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = block([[name, value]], style)
  // The type stays first.
  if (first.key === '@type' && first.value) {
    const lineEnd = text.indexOf('\n', first.value.span.end)
    const end = lineEnd < 0 ? text.length : text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd
    return { ...locate(file, { start: end, end }), newText: lines.map(it => `${eol}${indentation}${it}`).join('') }
  }
  const start = first.keySpan.start
  return { ...locate(file, { start, end: start }), newText: lines.map(it => `${it}${eol}${indentation}`).join('') }
}

type Fields = readonly (readonly [name: string, value: Value])[]

const nameIn = (name: string, { camel, quoted }: Style): string => {
  const spelt = camel ? camelCase(name) : name
  return quoted ? `"${spelt}"` : spelt
}

const scalarIn = (value: string, { quoted }: Style): string => (quoted && !/^(?:true|false|\d+)$/.test(value) ? `"${value}"` : value)

function flow(fields: Fields, style: Style): string {
  return fields.map(([name, value]) => `${nameIn(name, style)}: ${flowValue(value, style)}`).join(', ')
}

function flowValue(value: Value, style: Style): string {
  if (typeof value === 'string') return scalarIn(value, style)
  return 'list' in value ? `[{${flow(value.list, style)}}]` : `{${flow(value.message, style)}}`
}

function block(fields: Fields, style: Style): readonly string[] {
  return fields.flatMap(([name, value]) => {
    const key = nameIn(name, style)
    if (typeof value === 'string') return [`${key}: ${scalarIn(value, style)}`]
    if ('message' in value) return [`${key}:`, ...block(value.message, style).map(it => `  ${it}`)]
    const [head, ...rest] = block(value.list, style)
    return [`${key}:`, `- ${head}`, ...rest.map(it => `  ${it}`)]
  })
}
