/** What Envoy refuses of a TLS message: unknown fields and values, and fields that cannot stand together. */
import type { LowerContext, Problem } from '../../core/dialect.js'
import { type Location, locate, type SourceFile, type Span } from '../../core/text.js'
import type { YamlMap, YamlNode, YamlScalar } from '../yaml/syntax.js'
import { commonOf } from './context.js'
import { lookUpSecret } from './credentials.js'
import { refusals } from './defaults.js'
import { camelCase, entryOf, fieldOf, isInV2, isTrue, listField, mapField, mapsField, scalarField, snakeCase, typedOf } from './fields.js'
import { guardProblems } from './guards.js'
import { type Field, messages } from './messages.js'
import { hasField, type Place, type Resources, type TlsContext } from './resources.js'
import { nearest } from './spelling.js'
import { partWith, validationOf } from './validation.js'

export function problemsIn(resources: Resources, ctx: LowerContext): readonly Problem[] {
  const found = [
    ...syntaxProblems(resources),
    ...resources.contexts.flatMap(it => problemsOfContext(it, resources, ctx)),
    ...resources.secrets.flatMap(it => checkMessage('Secret', it.message, it.origin, resources)),
    ...resources.others.flatMap(it => (it.name === 'Secret' ? [] : checkMessage(it.name, it.message, 'unknown', resources))),
    ...guardProblems(resources)
  ]
  return unique(found)
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(it => [`${it.rule} ${it.path} ${it.start} ${it.end} ${it.message}`, it])).values()]
}

/** One error leads to others, so each document has its first. */
function syntaxProblems({ file, documents }: Resources): readonly Problem[] {
  const within = (offset: number) => Math.min(offset, file.text.length)
  return documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map(({ start, end, message }) => {
      const at = locate(file, { start: within(start), end: within(end) })
      return problem('syntax-error', at, `this is not read: ${plain(message)}`)
    })
  )
}

const plain = (message: string): string => message.replace(/\s+/g, ' ').replace(/\.$/, '')

function problemsOfContext(context: TlsContext, resources: Resources, ctx: LowerContext): readonly Problem[] {
  if (context.api === 'v2') return [oldApi(context, resources.file)]
  const name = context.role === 'server' ? 'DownstreamTlsContext' : 'UpstreamTlsContext'
  return [
    ...checkMessage(name, context.message, context.origin, resources),
    ...(resources.structureUnknown ? [] : [...conflicts(context, resources, ctx), ...unknownSecrets(context, resources, ctx)])
  ]
}

/** "As of Envoy v1.18 the v2 API has been removed": https://www.envoyproxy.io/docs/envoy/v1.20.4/api-v3/api */
function oldApi({ header, role, message }: TlsContext, file: SourceFile): Problem {
  const name = role === 'server' ? 'DownstreamTlsContext' : 'UpstreamTlsContext'
  const wanted = `envoy.extensions.transport_sockets.tls.v3.${name}`
  const typed = typedOf(message)
  const at = locate(file, header)
  return {
    ...problem(
      'invalid-value',
      at,
      `this is of the v2 API, which Envoy has no longer since 1.18: in v3 it is a transport_socket with ${wanted}`
    ),
    ...(typed && isInV2(typed) ? { fixes: [replace(at, file, typed.fullName, wanted, `Write ${wanted}`)] } : {})
  }
}

function replace(at: Location, file: SourceFile, from: string, to: string, title: string) {
  const newText = file.text.slice(at.start, at.end).replace(from, to)
  return { title, edits: [{ ...at, newText }], safe: false }
}

const problem = (rule: string, { path, start, end }: Location, message: string): Problem => ({ path, start, end, rule, message })

type Origin = Place['origin']

function checkMessage(name: string, message: YamlMap, origin: Origin, resources: Resources): readonly Problem[] {
  const found: Problem[] = []
  const seen = new Set<string>()
  const stack: { name: string; message: YamlMap }[] = [{ name, message }]
  while (stack.length > 0) {
    const next = stack.pop()!
    const place = `${next.name} ${next.message.span.start} ${next.message.span.end}`
    const fields = messages[next.name]
    if (!fields || seen.has(place)) continue
    seen.add(place)
    found.push(...checkFields(next.name, next.message, fields, origin, resources))
    for (const { key, value } of next.message.entries) {
      if (snakeCase(key) === 'custom_validator_config' && value?.kind === 'map') stack.push(...typedIn(value))
      const inner = fieldNamed(key, fields)?.message
      if (!inner || !value) continue
      const items = value.kind === 'sequence' ? value.items : [value]
      for (const it of items) if (it.kind === 'map') stack.push({ name: inner, message: it })
    }
  }
  return found
}

/** The configuration of an extension. */
function typedIn(extension: YamlMap): readonly { name: string; message: YamlMap }[] {
  const config = mapField(extension, 'typed_config')
  return config && typedOf(config) ? [typedOf(config)!] : []
}

