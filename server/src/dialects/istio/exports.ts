/** `exportTo`: in which namespaces a resource counts. */
import type { LowerContext } from '../../core/dialect.js'
import type { SourceFile } from '../../core/text.js'
import type { Resource } from '../kubernetes/resources.js'
import { itemsAt, textAt } from '../yaml/syntax.js'
import { type Exported, meshConfig } from './mesh-config.js'

/** Do the proxies of this namespace see it? Rather no where a template writes that. */
export function isSeenIn(resource: Resource, namespace: string | undefined, root: SourceFile, ctx: LowerContext): boolean {
  if (namespace === undefined || resource.namespace === undefined) return false
  const own = itemsAt(resource.node, 'spec', 'exportTo')
  const { exportTo } = meshConfig(root, ctx)
  const places =
    own.length > 0 ? own.map(it => textAt(it)) : Object.hasOwn(exportTo, resource.kind) ? exportTo[resource.kind as Exported] : ['*']
  return places.some(it => it === '*' || it === namespace || (it === '.' && resource.namespace === namespace))
}
