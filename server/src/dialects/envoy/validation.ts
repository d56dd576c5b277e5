/** How the peer's certificate is judged: one validation context, or two merged into one. */
import { openCredential } from '../../core/credentials.js'
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialRef, PeerPolicy, Setting, TrustRef } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/syntax.js'
import { dataSource, locateIn, lookUpSecret, type Part, type SecretLookUp } from './credentials.js'
import { entryOf, fieldOf, isDynamic, isTrue, listField, mapField, mapsField, typedOf } from './fields.js'
import type { Resources, TlsContext } from './resources.js'

export interface Validation {
  /** The field that brings it in: `validation_context`. */
  readonly field: string
  readonly at: Location
  /** The static one first. */
  readonly parts: readonly Part[]
  /** A part is not here: a secret of some server, a template. */
  readonly incomplete: boolean
  /** Stands for what a secret that is not here trusts. */
  readonly secret?: CredentialRef
}

const fields = ['validation_context', 'combined_validation_context', 'validation_context_sds_secret_config']

/** Nothing when the peer is not to be judged at all. */
export function validationOf(context: TlsContext, resources: Resources, ctx: LowerContext): Validation | undefined {
  const common = mapField(context.message, 'common_tls_context')
  const field = fields.find(it => fieldOf(common, it) !== undefined)
  const entry = field === undefined ? undefined : entryOf(common, field)
  if (field === undefined || !entry?.value) return undefined
  return readValidation(field, entry, context, resources, ctx)
}

function readValidation(field: string, entry: YamlEntry, context: TlsContext, resources: Resources, ctx: LowerContext): Validation {
  const { file } = resources
  const at = locate(file, entry.keySpan)
  const { value } = entry
  if (value?.kind !== 'map') return { field, at, parts: [], incomplete: isDynamic(value) }
  if (field === 'validation_context') return { field, at, parts: [{ file, message: value }], incomplete: false }
  const combined = field === 'combined_validation_context'
  const fixed = combined ? mapField(value, 'default_validation_context') : undefined
  const config = combined ? mapField(value, 'validation_context_sds_secret_config') : value
  const found = config && lookUpSecret({ file, message: config }, resources, context.origin === 'bootstrap', ctx)
  const dynamic = found?.kind === 'found' ? validationIn(found) : undefined
  return {
    field,
    at,
    parts: [...(fixed ? [{ file, message: fixed }] : []), ...(dynamic ? [dynamic] : [])],
    incomplete: !dynamic,
    ...(found && found.kind !== 'found' ? { secret: { kind: 'secret', secret: found.name, name: field, at: found.reference } } : {})
  }
}

function validationIn({ secret, reference }: Extract<SecretLookUp, { kind: 'found' }>): Part | undefined {
  const message = mapField(secret.message, 'validation_context')
  return message && { file: secret.file, message, reference }
}

/** The last part that has the field wins. */
export const partWith = ({ parts }: Validation, field: string): Part | undefined =>
  parts.filter(it => fieldOf(it.message, field) !== undefined).at(-1)

export const flag = (validation: Validation, field: string): boolean =>
  validation.parts.some(it => isTrue(asScalar(fieldOf(it.message, field))))

const asScalar = (node: YamlNode | undefined): YamlScalar | undefined => (node?.kind === 'scalar' ? node : undefined)

export interface Judgement {
  /** What the peer is verified against; an entry for what cannot be looked into. */
  readonly anchors: readonly TrustRef[]
  readonly names: readonly Setting<string>[]
  readonly crls: readonly CredentialRef[]
  readonly verifyChain: Setting<boolean>
  /** A matcher, a hash or a validator of its own makes a certificate a must. */
  readonly demanded?: Location
  /** ACCEPT_UNTRUSTED, where it stands. */
  readonly untrusted?: Setting<boolean>
  /** True when a validator that is not known here decides. */
  readonly custom: boolean
}

export function judgementOf(validation: Validation, ctx: LowerContext): Judgement {
  const untrusted = untrustedIn(validation)
  const anchors = anchorsOf(validation, ctx)
  const pins = pinsOf(validation)
  const custom = partWith(validation, 'custom_validator_config')
  const spiffe = custom && spiffeOf(custom)
  const names = [...matchersOf(validation), ...pins, ...(custom ? ownNames(custom) : [])]
  const demanding = names[0]?.at
  return {
    anchors,
    names,
    crls: crlsOf(validation, ctx),
    verifyChain: untrusted ?? chainSetting(validation, anchors, names, custom !== undefined && !spiffe),
    custom: custom !== undefined && !spiffe,
    ...(demanding && !untrusted ? { demanded: demanding } : {}),
    ...(untrusted ? { untrusted } : {})
  }
}

/** A validator of its own wants names of its own; that of SPIFFE an ID of one of its trust domains. */
function ownNames(part: Part): readonly Setting<string>[] {
  const name = 'custom_validator_config'
  return [{ name, at: locateField(part, name), value: '', origin: 'unknown' }]
}

export const locateField = (part: Part, field: string): Location => {
  const entry = entryOf(part.message, field)
  return locateIn(part, entry?.value?.span ?? entry?.keySpan ?? part.message.span)
}

function untrustedIn(validation: Validation): Setting<boolean> | undefined {
  const name = 'trust_chain_verification'
  const part = partWith(validation, name)
  const value = part && asScalar(fieldOf(part.message, name))
  if (!part || !value || (!value.dynamic && !/^(?:ACCEPT_UNTRUSTED|1)$/i.test(value.text))) return undefined
  return { value: false, origin: value.dynamic ? 'unknown' : 'written', at: locateIn(part, value.span), name }
}

