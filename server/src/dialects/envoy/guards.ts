/** Role-based access control that goes by the client's certificate, and keeps out the wrong ones or nobody. */
import type { Problem } from '../../core/dialect.js'
import { locate, memo, type SourceFile } from '../../core/text.js'
import type { YamlEntry, YamlMap, YamlNode } from '../yaml/syntax.js'
import { entryOf, mapField, mapsField, textField, typedOf } from './fields.js'
import type { Resources } from './resources.js'

export function guardProblems({ file, chains, structureUnknown }: Resources): readonly Problem[] {
  if (structureUnknown) return []
  const filters = new Set(chains.flatMap(({ chain }) => filtersIn(chain)))
  return [...filters].flatMap(it => [...inverted(it, file), ...unenforced(it, file)])
}

const maxSteps = 100_000

/** Filters of connections and of requests, and what routes set for them. */
const filtersIn = memo((chain: YamlMap): readonly YamlMap[] => {
  const found: YamlMap[] = []
  const stack: YamlNode[] = [chain]
  const seen = new Set<YamlNode>()
  for (let node = stack.pop(); node && seen.size < maxSteps; node = stack.pop()) {
    if (node.kind === 'scalar' || seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'sequence') stack.push(...node.items)
    else if (/\.rbac\..*\.RBAC$/.test(typedOf(node)?.fullName ?? '')) found.push(typedOf(node)!.message)
    else for (const { value } of node.entries) if (value) stack.push(value)
  }
  return found
})

/**
 * Whoever has a certificate is refused, so that those without one remain: rbac.proto, `Principal.Authenticated`, which without a
 * name means anybody with one.
 */
function inverted(filter: YamlMap, file: SourceFile): readonly Problem[] {
  const rules = mapField(filter, 'rules')
  if (!/^(?:DENY|1)$/i.test(textField(rules, 'action') ?? '')) return []
  return principalsOf(rules).flatMap(principal => {
    const any = anybodyWithCertificate(principal)
    const message = 'this refuses the clients that have a certificate, and lets in all that have none: not_id around it turns it round'
    return any ? [{ rule: 'inverted-guard', ...locate(file, any.keySpan), message }] : []
  })
}

function anybodyWithCertificate(principal: YamlMap): YamlEntry | undefined {
  const entry = entryOf(principal, 'authenticated')
  return entry?.value?.kind === 'map' && entry.value.entries.length === 0 ? entry : undefined
}

const principalsOf = (rules: YamlMap | undefined): readonly YamlMap[] =>
  (mapField(rules, 'policies')?.entries ?? []).flatMap(it => (it.value?.kind === 'map' ? mapsField(it.value, 'principals') : []))

/** rbac.proto of the filters, `shadow_rules`: they "will not affect" what becomes of a request, and are there for statistics. */
function unenforced(filter: YamlMap, file: SourceFile): readonly Problem[] {
  const shadow = entryOf(filter, 'shadow_rules')
  const enforced = ['rules', 'matcher'].some(it => entryOf(filter, it) !== undefined)
  if (shadow?.value?.kind !== 'map' || enforced) return []
  if (!principalsOf(shadow.value).some(it => entryOf(it, 'authenticated') !== undefined)) return []
  const message = `${shadow.key} are counted and never enforced: no client is kept out by what they say of certificates`
  return [{ rule: 'unreachable-guard', severity: 'warning', ...locate(file, shadow.keySpan), message }]
}
