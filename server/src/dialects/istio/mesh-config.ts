import type { LowerContext } from '../../core/dialect.js'
import { type SourceFile, sourceFile } from '../../core/text.js'
import type { Resource } from '../kubernetes/resources.js'
import { mapAt, parseYaml, scalarAt, textAt, type YamlNode } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { automaticMutualTls, rootNamespace } from './defaults.js'

export interface MeshConfig {
  readonly rootNamespace: string
  readonly automaticMutualTls: boolean
}

/** The settings of the mesh, where they stand in the workspace: the ConfigMap `istio` or an IstioOperator. */
export function meshConfig(root: SourceFile, ctx: LowerContext): MeshConfig {
  const nodes = [
    ...declaredAlong('MeshConfig', root, ctx).flatMap(it => ofConfigMap(it) ?? []),
    ...declaredAlong('IstioOperator', root, ctx).flatMap(it => mapAt(it.node, 'spec', 'meshConfig') ?? [])
  ]
  const values = (key: string) => [...new Set(nodes.flatMap(it => textAt(it, key) ?? []))]
  const only = (key: string) => {
    const found = values(key)
    return found.length === 1 ? found[0] : undefined
  }
  const automatic = only('enableAutoMtls')
  return {
    rootNamespace: only('rootNamespace') ?? rootNamespace,
    automaticMutualTls: automatic === undefined ? automaticMutualTls : automatic !== 'false'
  }
}

function ofConfigMap({ node, incomplete }: Resource): YamlNode | undefined {
  const text = scalarAt(node, 'data', 'mesh')
  return text && !incomplete ? parseYaml(sourceFile('mesh', text.text)).documents[0]?.root : undefined
}
