import { matchesIdentifier } from '../../path/identifiers.js'
import { boringssl } from '../../path/verifiers/boringssl.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto#extensions-transport-sockets-tls-v3-certificatevalidationcontext */
const source = 'Envoy’s documentation and source (source/common/tls): no running Envoy was at hand'

/** BoringSSL ends the handshake at the first error; what was accepted untrusted is told in XFCC and in access logs only. */
export const envoyServer: ServerBehaviour = {
  title: 'Envoy',
  source,
  decisive: 'first',
  refusal: { http: 'alert', stream: 'alert' },
  numbers: true,
  forgivenWithoutChain: 'all',
  choosesBy: 'server-names',
  wildcardsSpanLabels: true,
  hostChooses: false,
  plaintextStatus: null,
  words: { noCertificate: 'PEER_DID_NOT_RETURN_A_CERTIFICATE', badSignature: 'BAD_SIGNATURE', plaintext: 'HTTP_REQUEST' },
  variable: () => null
}

export const envoyClient: ClientBehaviour = {
  title: 'Envoy',
  source,
  decisive: 'first',
  nameCheck: 'with-path',
  nameMatches: (certificate, name) => matchesIdentifier(certificate, name, boringssl),
  mismatch: () => 'verify cert failed: SAN matcher',
  failureStatus: 503,
  rejectsWith: 'alert',
  numbers: false,
  otherKindOfKey: 'fails'
}
