/**
 * Makes certificates, keys, requests and CRLs from words, one file a line of YAML:
 *
 *     ca.pem:                                         # a root: no `issuer` = self-signed, and it issues others
 *     leaf.pem: {issuer: ca, san: [api.internal], notAfter: 2024-01-01}
 *     chain.pem: [leaf, intermediate]                 # several, one after the other; "# text" stands as it is
 *     leaf.key: {key: leaf}                           # format: pkcs8 | pkcs1 | sec1 | encrypted | encrypted-traditional
 *     ca.crl: {crl: ca, revoked: [leaf]}              # thisUpdate, nextUpdate, signedBy, hash
 *     leaf.csr: {csr: leaf}
 *     leaf.pub: {publicKey: leaf}
 *     all.p7b: {pkcs7: [leaf, ca]}
 *     bad.pem: {bundle: [leaf], replace: {"-----END": "----END"}, truncate: 300}
 *
 * A line whose name has no extension makes no file, and an `issuer` that has no line at all is a root without a file.
 * A certificate that issues others is a CA unless it says otherwise; the options are those of `CertificateWords`.
 */
import { constants, createHash, createPublicKey, sign as cryptoSign, type KeyObject } from 'node:crypto'
import 'reflect-metadata'
import { Name } from '@peculiar/x509'
import { parse } from 'yaml'
import { ascii, type Bytes, bits, boolean, explicit, implicit, integer, nothing, octets, oid, sequence, set, time } from './der.js'
import { type KeyKind, pooledKey } from './key-pool.js'

/** What a line can say of a certificate. */
export interface CertificateWords {
  readonly issuer?: string
  /** Distinguished name, most significant attribute first: `C=DE, O=Acme, CN=api`. Default: `CN=` and the line's name. */
  readonly subject?: string
  /** `api.internal`, `ip:10.0.0.1`, `uri:spiffe://…`, `email:a@b.example`; default for an end entity: its name. `[]`: none. */
  readonly san?: readonly string[] | string
  readonly ku?: readonly string[] | string
  readonly eku?: readonly string[] | string
  readonly ca?: boolean
  readonly pathLength?: number
  readonly noBasicConstraints?: boolean
  readonly noKeyIdentifiers?: boolean
  /** Hex, instead of the hash of the key. */
  readonly keyId?: string
  /** Hex, instead of the issuer's. */
  readonly authorityKeyId?: string
  readonly key?: KeyKind
  readonly sameKeyAs?: string
  /** Another entity's key makes the signature, while `issuer` still gives the name. */
  readonly signedBy?: string
  readonly hash?: 'sha1' | 'md5' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
  /** An RSA issuer signs with RSASSA-PSS. */
  readonly pss?: boolean
  readonly notBefore?: string
  readonly notAfter?: string
  readonly permitted?: readonly string[] | string
  readonly excluded?: readonly string[] | string
  readonly serial?: string | number
  readonly aia?: string
  readonly ocsp?: string
  readonly crlUrl?: string
  readonly policies?: readonly string[]
  /** An extension as a public CA embeds it; its content is made up. */
  readonly sct?: boolean
  /** 1 leaves every extension out. */
  readonly version?: 1 | 3
  /** Extensions by OID, content in hex; one that is written so replaces the one that would be there. */
  readonly extensions?: readonly { readonly oid: string; readonly critical?: boolean; readonly value: string }[]
  /** OIDs of extensions marked critical, or the reverse. */
  readonly critical?: readonly string[]
  readonly label?: string
  /** Octal, as text: `"0644"`. */
  readonly mode?: string
  /** Written as DER, one character a byte. */
  readonly der?: boolean
  /** Text to put in the place of other text, wherever it stands: how files get damaged. */
  readonly replace?: Readonly<Record<string, string>>
  /** How many characters remain. */
  readonly truncate?: number
}

