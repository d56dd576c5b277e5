/** What servers and clients have in common: identities, versions, ciphers. */
import type { LowerContext } from '../../core/dialect.js'
import { type Identity, type Setting, type TlsEndpoint, type TlsVersion, tlsVersions } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import type { YamlMap, YamlNode } from '../yaml/syntax.js'
import { dataSource, locateIn, lookUpSecret, type Part } from './credentials.js'
import { defaults, quicVersion } from './defaults.js'
import { entryOf, fieldOf, listField, mapField, scalarField } from './fields.js'
import { hasField, type Resources, type TlsContext } from './resources.js'

export const commonOf = (context: TlsContext): YamlMap | undefined => mapField(context.message, 'common_tls_context')

/** A field where a message should stand and a template or something else does. */
export const isUnreadable = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && node.dynamic

export function identitiesOf(context: TlsContext, resources: Resources, ctx: LowerContext): readonly Identity[] {
  const common = commonOf(context)
  const { file } = resources
  const certificates = listField(common, 'tls_certificates')
  // What stands in `tls_certificates` makes Envoy leave the secrets alone: tls.proto.
  if (certificates.length > 0)
    return certificates.flatMap(it =>
      it.kind === 'map' ? identityIn({ file, message: it }, ctx) : unknownIdentity('tls_certificates', locate(file, it.span))
    )
  const field = 'tls_certificate_sds_secret_configs'
  const secrets = listField(common, field).flatMap(it =>
    it.kind === 'map' ? secretIdentity(it, context, resources, ctx) : unknownIdentity(field, locate(file, it.span))
  )
  const other = otherSources.find(it => hasField(common, it))
  const value = other && entryOf(common, other)
  return secrets.length > 0 || !other || !value ? secrets : unknownIdentity(other, locate(file, value.keySpan))
}

const otherSources = [
  'tls_certificate_provider_instance',
  'tls_certificate_certificate_provider_instance',
  'tls_certificate_certificate_provider',
  'custom_tls_certificate_selector',
  'custom_handshaker'
]

const unknownIdentity = (name: string, at: Location): readonly Identity[] => [
  { certificate: { kind: 'dynamic', text: name, name, at }, key: { kind: 'dynamic', text: name, name, at }, passphrase: false }
]

function secretIdentity(config: YamlMap, context: TlsContext, resources: Resources, ctx: LowerContext): readonly Identity[] {
  const name = 'tls_certificate_sds_secret_configs'
  const found = lookUpSecret({ file: resources.file, message: config }, resources, context.origin === 'bootstrap', ctx)
  const message = found.kind === 'found' ? mapField(found.secret.message, 'tls_certificate') : undefined
  if (found.kind === 'found' && message) return identityIn({ file: found.secret.file, message, reference: found.reference }, ctx)
  const ref = { kind: 'secret', secret: found.kind === 'found' ? found.secret.name : found.name, name, at: found.reference } as const
  return [{ certificate: ref, key: ref, passphrase: false }]
}

export function identityIn(part: Part, ctx: LowerContext): readonly Identity[] {
  const chain = dataSource(part, 'certificate_chain', ctx)
  const pkcs12 = dataSource(part, 'pkcs12', ctx)
  const provided = entryOf(part.message, 'private_key_provider')
  const provider = provided && { kind: 'dynamic' as const, text: provided.key, name: provided.key, at: locateIn(part, provided.keySpan) }
  const key = dataSource(part, 'private_key', ctx) ?? provider
  const passphrase = hasField(part.message, 'password')
  if (pkcs12) return unknownIdentity('pkcs12', pkcs12.at)
  return chain ? [{ certificate: chain, ...(key ? { key } : {}), passphrase }] : []
}

export function versionsOf(context: TlsContext, resources: Resources, at: Location): Pick<TlsEndpoint, 'minVersion' | 'maxVersion'> {
  const { role, quic } = context
  const read = (name: string, byDefault: TlsVersion) => versionSetting(name, byDefault, context, resources, at)
  return {
    minVersion: read('tls_minimum_protocol_version', quic ? quicVersion : defaults.minVersion),
    maxVersion: read('tls_maximum_protocol_version', quic ? quicVersion : defaults.maxVersion[role])
  }
}

function versionSetting(name: string, byDefault: TlsVersion, context: TlsContext, resources: Resources, at: Location): Setting<TlsVersion> {
  const written = scalarField(commonOf(context), 'tls_params', name)
  const missing: Setting<TlsVersion> = { value: byDefault, origin: 'default', at, name }
  if (!written) return missing
  const version = versionIn(written.text)
  if (version === 'auto') return missing
  return { name, at: locate(resources.file, written.span), value: version ?? byDefault, origin: version ? 'written' : 'unknown' }
}

/** Enum values may be written in any case, and as numbers. */
export function versionIn(text: string): TlsVersion | 'auto' | undefined {
  if (/^(?:TLS_AUTO|0)$/i.test(text)) return 'auto'
  const minor = /^TLSv1_([0-3])$/i.exec(text)?.[1] ?? (/^[1-4]$/.test(text) ? String(Number(text) - 1) : undefined)
  return minor === undefined ? undefined : tlsVersions.find(it => it === (minor === '0' ? 'TLSv1' : `TLSv1.${minor}`))
}

export function ciphersOf(context: TlsContext, resources: Resources): Pick<TlsEndpoint, 'ciphers'> {
  const name = 'cipher_suites'
  const value = fieldOf(commonOf(context), 'tls_params', name)
  if (!value) return {}
  const items = listField(commonOf(context), 'tls_params', name)
  const words = items.flatMap(it => (it.kind === 'scalar' && !it.dynamic ? [it.text] : []))
  const known = words.length === items.length
  return { ciphers: { name, at: locate(resources.file, value.span), value: words.join(':'), origin: known ? 'written' : 'unknown' } }
}
