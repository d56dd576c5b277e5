import type { Certificate } from '../../x509/certificate.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'

/** Measured on HAProxy 2.6.12 with OpenSSL 3.0; held against it by test/servers/oracle.test.ts. */
export const haproxyServer: ServerBehaviour = {
  title: 'HAProxy',
  decisive: 'first',
  refusal: { http: 'alert', stream: 'alert' },
  numbers: true,
  oldVersions: 'no suitable signature algorithm',
  forgivenWithoutChain: new Set(),
  choosesBy: 'certificate-names',
  wildcardsSpanLabels: false,
  hostChooses: false,
  plaintextStatus: null,
  words: { noCertificate: 'peer did not return a certificate', badSignature: 'bad signature', plaintext: 'http request' },
  variable: (_, error) => String(error?.openssl ?? 0)
}

export const haproxyClient: ClientBehaviour = {
  title: 'HAProxy',
  decisive: 'first',
  nameCheck: 'afterwards',
  nameMatches: (certificate, name) => namesOf(certificate).some(it => matches(it.toLowerCase(), name.value.toLowerCase())),
  mismatch: (_name, _certificate, namedBy) =>
    `Server presented an SSL certificate different from the ${namedBy === 'verifyhost' ? 'configured' : 'expected'} one`,
  failureStatus: 503,
  rejectsWith: 'alert',
  numbers: false,
  otherKindOfKey: 'fails'
}

/** The common name counts even where there are alternative names. */
const namesOf = ({ subjectAltNames, subject }: Certificate): readonly string[] => [
  ...(subjectAltNames ?? []).filter(it => it.type === 'dns').map(it => it.value),
  ...subject.attributes.filter(it => it.oid === '2.5.4.3').map(it => it.value)
]

/** A wildcard stands for one label, and there have to be two more behind it. */
function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name
  const dot = name.indexOf('.')
  return pattern.startsWith('*.') && pattern.indexOf('.', 2) > 0 && dot > 0 && name.slice(dot) === pattern.slice(1)
}