function fieldNamed(key: string, fields: Readonly<Record<string, Field>>): Field | undefined {
  if (Object.hasOwn(fields, key)) return fields[key]
  const snake = snakeCase(key)
  return Object.hasOwn(fields, snake) && camelCase(snake) === key ? fields[snake] : undefined
}

function checkFields(
  name: string,
  message: YamlMap,
  fields: Readonly<Record<string, Field>>,
  origin: Origin,
  { file, templated, structureUnknown }: Resources
): readonly Problem[] {
  const found: Problem[] = []
  const written = new Map<string, Span>()
  const groups = new Map<string, { key: string; span: Span }>()
  for (const { key, keySpan, value } of message.entries) {
    // A template may stand for a key, and `<<` for the keys of another map.
    if (
      key === '<<' ||
      key.startsWith('@') ||
      isIgnored(keySpan, file) ||
      (templated && /[{}]|TT|\$/.test(key + file.text.slice(keySpan.start, keySpan.end)))
    )
      continue
    const field = fieldNamed(key, fields)
    const at = locate(file, keySpan)
    if (!field) {
      found.push(unknownField(key, name, Object.keys(fields), at, origin))
      continue
    }
    const own = snakeCase(key)
    const first = written.get(own)
    if (first && !structureUnknown)
      found.push({
        ...problem('duplicate-setting', at, `${key} is written twice: the last one counts`),
        severity: 'warning',
        related: [{ ...locate(file, first), message: 'written here as well' }]
      })
    written.set(own, keySpan)
    const other = field.oneOf === undefined ? undefined : groups.get(field.oneOf)
    if (field.oneOf !== undefined && other && other.key !== own && !templated)
      found.push({
        ...problem('conflicting-settings', at, `${key} and ${other.key} cannot stand together: ${name} takes one ${field.oneOf}`),
        related: [{ ...locate(file, other.span), message: `${other.key} is here` }]
      })
    if (field.oneOf !== undefined && !other && isWritten(value)) groups.set(field.oneOf, { key: own, span: keySpan })
    if (field.values) found.push(...checkValues(key, value, field.values, file))
  }
  return found
}

