/**
 * What OpenSSL says of certificate, key and CRL files when a product loads them. The words and numbers are those of
 * OpenSSL 3.0, as nginx 1.22 and HAProxy 2.6 print them.
 */
import type { Certificate } from '../x509/certificate.js'
import { keyMatches, publicKeyOf } from '../x509/keys.js'
import type { PemBlock, PemFile } from '../x509/pem.js'
import { isEncrypted, locationOf, openCredential } from './credentials.js'
import type { CredentialRef } from './model.js'
import type { Location, Read } from './text.js'

export interface LoadError {
  /** `missing`: there is no such file. */
  readonly kind: 'missing' | 'damaged' | 'nothing' | 'encrypted' | 'mismatch' | 'weak' | 'weak-chain'
  /** OpenSSL's error queue, without the part that says which file was opened. */
  readonly text: string
  /** The reason alone: `bad end line`. */
  readonly reason: string
  readonly at: Location
}

const missing = (at: Location, path: string): LoadError => ({
  kind: 'missing',
  text: `error:80000002:system library::No such file or directory:calling fopen(${path}, r) error:10000080:BIO routines::no such file`,
  reason: 'No such file or directory',
  at
})

type Opened = { readonly file: PemFile } | { readonly error: LoadError } | undefined

/** `undefined`: what stands there cannot be known here, and nothing can be said of it. */
export function openFor(ref: CredentialRef, shown: string, read: Read): Opened {
  const opened = openCredential(ref, read)
  if (opened.kind === 'pem') return { file: opened.file }
  if (opened.kind !== 'missing' || ref.kind === 'secret' || ref.kind === 'dynamic') return undefined
  // A path of the machine that it will be deployed to says nothing of what is there.
  const folder = 'path' in ref ? ref.path.slice(0, ref.path.lastIndexOf('/')) : ''
  return read(folder === '' ? '/' : folder).kind === 'directory' ? { error: missing(ref.at, shown) } : undefined
}

const endLine = { text: 'error:04800066:PEM routines::bad end line', reason: 'bad end line' }
const base64 = { text: 'error:04800064:PEM routines::bad base64 decode', reason: 'bad base64 decode' }
const damages: Readonly<Record<string, typeof endLine>> = {
  'missing-end': endLine,
  'label-mismatch': endLine,
  'glued-lines': endLine,
  truncated: endLine,
  'indented-end': endLine,
  'invalid-character': base64,
  'invalid-padding': base64
}

/** OpenSSL reads blocks from the start of the file and stops at one that it cannot read, whatever it was looking for. */
function firstDamage(blocks: readonly PemBlock[]): LoadError | undefined {
  for (const block of blocks) {
    const found = block.errors.map(it => damages[it.code]).find(it => it !== undefined)
    if (found) return { kind: 'damaged', ...found, at: locationOf(block) }
  }
  return undefined
}

const nothing = (file: PemFile, text: string): LoadError => ({
  kind: 'nothing',
  text,
  reason: text.slice(text.lastIndexOf('::') + 2),
  at: { path: file.file.path, start: 0, end: 0 }
})

const isCertificateBlock = (it: PemBlock): boolean => it.kind === 'certificate' || it.kind === 'trustedCertificate'

/** What keeps a file from being a store of trusted certificates and CRLs. */
export function trustError(file: PemFile): LoadError | undefined {
  const damage = firstDamage(file.blocks)
  if (damage) return { ...damage, text: `${damage.text} error:05880009:x509 certificate routines::PEM lib` }
  if (file.blocks.some(it => isCertificateBlock(it) || it.kind === 'crl')) return undefined
  return nothing(file, 'error:05800088:x509 certificate routines::no certificate or crl found')
}

/** What keeps the names of a file's certificates from being announced. Of a TRUSTED CERTIFICATE it knows nothing. */
export const announcementError = (file: PemFile): LoadError | undefined =>
  file.blocks.some(it => it.kind === 'certificate')
    ? undefined
    : nothing(file, 'error:0480006C:PEM routines::no start line:Expecting: CERTIFICATE')

/** What keeps the file's first certificate from being loaded. */
export function certificateError(file: PemFile): LoadError | undefined {
  const at = file.blocks.findIndex(isCertificateBlock)
  const damage = firstDamage(at < 0 ? file.blocks : file.blocks.slice(0, at + 1))
  if (damage) return damage
  return at < 0 ? nothing(file, 'error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE') : undefined
}

/** What security level 2 refuses to present: `ee` for the first certificate, `ca` for those after it. */
export function weakness(certificates: readonly Certificate[]): LoadError | undefined {
  for (const [position, it] of certificates.entries()) {
    const at = it.at()
    const kind = position === 0 ? 'weak' : 'weak-chain'
    if (isSmallKey(it)) {
      const reason = position === 0 ? 'ee key too small' : 'ca key too small'
      return { kind, text: `error:${position === 0 ? '0A00018F' : '0A00018D'}:SSL routines::${reason}`, reason, at }
    }
    const { hash } = it.signatureAlgorithm
    if (!it.selfIssued && (hash === 'SHA-1' || hash === 'MD5' || hash === 'MD2'))
      return { kind, text: 'error:0A00018E:SSL routines::ca md too weak', reason: 'ca md too weak', at }
  }
  return undefined
}

function isSmallKey({ publicKey: { algorithm, size } }: Certificate): boolean {
  if (size === undefined) return false
  return algorithm === 'EC' ? size < 224 : /^(?:RSA|DSA)/.test(algorithm) && size < 2048
}

export const privateKeyIn = (file: PemFile): PemBlock | undefined =>
  file.blocks.find(it => it.kind === 'privateKey' || it.kind === 'encryptedPrivateKey')

const cancelled = 'error:07880109:common libcrypto routines::interrupted or cancelled'
const noPassword = `error:1400006B:UI routines::processing error:while reading strings error:0480006D:PEM routines::problems getting password ${cancelled} ${cancelled}`

/** What keeps a file's private key from being loaded. */
export function keyError(file: PemFile, passphrase: boolean): LoadError | undefined {
  const block = privateKeyIn(file)
  const damage = firstDamage(block ? file.blocks.slice(0, file.blocks.indexOf(block) + 1) : file.blocks)
  if (damage) return damage
  if (!block) return nothing(file, 'error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM')
  if (!isEncrypted(block) || passphrase) return undefined
  const middle =
    block.headers.length > 0
      ? ''
      : ` error:1C80009F:Provider routines::unable to get passphrase error:1400006B:UI routines::processing error:while reading strings error:0480006D:PEM routines::problems getting password ${cancelled}`
  const text =
    block.headers.length > 0
      ? `${noPassword} error:04800068:PEM routines::bad password read`
      : `${noPassword}${middle} error:04800068:PEM routines::bad password read`
  return { kind: 'encrypted', text, reason: 'bad password read', at: locationOf(block) }
}

/** How a key goes with a certificate; a key that cannot be looked into is taken to fit. */
export function keyFit(certificate: Certificate, block: PemBlock): 'fits' | 'other-kind' | 'other-key' {
  if (isEncrypted(block) || keyMatches(certificate, block) !== false) return 'fits'
  const key = publicKeyOf(block)
  return key && key.algorithm !== certificate.publicKey.algorithm ? 'other-kind' : 'other-key'
}

export const mismatchText = 'error:05800074:x509 certificate routines::key values mismatch'
