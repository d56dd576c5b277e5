import type { Declaration, LowerContext, Lowered, PathUse } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import { locate, memo, type SourceFile } from '../../core/text.js'
import type { PemFile } from '../../x509/pem.js'
import type { YamlMap } from '../yaml/syntax.js'
import { lowerClient } from './client.js'
import { commonOf } from './context.js'
import { pathOfSource, secretKey, sourcesIn } from './credentials.js'
import { fieldOf, mapField, mapsField } from './fields.js'
import { pathsOf } from './paths.js'
import { plainEndsOf } from './plain.js'
import { problemsIn } from './problems.js'
import { type Resources, resourcesOf, type TlsContext } from './resources.js'
import { routeKey } from './routes.js'
import { lowerPlainChain, lowerServer } from './server.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const resources = resourcesOf(root)
  const endpoints = resources.contexts.map(it => (it.role === 'server' ? lowerServer(it, resources, ctx) : lowerClient(it, resources, ctx)))
  const { paths, pem } = sourcesOf(resources, ctx)
  return {
    endpoints: [...endpoints, ...plainBeside(endpoints, resources, ctx)],
    plain: plainEndsOf(resources),
    problems: problemsIn(resources, ctx),
    paths: [...paths, ...secretFiles(resources, ctx)],
    pem,
    files: [root]
  }
}

/** Plain chains are told of only where they open another way to what a verifying one gives. */
function plainBeside(endpoints: readonly TlsEndpoint[], resources: Resources, ctx: LowerContext): readonly TlsEndpoint[] {
  const verifying = endpoints.filter(it => it.role === 'server' && it.peer.certificate.value === 'require')
  if (verifying.length === 0) return []
  const contents = new Set(verifying.flatMap(it => it.content ?? []))
  const speaking = new Set(resources.contexts.map(it => it.chain))
  return resources.chains
    .filter(({ chain }) => !speaking.has(chain) && fieldOf(chain, 'transport_socket') === undefined)
    .map(({ chain, listener }) => lowerPlainChain(chain, listener, resources, ctx))
    .filter(it => it.content?.some(content => contents.has(content)))
}

/** The messages that hold data sources. */
function sourceMessages(resources: Resources): readonly YamlMap[] {
  const ofContexts = resources.contexts.flatMap(it => messagesOf(it))
  const ofSecrets = resources.secrets.flatMap(({ message }) => [
    ...mapsField(message, 'tls_certificate'),
    ...validationMessages(mapField(message, 'validation_context'))
  ])
  return [...ofContexts, ...ofSecrets]
}

function messagesOf(context: TlsContext): readonly YamlMap[] {
  const common = commonOf(context)
  return [
    ...mapsField(common, 'tls_certificates'),
    ...validationMessages(mapField(common, 'validation_context')),
    ...validationMessages(mapField(common, 'combined_validation_context', 'default_validation_context'))
  ]
}

const validationMessages = (validation: YamlMap | undefined): readonly YamlMap[] =>
  validation ? [validation, ...mapsField(validation, 'custom_validator_config', 'typed_config', 'trust_domains')] : []

function sourcesOf(resources: Resources, ctx: LowerContext): { readonly paths: readonly PathUse[]; readonly pem: readonly PemFile[] } {
  const seen = new Set<number>()
  const paths: PathUse[] = []
  const pem: PemFile[] = []
  for (const message of sourceMessages(resources)) {
    // An alias stands where its anchor does.
    if (seen.has(message.span.start)) continue
    seen.add(message.span.start)
    const found = sourcesIn({ file: resources.file, message }, ctx)
    paths.push(...found.paths)
    pem.push(...found.pem)
  }
  return { paths, pem: [...new Set(pem)] }
}

/** Files that secrets are watched in. */
function secretFiles({ file, contexts }: Resources, ctx: LowerContext): readonly PathUse[] {
  const rules = pathsOf(file.path, ctx)
  const configs = contexts.flatMap(it => {
    const common = commonOf(it)
    return [
      ...mapsField(common, 'tls_certificate_sds_secret_configs'),
      ...mapsField(common, 'validation_context_sds_secret_config'),
      ...mapsField(common, 'combined_validation_context', 'validation_context_sds_secret_config')
    ]
  })
  return configs.flatMap((config): PathUse[] => {
    const source = mapField(config, 'sds_config')
    const path = source && pathOfSource(source)
    if (!path || path.text === '') return []
    const at = locate(file, path.span)
    if (path.dynamic) return [{ at, what: 'other' }]
    return [{ at, what: 'other', path: rules.resolve(path.text), ...(rules.isGuess(path.text) ? { guessed: true } : {}) }]
  })
}

/** The secrets and route tables of a file, for those who name them in others. */
export const declares: (file: SourceFile) => readonly Declaration[] = memo(file => {
  const { secrets, routes } = resourcesOf(file)
  return [
    ...secrets.filter(it => it.name !== '').map(it => ({ key: secretKey(it.name), file, value: it })),
    ...routes.filter(it => it.name !== '').map(it => ({ key: routeKey(it.name), file, value: it }))
  ]
})
