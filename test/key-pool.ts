import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** `rsa2048`, `p256`, `ed25519`, `dsa1024`, or the name of a curve. */
export type KeyKind = `rsa${number}` | `p${number}` | 'ed25519' | 'ed448' | `dsa${number}` | `secp${string}` | `brainpool${string}`

const pool = new Map<string, KeyObject>()

/**
 * The private key number `index` of its kind, the same for the life of the process. RSA keys are dear, so that all tests
 * of a file share a few.
 */
export function pooledKey(kind: KeyKind, index: number): KeyObject {
  const name = `${kind} ${index}`
  const known = pool.get(name)
  if (known) return known
  const made = generate(kind)
  pool.set(name, made)
  return made
}

const curves: Readonly<Record<string, string>> = {
  p192: 'prime192v1',
  p224: 'secp224r1',
  p256: 'prime256v1',
  p384: 'secp384r1',
  p521: 'secp521r1'
}

function generate(kind: KeyKind): KeyObject {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  if (kind === 'ed448') return generateKeyPairSync('ed448').privateKey
  const size = Number(/\d+$/.exec(kind)?.[0])
  if (kind.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength: size }).privateKey
  if (kind.startsWith('dsa')) return generateKeyPairSync('dsa', { modulusLength: size, divisorLength: size > 1024 ? 256 : 160 }).privateKey
  return generateKeyPairSync('ec', { namedCurve: curves[kind] ?? kind }).privateKey
}

/** New keys from here on: for files that are kept, such as the samples. */
export const forgetKeys = (): void => pool.clear()