/** A file as it would lie on disk. */
export interface MadeFile {
  readonly text: string
  readonly binary: boolean
  readonly mode: number
}

type Words = CertificateWords & {
  readonly format?: string
  readonly crl?: string
  readonly revoked?: readonly (string | number)[]
  readonly thisUpdate?: string
  readonly nextUpdate?: string
  readonly csr?: string
  readonly publicKey?: string
  readonly pkcs7?: readonly string[]
  readonly bundle?: readonly string[]
}
interface Line {
  readonly name: string
  readonly file: string
  readonly kind: 'certificate' | 'other'
  readonly words: Words
}
type CertificateLine = Line & { readonly kind: 'certificate' }

/** File name to PEM text. */
export const makePki = (text: string): Map<string, string> => new Map([...makeFiles(text)].map(([path, it]) => [path, it.text]))

/** The same with permissions; `changes` are lines that replace or add to those of `text`, with the same certificates. */
export function makeFiles(text: string, changes = ''): Map<string, MadeFile> {
  const lines = readLines(text, changes)
  const maker = pkiMaker(lines)
  const files = new Map<string, MadeFile>()
  for (const line of lines) if (hasExtension(line.file)) files.set(line.file, maker(line))
  return files
}

function readLines(text: string, changes: string): readonly Line[] {
  const written = { ...parseYaml(text), ...parseYaml(changes) }
  return Object.entries(written).map(([file, value]): Line => {
    const name = file.replace(/\.[^./]+$/, '')
    const words = (Array.isArray(value) ? { bundle: value.map(String) } : (value ?? {})) as Words
    return { name: isCertificate(words) ? name : file, file, kind: isCertificate(words) ? 'certificate' : 'other', words }
  })
}

const parseYaml = (text: string): Record<string, unknown> => (parse(text) ?? {}) as Record<string, unknown>
const hasExtension = (file: string) => /\.[^./]+$/.test(file)

/** `key: leaf` names the entity whose key it is; `key: p384` is an option of a certificate. */
function isCertificate(words: Words): boolean {
  const isKeyFile = words.key !== undefined && !keyKinds.test(words.key)
  return !isKeyFile && otherKinds.every(it => words[it] === undefined)
}
const otherKinds = ['bundle', 'crl', 'csr', 'publicKey', 'pkcs7'] as const
const keyKinds = /^(rsa\d+|p\d+|ed25519|ed448|dsa\d+|(secp|brainpool)\w+)$/

/** Returns what makes a line's file. Certificates are made once each, when they are first asked for. */
function pkiMaker(lines: readonly Line[]): (line: Line) => MadeFile {
  const certificates = lines.filter((it): it is CertificateLine => it.kind === 'certificate')
  const issuers = new Set(certificates.flatMap(it => (it.words.issuer === undefined ? [] : [it.words.issuer])))
  for (const issuer of issuers) {
    if (!find(certificates, issuer)) certificates.push({ name: issuer, file: issuer, kind: 'certificate', words: {} })
  }
  const issuing = new Set([...issuers].map(it => find(certificates, it)!.file))
  const keys = assignKeys(certificates)
  const made = new Map<string, Bytes>()

  const entity = (reference: string): CertificateLine => {
    const found = find(certificates, reference)
    if (!found) throw new Error(`no line for ${reference}`)
    return found
  }
  const certificate = (line: CertificateLine): Bytes => {
    const known = made.get(line.file)
    if (known) return known
    const issuer = line.words.issuer === undefined ? line : entity(line.words.issuer)
    const signer = line.words.signedBy === undefined ? issuer : entity(line.words.signedBy)
    const key = keys(line)
    const isCa = line.words.ca ?? issuing.has(line.file)
    const bytes = makeCertificate(line, { isCa, issuer, issuerKey: keys(issuer), key, signingKey: keys(signer) })
    made.set(line.file, bytes)
    return bytes
  }
  const textOf = (reference: string): string => {
    if (reference.startsWith('#')) return `${reference}\n`
    const line = lines.find(it => it.file === reference || it.name === reference)
    return line ? file(line).text : pem('CERTIFICATE', certificate(entity(reference)))
  }
  const file = (line: Line): MadeFile => damaged(whole(line), line.words)
  const whole = (line: Line): MadeFile => {
    const { words } = line
    if (words.bundle !== undefined) {
      const secret = words.bundle.some(it => it.endsWith('.key'))
      return fileOf(words.bundle.map(textOf).join(''), words.mode ?? (secret ? '0600' : undefined))
    }
    if (line.kind === 'certificate') return asFile(words, 'CERTIFICATE', certificate(line as CertificateLine))
    if (words.crl !== undefined) return asFile(words, 'X509 CRL', makeCrl(words, entity(words.crl), keys, entity))
    if (words.csr !== undefined) return asFile(words, 'CERTIFICATE REQUEST', makeRequest(entity(words.csr), keys(entity(words.csr))))
    if (words.publicKey !== undefined) return fileOf(publicPem(keys(entity(words.publicKey))), words.mode)
    if (words.pkcs7 !== undefined) return asFile(words, 'PKCS7', makePkcs7(words.pkcs7.map(it => certificate(entity(it)))))
    return fileOf(keyPem(keys(entity(words.key!)), words.format ?? 'pkcs8'), words.mode ?? '0600')
  }
  return file
}

