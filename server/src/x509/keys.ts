import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { memo } from '../core/text.js'
import type { Certificate, PublicKey } from './certificate.js'
import { children, contentOf, type Element, element, expect, isInteger, oidOf, tags } from './der.js'
import type { PemBlock } from './pem.js'
import { describeAlgorithm, integerBits, readPublicKey, withSpki } from './public-key.js'
import { keyObject } from './signature.js'

/** How a key is written down. */
export type KeyFormat = 'PKCS#1' | 'PKCS#8' | 'SEC 1' | 'DSA' | 'OpenSSH' | 'SubjectPublicKeyInfo' | 'unknown'

/** What may be said of a key. Nothing of a private key but what its public half tells, too. */
export interface KeyDescription extends Omit<PublicKey, 'spki'> {
  readonly format: KeyFormat
  readonly private: boolean
  readonly encrypted: boolean
  /** `AES-256-CBC`, `PBES2 AES-256-CBC`; for an encrypted key whose cipher can be told. */
  readonly encryption?: string
}

type Words = Omit<PublicKey, 'spki'>
const unknownKey: Words = { algorithm: 'unknown', description: 'unknown key', oid: '' }

/** Describes the key of a block; `undefined` for a block that holds no key, or none that can be read. */
export const describeKey: (block: PemBlock) => KeyDescription | undefined = memo(block => {
  const { kind, der } = block
  if (!der) return undefined
  if (kind === 'encryptedPrivateKey') return describeEncrypted(block, der)
  if (kind === 'publicKey') {
    const key = readPublic(der)
    return key && { ...withoutSpki(key), format: key.isBare ? 'PKCS#1' : 'SubjectPublicKeyInfo', private: false, encrypted: false }
  }
  return kind === 'privateKey' ? describePrivate(block, der) : undefined
})

const withoutSpki = ({ algorithm, description, size, curve, oid }: PublicKey): Words => ({
  algorithm,
  description,
  oid,
  ...(size !== undefined && { size }),
  ...(curve !== undefined && { curve })
})

function describePrivate(block: PemBlock, der: Uint8Array): KeyDescription | undefined {
  if (block.label === 'OPENSSH PRIVATE KEY') return describeOpenSsh(der)
  const format = formatOf(partsOf(der))
  if (!format) return undefined
  const known = publicKeyOf(block)
  const words = known ? withoutSpki(known) : describeWithoutCrypto(der, format)
  return { ...words, format, private: true, encrypted: false }
}

type PrivateFormat = 'PKCS#1' | 'PKCS#8' | 'SEC 1' | 'DSA'

type Parts = readonly Element[]

/** What a SEQUENCE is made of that starts at `at`; nothing when there is none. */
const partsOf = (der: Uint8Array, at = 0, limit = der.length): Parts => children(der, element(der, at, limit), tags.sequence) ?? []

/** The format by structure: labels are mixed up often enough, and OpenSSL looks at the structure, too. */
function formatOf(parts: Parts): PrivateFormat | undefined {
  if (parts[0]?.tag !== tags.integer) return undefined
  const second = parts[1]?.tag
  if (second === tags.sequence && parts[2]?.tag === tags.octetString) return 'PKCS#8'
  if (second === tags.octetString) return 'SEC 1'
  if (!parts.every(it => it.tag === tags.integer || it.tag === tags.sequence)) return undefined
  return parts.length >= 9 ? 'PKCS#1' : parts.length === 6 ? 'DSA' : undefined
}

/** For keys that `node:crypto` does not know. */
function describeWithoutCrypto(der: Uint8Array, format: PrivateFormat): Words {
  const parts = partsOf(der)
  switch (format) {
    case 'PKCS#8': {
      const [oid, parameters] = children(der, parts[1], tags.sequence) ?? []
      return oid?.tag === tags.oid ? describeAlgorithm(oidOf(der, oid), der, parameters) : unknownKey
    }
    case 'SEC 1': {
      const tagged = parts.find(it => it.tag === 0xa0)
      return describeAlgorithm('1.2.840.10045.2.1', der, tagged && element(der, tagged.content, tagged.end))
    }
    case 'PKCS#1':
      return describeAlgorithm('1.2.840.113549.1.1.1', der, undefined, integerBits(der, parts[1]!))
    case 'DSA':
      return describeAlgorithm('1.2.840.10040.4.1', der, undefined)
  }
}

/** PKCS#8's EncryptedPrivateKeyInfo, or a body encrypted as a whole with its cipher named in a header. */
function describeEncrypted(block: PemBlock, der: Uint8Array): KeyDescription {
  const cipher = block.headers.find(it => it.name === 'DEK-Info')?.value.split(',')[0]
  const encryption = cipher ?? pkcs8Encryption(der)
  const legacy = legacyLabels[block.label]
  return {
    ...(legacy ?? unknownKey),
    ...(legacy === undefined && { description: 'encrypted key' }),
    format: legacy?.format ?? (block.headers.length > 0 ? 'unknown' : 'PKCS#8'),
    private: true,
    encrypted: true,
    ...(encryption !== undefined && { encryption })
  }
}

