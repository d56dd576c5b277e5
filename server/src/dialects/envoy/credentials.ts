/** Where Envoy takes certificates, keys and revocation lists from: data sources, and secrets by their names. */
import type { LowerContext, PathUse } from '../../core/dialect.js'
import type { CredentialRef } from '../../core/model.js'
import { type Location, locate, type SourceFile, type Span } from '../../core/text.js'
import type { PemFile } from '../../x509/pem.js'
import { decodeScalar, pemInBase64, pemInScalar } from '../yaml/embedded-pem.js'
import type { YamlMap, YamlScalar } from '../yaml/syntax.js'
import { fieldOf, mapField, type Placed, scalarField } from './fields.js'
import { type Paths, pathsOf } from './paths.js'
import { type Resources, resourcesOf, type Secret, secretNamed } from './resources.js'

/** A message, with the place in the root that findings about it are shown at when it stands in another file. */
export interface Part extends Placed {
  readonly reference?: Location
}

export const locateIn = ({ file, reference }: Part, span: Span): Location => reference ?? locate(file, span)

/** One data source: `trusted_ca: {filename: …}`. */
export function dataSource(part: Part, field: string, ctx: LowerContext): CredentialRef | undefined {
  const value = fieldOf(part.message, field)
  if (!value) return undefined
  if (value.kind !== 'map') return { kind: 'dynamic', text: field, name: field, at: locateIn(part, value.span) }
  return readSource({ ...part, message: value }, field, pathsOf(part.file.path, ctx))
}

function readSource(part: Part, name: string, paths: Paths): CredentialRef {
  const { file, message } = part
  const filename = scalarField(message, 'filename')
  const given = filename ?? scalarField(message, 'inline_string') ?? scalarField(message, 'inline_bytes')
  const at = locateIn(part, (given ?? message).span)
  if (filename && !filename.dynamic && filename.text !== '')
    return { kind: 'file', path: paths.resolve(filename.text), written: filename.text, name, at }
  const pem = filename ? undefined : inlinePem(message, file)
  return pem ? { kind: 'inline', file: pem, name, at } : { kind: 'dynamic', text: name, name, at }
}

/** What is no PEM at all is a placeholder, or DER. */
function inlinePem(message: YamlMap, file: SourceFile): PemFile | undefined {
  const text = scalarField(message, 'inline_string')
  const bytes = scalarField(message, 'inline_bytes')
  const pem = text ? readText(text, file) : bytes ? readBytes(bytes, file) : undefined
  if (!pem || pem.blocks.length + pem.errors.length === 0) return undefined
  return text && isPlaceholder(text.text) ? undefined : pem
}

/** `-----BEGIN CERTIFICATE-----` with nothing but `<certificate>` or dots behind it is there to be filled in. */
const isPlaceholder = (text: string): boolean => /-----BEGIN [^-]+-----\s*(?:<|\[|\.{2,}|\u2026|x{3})/i.test(text)

const readText = (scalar: YamlScalar, file: SourceFile): PemFile | undefined =>
  scalar.dynamic || !scalar.text.includes('-----BEGIN') ? undefined : pemInScalar(file, scalar)

const readBytes = (scalar: YamlScalar, file: SourceFile): PemFile | undefined =>
  scalar.dynamic || !decodeScalar(file, scalar)?.includes('-----BEGIN') ? undefined : pemInBase64(file, scalar)

const whatOf: Readonly<Record<string, PathUse['what']>> = {
  certificate_chain: 'certificate',
  private_key: 'key',
  trusted_ca: 'trust',
  crl: 'crl',
  trust_bundle: 'trust'
}

export interface Sources {
  readonly paths: readonly PathUse[]
  readonly pem: readonly PemFile[]
}

/** Every data source among the fields of a message, for links and for the rules about files. */
export function sourcesIn(part: Part, ctx: LowerContext): Sources {
  const paths: PathUse[] = []
  const pem: PemFile[] = []
  const rules = pathsOf(part.file.path, ctx)
  for (const { key, value } of part.message.entries) {
    if (value?.kind !== 'map') continue
    const field = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
    const filename = scalarField(value, 'filename')
    const credential = dataSource(part, field, ctx)
    if (credential?.kind === 'inline') pem.push(credential.file)
    if (!filename || filename.text === '' || !credential) continue
    const path =
      credential.kind === 'file' ? { path: credential.path, ...(rules.isGuess(credential.written) ? { guessed: true } : {}) } : {}
    paths.push({ at: locate(part.file, filename.span), what: whatOf[field] ?? 'other', credential, ...path })
  }
  return { paths, pem }
}

/** What a name of a secret leads to. */
export type SecretLookUp =
  | { readonly kind: 'found'; readonly secret: Secret; readonly reference: Location }
  /** Of a server that is not here, or in a file that is not. */
  | { readonly kind: 'unknown'; readonly name: string; readonly reference: Location; readonly file?: YamlScalar }
  /** Static, and this bootstrap has none of that name. */
  | { readonly kind: 'missing'; readonly name: string; readonly reference: Location }

export const secretKey = (name: string): string => `EnvoySecret/${name}`

/** Reads an `SdsSecretConfig`. */
export function lookUpSecret(config: Placed, resources: Resources, isBootstrap: boolean, ctx: LowerContext): SecretLookUp {
  const nameScalar = scalarField(config.message, 'name')
  const name = nameScalar?.text ?? ''
  const reference = locate(config.file, (nameScalar ?? config.message).span)
  const found = (secret: Secret): SecretLookUp => ({ kind: 'found', secret, reference })
  if (!nameScalar || nameScalar.dynamic || name === '') return { kind: 'unknown', name, reference }
  const source = fieldOf(config.message, 'sds_config')
  const own = secretNamed(resources.secrets, name)
  if (!source) {
    if (own) return found(own)
    return isBootstrap && !resources.structureUnknown ? { kind: 'missing', name, reference } : { kind: 'unknown', name, reference }
  }
  const file = source.kind === 'map' ? pathOfSource(source) : undefined
  const inFile = file && !file.dynamic ? secretInFile(file.text, name, config.file, ctx) : undefined
  if (inFile) return found(inFile)
  if (file) return { kind: 'unknown', name, reference, file }
  return declaredSecret(name, found, ctx) ?? { kind: 'unknown', name, reference }
}

/** `path_config_source: {path: …}`, and the older `path`. */
export const pathOfSource = (source: YamlMap): YamlScalar | undefined =>
  scalarField(mapField(source, 'path_config_source'), 'path') ?? scalarField(source, 'path')

function secretInFile(written: string, name: string, from: SourceFile, ctx: LowerContext): Secret | undefined {
  const entry = ctx.read(pathsOf(from.path, ctx).resolve(written))
  return entry.kind === 'file' ? secretNamed(resourcesOf(entry.file).secrets, name) : undefined
}

/** What an agent on the machine hands out under the same names everywhere, as Istio's and SPIRE's do. */
const everywhere = new Set(['default', 'ROOTCA', 'ALL', 'file-root'])

/** A server hands it out: the workspace may hold what it sends, if only one secret has this name. */
function declaredSecret(name: string, found: (secret: Secret) => SecretLookUp, ctx: LowerContext): SecretLookUp | undefined {
  if (everywhere.has(name)) return undefined
  const declared = ctx.declared(secretKey(name))
  return declared.length === 1 ? found(declared[0]!.value as Secret) : undefined
}
