import type { PublicKey } from './certificate.js'
import {
  bitString,
  children,
  contentOf,
  type Element,
  element,
  expect,
  isAny,
  isBitString,
  isInteger,
  isOid,
  oidOf,
  only,
  tags
} from './der.js'
import { curves, oids, postQuantumNames } from './oids.js'

/** Is this a SubjectPublicKeyInfo, as far as its frame goes? What the key itself looks like is left to `readPublicKey`. */
export function isPublicKey(der: Uint8Array, spki: Element): boolean {
  const algorithm = expect(der, spki.content, spki.end, tags.sequence)
  if (!algorithm || !isAlgorithm(der, algorithm)) return false
  const key = only(der, algorithm.end, spki.end, tags.bitString)
  return key !== undefined && isBitString(der, key)
}

/** Is this an AlgorithmIdentifier: an OID and at most one element of parameters? */
export function isAlgorithm(der: Uint8Array, algorithm: Element): boolean {
  const oid = expect(der, algorithm.content, algorithm.end, tags.oid)
  if (!oid || !isOid(der, oid)) return false
  if (oid.end === algorithm.end) return true
  const parameters = element(der, oid.end, algorithm.end)
  return parameters?.end === algorithm.end && isAny(der, parameters)
}

/** Reads a SubjectPublicKeyInfo. */
export function readPublicKey(der: Uint8Array, spki: Element): PublicKey {
  const bytes = der.subarray(spki.start, spki.end)
  const parts = children(der, spki, tags.sequence)
  const algorithm = children(der, parts?.[0], tags.sequence)
  const type = algorithm?.[0]
  if (type?.tag !== tags.oid) return { spki: bytes, algorithm: 'unknown', description: 'unknown key', oid: '' }
  const oid = oidOf(der, type)
  const key = parts?.[1]
  const isSized = oid === oids.rsaEncryption || oid === oids.rsaPss
  const bits = isSized && key?.tag === tags.bitString ? bitString(der, key) : undefined
  return withSpki(bytes, describeAlgorithm(oid, der, algorithm?.[1], bits && modulusBits(bits)))
}

/** The other way round, `{ ...words, spki }`, V8 gives each key a hidden class of its own, and whoever reads keys has to look up each of them. */
export const withSpki = (spki: Uint8Array, words: Described): PublicKey => ({ spki, ...words })

/** What is said of a key, or of the parameters for one. */
export type Described = Omit<PublicKey, 'spki'>

/** The words for a key of this algorithm; `modulus` is the size of an RSA key's. */
export function describeAlgorithm(oid: string, der: Uint8Array, parameters: Element | undefined, modulus?: number): Described {
  switch (oid) {
    case oids.rsaEncryption:
      return sized('RSA', modulus, oid)
    case oids.rsaPss:
      return sized('RSA-PSS', modulus, oid)
    case oids.ecPublicKey:
      return describeCurve(der, parameters, oid)
    case '1.2.840.10040.4.1':
      return sized('DSA', firstIntegerBits(der, parameters), oid)
    case '1.2.840.113549.1.3.1':
    case '1.2.840.10046.2.1':
      return sized('DH', firstIntegerBits(der, parameters), oid)
    case '1.3.101.112':
      return { algorithm: 'Ed25519', description: 'Ed25519', oid }
    case '1.3.101.113':
      return { algorithm: 'Ed448', description: 'Ed448', oid }
    case '1.3.101.110':
      return { algorithm: 'X25519', description: 'X25519', oid }
    case '1.3.101.111':
      return { algorithm: 'X448', description: 'X448', oid }
    default:
      return describePostQuantum(oid)
  }
}

function sized(algorithm: 'RSA' | 'RSA-PSS' | 'DSA' | 'DH', size: number | undefined, oid: string): Described {
  return size === undefined ? { algorithm, description: algorithm, oid } : { algorithm, description: `${algorithm} ${size}`, size, oid }
}

function describeCurve(der: Uint8Array, parameters: Element | undefined, oid: string): Described {
  if (parameters?.tag === tags.sequence)
    return { algorithm: 'EC', description: 'EC with explicit parameters', ...explicitSize(der, parameters), oid }
  if (parameters?.tag !== tags.oid) return { algorithm: 'EC', description: 'EC', oid }
  const curve = oidOf(der, parameters)
  return namedCurves.get(curve) ?? { algorithm: 'EC', description: `EC ${curve}`, curve, oid }
}

const namedCurves: ReadonlyMap<string, Described> = new Map(
  Array.from(curves, ([oid, { name, size }]) => [
    oid,
    { algorithm: 'EC', description: `EC ${name}`, size, curve: name, oid: oids.ecPublicKey }
  ])
)

/** The bits of the prime field in ECParameters: `{version, {fieldType, prime}, …}`. */
function explicitSize(der: Uint8Array, parameters: Element): { readonly size?: number } {
  const field = children(der, parameters, tags.sequence)?.[1]
  const prime = children(der, field, tags.sequence)?.[1]
  const size = prime?.tag === tags.integer ? integerBits(der, prime) : undefined
  return size === undefined ? {} : { size }
}

function describePostQuantum(oid: string): Described {
  const name = postQuantumNames.get(oid)
  if (!name) return { algorithm: 'unknown', description: oid, oid }
  return { algorithm: name.startsWith('ML-DSA') ? 'ML-DSA' : name.startsWith('ML-KEM') ? 'ML-KEM' : 'SLH-DSA', description: name, oid }
}

/** The size of the first INTEGER in an RSAPublicKey; other keys have none there. */
function modulusBits(key: Uint8Array): number | undefined {
  return firstIntegerBits(key, expect(key, 0, key.length, tags.sequence))
}

function firstIntegerBits(der: Uint8Array, sequence: Element | undefined): number | undefined {
  if (sequence?.tag !== tags.sequence) return undefined
  const first = expect(der, sequence.content, sequence.end, tags.integer)
  return first && integerBits(der, first)
}

/** Bits of a positive INTEGER. */
export function integerBits(der: Uint8Array, integer: Element): number | undefined {
  if (!isInteger(der, integer)) return undefined
  const bytes = contentOf(der, integer)
  const start = bytes.findIndex(it => it !== 0)
  return start < 0 ? 0 : (bytes.length - start) * 8 - Math.clz32(bytes[start]!) + 24
}
