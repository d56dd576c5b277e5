import type { TlsVersion } from '../../core/model.js'
import { matchesIdentifier } from '../../path/identifiers.js'
import { mayHaveIssued } from '../../path/issuance.js'
import { java } from '../../path/verifiers/java.js'
import type { PathError, ReferenceIdentifier } from '../../path/verify.js'
import type { Certificate } from '../../x509/certificate.js'
import type { ClientBehaviour, Rejected, ServerBehaviour, VersionRange } from './product.js'

// Measured on OpenJDK 17 with its default key and trust managers; held against it by test/servers/peers.test.ts. Classes are
// those of sun.security.ssl: https://github.com/openjdk/jdk/tree/jdk-17+35/src/java.base/share/classes/sun/security/ssl

const judging = { title: 'Java', decisive: 'first', numbers: false, untrusted: wordsOf } as const

export const javaServer: ServerBehaviour = {
  ...judging,
  refusal: { http: 'alert', stream: 'alert' },
  // CertificateMessage.onCertificate
  alertForNone: 'bad certificate',
  // CertificateVerify.T13CertificateVerifyMessage
  alertForSignature: 'handshake failure',
  alertFor: () => 'certificate unknown',
  ownUsage: 'ignored',
  forgivenWithoutChain: new Set(),
  choosesBy: 'server-names',
  wildcardsSpanLabels: false,
  hostChooses: false,
  plaintextStatus: null,
  words: {
    noCertificate: 'Empty client certificate chain',
    badSignature: 'Invalid CertificateVerify signature',
    plaintext: 'Unsupported or unrecognized SSL message',
    versions: (client, server) =>
      `The client supported protocol versions [${versionsOf(client)}] are not accepted by server preferences [${versionsOf(server)}]`
  },
  variable: () => null
}

export const javaClient: ClientBehaviour = {
  ...judging,
  // CertificateMessage.getCertificateAlert; TLS 1.3 does without.
  alertFor: ({ code }, version) => (version === 'TLSv1.3' ? undefined : alerts[code]) ?? 'certificate unknown',
  nameCheck: 'with-path',
  nameMatches: (certificate, name) => matchesIdentifier(certificate, name, java),
  mismatch: mismatchOf,
  failureStatus: null,
  rejectsWith: 'alert',
  otherKindOfKey: 'sends-nothing',
  // Nobody compares keys with certificates, keystores least of all.
  otherKey: 'signs',
  // SunX509KeyManagerImpl.getAliases
  offers: 'acceptable',
  // KeyStoreSpi.engineSetKeyEntry takes no chain that does not follow from one certificate to the next.
  ownFault: ({ chain }) => (isInOrder(chain) ? undefined : 'Certificate chain is not valid')
}

const alerts: Readonly<Record<string, string | undefined>> = {
  'certificate-has-expired': 'certificate expired',
  'certificate-is-not-yet-valid': 'bad certificate',
  'certificate-revoked': 'certificate revoked',
  'certificate-signature-failure': 'bad certificate'
}

const isInOrder = (chain: readonly Certificate[]): boolean => chain.every((it, at) => at === 0 || mayHaveIssued(it, chain[at - 1]!, java))

const versionsOf = ({ minVersion, maxVersion }: VersionRange): string =>
  (['TLSv1.3', 'TLSv1.2'] satisfies TlsVersion[]).filter(it => it >= minVersion && it <= maxVersion).join(', ')

function wordsOf({ error, path, anchors, names }: Rejected): string {
  switch (error.code) {
    case 'unable-to-get-local-issuer-certificate':
      // PKIXValidator takes what was sent for the path where its last issuer bears the name of an anchor, and builds none.
      return anchors.some(it => it.subject.canonical === path.at(-1)!.issuer.canonical) ? unchained : error.message
    case 'hostname-mismatch':
    case 'ip-address-mismatch':
      return names[0] ? mismatchOf(names[0], error.certificate) : error.message
    case 'unsuitable-certificate-purpose':
      return purposeWords(error, names.length > 0)
    default:
      return error.message
  }
}

const unchained =
  'PKIX path validation failed: java.security.cert.CertPathValidatorException: Path does not chain with any of the trust anchors'

/** EndEntityChecker looks at the key usage first. */
function purposeWords({ certificate }: PathError, ofServer: boolean): string {
  if (certificate.keyUsage && !certificate.keyUsage.has('digitalSignature')) return 'KeyUsage does not allow digital signatures'
  return `Extended key usage does not permit use for TLS ${ofServer ? 'server' : 'client'} authentication`
}

/** HostnameChecker */
function mismatchOf({ type, value }: ReferenceIdentifier, { subjectAltNames }: Certificate): string {
  if (type === 'ip')
    return subjectAltNames ? `No subject alternative names matching IP address ${value} found` : 'No subject alternative names present'
  return subjectAltNames?.some(it => it.type === 'dns')
    ? `No subject alternative DNS name matching ${value} found.`
    : `No name matching ${value} found`
}