/** yaml_utility.cc leaves out keys with this tag; a variable may be any key. */
const isIgnored = ({ start, end }: Span, { text }: SourceFile): boolean =>
  /!ignore[ \t]*$/.test(text.slice(Math.max(start - 20, 0), start)) || /\$\{|^[<!]/.test(text.slice(start, end))

const isWritten = (value: YamlNode | undefined): boolean => value !== undefined && !(value.kind === 'scalar' && value.value === null)

/** Of files that it starts from, Envoy refuses what it does not know; of resources that it is sent, it leaves that out. */
function unknownField(key: string, name: string, known: readonly string[], at: Location, origin: Origin): Problem {
  const owner = ownerOf(snakeCase(key), name)
  const meant = owner === undefined ? meantField(key, known) : undefined
  const fixes = meant === undefined ? [] : [{ title: `Write ${meant}`, edits: [{ ...at, newText: meant }], safe: false }]
  const said = `${name} has no field ${key}`
  const hint = owner === undefined ? (meant === undefined ? undefined : `did you mean ${meant}?`) : `it belongs to ${owner}`
  if (origin === 'resources')
    return {
      ...problem('ineffective-setting', at, `${said}, so it is left out without a word${hint === undefined ? '' : `; ${hint}`}`),
      fixes
    }
  if (hint !== undefined)
    return { ...problem(owner === undefined ? 'syntax-error' : 'directive-not-allowed-here', at, `${said}; ${hint}`), fixes }
  // It may be a field of a version to come.
  return { ...problem('syntax-error', at, `${said} that is known here: Envoy refuses it, unless it is a newer one`), severity: 'warning' }
}

function meantField(key: string, known: readonly string[]): string | undefined {
  const similar = nearest(snakeCase(key), known)
  return similar === undefined || key === snakeCase(key) ? similar : camelCase(similar)
}

/** The one other message that has a field of this name. */
function ownerOf(field: string, name: string): string | undefined {
  const owners = Object.keys(messages).filter(it => it !== name && Object.hasOwn(messages[it]!, field))
  return owners.length === 1 ? owners[0] : undefined
}

function checkValues(key: string, value: YamlNode | undefined, values: readonly string[], file: SourceFile): readonly Problem[] {
  const scalars = value?.kind === 'sequence' ? value.items : value ? [value] : []
  return scalars.flatMap(it => (it.kind === 'scalar' ? checkValue(key, it, values, file) : []))
}

function checkValue(key: string, scalar: YamlScalar, values: readonly string[], file: SourceFile): readonly Problem[] {
  const { text } = scalar
  if (scalar.dynamic || text === '' || /^\d+$/.test(text) || values.some(it => it.toLowerCase() === text.toLowerCase())) return []
  const meant = nearest(text, values) ?? nearest(text.replace(/\./g, '_'), values)
  const at = locate(file, scalar.span)
  return [
    {
      ...problem('invalid-value', at, `${key} knows no value ${text}${meant === undefined ? '' : `; did you mean ${meant}?`}`),
      fixes: meant === undefined ? [] : [replace(at, file, text, meant, `Write ${meant}`)]
    }
  ]
}

function conflicts(context: TlsContext, resources: Resources, ctx: LowerContext): readonly Problem[] {
  return [
    ...certificateConflicts(context, resources),
    ...validationConflicts(context, resources, ctx),
    ...quicConflicts(context, resources)
  ]
}

/** Versions before 1.25 took it and asked nobody, those up to 1.39 refuse it: https://github.com/envoyproxy/envoy/pull/47076 */
function quicConflicts({ quic, role, message }: TlsContext, { file }: Resources): readonly Problem[] {
  const demand = scalarField(message, 'require_client_certificate')
  if (!quic || role !== 'server' || !demand || demand.dynamic || !isTrue(demand)) return []
  const words = `up to 1.39 Envoy refuses this: ${refusals.clientsOverQuic}`
  return [{ ...problem('conflicting-settings', locate(file, demand.span), words), severity: 'warning' }]
}

function certificateConflicts(context: TlsContext, { file }: Resources): readonly Problem[] {
  const common = commonOf(context)
  const found: Problem[] = []
  const secrets = common?.entry('tls_certificate_sds_secret_configs') ?? common?.entry('tlsCertificateSdsSecretConfigs')
  if (
    context.role === 'server' &&
    secrets &&
    listField(common, 'tls_certificates').length > 0 &&
    listField(common, 'tls_certificate_sds_secret_configs').length > 0
  )
    found.push(problem('conflicting-settings', locate(file, secrets.keySpan), refusals.mixedCertificates))
  for (const certificate of mapsField(common, 'tls_certificates')) {
    for (const [one, other] of exclusive) {
      const entry = certificate.entry(one) ?? certificate.entry(camelCase(one))
      if (!entry || !hasField(certificate, one) || !hasField(certificate, other)) continue
      found.push(
        problem('conflicting-settings', locate(file, entry.keySpan), `${entry.key} and ${other} cannot stand together in one certificate`)
      )
    }
  }
  return found
}

/** common.proto, `pkcs12` and `private_key_provider`: both "will result in an error". */
const exclusive = [
  ['private_key_provider', 'private_key'],
  ['pkcs12', 'private_key'],
  ['pkcs12', 'certificate_chain'],
  ['pkcs12', 'private_key_provider']
] as const

const anchorFields = ['trusted_ca', 'system_root_certs', 'ca_certificate_provider_instance', 'custom_validator_config']

function validationConflicts(context: TlsContext, resources: Resources, ctx: LowerContext): readonly Problem[] {
  const validation = validationOf(context, resources, ctx)
  const automatic = scalarField(context.message, 'auto_sni_san_validation')
  const hasAnchor = validation !== undefined && (validation.incomplete || anchorFields.some(it => partWith(validation, it)))
  if (hasAnchor) return []
  const found: Problem[] = []
  if (automatic && isTrue(automatic))
    found.push(problem('conflicting-settings', locate(resources.file, automatic.span), refusals.sniWithoutCa))
  for (const [field, words] of needingCa) {
    const part = validation && partWith(validation, field)
    const value = part && fieldOf(part.message, field)
    const entry = part && entryOf(part.message, field)
    if (!part || part.reference || !value || !entry || isNothing(value)) continue
    found.push(problem('conflicting-settings', locate(part.file, entry.keySpan), words))
  }
  return found
}

const needingCa: readonly (readonly [field: string, words: string])[] = [
  ['match_typed_subject_alt_names', refusals.namesWithoutCa],
  ['match_subject_alt_names', refusals.namesWithoutCa],
  ['crl', refusals.crlWithoutCa],
  ['allow_expired_certificate', refusals.expiredWithoutCa]
]

const isNothing = (value: YamlNode): boolean =>
  value.kind === 'sequence' ? value.items.length === 0 : value.kind === 'scalar' && (value.dynamic || !isTrue(value))

/** A name without `sds_config` is of a secret of the same bootstrap. */
function unknownSecrets(context: TlsContext, resources: Resources, ctx: LowerContext): readonly Problem[] {
  const common = commonOf(context)
  const configs = [
    ...mapsField(common, 'tls_certificate_sds_secret_configs').map(it => ({ it, words: refusals.unknownSecret })),
    ...[
      mapField(common, 'validation_context_sds_secret_config'),
      mapField(common, 'combined_validation_context', 'validation_context_sds_secret_config')
    ].flatMap(it => (it ? [{ it, words: refusals.unknownValidationContext }] : []))
  ]
  return configs.flatMap(({ it, words }) => {
    const found = lookUpSecret({ file: resources.file, message: it }, resources, context.origin === 'bootstrap', ctx)
    return found.kind === 'missing' ? [problem('invalid-value', found.reference, words(found.name))] : []
  })
}
