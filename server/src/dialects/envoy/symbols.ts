import type { DocumentSymbol } from '../../core/dialect.js'
import type { SourceFile, Span } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { nameOf, resourcesOf, type TlsContext } from './resources.js'
import { chainsOf } from './server.js'

/** Listeners with their filter chains, clusters that speak TLS, and secrets. */
export function symbols(file: SourceFile): readonly DocumentSymbol[] {
  const { contexts, chains, secrets } = resourcesOf(file)
  const listeners = [...new Set(chains.map(it => it.listener))]
  const clusters = [...new Set(contexts.flatMap(it => (it.role === 'client' && it.cluster ? [it.cluster] : [])))]
  return [
    ...listeners.map(it => listenerSymbol(it, contexts)),
    ...clusters.map(it => symbol(it, `cluster ${nameOf(it) ?? ''}`.trim(), 'TLS', 'upstream')),
    ...secrets.map(it => symbol(it.message, `secret ${it.name}`.trim(), '', 'other'))
  ].sort((a, b) => a.span.start - b.span.start)
}

function listenerSymbol(listener: YamlMap, contexts: readonly TlsContext[]): DocumentSymbol {
  const children = chainsOf(listener).map((chain, index) => {
    const speaks = contexts.some(it => it.chain?.span.start === chain.span.start)
    return symbol(chain, `filter chain ${nameOf(chain) ?? index + 1}`, speaks ? 'TLS' : 'plain text', 'server')
  })
  return { ...symbol(listener, `listener ${nameOf(listener) ?? ''}`.trim(), '', 'block'), children }
}

function symbol(message: YamlMap, name: string, detail: string, kind: DocumentSymbol['kind']): DocumentSymbol {
  const selection: Span = message.entry('name')?.keySpan ??
    message.entries[0]?.keySpan ?? { start: message.span.start, end: message.span.start }
  const inside = selection.start >= message.span.start && selection.end <= message.span.end
  return { name, detail, kind, span: message.span, selection: inside ? selection : message.span, children: [] }
}