const fileOf = (text: string, mode = '0644'): MadeFile => ({ text, binary: false, mode: Number.parseInt(String(mode), 8) })
const asFile = (words: Words, label: string, bytes: Bytes): MadeFile =>
  words.der
    ? { ...fileOf(Buffer.from(bytes).toString('latin1'), words.mode), binary: true }
    : fileOf(pem(words.label ?? label, bytes), words.mode)

function damaged(made: MadeFile, { replace, truncate }: Words): MadeFile {
  let { text } = made
  for (const [old, replacement] of Object.entries(replace ?? {})) text = text.replaceAll(old, replacement)
  return { ...made, text: text.slice(0, truncate) }
}

/** By the line's name, its file name, or the last part of either. */
function find(lines: readonly CertificateLine[], reference: string): CertificateLine | undefined {
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  return (
    lines.find(it => it.name === reference || it.file === reference) ??
    lines.find(it => base(it.name) === reference || base(it.file) === reference)
  )
}

function assignKeys(lines: readonly CertificateLine[]): (line: CertificateLine) => KeyObject {
  const used = new Map<KeyKind, number>()
  const own = new Map<string, KeyObject>()
  for (const { file, words } of lines) {
    if (words.sameKeyAs !== undefined) continue
    const kind = words.key ?? 'p256'
    const index = used.get(kind) ?? 0
    used.set(kind, index + 1)
    own.set(file, pooledKey(kind, index))
  }
  return line => own.get(line.words.sameKeyAs === undefined ? line.file : (find(lines, line.words.sameKeyAs)?.file ?? ''))!
}

interface Parts {
  readonly isCa: boolean
  readonly issuer: CertificateLine
  readonly issuerKey: KeyObject
  readonly key: KeyObject
  readonly signingKey: KeyObject
}

function makeCertificate(line: CertificateLine, parts: Parts): Bytes {
  const { words } = line
  const algorithm = signatureAlgorithm(parts.signingKey, words)
  const extensions = words.version === 1 ? [] : certificateExtensions(line, parts)
  const tbs = sequence(
    words.version === 1 ? Buffer.alloc(0) : explicit(0, integer(2)),
    integer(serialOf(line)),
    algorithm,
    nameOf(parts.issuer),
    sequence(time(new Date(words.notBefore ?? '2020-01-01')), time(new Date(words.notAfter ?? '2046-01-01'))),
    nameOf(line),
    spki(parts.key),
    extensions.length === 0 ? Buffer.alloc(0) : explicit(3, sequence(...extensions))
  )
  return sequence(tbs, algorithm, bits(signature(parts.signingKey, tbs, words)))
}

