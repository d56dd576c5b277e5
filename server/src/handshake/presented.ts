/** What one side puts forward, and what the other holds against it, with the files behind them opened. */
import { lineage, mayHaveIssued } from '../core/chain.js'
import { isEncrypted, openCredential } from '../core/credentials.js'
import type { CredentialRef, Identity } from '../core/model.js'
import { keyFit, privateKeyIn } from '../core/openssl-files.js'
import type { Location, Read } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import type { PemBlock, PemFile } from '../x509/pem.js'
import { signed } from '../x509/signature.js'
import type { JudgingBehaviour } from './products/product.js'

export type Presented =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly at?: Location }
  | {
      readonly kind: 'chain'
      /** End entity first. */
      readonly chain: readonly [Certificate, ...Certificate[]]
      /** `unchecked`: the key cannot be looked into, and is taken to fit. */
      readonly key: 'fits' | 'other-kind' | 'other-key' | 'missing' | 'unchecked'
      readonly at: Location
    }

export function presentedBy({ certificate, key, chain }: Identity, read: Read, isKeyInFile = false): Presented {
  const opened = openCredential(certificate, read)
  if (opened.kind !== 'pem') return unknownCredential(certificate, opened.kind === 'missing' ? undefined : opened.reason)
  const presented = presentedIn(opened.file, certificate.at, () =>
    key || !isKeyInFile ? keyOf(certificate, key, opened.file, read) : privateKeyIn(opened.file)
  )
  if (presented.kind !== 'chain' || chain === undefined) return presented
  const [first] = presented.chain
  if (chain === 'nothing') return { ...presented, chain: [first] }
  const beside = openCredential(chain, read)
  return beside.kind === 'pem'
    ? { ...presented, chain: [first, ...beside.file.certificates] }
    : unknownCredential(chain, beside.kind === 'missing' ? undefined : beside.reason)
}

/** What is really sent: OpenSSL completes a lone certificate from the trust store, with as much of its path as lies there. */
export function sentChain(
  chain: readonly [Certificate, ...Certificate[]],
  store: readonly Certificate[]
): readonly [Certificate, ...Certificate[]] {
  const [first, ...others] = chain
  return others.length > 0 ? chain : [first, ...lineage(first, store, signed).slice(1)]
}

/** Who issued whom as far as the chain goes, and how many more certificates are sent along. */
export function chainText(chain: readonly Certificate[]): string {
  const broken = chain.findIndex((it, at) => at > 0 && !mayHaveIssued(it, chain[at - 1]!))
  const path = broken < 0 ? chain : chain.slice(0, broken)
  const more = chain.length - path.length
  const names = path.map(it => it.subject.display).join(' ← ')
  return more === 0 ? names : `${names}, and ${more} that ${more === 1 ? 'does' : 'do'} not follow`
}

/** The chain of a file with the key that `findKey` gives; without one there is none. */
export function presentedIn(file: PemFile, at: Location, findKey: () => PemBlock | 'unchecked' | undefined): Presented {
  const [first, ...rest] = file.certificates
  if (!first) return { kind: 'unknown', reason: `there is no certificate in ${file.file.path}`, at }
  const key = findKey()
  const fit = key === undefined ? 'missing' : key === 'unchecked' || isEncrypted(key) ? 'unchecked' : keyFit(first, key)
  // OpenSSL reads the first under either label, and the rest as CERTIFICATE alone.
  const sent = rest.filter(it => it.block.kind !== 'trustedCertificate')
  return { kind: 'chain', chain: [first, ...sent], key: fit, at }
}

function keyOf(certificate: CredentialRef, key: CredentialRef | undefined, file: PemFile, read: Read): PemBlock | 'unchecked' | undefined {
  if (!key) return privateKeyIn(file) ?? (certificate.kind === 'file' ? keyBeside(certificate.path, read) : 'unchecked')
  const opened = openCredential(key, read)
  return opened.kind === 'pem' ? (privateKeyIn(opened.file) ?? 'unchecked') : 'unchecked'
}

function keyBeside(path: string, read: Read): PemBlock | 'unchecked' {
  const entry = read(`${path}.key`)
  if (entry.kind !== 'file') return 'unchecked'
  const opened = openCredential({ kind: 'file', path: `${path}.key`, written: '', at: { path, start: 0, end: 0 }, name: '' }, read)
  return opened.kind === 'pem' ? (privateKeyIn(opened.file) ?? 'unchecked') : 'unchecked'
}

const unknownCredential = (ref: CredentialRef, reason: string | undefined): Presented & { kind: 'unknown' } => ({
  kind: 'unknown',
  reason: reason ?? `${nameOf(ref)} is not here`,
  at: ref.at
})

export const nameOf = (ref: CredentialRef): string => {
  switch (ref.kind) {
    case 'file':
    case 'directory':
      return ref.written || ref.path
    case 'inline':
      return ref.file.file.path
    case 'secret':
      return ref.secret
    case 'system':
      return "the system's trust store"
    case 'dynamic':
      return ref.text
  }
}

/** All that is trusted, in order, or why that is not known. */
export type Trust =
  | { readonly kind: 'certificates'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'unknown'; readonly reason: string; readonly at: Location }

export function trustOf(refs: readonly CredentialRef[], read: Read): Trust {
  const certificates: Certificate[] = []
  for (const ref of refs) {
    const opened = openCredential(ref, read)
    if (opened.kind !== 'pem')
      return { kind: 'unknown', reason: opened.kind === 'missing' ? `${nameOf(ref)} is not here` : opened.reason, at: ref.at }
    certificates.push(...opened.file.certificates)
  }
  return { kind: 'certificates', certificates }
}

/** The CRLs of files that are known to be readable, as far as this side reads them. */
export function crlsOf(refs: readonly CredentialRef[], read: Read, { crlsOfFile }: JudgingBehaviour): readonly PemBlock[] {
  return refs.flatMap(ref => {
    const opened = openCredential(ref, read)
    const lists = opened.kind === 'pem' ? opened.file.blocks.filter(it => it.kind === 'crl') : []
    return crlsOfFile === 'first' ? lists.slice(0, 1) : lists
  })
}
