import { element } from './der.js'
import type { PemBlock } from './pem.js'
import { type Described, describeAlgorithm } from './public-key.js'

/** What a block of parameters is for: `DH 2048`, `EC P-256`; nothing for another block, or where that cannot be told. */
export function parametersOf({ kind, label, der }: PemBlock): Described | undefined {
  const oid = kind === 'parameters' ? algorithms.get(label) : undefined
  return oid === undefined || !der ? undefined : describeAlgorithm(oid, der, element(der, 0, der.length))
}

const algorithms: ReadonlyMap<string, string> = new Map([
  ['DH PARAMETERS', '1.2.840.113549.1.3.1'],
  ['X9.42 DH PARAMETERS', '1.2.840.10046.2.1'],
  ['DSA PARAMETERS', '1.2.840.10040.4.1'],
  ['EC PARAMETERS', '1.2.840.10045.2.1']
])
