import { matchesIdentifier } from '../../path/identifiers.js'
import { openssl } from '../../path/verifiers/openssl.js'
import type { ClientBehaviour } from './product.js'

/** A client over OpenSSL that ends the handshake when it rejects the server: curl, Python, `openssl s_client -verify_return_error`. */
export const opensslClient: ClientBehaviour = {
  title: 'the client',
  decisive: 'first',
  nameCheck: 'with-path',
  nameMatches: (certificate, name) => matchesIdentifier(certificate, name, openssl),
  mismatch: () => 'hostname mismatch',
  failureStatus: null,
  rejectsWith: 'alert',
  numbers: true,
  otherKindOfKey: 'fails',
  completesChain: 'always',
  isKeyInFile: true
}
