import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { PublicKey } from './certificate.js'
import { bitString, children, contentOf, type Element, expect, isInteger, tags } from './der.js'

/**
 * A public key for `node:crypto`; `undefined` when it is none that this takes. Keys of the usual kinds go in as numbers
 * (JWK): as DER they take OpenSSL's decoders 60 to 90 µs, which is more than the signature that they are to verify.
 */
export function importKey(key: PublicKey): KeyObject | undefined {
  const numbers = jsonWebKey(key)
  return (numbers && tryImport({ key: numbers, format: 'jwk' })) ?? tryImport({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
}

function tryImport(input: Parameters<typeof createPublicKey>[0]): KeyObject | undefined {
  try {
    return createPublicKey(input)
  } catch {
    return undefined
  }
}

function jsonWebKey(key: PublicKey): JsonWebKey | undefined {
  const { spki } = key
  const [, string] = children(spki, expect(spki, 0, spki.length, tags.sequence), tags.sequence) ?? []
  const bits = string?.tag === tags.bitString ? bitString(spki, string) : undefined
  if (!bits) return undefined
  if (key.algorithm === 'RSA') return rsaKey(bits)
  if (key.algorithm === 'EC') return curveKey(bits, key.curve)
  if (key.algorithm === 'Ed25519' && bits.length === 32) return { kty: 'OKP', crv: 'Ed25519', x: base64url(bits) }
  return undefined
}

/** RSAPublicKey: modulus and exponent, nothing else. */
function rsaKey(der: Uint8Array): JsonWebKey | undefined {
  const sequence = expect(der, 0, der.length, tags.sequence)
  const [modulus, exponent, ...more] = children(der, sequence, tags.sequence) ?? []
  if (sequence?.end !== der.length || more.length > 0 || !isPositive(der, modulus) || !isPositive(der, exponent)) return undefined
  return { kty: 'RSA', n: base64url(contentOf(der, modulus)), e: base64url(contentOf(der, exponent)) }
}

const isPositive = (der: Uint8Array, it: Element | undefined): it is Element =>
  it?.tag === tags.integer && isInteger(der, it) && der[it.content]! < 0x80

const coordinateSizes: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/** An uncompressed point; others are left to OpenSSL. */
function curveKey(point: Uint8Array, curve: string | undefined): JsonWebKey | undefined {
  const size = coordinateSizes[curve ?? '']
  if (!size || point[0] !== 0x04 || point.length !== 1 + 2 * size) return undefined
  return { kty: 'EC', crv: curve, x: base64url(point.subarray(1, 1 + size)), y: base64url(point.subarray(1 + size)) } as JsonWebKey
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
