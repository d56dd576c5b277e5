import { children, type Element, element, oidOf, smallInteger, tags } from './der.js'
import type { BlockKind } from './pem.js'

/** What a DER file is, by its structure; `undefined` when it is nothing of ours. */
export function kindOfDer(der: Uint8Array): BlockKind | undefined {
  const root = element(der, 0, der.length)
  if (!root) return looksCutOff(der) ? 'certificate' : undefined
  const parts = children(der, root, tags.sequence)
  const first = parts?.[0]
  if (!parts || !first) return undefined
  const shape = parts.map(letterOf).join('')
  if (shape === 'SSB') return kindOfSigned(der, first)
  if (first.tag === tags.oid) return oidOf(der, first).startsWith('1.2.840.113549.1.7.') ? 'pkcs7' : undefined
  if (first.tag === tags.sequence) return kindOfSequences(der, first, shape)
  return first.tag === tags.integer ? kindOfVersioned(der, first, parts, shape) : undefined
}

/** `S` SEQUENCE, `I` INTEGER, `B` BIT STRING, `O` OCTET STRING, `.` anything else. */
const letterOf = (it: Element) =>
  it.tag === tags.sequence ? 'S' : it.tag === tags.integer ? 'I' : it.tag === tags.bitString ? 'B' : it.tag === tags.octetString ? 'O' : '.'

/** Certificate, CertificationRequest and CertificateList: all are signed the same way. */
function kindOfSigned(der: Uint8Array, signed: Element): BlockKind {
  const parts = children(der, signed, tags.sequence) ?? []
  const isTime = (it: Element | undefined) => it?.tag === tags.utcTime || it?.tag === tags.generalizedTime
  if (isTime(parts[2]) || isTime(parts[3])) return 'crl'
  const isRequest = parts[0]?.tag === tags.integer && parts[2]?.tag === tags.sequence && (parts[3] === undefined || parts[3].tag === 0xa0)
  return isRequest ? 'certificateRequest' : 'certificate'
}

function kindOfSequences(der: Uint8Array, first: Element, shape: string): BlockKind | undefined {
  if (children(der, first, tags.sequence)?.[0]?.tag !== tags.oid) return undefined
  if (shape === 'SB') return 'publicKey'
  return shape === 'SO' ? 'encryptedPrivateKey' : undefined
}

/** Private keys start with a version; so does PKCS#12. */
function kindOfVersioned(der: Uint8Array, first: Element, parts: readonly Element[], shape: string): BlockKind | undefined {
  if (/^ISO/.test(shape) || /^IO/.test(shape) || /^I{6}$|^I{9}/.test(shape)) return 'privateKey'
  if (shape === 'II') return isGenerator(der, parts[1]!) ? 'parameters' : 'publicKey'
  if (shape === 'III') return 'parameters'
  return /^IS/.test(shape) && smallInteger(der, first) === 3 ? 'other' : undefined
}

/** The generators of Diffie-Hellman in use are 2 and 5; no RSA exponent is. */
const isGenerator = (der: Uint8Array, it: Element) => [2, 5].includes(smallInteger(der, it) ?? 0)

/** Does it start as a certificate of version 3 does, and only stop too early? */
function looksCutOff(der: Uint8Array): boolean {
  const outer = headerLength(der, 0)
  const inner = outer && headerLength(der, outer)
  return inner !== undefined && inner !== 0 && der[outer! + inner] === 0xa0 && der[outer! + inner + 2] === tags.integer
}

const headerLength = (der: Uint8Array, at: number): number | undefined => {
  if (der[at] !== tags.sequence) return undefined
  const length = der[at + 1] ?? 0
  return length < 0x80 ? 2 : length <= 0x84 ? 2 + (length & 0x7f) : undefined
}
