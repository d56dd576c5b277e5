/** What the endpoints of all kinds of resources have in common. */
import type { Setting, TlsEndpoint, TlsVersion } from '../../core/model.js'
import type { Location, Span } from '../../core/text.js'
import { placeIn, type Resource } from '../kubernetes/resources.js'
import type { YamlNode, YamlScalar } from '../yaml/syntax.js'

export const byDefault = <T>(value: T, at: Location, name: string): Setting<T> => ({ value, origin: 'default', at, name })

export const written = <T>(value: T, resource: Resource, scalar: { readonly span: Span }, name: string): Setting<T> => ({
  value,
  origin: 'written',
  at: placeIn(resource, scalar.span),
  name
})

const versions: Readonly<Record<string, TlsVersion>> = {
  TLSV1_0: 'TLSv1',
  TLSV1_1: 'TLSv1.1',
  TLSV1_2: 'TLSv1.2',
  TLSV1_3: 'TLSv1.3'
}

/** Nothing for what leaves it to the product. */
export const versionOf = (text: string | undefined): TlsVersion | undefined => (text === undefined ? undefined : versions[text])

export function versionSetting(
  node: YamlNode | undefined,
  name: string,
  otherwise: TlsVersion,
  resource: Resource,
  at: Location
): Setting<TlsVersion> {
  const scalar = node?.kind === 'map' ? node.get(name) : undefined
  if (scalar?.kind !== 'scalar') return byDefault(otherwise, at, name)
  const version = scalar.dynamic ? undefined : versions[scalar.text]
  return version
    ? written(version, resource, scalar, name)
    : { ...byDefault(otherwise, placeIn(resource, scalar.span), name), origin: 'unknown' }
}

/** A word that is written and known, or nothing. */
export function wordOf(node: YamlNode | undefined): YamlScalar | undefined {
  return node?.kind === 'scalar' && !node.dynamic && node.value !== null && node.text !== '' ? node : undefined
}

/** Settings of an endpoint whose certificates come from Envoy as Istio sets it up. */
export const envoy = { dialect: 'istio', verifier: 'boringssl' } as const satisfies Partial<TlsEndpoint>
