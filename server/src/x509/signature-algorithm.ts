import type { SignatureAlgorithm } from './certificate.js'
import { children, type Element, oidOf, smallInteger, tags } from './der.js'
import { type Hash, hashes, oids, postQuantumNames, signatureSchemes } from './oids.js'

/** Reads an AlgorithmIdentifier as that of a signature. */
export function readSignatureAlgorithm(der: Uint8Array, algorithm: Element): SignatureAlgorithm {
  const parts = children(der, algorithm, tags.sequence)
  const type = parts?.[0]
  const oid = type?.tag === tags.oid ? oidOf(der, type) : ''
  const known = algorithms.get(oid)
  if (!known) return { oid, name: postQuantumNames.get(oid) ?? oid }
  const hash = oid === oids.rsaPss ? readPssParameters(der, parts?.[1])?.hash : undefined
  return hash ? { ...known, hash } : known
}

const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map(
  Array.from(signatureSchemes, ([oid, { name, hash }]) => [oid, { oid, name, ...(hash && { hash }) }])
)

export interface PssParameters {
  readonly hash: Hash
  readonly maskHash: Hash
  readonly saltLength: number
}

/** RSASSA-PSS-params of RFC 4055 with its defaults; `undefined` when they do not decode or name what is unknown here. */
export function readPssParameters(der: Uint8Array, parameters: Element | undefined): PssParameters | undefined {
  if (!parameters) return undefined
  const parts = children(der, parameters, tags.sequence)
  if (!parts?.every(it => it.tag >= 0xa0 && it.tag <= 0xa3)) return undefined
  const inside = (tag: number) => {
    const part = parts.find(it => it.tag === tag)
    return part && children(der, { ...part, tag: tags.sequence }, tags.sequence)?.[0]
  }
  const saltElement = inside(0xa2)
  const hash = readHash(der, inside(0xa0))
  const maskHash = readMaskHash(der, inside(0xa1))
  const saltLength = saltElement ? (saltElement.tag === tags.integer ? smallInteger(der, saltElement) : undefined) : 20
  return hash && maskHash && saltLength !== undefined ? { hash, maskHash, saltLength } : undefined
}

function readMaskHash(der: Uint8Array, algorithm: Element | undefined): Hash | undefined {
  if (!algorithm) return 'SHA-1'
  const [oid, hash] = children(der, algorithm, tags.sequence) ?? []
  return oid?.tag === tags.oid && oidOf(der, oid) === oids.mgf1 ? readHash(der, hash) : undefined
}

function readHash(der: Uint8Array, algorithm: Element | undefined): Hash | undefined {
  if (!algorithm) return 'SHA-1'
  const [oid] = children(der, algorithm, tags.sequence) ?? []
  return oid?.tag === tags.oid ? hashes.get(oidOf(der, oid)) : undefined
}