const baseName = (line: Line) => line.name.slice(line.name.lastIndexOf('/') + 1)
const nameOf = (line: CertificateLine): Bytes => encodeName(line.words.subject ?? `CN=${baseName(line)}`)
const encodeName = (text: string): Bytes => new Uint8Array(new Name(text).toArrayBuffer())
const spki = (key: KeyObject): Bytes => createPublicKey(key).export({ type: 'spki', format: 'der' })

function serialOf(line: CertificateLine): Bytes {
  const { serial } = line.words
  if (typeof serial === 'number') return serialOf({ ...line, words: { serial: serial.toString(16).padStart(2, '0') } })
  if (serial !== undefined) return Buffer.from(serial.length % 2 === 0 ? serial : `0${serial}`, 'hex')
  const digest = createHash('sha256').update(line.name).digest().subarray(0, 8)
  digest[0] = (digest[0]! & 0x7f) | 0x40
  return digest
}

// --- extensions

function certificateExtensions(line: CertificateLine, { isCa, issuer, issuerKey, key }: Parts): readonly Bytes[] {
  const { words } = line
  const found = new Map<string, { readonly critical: boolean; readonly value: Bytes }>()
  const add = (id: string, value: Bytes, critical = false) =>
    found.set(id, { critical: words.critical?.includes(id) ? !critical : critical, value })

  if (!words.noBasicConstraints) add('2.5.29.19', basicConstraints(isCa, words.pathLength), true)
  const ku = list(words.ku) ?? (isCa ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'])
  if (ku.length > 0) add('2.5.29.15', keyUsage(ku), true)
  if (words.eku !== undefined) add('2.5.29.37', sequence(...list(words.eku)!.map(it => oid(purposes[it] ?? it))))
  const san = list(words.san) ?? (isCa ? [] : [baseName(line).replace(/[^\w.*-]/g, '-')])
  if (san.length > 0) add('2.5.29.17', sequence(...san.map(it => generalName(it))))
  if (!words.noKeyIdentifiers) {
    add('2.5.29.14', octets(keyIdentifier(line, key)))
    const authority = words.authorityKeyId === undefined ? keyIdentifier(issuer, issuerKey) : Buffer.from(words.authorityKeyId, 'hex')
    const known = words.authorityKeyId !== undefined || !issuer.words.noKeyIdentifiers
    if (known) add('2.5.29.35', sequence(implicit(0, authority)))
  }
  if (words.permitted !== undefined || words.excluded !== undefined) add('2.5.29.30', nameConstraints(words), true)
  if (words.aia !== undefined || words.ocsp !== undefined) add('1.3.6.1.5.5.7.1.1', authorityInformation(words))
  if (words.crlUrl !== undefined) add('2.5.29.31', sequence(sequence(explicit(0, explicit(0, implicit(6, ascii(words.crlUrl)))))))
  if (words.policies !== undefined) add('2.5.29.32', sequence(...words.policies.map(it => sequence(oid(it)))))
  if (words.sct) add('1.3.6.1.4.1.11129.2.4.2', octets(Buffer.alloc(8)))
  for (const it of words.extensions ?? []) found.set(it.oid, { critical: it.critical ?? false, value: Buffer.from(it.value, 'hex') })
  return [...found].map(([id, it]) => sequence(oid(id), it.critical ? boolean(true) : Buffer.alloc(0), octets(it.value)))
}

const list = (words: readonly string[] | string | undefined): readonly string[] | undefined => (typeof words === 'string' ? [words] : words)

function basicConstraints(ca: boolean, pathLength: number | undefined): Bytes {
  return sequence(ca ? boolean(true) : Buffer.alloc(0), pathLength === undefined ? Buffer.alloc(0) : integer(pathLength))
}

const usages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly'
]

