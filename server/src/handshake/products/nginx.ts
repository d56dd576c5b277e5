import { matchesIdentifier } from '../../path/identifiers.js'
import { openssl } from '../../path/verifiers/openssl.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'

/** Measured on nginx 1.22.1 with OpenSSL 3.0; held against it by test/servers/oracle.test.ts. */
export const nginxServer: ServerBehaviour = {
  title: 'nginx',
  decisive: 'last',
  refusal: { http: 'http-error', stream: 'close' },
  numbers: true,
  oldVersions: 'no suitable signature algorithm',
  forgivenWithoutChain: new Set([18, 19, 20, 21]),
  choosesBy: 'server-names',
  wildcardsSpanLabels: true,
  hostChooses: true,
  plaintextStatus: 400,
  words: {
    noCertificate: 'client sent no required SSL certificate',
    badSignature: 'bad signature',
    plaintext: 'client sent plain HTTP request to HTTPS port',
    pages: {
      'bad-certificate': 'The SSL certificate error',
      'no-certificate': 'No required SSL certificate was sent',
      plaintext: 'The plain HTTP request was sent to HTTPS port'
    }
  },
  variable: (came, error) => (!came ? 'NONE' : error ? `FAILED:${error.text}` : 'SUCCESS')
}

export const nginxClient: ClientBehaviour = {
  title: 'nginx',
  decisive: 'last',
  nameCheck: 'afterwards',
  // X509_check_host: an address is compared with DNS names.
  nameMatches: (certificate, name) => matchesIdentifier(certificate, { type: 'dns', value: name.value }, openssl),
  mismatch: name => `upstream SSL certificate does not match "${name.value}"`,
  failureStatus: 502,
  rejectsWith: 'close',
  numbers: true,
  otherKindOfKey: 'sends-nothing'
}
