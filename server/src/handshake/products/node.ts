import { weakness } from '../../core/openssl-files.js'
import type { ReferenceIdentifier } from '../../path/verify.js'
import type { Certificate } from '../../x509/certificate.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'

// Measured on Node 20.20 with the OpenSSL 3.0 that it brings along; held against it by test/servers/peers.test.ts. Functions
// are those of src/crypto and lib/_tls_wrap.js: https://nodejs.org/docs/latest-v20.x/api/tls.html

/** X509ErrorCode in src/crypto/crypto_common.cc; what is not there is UNSPECIFIED. */
const codes: ReadonlyMap<number, string> = new Map([
  [2, 'UNABLE_TO_GET_ISSUER_CERT'],
  [3, 'UNABLE_TO_GET_CRL'],
  [4, 'UNABLE_TO_DECRYPT_CERT_SIGNATURE'],
  [5, 'UNABLE_TO_DECRYPT_CRL_SIGNATURE'],
  [6, 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY'],
  [7, 'CERT_SIGNATURE_FAILURE'],
  [8, 'CRL_SIGNATURE_FAILURE'],
  [9, 'CERT_NOT_YET_VALID'],
  [10, 'CERT_HAS_EXPIRED'],
  [11, 'CRL_NOT_YET_VALID'],
  [12, 'CRL_HAS_EXPIRED'],
  [13, 'ERROR_IN_CERT_NOT_BEFORE_FIELD'],
  [14, 'ERROR_IN_CERT_NOT_AFTER_FIELD'],
  [15, 'ERROR_IN_CRL_LAST_UPDATE_FIELD'],
  [16, 'ERROR_IN_CRL_NEXT_UPDATE_FIELD'],
  [18, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [19, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [20, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [21, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [22, 'CERT_CHAIN_TOO_LONG'],
  [23, 'CERT_REVOKED'],
  [25, 'PATH_LENGTH_EXCEEDED'],
  [26, 'INVALID_PURPOSE'],
  [27, 'CERT_UNTRUSTED'],
  [28, 'CERT_REJECTED'],
  [62, 'HOSTNAME_MISMATCH'],
  [79, 'INVALID_CA']
])

/** What stands in `error.code` and `socket.authorizationError`. */
export const nodeCode = (openssl: number): string => codes.get(openssl) ?? 'UNSPECIFIED'

const judging = {
  title: 'Node.js',
  // VerifyCallback lets verification go on, and the result is looked at when the handshake is complete.
  decisive: 'last',
  // Node builds OpenSSL with its own default, which is 1.
  securityLevel: 1,
  // SecureContext::AddCRL reads one CRL of each text.
  crlsOfFile: 'first',
  completesChain: 'always',
  numbers: true
} as const

export const nodeServer: ServerBehaviour = {
  ...judging,
  // onServerSocketSecure destroys the socket of a client that it does not trust.
  refusal: { http: 'close', stream: 'close' },
  refusalOfNone: 'alert',
  untrusted: ({ error }) => nodeCode(error.openssl),
  forgivenWithoutChain: 'all',
  choosesBy: 'server-names',
  wildcardsSpanLabels: false,
  hostChooses: false,
  plaintextStatus: null,
  words: { noCertificate: 'peer did not return a certificate', badSignature: 'bad signature', plaintext: 'http request' },
  variable: (came, error) => (came && error ? nodeCode(error.openssl) : null)
}

export const nodeClient: ClientBehaviour = {
  ...judging,
  untrusted: ({ error }) => `${nodeCode(error.openssl)}: ${error.message}`,
  nameCheck: 'afterwards',
  nameMatches,
  mismatch: (name, certificate) =>
    `ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames: ${mismatchOf(name, certificate)}`,
  failureStatus: null,
  rejectsWith: 'close',
  otherKindOfKey: 'sends-nothing',
  ownFault: ({ key, chain }) => {
    if (key === 'other-key') return 'error:05800074:x509 certificate routines::key values mismatch'
    if (key === 'missing') return 'error:1E08010C:DECODER routines::unsupported'
    const weak = weakness(chain.slice(0, 1))
    return weak?.reason === 'ca md too weak' ? weak.text : undefined
  }
}

const dnsNamesOf = ({ subjectAltNames }: Certificate): readonly string[] =>
  (subjectAltNames ?? []).filter(it => it.type === 'dns').map(it => it.value)

const addressesOf = ({ subjectAltNames }: Certificate): readonly string[] =>
  (subjectAltNames ?? []).filter(it => it.type === 'ip').map(it => it.value)

/** `tls.checkServerIdentity`: the common name counts where there is no DNS name, whatever else there is. */
function nameMatches(certificate: Certificate, name: ReferenceIdentifier): boolean {
  if (name.type === 'ip') return addressesOf(certificate).includes(name.value)
  const names = dnsNamesOf(certificate)
  if (names.length > 0) return names.some(it => matches(it, name.value))
  return certificate.subject.commonName !== undefined && matches(certificate.subject.commonName, name.value)
}

/** One asterisk in the first label stands for a part of it, where there are two more labels at least. */
function matches(pattern: string, name: string): boolean {
  const labels = labelsOf(pattern)
  const asked = labelsOf(name)
  if (labels.length !== asked.length || labels.slice(1).some((it, at) => it !== asked[at + 1])) return false
  const [first = '', host = ''] = [labels[0], asked[0]]
  const star = first.indexOf('*')
  if (star < 0 || first.includes('xn--')) return first === host
  if (labels.length <= 2 || first.indexOf('*', star + 1) >= 0) return false
  const [front, back] = [first.slice(0, star), first.slice(star + 1)]
  return host.length >= front.length + back.length && host.startsWith(front) && host.endsWith(back)
}

const labelsOf = (name: string): readonly string[] => name.toLowerCase().replace(/\.$/, '').split('.')

const titles: Readonly<Record<string, string>> = { dns: 'DNS', ip: 'IP Address', uri: 'URI', email: 'email' }

function mismatchOf({ type, value }: ReferenceIdentifier, certificate: Certificate): string {
  if (type === 'ip') return `IP: ${value} is not in the cert's list: ${addressesOf(certificate).join(', ')}`
  const host = `Host: ${value.replace(/\.$/, '')}.`
  if (dnsNamesOf(certificate).length > 0) {
    const all = (certificate.subjectAltNames ?? []).map(it => `${titles[it.type] ?? it.type}:${it.value}`)
    return `${host} is not in the cert's altnames: ${all.join(', ')}`
  }
  const { commonName } = certificate.subject
  return commonName === undefined ? 'Cert does not contain a DNS name' : `${host} is not cert's CN: ${commonName}`
}
