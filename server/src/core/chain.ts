/** How certificates that lie side by side belong together. */
import type { Certificate } from '../x509/certificate.js'
import type { CertificateUse } from './rule.js'
import { memo } from './text.js'

/** Did `issuer` sign `certificate`? `undefined`: cannot be known here. */
type Signed = (certificate: Certificate, issuer: Certificate) => boolean | undefined

/** No server takes a longer chain from its peer, and nothing here has to look into one. */
export const longestChain = 32

export const isSameCertificate = (a: Certificate, b: Certificate): boolean =>
  a.content === b.content || (a.der.length === b.der.length && a.sha256 === b.sha256)

export const isSameKey = (a: Certificate, b: Certificate): boolean => Buffer.compare(a.publicKey.spki, b.publicKey.spki) === 0

/** Does the issuer's name, and where both say so its key identifier, fit? Signatures are not looked at. */
export const mayHaveIssued = (issuer: Certificate, certificate: Certificate): boolean =>
  issuer.subject.canonical === certificate.issuer.canonical && keyIdentifiersAgree(issuer, certificate)

export function keyIdentifiersAgree(issuer: Certificate, certificate: Certificate): boolean {
  const wanted = certificate.authorityKeyIdentifier?.keyIdentifier
  if (wanted === undefined) return true
  const own = issuer.subjectKeyIdentifier
  return own === undefined || own === wanted
}

/** A signature that cannot be verified here is taken on trust. */
export const hasIssued = (issuer: Certificate, certificate: Certificate, signed: Signed): boolean =>
  mayHaveIssued(issuer, certificate) && signed(certificate, issuer) !== false

export const isSelfSigned = (certificate: Certificate, signed: Signed): boolean =>
  certificate.selfIssued && hasIssued(certificate, certificate, signed)

/** The certificate that a file is about: the first that is no CA's, or the first of all. */
export const endEntityOf = (certificates: readonly Certificate[]): Certificate | undefined =>
  certificates.find(it => !it.isCa) ?? certificates[0]

/** Is it what the endpoint proves to be, rather than a CA? A CA that stands first is in the wrong place: chain-out-of-order. */
export const isPresentedAsEndEntity = ({ certificate, file, use }: CertificateUse): boolean =>
  use?.part === 'presented' && use.position === 0 && !(certificate.isCa && file.certificates.some(it => !it.isCa))

export function endEntitiesOf(certificates: readonly Certificate[]): readonly Certificate[] {
  if (certificates.length === 1 && !certificates[0]!.isCa) return certificates
  return distinct(certificates.filter(it => !it.isCa))
}

/** One copy of each, the last. */
export function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  if (certificates.length < 2) return certificates
  const found = new Map<string, Certificate>()
  for (const it of certificates) found.set(it.sha256, it)
  return [...found.values()]
}

/** Those of `among` that issued it, nearest in the file first; never itself. */
export function issuersAmong(certificate: Certificate, among: readonly Certificate[], signed: Signed): readonly Certificate[] {
  const found: Certificate[] = []
  let asked = 0
  for (let at = 0; at < among.length && asked < mostOfOneName; at++) {
    const it = among[at]!
    if (!mayHaveIssued(it, certificate) || isSameCertificate(it, certificate)) continue
    asked++
    if (signed(certificate, it) !== false) found.push(it)
  }
  return found
}

/** Each certificate with every one that may have signed it, one copy of each. */
export function possibleIssuers(certificates: readonly Certificate[]): readonly (readonly [Certificate, Certificate])[] {
  const all = distinct(certificates)
  const bySubject = new Map<string, Certificate[]>()
  for (const it of all) {
    const named = bySubject.get(it.subject.canonical)
    if (named) named.push(it)
    else bySubject.set(it.subject.canonical, [it])
  }
  const pairs: (readonly [Certificate, Certificate])[] = []
  for (const certificate of all) {
    const named = bySubject.get(certificate.issuer.canonical) ?? []
    let found = 0
    for (let at = 0; at < named.length && found < mostOfOneName; at++) {
      if (!keyIdentifiersAgree(named[at]!, certificate)) continue
      found++
      pairs.push([certificate, named[at]!])
    }
  }
  return pairs
}

/** Verifying signatures takes its time, and nobody but an attacker has more CAs of one name. */
export const mostOfOneName = 32

/** The end entity and all that it descends from, nearest first: what a well ordered file would hold. */
export function lineage(endEntity: Certificate, among: readonly Certificate[], signed: Signed): readonly Certificate[] {
  if (isAllThereIs(endEntity, among)) return among
  const found = [endEntity]
  for (let at = 0; at < found.length && found.length <= longestChain; at++) {
    const issuers = issuersAmong(found[at]!, among, signed)
    for (let next = 0; next < issuers.length; next++) if (!isAmong(issuers[next]!, found)) found.push(issuers[next]!)
  }
  return found
}

/** Most files hold one certificate: nothing there is above it. */
const isAllThereIs = (certificate: Certificate, among: readonly Certificate[]): boolean => among.length === 1 && among[0] === certificate

export function isAmong(certificate: Certificate, among: readonly Certificate[]): boolean {
  for (let at = 0; at < among.length; at++) if (isSameCertificate(among[at]!, certificate)) return true
  return false
}

/** One way up from the end entity, as far as it goes; where several issuers fit, a self-signed one ends it. */
export function pathUp(endEntity: Certificate, among: readonly Certificate[], signed: Signed): readonly Certificate[] {
  if (isAllThereIs(endEntity, among)) return among
  const known = waysUp(signed)(among)
  const path = known.get(endEntity) ?? findPathUp(endEntity, among, signed)
  known.set(endEntity, path)
  return path
}

/** Several rules ask for the same way, and files share certificates with endpoints. */
const waysUp = memo((_: Signed) => memo((_: readonly Certificate[]) => new Map<Certificate, readonly Certificate[]>()))

function findPathUp(endEntity: Certificate, among: readonly Certificate[], signed: Signed): readonly Certificate[] {
  const path = [endEntity]
  while (path.length <= longestChain) {
    const top = path.at(-1)!
    if (isSelfSigned(top, signed)) return path
    const issuers = issuersAmong(top, among, signed).filter(it => !isAmong(it, path))
    const next = issuers.find(it => isSelfSigned(it, signed)) ?? issuers[0]
    if (!next) return path
    path.push(next)
  }
  return path
}
