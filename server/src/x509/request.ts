import { createHash } from 'node:crypto'
import { memo, type Span } from '../core/text.js'
import type { Extension, Name, PublicKey, SignatureAlgorithm } from './certificate.js'
import {
  bitString,
  children,
  contentOf,
  type Element,
  element,
  elements,
  expect,
  hex,
  isOid,
  oidOf,
  only,
  smallInteger,
  spanOf,
  tags
} from './der.js'
import { isName, readName } from './distinguished-name.js'
import { oids } from './oids.js'
import type { PemBlock } from './pem.js'
import { isAlgorithm, isPublicKey, readPublicKey } from './public-key.js'
import type { Signed } from './signature.js'
import { readSignatureAlgorithm } from './signature-algorithm.js'

/** A PKCS#10 certification request (RFC 2986). */
export interface CertificateRequest extends Signed {
  readonly der: Uint8Array
  readonly block: PemBlock
  readonly version: number
  readonly subject: Name
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
  /** What it asks to be in the certificate. */
  readonly extensions: ReadonlyMap<string, Extension>
  /** OIDs of its attributes, requested extensions among them. */
  readonly attributes: readonly string[]
}

/** Why a block that promises a request holds none. */
export interface RequestError {
  readonly error: true
  readonly at: Span
  /** A sentence without full stop. */
  readonly message: string
}

/** The request of a block, or why it holds none; `undefined` for a block that promises something else. */
export const requestOf: (block: PemBlock) => CertificateRequest | RequestError | undefined = memo(block =>
  block.kind === 'certificateRequest' && block.der ? parseRequest(block.der, block) : undefined
)

export const isRequest = (it: CertificateRequest | RequestError | undefined): it is CertificateRequest =>
  it !== undefined && !('error' in it)

const broken = (at: number, limit: number, what: string): RequestError => ({
  error: true,
  at: { start: Math.min(at, limit), end: limit },
  message: `the request's ${what} at byte ${at} does not decode`
})

function parseRequest(whole: Uint8Array, block: PemBlock): CertificateRequest | RequestError {
  const root = expect(whole, 0, whole.length, tags.sequence)
  if (!root)
    return { error: true, at: { start: 0, end: whole.length }, message: 'this is no certificate request: it is cut off, or no SEQUENCE' }
  const der = whole.subarray(0, root.end)
  const tbs = expect(der, root.content, root.end, tags.sequence)
  if (!tbs) return broken(root.content, root.end, 'signed part')
  const version = expect(der, tbs.content, tbs.end, tags.integer)
  if (!version) return broken(tbs.content, tbs.end, 'version')
  const subject = expect(der, version.end, tbs.end, tags.sequence)
  if (!subject || !isName(der, subject)) return broken(version.end, tbs.end, 'subject')
  const key = expect(der, subject.end, tbs.end, tags.sequence)
  if (!key || !isPublicKey(der, key)) return broken(subject.end, tbs.end, 'public key')
  // Old requests leave the empty set of attributes out.
  const attributes = expect(der, key.end, tbs.end, 0xa0)
  const list = attributes && readAttributes(der, attributes)
  if ((attributes?.end ?? key.end) !== tbs.end || (attributes && !list)) return broken(key.end, tbs.end, 'attributes')
  const algorithm = expect(der, tbs.end, root.end, tags.sequence)
  if (!algorithm || !isAlgorithm(der, algorithm)) return broken(tbs.end, root.end, 'signature algorithm')
  const signatureValue = only(der, algorithm.end, root.end, tags.bitString)
  const signature = signatureValue && bitString(der, signatureValue)
  if (!signature) return broken(algorithm.end, root.end, 'signature')
  return {
    der,
    block,
    version: (smallInteger(der, version) ?? -1) + 1,
    subject: readName(der, subject),
    publicKey: readPublicKey(der, key),
    signatureAlgorithm: readSignatureAlgorithm(der, algorithm),
    signatureAlgorithmDer: der.subarray(algorithm.start, algorithm.end),
    algorithmsAgree: true,
    tbs: der.subarray(tbs.start, tbs.end),
    signature,
    extensions: requestedExtensions(der, list?.get(oids.extensionRequest) ?? list?.get(microsoftRequest)),
    attributes: [...(list?.keys() ?? [])],
    sha256: hex(createHash('sha256').update(der).digest())
  }
}

const microsoftRequest = '1.3.6.1.4.1.311.2.1.14'

/** Each attribute's OID with the set of its values. */
function readAttributes(der: Uint8Array, parent: Element): ReadonlyMap<string, Element> | undefined {
  const attributes = elements(der, parent.content, parent.end)
  if (!attributes) return undefined
  const found = new Map<string, Element>()
  for (const attribute of attributes) {
    const [oid, values] = children(der, attribute, tags.sequence) ?? []
    if (oid?.tag !== tags.oid || !isOid(der, oid) || values?.tag !== tags.set) return undefined
    found.set(oidOf(der, oid), values)
  }
  return found
}

function requestedExtensions(der: Uint8Array, values: Element | undefined): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  const list = values && element(der, values.content, values.end)
  for (const it of children(der, list, tags.sequence) ?? []) {
    const [oid, second, third] = children(der, it, tags.sequence) ?? []
    const value = third ?? second
    if (oid?.tag !== tags.oid || value?.tag !== tags.octetString) continue
    const critical = third !== undefined && second?.tag === tags.boolean && der[second.content] !== 0
    found.set(oidOf(der, oid), { oid: oidOf(der, oid), critical, value: contentOf(der, value), bytes: spanOf(it) })
  }
  return found
}
