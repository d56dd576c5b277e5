import type { SourceFile, Span } from '../../core/text.js'
import type { YamlEntry, YamlNode } from '../yaml/syntax.js'
import { documentation } from './defaults.js'
import { camelCase, snakeCase } from './fields.js'
import { resourcesOf } from './resources.js'

/** One or two sentences on the TLS field at an offset, with a link to Envoy's own page. */
export function describe(file: SourceFile, offset: number): { readonly span: Span; readonly markdown: string } | undefined {
  const entry = resourcesOf(file).documents.reduce<YamlEntry | undefined>((found, it) => found ?? entryAt(it.root, offset), undefined)
  if (!entry) return undefined
  const name = snakeCase(entry.key)
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  if (!text) return undefined
  return {
    span: entry.keySpan,
    markdown: `\`${entry.key}\`: ${text[0]}\n\n[Envoy: ${camelCase(name) === entry.key ? name : entry.key}](${pages[text[1]]})`
  }
}

const maxDepth = 200

/** The entry whose key stands there, or whose one-line value does. */
function entryAt(root: YamlNode | undefined, offset: number): YamlEntry | undefined {
  let node = root
  for (let depth = 0; node && depth < maxDepth; depth++) {
    if (node.kind === 'scalar') return undefined
    if (node.kind === 'sequence') {
      node = node.items.find(it => contains(it.span, offset))
      continue
    }
    const entry: YamlEntry | undefined = node.entries.find(
      it => contains(it.keySpan, offset) || (it.value && contains(it.value.span, offset))
    )
    if (!entry || contains(entry.keySpan, offset)) return entry
    if (entry.value?.kind === 'scalar') return entry.value.style === 'block' ? undefined : entry
    node = entry.value
  }
  return undefined
}

const contains = ({ start, end }: Span, offset: number): boolean => offset >= start && offset <= end

const tls = `${documentation}/api-v3/extensions/transport_sockets/tls/v3`
const pages = {
  tls: `${tls}/tls.proto`,
  common: `${tls}/common.proto`,
  secret: `${tls}/secret.proto`,
  manager: `${documentation}/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto`,
  protocol: `${documentation}/api-v3/config/core/v3/protocol.proto`,
  listener: `${documentation}/api-v3/config/listener/v3/listener_components.proto`
}

const texts: Readonly<Record<string, readonly [text: string, page: keyof typeof pages]>> = {
  common_tls_context: ['certificates, versions and the judgement of the peer, the same for servers and clients.', 'tls'],
  require_client_certificate: [
    'refuses clients without a certificate. Off unless written, and without `trusted_ca` it has no effect at all: nobody is asked for one.',
    'tls'
  ],
  sni: [
    'the server name that is sent to the endpoints of the cluster. It is not compared with their certificates: matchers or `auto_sni_san_validation` do that.',
    'tls'
  ],
  auto_host_sni: ['sends the host name of the endpoint as server name, where it is known.', 'tls'],
  auto_sni_san_validation: [
    'wants the certificate to hold the server name that was sent, in place of all matchers. Needs `trusted_ca`.',
    'tls'
  ],
  auto_sni: ['sends the Host header of each request as server name.', 'protocol'],
  auto_san_validation: ['wants the certificate to hold the Host header of the request.', 'protocol'],
  max_session_keys: ['how many sessions are kept to be resumed; 1 by default, 0 for none.', 'tls'],
  allow_renegotiation: ['lets servers renegotiate, which is insecure.', 'tls'],
  session_timeout: ['how long a session may be resumed.', 'tls'],
  ocsp_staple_policy: ['what becomes of certificates without a current OCSP response.', 'tls'],
  tls_certificates: [
    'what is presented: servers may have several and choose by server name and kind of key, clients have one. Then secrets named beside it are left alone.',
    'tls'
  ],
  tls_certificate_sds_secret_configs: [
    'secrets that hold what is presented: of a server, of a file, or of this bootstrap when there is no `sds_config`.',
    'tls'
  ],
  validation_context: [
    'how the certificate of the peer is judged. For a server it makes Envoy ask clients for a certificate; only `require_client_certificate` demands one. Without it, a client accepts any server.',
    'tls'
  ],
  combined_validation_context: [
    'a validation context of which one half stands here and the other in a secret. Single fields of the secret win, lists are joined.',
    'tls'
  ],
  validation_context_sds_secret_config: ['the secret that holds the validation context.', 'tls'],
  default_validation_context: ['the half of the validation context that does not change.', 'tls'],
  trusted_ca: [
    'the CAs that the certificate of the peer is verified against. An intermediate alone is enough. Without it nothing is verified: servers ask for no certificate, clients take any.',
    'common'
  ],
  trust_chain_verification: [
    '`ACCEPT_UNTRUSTED` lets certificates in that fail verification, so something has to look at the result, as a route that matches on `validated`.',
    'common'
  ],
  match_typed_subject_alt_names: [
    'names of which the certificate has to hold one. Without, any certificate of the CA will do. For a server it makes a certificate a must.',
    'common'
  ],
  match_subject_alt_names: [
    'the older form of `match_typed_subject_alt_names`, which it gives way to: the kind of the name is not looked at.',
    'common'
  ],
  verify_certificate_hash: ['SHA-256 fingerprints of which the certificate has to have one; they need no `trusted_ca`.', 'common'],
  verify_certificate_spki: ['SHA-256 hashes of public keys of which the certificate has to have one; they need no `trusted_ca`.', 'common'],
  crl: [
    'revocation lists. Once there is one for a CA, every CA of the chain needs a list, or all its certificates are refused; see `only_verify_leaf_cert_crl`.',
    'common'
  ],
  only_verify_leaf_cert_crl: ['looks only whether the end-entity certificate is revoked, so that only its issuer needs a list.', 'common'],
  allow_expired_certificate: ['takes expired certificates.', 'common'],
  max_verify_depth: ['how many CA certificates a chain may have, the root counted; 100 by default. It is read for servers only.', 'common'],
  custom_validator_config: [
    'a judge of its own; the SPIFFE one has a trust bundle for each trust domain, and demands a certificate.',
    'common'
  ],
  certificate_chain: ['the end-entity certificate first, then its intermediates.', 'common'],
  private_key: ['the key of `certificate_chain`.', 'common'],
  tls_minimum_protocol_version: ['TLS 1.2 by default, for servers since Envoy 1.22.', 'common'],
  tls_maximum_protocol_version: ['by default TLS 1.3 for servers and TLS 1.2 for clients.', 'common'],
  cipher_suites: ['the cipher suites up to TLS 1.2; those of TLS 1.3 are not to be chosen.', 'common'],
  ecdh_curves: ['the groups for the key exchange.', 'common'],
  tls_certificate: ['a secret that is presented.', 'secret'],
  server_names: ['the filter chain serves clients that ask for one of these names.', 'listener'],
  forward_client_cert_details: [
    'what becomes of the header x-forwarded-client-cert: `SANITIZE` (the default) drops it, `SANITIZE_SET` replaces it by what this handshake showed, `APPEND_FORWARD` and `FORWARD_ONLY` believe what a client with a certificate says, `ALWAYS_FORWARD_ONLY` anybody.',
    'manager'
  ],
  set_current_client_cert_details: [
    'what is told of the client certificate in x-forwarded-client-cert, with `SANITIZE_SET` or `APPEND_FORWARD`.',
    'manager'
  ]
}
