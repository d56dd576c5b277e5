import { weakness } from '../../core/openssl-files.js'
import { matchesIdentifier } from '../../path/identifiers.js'
import { openssl } from '../../path/verifiers/openssl.js'
import type { ClientBehaviour } from './product.js'

/** Measured on curl 7.88.1 with OpenSSL 3.0; held against whatever is installed by test/servers/command-line.test.ts. */
export const curlClient: ClientBehaviour = {
  title: 'curl',
  // The verdict is OpenSSL's, which stops at the first error.
  decisive: 'first',
  // Unless CURLSSLOPT_NO_PARTIALCHAIN is set: https://curl.se/libcurl/c/CURLOPT_SSL_OPTIONS.html
  partialChain: true,
  untrusted: ({ error }) => `curl: (60) SSL certificate problem: ${error.message}`,
  // ossl_verifyhost looks at the names when the handshake is complete.
  nameCheck: 'afterwards',
  nameMatches: (certificate, name) => matchesIdentifier(certificate, name, openssl),
  mismatch: name => `curl: (60) SSL: no alternative certificate subject name matches target host name '${name.value}'`,
  alertForName: 'none',
  failureStatus: null,
  rejectsWith: 'alert',
  numbers: true,
  otherKindOfKey: 'fails',
  completesChain: 'when-judging',
  isKeyInFile: true,
  ownFault: ({ key, chain }) => {
    if (key === 'other-kind') return 'curl: (58) Private key does not match the certificate public key'
    // The name of the file follows.
    if (key === 'other-key' || key === 'missing') return 'curl: (58) unable to set private key file'
    return weakness(chain) && 'curl: (58) could not load PEM client certificate'
  }
}
