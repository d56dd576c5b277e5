import type { TlsVersion } from '../../core/model.js'
import { matchesIdentifier } from '../../path/identifiers.js'
import { go as verifier } from '../../path/verifiers/go.js'
import type { PathError, ReferenceIdentifier } from '../../path/verify.js'
import type { Certificate } from '../../x509/certificate.js'
import type { ClientBehaviour, Rejected, ServerBehaviour, VersionRange } from './product.js'

// Functions are those of https://cs.opensource.google/go/go/+/refs/tags/go1.25.0:src/crypto/tls/
const source = 'the source of Go 1.25 (src/crypto/tls), and a running Go 1.19'

/** Since Go 1.20: processCertsFromClient and verifyServerCertificate wrap the error, and alerts tell causes apart. */
const wrapped = { source, prefixes: ['tls: failed to verify certificate: ', 'tls: failed to verify certificate: '], alertFor } as const
/** Until Go 1.19. Held against whatever is installed by test/servers/peers.test.ts. */
const plain = { prefixes: ['tls: failed to verify client certificate: ', ''], alertFor: () => 'bad certificate' } as const

export const go = productOf(wrapped)
export const goUntil119 = productOf(plain, 'bad certificate')

interface Era {
  readonly source?: string
  /** What servers say before the error, and clients. */
  readonly prefixes: readonly [server: string, client: string]
  alertFor(error: PathError): string
}

function productOf(
  { prefixes, ...rest }: Era,
  alertForNone?: string
): { readonly server: ServerBehaviour; readonly client: ClientBehaviour } {
  const judging = { title: 'Go', decisive: 'first', numbers: false, ...rest } as const
  return {
    server: {
      ...judging,
      refusal: { http: 'alert', stream: 'alert' },
      ...(alertForNone !== undefined && { alertForNone }),
      ownUsage: 'ignored',
      untrusted: rejected => `${prefixes[0]}${wordsOf(rejected)}`,
      forgivenWithoutChain: 'all',
      // Config.getCertificate: the first certificate that fits name, version and signature algorithms; else the first of all.
      choosesBy: 'certificate-names',
      wildcardsSpanLabels: false,
      hostChooses: false,
      plaintextStatus: null,
      words: {
        noCertificate: "tls: client didn't provide a certificate",
        badSignature: 'tls: invalid signature by the client certificate',
        plaintext: 'tls: first record does not look like a TLS handshake',
        versions: client => `tls: client offered only unsupported versions: [${versionsOf(client).join(' ')}]`
      },
      variable: () => null
    },
    client: {
      ...judging,
      untrusted: rejected => `${prefixes[1]}${wordsOf(rejected)}`,
      nameCheck: 'with-path',
      nameMatches: (certificate, name) => matchesIdentifier(certificate, name, verifier),
      mismatch: (name, certificate) => mismatchOf(name, certificate),
      failureStatus: null,
      rejectsWith: 'alert',
      otherKindOfKey: 'fails',
      // CertificateRequestInfo.SupportsCertificate
      offers: 'acceptable',
      ownFault: ({ key }) => ownFaults[key]
    }
  }
}

const ownFaults: Readonly<Record<string, string | undefined>> = {
  'other-key': 'tls: private key does not match public key',
  'other-kind': 'tls: private key type does not match public key type',
  missing: 'tls: failed to find any PEM data in key input'
}

const hexVersions: Readonly<Partial<Record<TlsVersion, string>>> = { TLSv1: '301', 'TLSv1.1': '302', 'TLSv1.2': '303', 'TLSv1.3': '304' }

/** As ClientHello.supportedVersions lists them: highest first. */
function versionsOf({ minVersion, maxVersion }: VersionRange): readonly string[] {
  const all = (Object.keys(hexVersions) as TlsVersion[]).filter(it => it >= minVersion && it <= maxVersion)
  return all.reverse().map(it => hexVersions[it]!)
}

/** errors.As in processCertsFromClient. */
function alertFor({ code, certificate }: PathError): string {
  if (code === 'invalid-ca-certificate') return certificate.version === 3 ? 'unknown ca' : 'bad certificate'
  if (code === 'certificate-has-expired' || code === 'certificate-is-not-yet-valid') return 'certificate expired'
  return unknownAuthority.has(code) ? 'unknown ca' : 'bad certificate'
}

const unknownAuthority: ReadonlySet<string> = new Set([
  'unable-to-get-local-issuer-certificate',
  'unable-to-get-issuer-certificate',
  'self-signed-certificate',
  'self-signed-certificate-in-certificate-chain',
  'certificate-signature-failure',
  'key-usage-does-not-include-certificate-signing',
  'ca-signature-digest-algorithm-too-weak'
])

/** Times and names that stand behind a colon in the real words are left out. */
function wordsOf({ error, path, names }: Rejected): string {
  const { code, certificate, depth } = error
  switch (code) {
    case 'hostname-mismatch':
    case 'ip-address-mismatch':
      return names[0] ? mismatchOf(names[0], certificate) : error.message
    case 'certificate-signature-failure':
      return tried(path[depth + 1], signatureFailure(path[depth + 1]))
    case 'invalid-ca-certificate':
      // CheckSignatureFrom asks version 3 only, isValid the others.
      return certificate.version === 3 ? tried(certificate, cannotSign) : error.message
    case 'key-usage-does-not-include-certificate-signing':
      return tried(certificate, cannotSign)
    case 'ca-signature-digest-algorithm-too-weak':
      return tried(path[depth + 1], insecureAlgorithm)
    default:
      return error.message
  }
}

const cannotSign = 'x509: invalid signature: parent certificate cannot sign this kind of certificate'
const insecureAlgorithm = 'x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)'

/** UnknownAuthorityError.Error: the first candidate that did not do. */
function tried(candidate: Certificate | undefined, why: string): string {
  const unknown = 'x509: certificate signed by unknown authority'
  if (!candidate) return unknown
  const { subject, serialNumber } = candidate
  const organization = subject.attributes.find(it => it.oid === '2.5.4.10')?.value
  const name = subject.commonName ?? organization ?? `serial:${serialNumber}`
  return `${unknown} (possibly because of ${JSON.stringify(why)} while trying to verify candidate authority certificate ${JSON.stringify(name)})`
}

function signatureFailure(issuer: Certificate | undefined): string {
  if (issuer?.publicKey.algorithm === 'EC') return 'x509: ECDSA verification failure'
  return issuer?.publicKey.algorithm === 'Ed25519' ? 'x509: Ed25519 verification failure' : 'crypto/rsa: verification error'
}

/** HostnameError.Error */
function mismatchOf({ type, value }: ReferenceIdentifier, { subject, subjectAltNames }: Certificate): string {
  if (!subjectAltNames && subject.commonName?.toLowerCase() === value.toLowerCase())
    return 'x509: certificate relies on legacy Common Name field, use SANs instead'
  const valid = (subjectAltNames ?? []).filter(it => it.type === type).map(it => it.value)
  if (valid.length > 0) return `x509: certificate is valid for ${valid.join(', ')}, not ${value}`
  return type === 'ip'
    ? `x509: cannot validate certificate for ${value} because it doesn't contain any IP SANs`
    : `x509: certificate is not valid for any names, but wanted to match ${value}`
}
