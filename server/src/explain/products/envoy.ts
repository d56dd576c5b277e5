import { cause, type ErrorEntry, ofServer } from '../entry.js'
import { flaws } from '../flaws.js'
import { connection, tableOf, umbrella } from '../table.js'

const trouble = 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/security/ssl#trouble-shooting'
const flags = 'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage'
const entry = tableOf('envoy', trouble)

const withMesh = [
  ...flaws['closed-early'].causes.slice(0, 1),
  cause(
    'the server demands mutual TLS and the client speaks plain text: STRICT against DISABLE',
    'conflicting-mtls',
    'plaintext-to-tls',
    'disabled-mtls'
  ),
  cause('the upstream does not speak TLS on this port', 'tls-to-plaintext', 'tls-not-enabled'),
  cause('a firewall, load balancer or timeout in between cut it')
]

export const envoyEntries: readonly ErrorEntry[] = [
  entry(
    'name',
    /(?:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:)?verify[ _]cert[ _]failed:[ _](?:verify[ _]SAN[ _]list|SAN[ _]matcher)/i,
    'name',
    {
      causes: [
        cause(
          'no subject alternative name fits match_typed_subject_alt_names, or Istio’s subjectAltNames',
          'san-does-not-match',
          'name-not-accepted-by-peer'
        ),
        cause('the peer is another workload, or presents its default certificate for want of SNI', 'upstream-sni-missing'),
        cause('the certificate has no subject alternative names', 'missing-subject-alternative-name'),
        cause('the trust domain in the SPIFFE ID is another one', 'invalid-spiffe-id', 'name-not-accepted-by-peer')
      ]
    }
  ),
  entry('hash', /(?:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:)?verify[ _]cert[ _]failed:[ _]cert[ _]hash[ _]and[ _]spki/i, 'name', {
    means: ({ judge, holder }) => `The certificate of ${holder} is none of those that ${judge} has pinned by hash.`,
    causes: [
      cause('the certificate or its key was renewed, and verify_certificate_hash or verify_certificate_spki was not'),
      cause('the peer is another one')
    ],
    change: 'Pin the new hash, or better the CA and a name.'
  }),
  entry('certificate-verify-failed', /OPENSSL_internal:CERTIFICATE_VERIFY_FAILED(?!:verify[ _]cert[ _]failed)/, 'unverified', {
    citation: trouble,
    means: ({ judge, holder }) =>
      `${judge} rejects the certificate of ${holder}: its chain or its name does not hold; Envoy’s access log rarely says which.`,
    causes: [
      cause(
        'trusted_ca is not the CA that issued the certificate, or an intermediate is missing',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'incomplete-trust-bundle'
      ),
      cause(
        'no subject alternative name fits the matchers',
        'san-does-not-match',
        'name-not-accepted-by-peer',
        'missing-subject-alternative-name'
      ),
      cause('the certificate has expired', 'certificate-expired', 'certificate-not-yet-valid'),
      cause('the extended key usage does not fit', 'missing-client-auth', 'missing-server-auth'),
      cause('a CRL is missing for one CA of the chain, or out of date', 'incomplete-crl', 'crl-expired')
    ]
  }),
  entry('secret-missing', /Secret is not supplied by SDS/i, 'nothing-presented', {
    concerns: 'configuration',
    means: ({ local }) =>
      `${local} waits for a certificate or CA that its secret discovery has not delivered, and opens no connection until then.`,
    causes: [
      cause('the secret does not exist, or lacks the keys that are needed', 'gateway-credential', 'secret-shape', 'file-not-found'),
      cause('the SDS server is out of reach')
    ],
    change: 'Create the secret under the name that the configuration asks for.'
  }),
  entry('reset', /TLS_error:\|33554536:|(?:system library:OPENSSL_internal:)Connection reset by peer/i, 'closed-early', {
    ...connection,
    by: 'unknown',
    causes: withMesh
  }),
  entry('plaintext-response', /OPENSSL_internal:(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST)/, 'plaintext', {
    ...connection,
    causes: [
      cause(
        'Envoy speaks TLS to a port that does not: a DestinationRule or transport socket where the upstream has none',
        'tls-to-plaintext',
        'conflicting-mtls',
        'tls-not-enabled'
      ),
      cause('a client speaks plain text to a listener that demands TLS', 'plaintext-to-tls', 'conflicting-mtls'),
      cause('the port is the wrong one')
    ]
  }),
  entry('no-client-certificate', /PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'no-certificate', { role: 'server' }),
  entry('no-filter-chain', /filter_chain_not_found|no matching filter chain found/i, 'sni', {
    ...connection,
    role: 'server',
    causes: [
      cause('no filter chain has the SNI that was sent, or none was sent', 'upstream-sni-missing', 'san-does-not-match'),
      cause('the connection is plain text and the listener takes only TLS, or the reverse', 'plaintext-to-tls', 'conflicting-mtls')
    ]
  }),
  entry('upstream-connect', /upstream connect error or disconnect\/reset before headers/i, 'closed-early', {
    ...connection,
    role: 'client',
    by: 'unknown',
    ...umbrella,
    citation: flags,
    means: ({ local, peer }) =>
      `${local} got no answer from ${peer} and answers 503; a transport failure reason, where one follows, says why.`,
    causes: withMesh
  }),
  entry('response-flag', /(?:\bresponse_flags"?[:=] ?"?|" 50[0-9] |\b503 )(?:UF|URX|UC)(?:,[A-Z]{2,5}){0,5}\b/, 'closed-early', {
    ...connection,
    role: 'client',
    by: 'unknown',
    ...umbrella,
    citation: flags,
    means: ({ local, peer }) =>
      `The response flag says that ${local} could not connect to ${peer} (UF), lost the connection (UC), or gave up after retries (URX); with TLS upstreams that is often a failed handshake.`,
    causes: [
      cause(
        'the handshake with the upstream fails',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'san-does-not-match',
        'certificate-expired',
        'client-certificate-missing'
      ),
      ...withMesh.slice(1),
      cause('nothing listens at the address')
    ],
    change: 'Log %UPSTREAM_TRANSPORT_FAILURE_REASON%: it says what the handshake failed of.'
  }),
  entry('denied', /rbac_access_denied|RBAC: access denied/i, 'name', {
    role: 'server',
    concerns: 'certificate',
    means: ({ judge, holder }) =>
      `The handshake is fine, and ${judge} denies the request: a policy does not let the identity of ${holder} in, or there is none without mutual TLS.`,
    causes: [
      cause(
        'the policy names principals, and the connection is not mutual TLS',
        'principal-without-mtls',
        'permissive-mtls',
        'disabled-mtls'
      ),
      cause('the principal is not among those of the AuthorizationPolicy', 'name-not-accepted-by-peer'),
      ofServer('the request reached another workload')
    ],
    change: 'Compare the SPIFFE ID of the client with the principals of the policy.'
  })
]
