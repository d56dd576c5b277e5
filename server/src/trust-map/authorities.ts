/** CAs by subject and key, and who issued whom: from the certificates that endpoints name and those of the workspace above them. */
import { isSameCertificate, keyIdentifiersAgree, mostOfOneName } from '../core/chain.js'
import type { Certificate } from '../x509/certificate.js'
import { signed } from '../x509/signature.js'

/** A subject with its key: all certificates of a CA are one authority, whoever issued them. */
export type AuthorityKey = string

export interface Authorities {
  keyOf(certificate: Certificate): AuthorityKey
  /** The certificate that issued it, as far as it is here; `beside` comes before all others. */
  issuerOf(certificate: Certificate, beside?: readonly Certificate[]): Certificate | undefined
}

export function authoritiesOf(workspace: readonly Certificate[]): Authorities {
  const bySubject = new Map<string, Certificate[]>()
  for (const it of workspace) {
    const known = bySubject.get(it.subject.canonical)
    if (!known) bySubject.set(it.subject.canonical, [it])
    // The certificate of one CA may lie in hundreds of files.
    else if (known.length < mostOfOneName && !known.some(other => isSameCertificate(other, it))) known.push(it)
  }
  return {
    keyOf,
    issuerOf(certificate, beside = []) {
      const named = (it: Certificate) => it.subject.canonical === certificate.issuer.canonical
      const candidates = [...beside.filter(named).slice(0, mostOfOneName), ...(bySubject.get(certificate.issuer.canonical) ?? [])]
      return candidates.find(it => keyIdentifiersAgree(it, certificate) && signed(certificate, it) === true)
    }
  }
}

const keyOf = ({ subject, publicKey }: Certificate): AuthorityKey =>
  `${subject.canonical} ${Buffer.from(publicKey.spki).toString('base64')}`

/** An issuer that is only named: by its name, and its key's identifier where that is said. */
export const namedKey = ({ issuer, authorityKeyIdentifier }: Certificate): AuthorityKey =>
  `named ${issuer.canonical} ${authorityKeyIdentifier?.keyIdentifier ?? ''}`
