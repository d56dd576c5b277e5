import { memo } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'

/** Certificates of this subject, in their order. */
export const subjectsOf = (certificates: readonly Certificate[], canonical: string): readonly Certificate[] =>
  certificates.length <= few
    ? certificates.filter(it => it.subject.canonical === canonical)
    : (bySubject(certificates).get(canonical) ?? [])

/** Certificates that say that they were issued by this name. */
export const issuedBy = (certificates: readonly Certificate[], canonical: string): readonly Certificate[] =>
  certificates.length <= few ? certificates.filter(it => it.issuer.canonical === canonical) : (byIssuer(certificates).get(canonical) ?? [])

/** An index makes thousands of strangers in a bundle cost nothing, and is not worth its making for a handful. */
const few = 8

type Index = ReadonlyMap<string, readonly Certificate[]>

const bySubject = memo((certificates: readonly Certificate[]): Index => index(certificates, it => it.subject.canonical))
const byIssuer = memo((certificates: readonly Certificate[]): Index => index(certificates, it => it.issuer.canonical))

function index(certificates: readonly Certificate[], nameOf: (certificate: Certificate) => string): Index {
  const found = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const name = nameOf(certificate)
    const known = found.get(name)
    if (known) known.push(certificate)
    else found.set(name, [certificate])
  }
  return found
}
