/** AuthorizationPolicy: rules that go by who the client is. */
import type { LowerContext } from '../../core/dialect.js'
import type { IdentityMatch } from '../../core/mesh.js'
import { locate, memo, type SourceFile } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { labelOf, placeIn, type Resource, wordsOf } from '../kubernetes/resources.js'
import { at, itemsAt, mapAt, textAt, type YamlNode, type YamlScalar, type YamlSequence } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { trustDomain } from './defaults.js'
import { isMutualByRule } from './destination-rule.js'
import { effectiveMode, type Policies } from './policies.js'
import { workloadsWith } from './workloads.js'

export const isAuthorization = ({ kind, group }: Resource): boolean => kind === 'AuthorizationPolicy' && group === 'security.istio.io'

/** What comes from the SPIFFE id in the client's certificate, and from nowhere else. */
type Identity = 'principals' | 'namespaces' | 'serviceAccounts'
const identityFields: readonly Identity[] = ['principals', 'namespaces', 'serviceAccounts']
const conditions: Readonly<Record<string, Identity>> = { 'source.principal': 'principals', 'source.namespace': 'namespaces' }

interface Field {
  readonly name: string
  readonly of: Identity
  readonly value: YamlSequence
}

export function identityMatches(resource: Resource, policies: Policies, root: SourceFile, ctx: LowerContext): readonly IdentityMatch[] {
  if (resource.conditional) return []
  const fields = itemsAt(resource.node, 'spec', 'rules').flatMap(it => [
    ...itemsAt(it, 'from').flatMap(from => identityFields.flatMap(name => fieldOf(name, name, at(from, 'source', name)))),
    ...itemsAt(it, 'when').flatMap(conditionsIn)
  ])
  if (fields.length === 0) return []
  const isAtGateway = mayBeAtGateway(resource, policies, root, ctx)
  const without = isAtGateway === 'for sure' ? undefined : whyWithout(resource, policies, root, ctx)
  const domains = isAtGateway ? undefined : policies.config.trustDomains
  return fields.map(({ name, of, value }) => ({
    label: labelOf(resource),
    at: resource.at,
    name,
    setting: placeIn(resource, value.span),
    unmatched: value.items.flatMap(it => whyUnmatched(resource, of, it, isAtGateway !== undefined, domains)),
    ...(without ? { without } : {})
  }))
}

const fieldOf = (name: string, of: Identity, value: YamlNode | undefined): readonly Field[] =>
  value?.kind === 'sequence' && value.items.length > 0 ? [{ name, of, value }] : []

function conditionsIn(condition: YamlNode): readonly Field[] {
  const key = textAt(condition, 'key')
  const of = key === undefined || !Object.hasOwn(conditions, key) ? undefined : conditions[key]
  return of ? fieldOf(key!, of, at(condition, 'values')) : []
}

type Unmatched = IdentityMatch['unmatched'][number]

function whyUnmatched(
  resource: Resource,
  of: Identity,
  node: YamlNode,
  isAtGateway: boolean,
  domains: readonly string[] | undefined
): readonly Unmatched[] {
  if (node.kind !== 'scalar' || node.dynamic) return []
  const place = placeIn(resource, node.span)
  if (of === 'principals' && /^spiffe:\/\//i.test(node.text)) return [withScheme(resource, node)]
  const reason = flawOf(of, node.text, isAtGateway, domains)
  return reason ? [{ ...place, text: brief(node.text), ...reason }] : []
}

/** Istio puts the scheme in front itself, so that with one of its own it never matches. */
function withScheme({ file }: Resource, { span, text }: YamlScalar): Unmatched {
  const place = locate(file, span)
  const start = place.start + file.text.slice(place.start, place.end).search(/spiffe:/i)
  const correction = [{ path: place.path, start, end: start + 'spiffe://'.length, newText: '' }]
  return { ...place, text: brief(text), why: 'scheme', correction }
}

function flawOf(
  of: Identity,
  text: string,
  isAtGateway: boolean,
  domains: readonly string[] | undefined
): Pick<Unmatched, 'why' | 'accepted'> | undefined {
  if (of === 'namespaces') return /^[a-z\d*]([a-z\d*-]*[a-z\d*])?$/.test(text) ? undefined : { why: 'namespace' }
  if (of !== 'principals' || text === '*') return undefined
  const literal = text.startsWith('*') ? text.slice(1) : text.replace(/\*$/, '')
  if (literal.includes('*')) return { why: 'wildcard' }
  // Whoever comes to a gateway may have a certificate of any CA, with names of any form.
  if (isAtGateway) return undefined
  if (!hasForm(literal.split('/'), text.startsWith('*'), literal !== text)) return { why: 'form' }
  const [domain, ...rest] = text.split('/')
  if (!domains || rest.length < 4 || domain!.includes('*') || domain === trustDomain || domains.includes(domain!)) return undefined
  return { why: 'trust domain', accepted: domains }
}

/** `<trust domain>/ns/<namespace>/sa/<service account>`, or its end, or its beginning. */
function hasForm(parts: readonly string[], isEnd: boolean, isPart: boolean): boolean {
  const form = [undefined, 'ns', undefined, 'sa', undefined]
  if (!isPart) return parts.length === form.length && parts.every((it, index) => it !== '' && (form[index] ?? it) === it)
  if (parts.length > form.length) return false
  const wanted = isEnd ? form.slice(-parts.length) : form
  const cut = isEnd ? 0 : parts.length - 1
  return parts.every((it, index) => {
    const word = wanted[index]
    if (word === undefined || word === it) return true
    return index === cut && (isEnd ? word.endsWith(it) : word.startsWith(it))
  })
}

const labelsOfGateways = memo(
  (gateways: readonly Resource[]): ReadonlySet<string> =>
    new Set(gateways.flatMap(it => [...wordsOf(mapAt(it.node, 'spec', 'selector'))].map(label => label.join('='))))
)

/**
 * Gateways take certificates of CAs that are not the mesh's. What a policy is for is told by its labels, by what it is attached
 * to, or else by nothing.
 */
function mayBeAtGateway(
  { node, namespace }: Resource,
  { config }: Policies,
  root: SourceFile,
  ctx: LowerContext
): 'for sure' | 'perhaps' | undefined {
  const targets = [at(node, 'spec', 'targetRef'), ...itemsAt(node, 'spec', 'targetRefs')]
  if (targets.some(it => /^Gateway/.test(textAt(it, 'kind') ?? ''))) return 'for sure'
  const labels = wordsOf(mapAt(node, 'spec', 'selector', 'matchLabels'))
  const gateways = labelsOfGateways(declaredAlong('Gateway', root, ctx))
  if ([...labels].some(([key, value]) => /gateway/i.test(value) || gateways.has(`${key}=${value}`))) return 'for sure'
  if (labels.size > 0) return undefined
  const isPlaceOfGateways = namespace === undefined || namespace === config.rootNamespace || /istio|gateway|ingress/.test(namespace)
  return isPlaceOfGateways || gateways.size > 0 ? 'perhaps' : undefined
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
