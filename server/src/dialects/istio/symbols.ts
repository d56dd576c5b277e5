import type { DocumentSymbol } from '../../core/dialect.js'
import type { SourceFile } from '../../core/text.js'
import { resourcesOf } from '../kubernetes/resources.js'

const kinds: Readonly<Record<string, DocumentSymbol['kind']>> = {
  Gateway: 'server',
  Service: 'server',
  DestinationRule: 'upstream',
  Secret: 'key'
}

/** One symbol a resource. */
export const symbols = (file: SourceFile): readonly DocumentSymbol[] =>
  resourcesOf(file).map(({ kind, name, namespace, node, at }) => ({
    name: name ?? kind,
    detail: namespace ? `${kind}, ${namespace}` : kind,
    kind: kinds[kind] ?? 'other',
    span: node.span,
    selection: { start: at.start, end: at.end },
    children: []
  }))