/** Certificates that are pinned, or a validator of its own, judge without a chain; names alone are refused. */
function chainSetting(
  validation: Validation,
  anchors: readonly TrustRef[],
  names: readonly Setting<string>[],
  custom: boolean
): Setting<boolean> {
  const name = 'trusted_ca'
  const anchor = anchors[0]
  if (anchor && !custom) return { value: true, origin: 'written', at: anchor.at, name: anchor.name }
  const at = validation.at
  if (anchor || custom || names.length > 0 || validation.incomplete) return { value: true, origin: 'unknown', at: anchor?.at ?? at, name }
  return { value: false, origin: 'default', at, name }
}

function anchorsOf(validation: Validation, ctx: LowerContext): readonly TrustRef[] {
  const trusted = { intended: true, announced: true }
  const custom = partWith(validation, 'custom_validator_config')
  const spiffe = custom && spiffeOf(custom)
  if (custom && spiffe) {
    const bundles = mapsField(spiffe, 'trust_domains').flatMap(it => dataSource({ ...custom, message: it }, 'trust_bundle', ctx) ?? [])
    return bundles.map(it => ({ ...it, ...trusted }))
  }
  const part = partWith(validation, 'trusted_ca')
  const own = part && dataSource(part, 'trusted_ca', ctx)
  const system = partWith(validation, 'system_root_certs')
  if (own) return [{ ...own, ...trusted }]
  if (system) return [{ kind: 'system', name: 'system_root_certs', at: locateField(system, 'system_root_certs'), ...trusted }]
  const provider = partWith(validation, 'ca_certificate_provider_instance')
  if (provider) {
    const name = 'ca_certificate_provider_instance'
    return [{ kind: 'dynamic', text: name, name, at: locateField(provider, name), ...trusted }]
  }
  return validation.secret ? [{ ...validation.secret, ...trusted }] : []
}

/** The SPIFFE validator has its bundles by trust domain. */
function spiffeOf(part: Part): YamlMap | undefined {
  const config = mapField(part.message, 'custom_validator_config', 'typed_config')
  const typed = config && typedOf(config)
  return typed?.name === 'SPIFFECertValidatorConfig' ? typed.message : undefined
}

/** Lists among the trusted certificates count as well (default_validator.cc): both fields may bring some. */
const crlsOf = (validation: Validation, ctx: LowerContext): readonly CredentialRef[] => {
  const [crl, trusted] = ['crl', 'trusted_ca'].map(field => {
    const part = partWith(validation, field)
    return part && dataSource(part, field, ctx)
  })
  return [...(crl ? [crl] : []), ...(trusted && holdsLists(trusted, ctx) ? [trusted] : [])]
}

function holdsLists(ref: CredentialRef, ctx: LowerContext): boolean {
  const opened = openCredential(ref, ctx.read)
  return opened.kind === 'pem' && opened.file.blocks.some(it => it.kind === 'crl')
}

/** Names that the peer's certificate has to have one of. What is no exact text is not known to be one. */
function matchersOf(validation: Validation): readonly Setting<string>[] {
  const typed = namesIn(validation, 'match_typed_subject_alt_names', it => mapField(it, 'matcher'))
  return typed.length > 0
    ? typed
    : [...namesIn(validation, 'match_subject_alt_names', it => it), ...namesIn(validation, 'verify_subject_alt_name', () => undefined)]
}

function namesIn(validation: Validation, name: string, matcherOf: (it: YamlMap) => YamlMap | undefined): readonly Setting<string>[] {
  return validation.parts.flatMap(part =>
    listField(part.message, name).map((item): Setting<string> => {
      const exact = item.kind === 'map' ? asScalar(fieldOf(matcherOf(item), 'exact')) : asScalar(item)
      const known = exact && !exact.dynamic
      return { name, at: locateIn(part, item.span), value: known ? exact.text : '', origin: known ? 'written' : 'unknown' }
    })
  )
}

const pinFields = ['verify_certificate_hash', 'verify_certificate_spki']

function pinsOf(validation: Validation): readonly Setting<string>[] {
  return pinFields.flatMap(name =>
    validation.parts.flatMap(part =>
      listField(part.message, name).map((item): Setting<string> => ({ name, at: locateIn(part, item.span), value: '', origin: 'unknown' }))
    )
  )
}

/** X509_V_FLAG_NO_CHECK_TIME: neither the beginning nor the end of validity is looked at (default_validator.cc). */
const timeErrors = new Set([9, 10])
export function forgivenBy(validation: Validation): Pick<PeerPolicy, 'forgiven'> {
  const name = 'allow_expired_certificate'
  const part = validation.parts.find(it => isTrue(asScalar(fieldOf(it.message, name))))
  return part ? { forgiven: { endEntity: timeErrors, above: timeErrors, at: locateField(part, name), name } } : {}
}

/** Is it enough that the end-entity certificate's issuer has a list? */
export const crlsForLeaf = (validation: Validation): boolean => flag(validation, 'only_verify_leaf_cert_crl')

/** CA certificates that may stand between: Envoy's number counts the root as well. */
export function depthOf(validation: Validation): PeerPolicy['maxDepth'] {
  const name = 'max_verify_depth'
  const part = partWith(validation, name)
  const value = part && asScalar(fieldOf(part.message, name))
  if (!part || !value) return undefined
  const written = Number(value.text)
  const known = !value.dynamic && Number.isInteger(written) && written >= 0
  return { name, at: locateIn(part, value.span), value: known ? Math.max(written - 1, 0) : 0, origin: known ? 'written' : 'unknown' }
}
