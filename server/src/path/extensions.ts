import { memo } from '../core/text.js'
import type { Certificate, GeneralName } from '../x509/certificate.js'
import { bitString, children, contentOf, type Element, elements, oidOf, only, smallInteger, tags } from '../x509/der.js'
import { readGeneralName } from '../x509/extensions.js'

/** Extensions that only path validation looks into. `malformed` where the content is not what the OID promises. */
export type Decoded<T> = T | undefined | 'malformed'

export interface Subtree {
  readonly name: GeneralName
  /** The octets inside of the name: for an address, address and mask. */
  readonly content: Uint8Array
  /** False when minimum is not 0 or a maximum is given, which RFC 5280 4.2.1.10 forbids. */
  readonly unbounded: boolean
}

export interface NameConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

export const nameConstraintsOf: (certificate: Certificate) => Decoded<NameConstraints> = extensionReader('2.5.29.30', readNameConstraints)

function readNameConstraints(der: Uint8Array): NameConstraints | undefined {
  const parts = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  if (!parts?.every(it => it.tag === 0xa0 || it.tag === 0xa1)) return undefined
  const permitted = readSubtrees(
    der,
    parts.find(it => it.tag === 0xa0)
  )
  const excluded = readSubtrees(
    der,
    parts.find(it => it.tag === 0xa1)
  )
  return permitted && excluded && { permitted, excluded }
}

function readSubtrees(der: Uint8Array, parent: Element | undefined): readonly Subtree[] | undefined {
  if (!parent) return []
  return allOf(elements(der, parent.content, parent.end)?.map(it => readSubtree(der, it)))
}

function readSubtree(der: Uint8Array, it: Element): Subtree | undefined {
  const [base, ...bounds] = children(der, it, tags.sequence) ?? []
  const name = base && readGeneralName(der, base)
  if (!base || !name || !bounds.every(bound => bound.tag === 0x80 || bound.tag === 0x81)) return undefined
  const unbounded = bounds.every(bound => bound.tag === 0x80 && smallInteger(der, bound) === 0)
  return { name, content: contentOf(der, base), unbounded }
}

export const policiesOf: (certificate: Certificate) => Decoded<readonly string[]> = extensionReader('2.5.29.32', der =>
  allOf(children(der, only(der, 0, der.length, tags.sequence), tags.sequence)?.map(it => policyIdentifier(der, it)))
)

function policyIdentifier(der: Uint8Array, it: Element): string | undefined {
  const [identifier] = children(der, it, tags.sequence) ?? []
  return identifier?.tag === tags.oid ? oidOf(der, identifier) : undefined
}

/** The kinds of qualifiers that come with the policies. */
export const policyQualifiersOf: (certificate: Certificate) => Decoded<readonly string[]> = extensionReader('2.5.29.32', der =>
  allOf(
    children(der, only(der, 0, der.length, tags.sequence), tags.sequence)?.flatMap(it => {
      const [, qualifiers] = children(der, it, tags.sequence) ?? []
      return children(der, qualifiers, tags.sequence)?.map(qualifier => policyIdentifier(der, qualifier)) ?? []
    })
  )
)

export interface PolicyMapping {
  readonly issuerDomain: string
  readonly subjectDomain: string
}

export const policyMappingsOf: (certificate: Certificate) => Decoded<readonly PolicyMapping[]> = extensionReader('2.5.29.33', der =>
  allOf(children(der, only(der, 0, der.length, tags.sequence), tags.sequence)?.map(it => readMapping(der, it)))
)

function readMapping(der: Uint8Array, it: Element): PolicyMapping | undefined {
  const [issuer, subject] = children(der, it, tags.sequence) ?? []
  if (issuer?.tag !== tags.oid || subject?.tag !== tags.oid) return undefined
  return { issuerDomain: oidOf(der, issuer), subjectDomain: oidOf(der, subject) }
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

export const policyConstraintsOf: (certificate: Certificate) => Decoded<PolicyConstraints> = extensionReader('2.5.29.36', der => {
  const parts = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  // RFC 5280 4.2.1.11: an empty sequence must not be issued.
  if (!parts || parts.length === 0 || !parts.every(it => it.tag === 0x80 || it.tag === 0x81)) return undefined
  const explicit = parts.find(it => it.tag === 0x80)
  const inhibit = parts.find(it => it.tag === 0x81)
  const requireExplicitPolicy = explicit && smallInteger(der, explicit)
  const inhibitPolicyMapping = inhibit && smallInteger(der, inhibit)
  if ((explicit && requireExplicitPolicy === undefined) || (inhibit && inhibitPolicyMapping === undefined)) return undefined
  return { ...(explicit && { requireExplicitPolicy }), ...(inhibit && { inhibitPolicyMapping }) } as PolicyConstraints
})

export const inhibitAnyPolicyOf: (certificate: Certificate) => Decoded<number> = extensionReader('2.5.29.54', der => {
  const count = only(der, 0, der.length, tags.integer)
  return count && smallInteger(der, count)
})

export type NetscapeType = 'client' | 'server' | 'email' | 'object' | 'reserved' | 'tlsCa' | 'emailCa' | 'objectCa'
const netscapeTypes: readonly NetscapeType[] = ['client', 'server', 'email', 'object', 'reserved', 'tlsCa', 'emailCa', 'objectCa']

export const netscapeTypesOf: (certificate: Certificate) => Decoded<ReadonlySet<NetscapeType>> = extensionReader(
  '2.16.840.1.113730.1.1',
  der => {
    const string = only(der, 0, der.length, tags.bitString)
    const bits = string && bitString(der, string)
    return bits && new Set(netscapeTypes.filter((_, index) => ((bits[0] ?? 0) & (0x80 >> index)) !== 0))
  }
)

/** Most certificates have none of these; only what there is gets remembered. */
function extensionReader<T>(oid: string, read: (der: Uint8Array) => T | undefined): (certificate: Certificate) => Decoded<T> {
  const decode = memo((certificate: Certificate): T | 'malformed' => read(certificate.extensions.get(oid)!.value) ?? 'malformed')
  return certificate => (certificate.extensions.has(oid) ? decode(certificate) : undefined)
}

const allOf = <T>(values: readonly (T | undefined)[] | undefined): readonly T[] | undefined =>
  values?.every(it => it !== undefined) ? (values as readonly T[]) : undefined