function keyUsage(names: readonly string[]): Bytes {
  const positions = names.map(it => usages.indexOf(it))
  if (positions.includes(-1)) throw new Error(`unknown key usage in ${names.join(', ')}`)
  const last = Math.max(...positions)
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1)
  for (const it of positions) bytes[it >> 3]! |= 0x80 >> (it & 7)
  return bits(bytes, 7 - (last & 7))
}

const purposes: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  email: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  smartcard: '1.3.6.1.4.1.311.20.2.2'
}

/** `asSubtree`: in name constraints an address is followed by its mask. */
function generalName(text: string, asSubtree = false): Bytes {
  const [, kind, value] = /^(dns|ip|uri|email|dn|rid):(.*)$/s.exec(text) ?? [text, 'dns', text]
  switch (kind) {
    case 'ip':
      return implicit(7, asSubtree ? subnet(value!) : address(value!))
    case 'uri':
      return implicit(6, ascii(value!))
    case 'email':
      return implicit(1, ascii(value!))
    case 'dn':
      return explicit(4, encodeName(value!))
    case 'rid':
      return implicit(8, oid(value!).subarray(2))
    default:
      return implicit(2, ascii(value!))
  }
}

function address(text: string): Bytes {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number))
  const [head = '', tail = ''] = text.split('::')
  const words = (part: string) => part.split(':').filter(it => it !== '')
  const zeros = text.includes('::') ? Array(8 - words(head).length - words(tail).length).fill('0') : []
  const all: readonly string[] = [...words(head), ...zeros, ...words(tail)]
  return Buffer.from(all.map(it => it.padStart(4, '0')).join(''), 'hex')
}

function subnet(text: string): Bytes {
  const [host = '', length = ''] = text.split('/')
  const start = address(host)
  const mask = Buffer.alloc(start.length)
  for (let bit = 0; bit < Number(length || start.length * 8); bit++) mask[bit >> 3]! |= 0x80 >> (bit & 7)
  return Buffer.concat([start, mask])
}

function nameConstraints({ permitted, excluded }: Words): Bytes {
  const subtrees = (number: number, names: readonly string[] | undefined) =>
    names ? explicit(number, ...names.map(it => sequence(generalName(it, true)))) : Buffer.alloc(0)
  return sequence(subtrees(0, list(permitted)), subtrees(1, list(excluded)))
}

function authorityInformation({ aia, ocsp }: Words): Bytes {
  const access = (method: string, url: string | undefined) => (url === undefined ? [] : [sequence(oid(method), implicit(6, ascii(url)))])
  return sequence(...access('1.3.6.1.5.5.7.48.1', ocsp), ...access('1.3.6.1.5.5.7.48.2', aia))
}

/** RFC 5280 4.2.1.2 leaves open how it is made. */
function keyIdentifier(line: CertificateLine, key: KeyObject): Bytes {
  if (line.words.keyId !== undefined) return Buffer.from(line.words.keyId, 'hex')
  return createHash('sha1').update(spki(key)).digest()
}

// --- signatures

const rsaSignatures: Readonly<Record<string, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13'
}
const ecdsaSignatures: Readonly<Record<string, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4'
}

function signatureAlgorithm(key: KeyObject, { hash = 'sha256', pss }: Words): Bytes {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return sequence(oid('1.3.101.112'))
    case 'ed448':
      return sequence(oid('1.3.101.113'))
    case 'ec':
      return sequence(oid(ecdsaSignatures[hash]!))
    case 'dsa':
      return sequence(oid('2.16.840.1.101.3.4.3.2'))
    default:
      return pss ? pssAlgorithm : sequence(oid(rsaSignatures[hash]!), nothing)
  }
}

const sha256Identifier = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing)
/** RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes. */
const pssAlgorithm = sequence(
  oid('1.2.840.113549.1.1.10'),
  sequence(explicit(0, sha256Identifier), explicit(1, sequence(oid('1.2.840.113549.1.1.8'), sha256Identifier)), explicit(2, integer(32)))
)

