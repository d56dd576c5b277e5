import type { TlsVersion } from '../../core/model.js'

/**
 * What holds when a field is not written, and what Envoy makes of fields together, each with where that is said.
 * `tls.proto` and `common.proto` are those of api/envoy/extensions/transport_sockets/tls/v3, shown at
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls.proto and …/common.proto.
 */
export const defaults = {
  /** Servers since 1.22.0 (https://www.envoyproxy.io/docs/envoy/latest/version_history/v1.22/v1.22.0), clients since 1.13: common.proto, `tls_minimum_protocol_version`. */
  minVersion: 'TLSv1.2',
  /** common.proto, `tls_maximum_protocol_version`: by default TLSv1_2 for clients and TLSv1_3 for servers. */
  maxVersion: { server: 'TLSv1.3', client: 'TLSv1.2' },
  /** common.proto, `max_verify_depth`: by default 100, CA certificates without the leaf. */
  maxVerifyDepth: 100
} as const satisfies { minVersion: TlsVersion; maxVersion: Readonly<Record<'server' | 'client', TlsVersion>>; maxVerifyDepth: number }

/** QUIC knows no version below: RFC 9001 4.2. */
export const quicVersion: TlsVersion = 'TLSv1.3'

/*
 * Clients and their certificates, by source/common/tls/cert_validator/default_validator.cc:
 * - Without `trusted_ca`, `addClientValidationContext` returns before it looks at `require_client_certificate`: nobody is
 *   asked for a certificate, except with ACCEPT_UNTRUSTED, which asks and takes any.
 * - With `trusted_ca` a certificate is asked for (SSL_VERIFY_PEER); SAN matchers and certificate hashes demand one
 *   (SSL_VERIFY_FAIL_IF_NO_PEER_CERT), unless ACCEPT_UNTRUSTED; `require_client_certificate` demands one.
 *   common.proto says the same at `trusted_ca`.
 * - Without `require_client_certificate`, Envoy itself warns of a "deprecated insecure default":
 *   source/common/tls/server_context_config_impl.cc.
 * - The SPIFFE validator always demands one: spiffe_validator.cc, `initializeSslContexts`.
 * - ACCEPT_UNTRUSTED lets certificates in that fail verification, whatever `trusted_ca` says: `doVerifyCertChain`.
 * - `max_verify_depth` counts the root, is set less one, and for servers only: `addClientValidationContext`.
 * Of servers, an `UpstreamTlsContext` verifies nothing without `trusted_ca`: tls.proto, `common_tls_context`.
 * Two validation contexts are merged as protobuf merges: single fields of the dynamic one win, lists are joined, and a
 * boolean is true when either says so: tls.proto, `combined_validation_context`.
 */

/** What Envoy refuses, in its own words: source/common/ssl/certificate_validation_context_config_impl.cc. */
export const refusals = {
  namesWithoutCa: 'SAN-based verification of peer certificates without trusted CA is insecure and not allowed',
  crlWithoutCa: 'a CRL cannot be loaded without a trusted CA',
  expiredWithoutCa: 'the validity period of certificates is always ignored without a trusted CA',
  /** default_validator.cc, `initializeSslContexts`. */
  sniWithoutCa: "'auto_sni_san_validation' was configured without configuring a trusted CA",
  /** quic_server_transport_socket_factory.cc, up to 1.39. */
  clientsOverQuic: 'TLS Client Authentication is not supported over QUIC',
  /** source/common/tls/server_context_config_impl.cc. */
  mixedCertificates: 'SDS and non-SDS TLS certificates may not be mixed in server contexts',
  /** source/common/tls/context_config_impl.cc. */
  unknownSecret: (name: string): string => `Unknown static secret: ${name}`,
  unknownValidationContext: (name: string): string => `Unknown static certificate validation context: ${name}`
}

/** Documentation of a message's field. */
export const documentation = 'https://www.envoyproxy.io/docs/envoy/latest'