const legacyLabels: Readonly<Record<string, (Words & { readonly format: KeyFormat }) | undefined>> = {
  'RSA PRIVATE KEY': { algorithm: 'RSA', description: 'RSA', oid: '1.2.840.113549.1.1.1', format: 'PKCS#1' },
  'EC PRIVATE KEY': { algorithm: 'EC', description: 'EC', oid: '1.2.840.10045.2.1', format: 'SEC 1' },
  'DSA PRIVATE KEY': { algorithm: 'DSA', description: 'DSA', oid: '1.2.840.10040.4.1', format: 'DSA' }
}

const ciphers: Readonly<Record<string, string | undefined>> = {
  '2.16.840.1.101.3.4.1.2': 'AES-128-CBC',
  '2.16.840.1.101.3.4.1.22': 'AES-192-CBC',
  '2.16.840.1.101.3.4.1.42': 'AES-256-CBC',
  '2.16.840.1.101.3.4.1.6': 'AES-128-GCM',
  '2.16.840.1.101.3.4.1.46': 'AES-256-GCM',
  '1.2.840.113549.3.7': 'DES-EDE3-CBC',
  '1.2.840.113549.3.2': 'RC2-CBC',
  '1.3.14.3.2.7': 'DES-CBC'
}

/** PBES2 of RFC 8018: `{PBES2, {key derivation, {cipher, …}}}`; older schemes by OID. */
function pkcs8Encryption(der: Uint8Array): string | undefined {
  const root = children(der, element(der, 0, der.length), tags.sequence)
  const [scheme, parameters] = children(der, root?.[0], tags.sequence) ?? []
  if (scheme?.tag !== tags.oid) return undefined
  const oid = oidOf(der, scheme)
  if (oid !== '1.2.840.113549.1.5.13') return oid
  const cipher = children(der, children(der, parameters, tags.sequence)?.[1], tags.sequence)?.[0]
  const name = cipher?.tag === tags.oid ? oidOf(der, cipher) : undefined
  return name === undefined ? 'PBES2' : `PBES2 ${ciphers[name] ?? name}`
}

/** `openssh-key-v1`, a NUL, then the cipher's name with its length before it. */
function describeOpenSsh(der: Uint8Array): KeyDescription {
  const text = Buffer.from(der.subarray(0, 64)).toString('latin1')
  const cipher = /^openssh-key-v1\0\0\0\0.([\w@.-]+)/s.exec(text)?.[1] ?? 'none'
  const encrypted = !cipher.startsWith('none')
  return { ...unknownKey, description: 'OpenSSH key', format: 'OpenSSH', private: true, encrypted }
}

/** The public half of a key block. Private material lives only inside of this call. `undefined`: encrypted, damaged or unknown here. */
export const publicKeyOf: (block: PemBlock) => PublicKey | undefined = memo(block => {
  const { kind, der } = block
  if (!der) return undefined
  if (kind === 'publicKey') return readPublic(der)
  if (kind !== 'privateKey') return undefined
  const parts = partsOf(der)
  const format = formatOf(parts)
  const written = format && writtenPublicKey(der, format, parts)
  if (written) return written
  const key = format && publicHalf(der, format)
  return key && spkiOf(key)
})

/**
 * The public half that stands beside the private one, as far as it has the form that everybody gives
 * it. OpenSSL takes it as it stands there, too, and making a key object of the private half costs a hundred times as much.
 */
function writtenPublicKey(der: Uint8Array, format: PrivateFormat, parts: Parts): PublicKey | undefined {
  if (format === 'PKCS#1') return writtenRsa(der, parts)
  if (format === 'SEC 1') return writtenEc(der, parts, undefined)
  if (format !== 'PKCS#8' || !parts[1] || !parts[2]) return undefined
  const algorithm = children(der, parts[1], tags.sequence)
  const oid = algorithm?.[0]
  if (oid?.tag !== tags.oid) return undefined
  const inner = partsOf(der, parts[2].content, parts[2].end)
  switch (oidOf(der, oid)) {
    case rsaEncryption:
      return writtenRsa(der, inner)
    case ecPublicKey:
      return writtenEc(der, inner, algorithm?.[1])
    default:
      return undefined
  }
}

const rsaEncryption = '1.2.840.113549.1.1.1'
const ecPublicKey = '1.2.840.10045.2.1'
const ecPublicKeyOid = Buffer.from('06072a8648ce3d0201', 'hex')

function writtenRsa(der: Uint8Array, parts: Parts): PublicKey | undefined {
  const modulus = parts[1]
  const exponent = parts[2]
  if (!modulus || !exponent || !isInteger(der, modulus) || !isInteger(der, exponent)) return undefined
  const spki = wrapRsa(wrap(tags.sequence, wholeOf(der, modulus), wholeOf(der, exponent)))
  return withSpki(spki, describeAlgorithm(rsaEncryption, der, undefined, integerBits(der, modulus)))
}

