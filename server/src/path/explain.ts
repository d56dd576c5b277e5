import type { Certificate } from '../x509/certificate.js'
import { signed } from '../x509/signature.js'
import { type FailureCode, opensslNumber } from './failures.js'
import { clauseOf, placeOf } from './grounds.js'
import { mayHaveIssued } from './issuance.js'
import type { Finding } from './validate.js'
import type { Knobs } from './verifier.js'
import type { PathError, PathQuestion } from './verify.js'

export function explain({ code, depth, because }: Finding, path: readonly Certificate[], question: PathQuestion, knobs: Knobs): PathError {
  const certificate = path[depth]!
  const hint = because ?? hints[code]?.(certificate, { path, depth, question, knobs })
  const clause = clauseOf(code)
  return {
    code,
    openssl: opensslNumber(code),
    depth,
    certificate,
    message: knobs.words(code),
    ...(clause !== undefined && { clause }),
    ...(hint !== undefined && { hint }),
    // Rules ask thousands of times and show few of the answers.
    get at() {
      return placeOf(code, certificate)
    }
  }
}

/** What stops a path for good comes before what merely follows from it or could be waived. */
const ranks: readonly FailureCode[] = [
  'certificate-chain-too-long',
  'certificate-revoked',
  'certificate-rejected',
  'self-signed-certificate',
  'self-signed-certificate-in-certificate-chain',
  'unable-to-get-issuer-certificate',
  'unable-to-get-local-issuer-certificate',
  'certificate-signature-failure',
  'certificate-has-expired',
  'certificate-is-not-yet-valid',
  'invalid-ca-certificate',
  'key-usage-does-not-include-certificate-signing',
  'path-length-constraint-exceeded',
  'unsuitable-certificate-purpose',
  'permitted-subtree-violation',
  'excluded-subtree-violation',
  'no-explicit-policy',
  'hostname-mismatch',
  'ip-address-mismatch',
  'email-address-mismatch',
  'unhandled-critical-extension',
  'ee-certificate-key-too-weak',
  'ca-certificate-key-too-weak',
  'ca-signature-digest-algorithm-too-weak',
  'crl-has-expired',
  'crl-is-not-yet-valid',
  'crl-signature-failure',
  'key-usage-does-not-include-crl-signing',
  'unable-to-get-certificate-crl',
  'ocsp-unknown-cert',
  'ocsp-verification-failed',
  'ocsp-verification-needed'
]

const rankOf = (code: string) => {
  const rank = ranks.indexOf(code as FailureCode)
  return rank < 0 ? ranks.length : rank
}

/** Each failure once, best first; equals stand from the end entity upwards. */
export function mostUsefulFirst(errors: readonly PathError[]): readonly PathError[] {
  const distinct = new Map(errors.map(it => [`${it.code} ${it.depth}`, it]))
  return [...distinct.values()]
    .filter(it => it.code !== 'unable-to-verify-the-first-certificate' || distinct.size === 1)
    .sort((a, b) => rankOf(a.code) - rankOf(b.code) || a.depth - b.depth)
}

interface Place {
  readonly path: readonly Certificate[]
  readonly depth: number
  readonly question: PathQuestion
  readonly knobs: Knobs
}

type Hint = (certificate: Certificate, place: Place) => string

const day = (date: Date) => date.toISOString().slice(0, 10)

