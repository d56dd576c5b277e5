import { hasIssued, isSameCertificate, isSelfSigned } from '../core/chain.js'
import type { CredentialRef } from '../core/model.js'
import { memo } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import type { Certificate } from '../x509/certificate.js'
import { type PemFile, parsePem } from '../x509/pem.js'
import { signed } from '../x509/signature.js'

/** All certificates that the workspace knows of, to be found by their name. */
export interface CertificateIndex {
  /** The files that hold PEM: those of the workspace, and those that its configurations name elsewhere. */
  readonly files: readonly PemFile[]
  /** Those that signed it: self-signed ones first, itself never among them. */
  issuersOf(certificate: Certificate): readonly Certificate[]
  /** Those that bear the issuer's name and did not sign it. */
  namesakesOfIssuer(certificate: Certificate): readonly Certificate[]
  /** Those that certify this key. */
  withKey(spki: Uint8Array): readonly Certificate[]
}

export function indexCertificates(workspace: Workspace): CertificateIndex {
  const files = pemFiles(workspace)
  const bySubject = new Map<string, Certificate[]>()
  const byKey = new Map<string, Certificate[]>()
  for (const certificate of files.flatMap(it => it.certificates)) {
    append(bySubject, certificate.subject.canonical, certificate)
    append(byKey, keyName(certificate.publicKey.spki), certificate)
  }
  const named = (certificate: Certificate) =>
    (bySubject.get(certificate.issuer.canonical) ?? []).slice(0, mostNamesakes).filter(it => !isSameCertificate(it, certificate))
  let left = mostSignatures
  const verify = (certificate: Certificate, issuer: Certificate) => (left-- > 0 ? signed(certificate, issuer) : undefined)
  const issuersOf = memo((certificate: Certificate): readonly Certificate[] => {
    const issuers = named(certificate).filter(it => hasIssued(it, certificate, verify))
    return [...issuers.filter(selfSigned), ...issuers.filter(it => !selfSigned(it))]
  })
  return {
    files,
    issuersOf,
    namesakesOfIssuer: certificate => {
      const issuers = issuersOf(certificate)
      return named(certificate).filter(it => it.isCa && !issuers.includes(it))
    },
    withKey: spki => byKey.get(keyName(spki)) ?? []
  }
}

/** Thousands of strangers under one name must not keep anybody waiting: beyond these limits names are taken on trust. */
const mostNamesakes = 64
const mostSignatures = 10_000

export const selfSigned = (certificate: Certificate): boolean => isSelfSigned(certificate, signed)

const keyName = (spki: Uint8Array): string => Buffer.from(spki).toString('latin1')

function append<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}

function pemFiles(workspace: Workspace): readonly PemFile[] {
  const files = new Map<string, PemFile>()
  const add = (path: string) => {
    const entry = files.has(path) ? undefined : workspace.read(path)
    if (entry?.kind === 'file' && entry.file.text !== '') files.set(path, parsePem(entry.file))
  }
  for (const root of workspace.roots()) {
    const lowered = workspace.lowered(root)
    for (const pem of lowered?.pem ?? []) files.set(pem.file.path, pem)
    for (const { endpoints } of lowered ? [lowered] : []) {
      for (const { identities, peer } of endpoints) {
        const refs = [...identities.flatMap(it => [it.certificate, it.key]), ...peer.trustAnchors, ...peer.crls]
        for (const path of refs.flatMap(pathOf)) add(path)
      }
    }
  }
  return [...files.values()].filter(it => it.blocks.length > 0)
}

const pathOf = (ref: CredentialRef | undefined): readonly string[] => (ref?.kind === 'file' ? [ref.path] : [])
