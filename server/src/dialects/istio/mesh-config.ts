/** MeshConfig: what holds for the whole mesh, wherever an installation has it written. */
import type { LowerContext } from '../../core/dialect.js'
import type { TlsVersion } from '../../core/model.js'
import { locate, memo, memoInside, type SourceFile, sourceFile } from '../../core/text.js'
import { isTemplate } from '../kubernetes/detect.js'
import { type Resource, resourcesOf } from '../kubernetes/resources.js'
import { at, itemsAt, mapAt, parseYaml, scalarAt, textAt, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { automaticMutualTls, exportedToAll, rootNamespace, trustDomain } from './defaults.js'
import { isMeshConfig } from './detect.js'
import { versionOf } from './endpoint.js'

export interface MeshConfig {
  readonly rootNamespace: string
  readonly automaticMutualTls: boolean
  /** Those that proxies of the mesh take certificates of, its own first; absent where that is not known here. */
  readonly trustDomains?: readonly string[]
  /** Who sees what says nothing about it. */
  readonly exportTo: Readonly<Record<Exported, readonly string[]>>
  /** For TLS other than the mesh's own. */
  readonly tlsDefaults: { readonly minVersion?: TlsVersion; readonly ciphers?: readonly string[] }
}

/** Kinds that say in which namespaces they are seen. */
export type Exported = 'DestinationRule' | 'ServiceEntry' | 'VirtualService'

/** The settings that an installation is given, and where. */
export interface MeshSettings {
  readonly node: YamlMap
  /** False where the text of another file would have to be counted in: then nothing can be shown in it. */
  readonly placed: boolean
  /** True when it is all that the installation is given, false when defaults or other files may say more. */
  readonly whole: boolean
}

/** The settings of the mesh, where they stand in the workspace. */
export function meshConfig(root: SourceFile, ctx: LowerContext): MeshConfig {
  const known = configs(ctx)
  known.config ??= readConfig(declaredAlong('MeshConfig', root, ctx))
  return known.config
}

const configs = memo((_ctx: LowerContext): { config?: MeshConfig } => ({}))

function readConfig(resources: readonly Resource[]): MeshConfig {
  const nodes = resources.flatMap(it => meshSettings(it)?.node ?? [])
  const only = (...path: readonly string[]) => {
    const found = [...new Set(nodes.flatMap(it => textAt(it, ...path) ?? []))]
    return found.length === 1 ? found[0] : undefined
  }
  const words = (...path: readonly string[]) => {
    const [first, another] = nodes.flatMap(it => at(it, ...path) ?? [])
    return first && !another ? wordsIn(first) : undefined
  }
  const automatic = only('enableAutoMtls')
  const domains = trustDomainsOf(resources)
  const minVersion = versionOf(only('tlsDefaults', 'minProtocolVersion'))
  const ciphers = words('tlsDefaults', 'cipherSuites')
  return {
    rootNamespace: only('rootNamespace') ?? rootNamespace,
    automaticMutualTls: automatic === undefined ? automaticMutualTls : automatic !== 'false',
    ...(domains ? { trustDomains: domains } : {}),
    exportTo: {
      DestinationRule: words('defaultDestinationRuleExportTo') ?? exportedToAll,
      ServiceEntry: words('defaultServiceExportTo') ?? exportedToAll,
      VirtualService: words('defaultVirtualServiceExportTo') ?? exportedToAll
    },
    tlsDefaults: { ...(minVersion ? { minVersion } : {}), ...(ciphers && ciphers.length > 0 ? { ciphers } : {}) }
  }
}

/** The words of a list; nothing when one of them is not known here. */
function wordsIn(node: YamlNode): readonly string[] | undefined {
  const words = itemsAt(node).map(it => textAt(it))
  return words.every(it => it !== undefined) ? words : undefined
}

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig : `trustDomain` and those that are taken as well. */
function trustDomainsOf(resources: readonly Resource[]): readonly string[] | undefined {
  const domains: (string | undefined)[] = []
  let isSure = false
  for (const resource of resources) {
    const settings = meshSettings(resource)
    // An installation may be told not to look at trust domains.
    if (!settings || /SKIP_VALIDATE_TRUST_DOMAIN/.test(resource.file.text)) return undefined
    const { node, whole } = settings
    const own = at(node, 'trustDomain')
    if (own || whole) {
      isSure = true
      domains.push(own ? textAt(own) : trustDomain)
    }
    const others = [...itemsAt(node, 'trustDomainAliases'), ...itemsAt(node, 'caCertificates').flatMap(it => itemsAt(it, 'trustDomains'))]
    domains.push(...others.map(it => textAt(it)))
  }
  return isSure && domains.every(it => it !== undefined) ? domains : undefined
}

/** The resources of a file that have settings of the mesh in them, and files that are nothing else. */
export const meshConfigsIn: (file: SourceFile) => readonly Resource[] = memo(file => [
  ...resourcesOf(file).filter(isInstallation),
  ...plainConfigs(file)
])

function isInstallation({ kind, group, name }: Resource): boolean {
  if (kind === 'ConfigMap') return group === '' && name !== undefined && /^istio(-|$)/.test(name)
  return (kind === 'IstioOperator' && group === 'install.istio.io') || (kind === 'Istio' && group === 'sailoperator.io')
}

export const meshSettings: (resource: Resource) => MeshSettings | undefined = memoInside(resource => {
  const { kind, node } = resource
  if (kind === 'ConfigMap') return ofConfigMap(resource)
  const map =
    kind === 'MeshConfig'
      ? (mapAt(node, 'meshConfig') ?? node)
      : (mapAt(node, 'spec', 'meshConfig') ?? mapAt(node, 'spec', 'values', 'meshConfig'))
  return map && { node: map, placed: true, whole: kind === 'MeshConfig' && map === node }
})

function ofConfigMap({ file, node, incomplete }: Resource): MeshSettings | undefined {
  const scalar = scalarAt(node, 'data', 'mesh')
  if (!scalar || incomplete) return undefined
  const inner = innerText(file, scalar)
  const root = parseYaml(sourceFile(file.path, inner ?? scalar.text)).documents[0]?.root
  return root?.kind === 'map' ? { node: root, placed: inner !== undefined, whole: true } : undefined
}

/** The text of a literal block with as much before it as there is in the file, so that places in it are places in the file. */
function innerText({ text }: SourceFile, { style, span }: YamlScalar): string | undefined {
  if (style !== 'block' || text[span.start] !== '|') return undefined
  const start = text.indexOf('\n', span.start)
  return start < 0 || start > span.end ? undefined : ' '.repeat(start) + text.slice(start, span.end)
}

const plainConfigs = (file: SourceFile): readonly Resource[] => {
  if (!isMeshConfig(file.text)) return []
  return parseYaml(file).documents.flatMap(({ root }) => {
    if (root?.kind !== 'map') return []
    const place = mapAt(root, 'meshConfig') ? root.entry('meshConfig')!.keySpan : { start: root.span.start, end: root.span.start }
    const incomplete = isTemplate(file)
    return [
      { file, group: '', kind: 'MeshConfig', namespace: '', node: root, at: locate(file, place), incomplete, conditional: incomplete }
    ]
  })
}