const hints: { readonly [code in FailureCode]?: Hint } = {
  'unable-to-get-local-issuer-certificate': missingIssuer,
  'unable-to-get-issuer-certificate': missingIssuer,
  'self-signed-certificate': certificate =>
    `${certificate.subject.display} signed itself and is not in the trust store: add this very certificate there, or use one that a trusted CA issued`,
  'self-signed-certificate-in-certificate-chain': certificate =>
    `The path ends in ${certificate.subject.display}, which is not in the trust store: add it there`,
  'certificate-chain-too-long': (_certificate, { question, knobs }) =>
    `Allow more than ${question.maxDepth ?? knobs.depth} CA certificates between the end entity and the trust anchor`,
  'certificate-signature-failure': (certificate, { path, depth }) =>
    `${path[depth + 1]?.subject.display ?? 'The issuer'} bears the name of the issuer of ${certificate.subject.display}, but another key signed it: find the CA certificate with that key`,
  'certificate-has-expired': certificate => `${certificate.subject.display} expired on ${day(certificate.notAfter)}: renew it`,
  'certificate-is-not-yet-valid': certificate =>
    `${certificate.subject.display} is valid from ${day(certificate.notBefore)} on: check the clock, or wait`,
  'invalid-ca-certificate': certificate =>
    `${certificate.subject.display} issues certificates without being a CA: it needs basicConstraints CA:TRUE and, with key usage, keyCertSign`,
  'key-usage-does-not-include-certificate-signing': certificate => `Reissue ${certificate.subject.display} with key usage keyCertSign`,
  'path-length-constraint-exceeded': certificate =>
    `${certificate.subject.display} allows ${certificate.basicConstraints?.pathLength} intermediates below it: shorten the path or reissue it with a larger pathLenConstraint`,
  'unsuitable-certificate-purpose': (certificate, { question, depth }) =>
    `${certificate.subject.display} is not made for ${question.purpose} authentication: reissue it ${
      depth > 0
        ? `without extended key usage or with ${question.purpose}Auth in it`
        : `with extended key usage ${question.purpose}Auth and key usage digitalSignature`
    }`,
  'permitted-subtree-violation': certificate =>
    `A name of ${certificate.subject.display} is outside of what a CA above it permits: ask for one inside`,
  'excluded-subtree-violation': certificate =>
    `A name of ${certificate.subject.display} is among those that a CA above it excludes: ask for another`,
  'hostname-mismatch': wrongName,
  'ip-address-mismatch': wrongName,
  'email-address-mismatch': wrongName,
  'ee-certificate-key-too-weak': certificate => `${certificate.publicKey.description} is too weak: use RSA 2048 or EC P-256 or more`,
  'ca-certificate-key-too-weak': certificate =>
    `${certificate.publicKey.description} of ${certificate.subject.display} is too weak: the CA needs a new key`,
  'ca-signature-digest-algorithm-too-weak': certificate =>
    `${certificate.subject.display} is signed with ${certificate.signatureAlgorithm.name}: have it issued again with SHA-256`,
  'unable-to-get-certificate-crl': certificate =>
    `No usable CRL of ${certificate.issuer.display} is given: revocation needs one of every CA in the path`,
  'crl-has-expired': certificate => `The CRL of ${certificate.issuer.display} is past its nextUpdate: fetch the current one`,
  'crl-is-not-yet-valid': certificate => `The CRL of ${certificate.issuer.display} is from the future: check the clock`,
  'certificate-revoked': certificate => `${certificate.issuer.display} revoked ${certificate.subject.display}: use another certificate`
}

/** Whose certificate is missing, where it may be had, and whether it lies elsewhere in the workspace. */
function missingIssuer(certificate: Certificate, { question, knobs }: Place): string {
  const known = question.elsewhere?.find(it => mayHaveIssued(it, certificate, knobs) && signed(certificate, it) !== false)
  const keyIdentifier = certificate.authorityKeyIdentifier?.keyIdentifier
  const wanted = `the certificate of ${certificate.issuer.display}${keyIdentifier ? ` (key identifier ${keyIdentifier})` : ''}`
  if (known) return `Add ${wanted}: it is in ${known.block.file.path}`
  const [url] = certificate.issuerUrls
  return url ? `Add ${wanted}: the issuer offers it at ${url}` : `Add ${wanted}`
}

function wrongName(certificate: Certificate, { question }: Place): string {
  const wanted = (question.names ?? []).map(it => it.value).join(' or ')
  return `${certificate.subject.display} is not for ${wanted}: ${presentedNames(certificate)}`
}

function presentedNames(certificate: Certificate): string {
  const names = (certificate.subjectAltNames ?? []).map(it => it.value)
  if (names.length === 0) return 'it has no subject alternative name'
  return `it names ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
}