const signatures = new Map<string, Bytes>()

/** Made once in a process for the same content, so that the same words give the same bytes although ECDSA is random. */
function signature(key: KeyObject, tbs: Bytes, { hash = 'sha256', pss = false }: Words): Bytes {
  const identity = createHash('sha256').update(spki(key)).update(tbs).update(`${hash} ${pss}`).digest('hex')
  const known = signatures.get(identity)
  if (known) return known
  const digest = /^ed/.test(key.asymmetricKeyType ?? '') ? null : key.asymmetricKeyType === 'dsa' || pss ? 'sha256' : hash
  const made = cryptoSign(digest, tbs, pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : key)
  signatures.set(identity, made)
  return made
}

// --- what is not a certificate

function makeCrl(
  words: Words,
  issuer: CertificateLine,
  keys: (line: CertificateLine) => KeyObject,
  entity: (reference: string) => CertificateLine
): Bytes {
  const signingKey = keys(words.signedBy === undefined ? issuer : entity(words.signedBy))
  const algorithm = signatureAlgorithm(signingKey, words)
  const thisUpdate = time(new Date(words.thisUpdate ?? '2020-01-01'))
  const revoked = (words.revoked ?? []).map(it => {
    const serial = typeof it === 'number' ? serialOf({ ...issuer, words: { serial: it } }) : serialOf(entity(it))
    return sequence(integer(serial), thisUpdate)
  })
  const authority = sequence(oid('2.5.29.35'), octets(sequence(implicit(0, keyIdentifier(issuer, keys(issuer))))))
  const number = sequence(oid('2.5.29.20'), octets(integer(1)))
  const tbs = sequence(
    integer(1),
    algorithm,
    nameOf(issuer),
    thisUpdate,
    time(new Date(words.nextUpdate ?? '2046-01-01')),
    revoked.length === 0 ? Buffer.alloc(0) : sequence(...revoked),
    explicit(0, sequence(authority, number))
  )
  return sequence(tbs, algorithm, bits(signature(signingKey, tbs, words)))
}

function makeRequest(line: CertificateLine, key: KeyObject): Bytes {
  const san = list(line.words.san) ?? []
  const names = sequence(oid('2.5.29.17'), octets(sequence(...san.map(it => generalName(it)))))
  const attributes = san.length === 0 ? [] : [sequence(oid('1.2.840.113549.1.9.14'), set(sequence(names)))]
  const tbs = sequence(integer(0), nameOf(line), spki(key), explicit(0, ...attributes))
  return sequence(tbs, signatureAlgorithm(key, line.words), bits(signature(key, tbs, line.words)))
}

/** A SignedData that signs nothing and only carries certificates. */
function makePkcs7(certificates: readonly Bytes[]): Bytes {
  const content = sequence(oid('1.2.840.113549.1.7.1'))
  const signedData = sequence(integer(1), set(), content, explicit(0, ...certificates), set())
  return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signedData))
}

function pem(label: string, bytes: Bytes): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.map(it => `${it}\n`).join('')}-----END ${label}-----\n`
}

const publicPem = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()

/** The passphrase of every encrypted key. */
export const passphrase = 'correct horse'

function keyPem(key: KeyObject, format: string): string {
  const encryption = { cipher: 'aes-256-cbc', passphrase }
  const traditional = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  switch (format) {
    case 'pkcs8':
      return key.export({ type: 'pkcs8', format: 'pem' }).toString()
    case 'pkcs1':
    case 'sec1':
      return key.export({ type: format, format: 'pem' }).toString()
    case 'encrypted':
      return key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
    case 'encrypted-traditional':
      return key.export({ type: traditional, format: 'pem', ...encryption }).toString()
    default:
      throw new Error(`unknown key format ${format}`)
  }
}