/** Only for a curve by name and a point in full: other forms of one key have to be brought into one first. */
function writtenEc(der: Uint8Array, parts: Parts, outer: Element | undefined): PublicKey | undefined {
  const parameters = parts.find(it => it.tag === 0xa0)
  const point = parts.find(it => it.tag === 0xa1)
  const curve = outer ?? (parameters && element(der, parameters.content, parameters.end))
  const bits = point && element(der, point.content, point.end)
  if (curve?.tag !== tags.oid || bits?.tag !== tags.bitString || !isFullPoint(der, bits)) return undefined
  const spki = wrap(tags.sequence, wrap(tags.sequence, ecPublicKeyOid, wholeOf(der, curve)), wholeOf(der, bits))
  return withSpki(spki, describeAlgorithm(ecPublicKey, der, curve))
}

/** Of a BIT STRING: no unused bits, then X9.62's sign of an uncompressed point, whose two coordinates are equally long. */
const isFullPoint = (der: Uint8Array, { content, end }: Element): boolean =>
  end - content > 2 && (end - content) % 2 === 0 && der[content] === 0 && der[content + 1] === 4

function publicHalf(der: Uint8Array, format: PrivateFormat): KeyObject | undefined {
  const key = Buffer.from(der)
  try {
    if (format === 'DSA') {
      const pem = `-----BEGIN DSA PRIVATE KEY-----\n${key.toString('base64')}\n-----END DSA PRIVATE KEY-----\n`
      return createPublicKey(createPrivateKey(pem))
    }
    const type = format === 'PKCS#1' ? 'pkcs1' : format === 'SEC 1' ? 'sec1' : 'pkcs8'
    return createPublicKey(createPrivateKey({ key, format: 'der', type }))
  } catch {
    return undefined
  } finally {
    key.fill(0)
  }
}

function spkiOf(key: KeyObject): PublicKey | undefined {
  try {
    const spki = new Uint8Array(key.export({ format: 'der', type: 'spki' }))
    return readPublicKey(spki, element(spki, 0, spki.length)!)
  } catch {
    return undefined
  }
}

/** A SubjectPublicKeyInfo, or the bare RSAPublicKey of `RSA PUBLIC KEY`. */
function readPublic(der: Uint8Array): (PublicKey & { readonly isBare?: true }) | undefined {
  const root = expect(der, 0, der.length, tags.sequence)
  const first = root && element(der, root.content, root.end)
  if (!root || !first) return undefined
  if (first.tag === tags.sequence) return readPublicKey(der, root)
  const spki = wrapRsa(wholeOf(der, root))
  return first.tag === tags.integer ? { ...readPublicKey(spki, element(spki, 0, spki.length)!), isBare: true } : undefined
}

const wholeOf = (der: Uint8Array, it: Element) => der.subarray(it.start, it.end)

/** Puts `{rsaEncryption, NULL}` before an RSAPublicKey. */
function wrapRsa(key: Uint8Array): Uint8Array {
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  return wrap(tags.sequence, algorithm, wrap(tags.bitString, Buffer.of(0), key))
}

/** An element of two parts. */
function wrap(tag: number, first: Uint8Array, second: Uint8Array): Uint8Array {
  const length = first.length + second.length
  let octets = 0
  if (length >= 0x80) for (let rest = length; rest > 0; rest >>= 8) octets++
  const header = 2 + octets
  const whole = Buffer.allocUnsafe(header + length)
  whole[0] = tag
  whole[1] = octets === 0 ? length : 0x80 | octets
  for (let at = header - 1, rest = length; at > 1; at--, rest >>= 8) whole[at] = rest & 0xff
  whole.set(first, header)
  whole.set(second, header + first.length)
  return whole
}

/** Does the certificate certify this key? `undefined` when the key cannot be looked into here. */
export function keyMatches(certificate: Certificate, block: PemBlock): boolean | undefined {
  const key = publicKeyOf(block)
  return key && sameKey(certificate.publicKey, key)
}

/** Are they one key, however written (compressed points, explicit curve parameters)? `undefined`: unknown here. */
export function sameKey(one: PublicKey, other: PublicKey): boolean | undefined {
  if (Buffer.compare(one.spki, other.spki) === 0) return true
  if (one.algorithm !== 'unknown' && other.algorithm !== 'unknown' && one.algorithm !== other.algorithm) return false
  if (areOfOneForm(one, other)) return false
  const [first, second] = [keyObject(one), keyObject(other)]
  return first && second && first.equals(second)
}

/** Two points in full on one curve by name: then other bytes are another key, and no key object has to be made to know it. */
function areOfOneForm({ spki: one, algorithm }: PublicKey, { spki: other }: PublicKey): boolean {
  if (algorithm !== 'EC' || one.length !== other.length) return false
  const parts = partsOf(one)
  const others = partsOf(other)
  const [curve, point, otherCurve, otherPoint] = [parts[0], parts[1], others[0], others[1]]
  if (!curve || !point || !otherCurve || !otherPoint || !isFullPoint(one, point) || !isFullPoint(other, otherPoint)) return false
  return Buffer.compare(contentOf(one, curve), contentOf(other, otherCurve)) === 0
}
