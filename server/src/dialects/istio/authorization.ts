/** AuthorizationPolicy: rules that go by who the client is. */
import type { LowerContext } from '../../core/dialect.js'
import type { IdentityMatch } from '../../core/mesh.js'
import type { SourceFile } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { at, itemsAt, mapAt, textAt, type YamlNode } from '../yaml/syntax.js'
import { isMutualByRule } from './destination-rule.js'
import { effectiveMode, type Policies } from './policies.js'
import { workloadsWith } from './workloads.js'

export const isAuthorization = ({ kind, group }: Resource): boolean => kind === 'AuthorizationPolicy' && group === 'security.istio.io'

/** Both come from the SPIFFE id in the client's certificate, and from nowhere else. */
const identityFields = ['principals', 'namespaces', 'serviceAccounts'] as const

export function identityMatches(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): readonly IdentityMatch[] {
  if (resource.conditional) return []
  const fields = itemsAt(resource.node, 'spec', 'rules').flatMap(rule =>
    itemsAt(rule, 'from').flatMap(from =>
      identityFields.flatMap(name => {
        const value = at(from, 'source', name)
        return value?.kind === 'sequence' && value.items.length > 0 ? [{ name, value }] : []
      })
    )
  )
  if (fields.length === 0) return []
  const without = whyWithout(resource, policies, root, ctx)
  return fields.map(({ name, value }) => ({
    label: labelOf(resource),
    at: resource.at,
    name,
    setting: placeIn(resource, value.span),
    malformed: name === 'principals' ? value.items.flatMap(it => withScheme(resource, it)) : [],
    ...(without ? { without } : {})
  }))
}

/** Istio puts the scheme in front itself, so that with one of its own it never matches. */
function withScheme(resource: Resource, node: YamlNode): IdentityMatch['malformed'] {
  if (node.kind !== 'scalar' || node.dynamic || !/^spiffe:\/\//i.test(node.text)) return []
  const place = placeIn(resource, node.span)
  const scheme = place.start + resource.file.text.slice(place.start, place.end).search(/spiffe:/i)
  return [
    { ...place, text: brief(node.text), correction: [{ path: place.path, start: scheme, end: scheme + 'spiffe://'.length, newText: '' }] }
  ]
}

function whyWithout(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): IdentityMatch['without'] {
  const { namespace, node } = resource
  // One with targetRefs is for a waypoint, which clients always come to by mutual TLS.
  if (namespace === undefined || at(node, 'spec', 'targetRefs') || at(node, 'spec', 'targetRef')) return undefined
  const labels = wordsOf(mapAt(node, 'spec', 'selector', 'matchLabels'))
  const workloads = labels.size > 0 ? workloadsWith(labels, namespace, root, ctx) : []
  const chosen =
    workloads.length > 0 ? workloads.map(it => ({ namespace, labels: it.labels, open: false })) : [{ namespace, labels, open: true }]
  const modes = chosen.map(it => effectiveMode(it, policies))
  if (modes.every(it => it?.mode === 'disabled' && it.by)) {
    return { reason: 'disabled', related: modes.map(it => ({ label: it!.by!.label, at: it!.by!.at, modeAt: it!.modeAt! })) }
  }
  if (policies.config.automaticMutualTls || isMutualByRule(namespace, root, ctx)) return undefined
  return { reason: 'not-automatic', related: [] }
}

/** Does any rule of authorization in reach of a gateway look who the client is? */
export const looksAtClients = (resource: Resource): boolean =>
  itemsAt(resource.node, 'spec', 'rules').some(
    rule =>
      itemsAt(rule, 'from').some(from => ['principals', 'notPrincipals'].some(it => at(from, 'source', it) !== undefined)) ||
      itemsAt(rule, 'when').some(it => /^(?:source\.principal|request\.headers\[x-forwarded-client-cert\])$/i.test(textAt(it, 'key') ?? ''))
  )
