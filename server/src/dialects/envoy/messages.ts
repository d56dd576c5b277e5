/**
 * The messages of Envoy's TLS API with their fields: api/envoy/extensions/transport_sockets/tls/v3/{tls,common,secret,
 * tls_spiffe_validator_config}.proto and quic/v3/quic_transport.proto, those that are not implemented or deprecated included:
 * Envoy reads them. Messages that are not told of here may hold anything.
 */
export interface Field {
  /** The message's name, for those that are looked into. */
  readonly message?: string
  /** The values of an enum. They may be written in any case, and as numbers. */
  readonly values?: readonly string[]
  /** Of these only one may be written. */
  readonly oneOf?: string
}

const tlsVersions = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3']
const dataSource = { message: 'DataSource' }
const sds = { message: 'SdsSecretConfig' }
const any: Field = {}

const validationContext = { oneOf: 'validation context' }
const ticketKeys = { oneOf: 'way to handle session ticket keys' }

export const messages: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  DownstreamTlsContext: {
    common_tls_context: { message: 'CommonTlsContext' },
    require_client_certificate: any,
    require_sni: any,
    session_ticket_keys: { message: 'TlsSessionTicketKeys', ...ticketKeys },
    session_ticket_keys_sds_secret_config: { ...sds, ...ticketKeys },
    disable_stateless_session_resumption: ticketKeys,
    disable_stateful_session_resumption: any,
    session_timeout: any,
    ocsp_staple_policy: { values: ['LENIENT_STAPLING', 'STRICT_STAPLING', 'MUST_STAPLE'] },
    full_scan_certs_on_sni_mismatch: any,
    prefer_client_ciphers: any
  },
  UpstreamTlsContext: {
    common_tls_context: { message: 'CommonTlsContext' },
    sni: any,
    auto_host_sni: any,
    auto_sni_san_validation: any,
    allow_renegotiation: any,
    max_session_keys: any,
    enforce_rsa_key_usage: any
  },
  CommonTlsContext: {
    tls_params: { message: 'TlsParameters' },
    tls_certificates: { message: 'TlsCertificate' },
    tls_certificate_sds_secret_configs: sds,
    tls_certificate_provider_instance: any,
    tls_certificate_certificate_provider: any,
    tls_certificate_certificate_provider_instance: any,
    custom_tls_certificate_selector: any,
    validation_context: { message: 'CertificateValidationContext', ...validationContext },
    validation_context_sds_secret_config: { ...sds, ...validationContext },
    combined_validation_context: { message: 'CombinedCertificateValidationContext', ...validationContext },
    validation_context_certificate_provider: validationContext,
    validation_context_certificate_provider_instance: validationContext,
    alpn_protocols: any,
    custom_handshaker: any,
    key_log: any,
    read_ahead_buffer_size: any
  },
  CombinedCertificateValidationContext: {
    default_validation_context: { message: 'CertificateValidationContext' },
    validation_context_sds_secret_config: sds,
    validation_context_certificate_provider: any,
    validation_context_certificate_provider_instance: any
  },
  CertificateValidationContext: {
    trusted_ca: dataSource,
    ca_certificate_provider_instance: any,
    system_root_certs: any,
    watched_directory: any,
    hidden_envoy_deprecated_verify_subject_alt_name: any,
    verify_certificate_spki: any,
    verify_certificate_hash: any,
    match_typed_subject_alt_names: { message: 'SubjectAltNameMatcher' },
    match_subject_alt_names: any,
    require_signed_certificate_timestamp: any,
    crl: dataSource,
    allow_expired_certificate: any,
    trust_chain_verification: { values: ['VERIFY_TRUST_CHAIN', 'ACCEPT_UNTRUSTED'] },
    custom_validator_config: any,
    only_verify_leaf_cert_crl: any,
    max_verify_depth: any,
    suppress_client_ca_list: any
  },
  SubjectAltNameMatcher: {
    san_type: { values: ['EMAIL', 'DNS', 'URI', 'IP_ADDRESS', 'OTHER_NAME'] },
    matcher: any,
    oid: any
  },
  TlsParameters: {
    tls_minimum_protocol_version: { values: tlsVersions },
    tls_maximum_protocol_version: { values: tlsVersions },
    cipher_suites: any,
    ecdh_curves: any,
    signature_algorithms: any,
    // New policies come with new versions.
    compliance_policies: any
  },
  TlsCertificate: {
    certificate_chain: dataSource,
    private_key: dataSource,
    pkcs12: dataSource,
    watched_directory: any,
    private_key_provider: any,
    password: dataSource,
    ocsp_staple: dataSource,
    signed_certificate_timestamp: any,
    tls_params: { message: 'TlsParameters' }
  },
  DataSource: {
    filename: { oneOf: 'source' },
    inline_bytes: { oneOf: 'source' },
    inline_string: { oneOf: 'source' },
    environment_variable: { oneOf: 'source' },
    watched_directory: any
  },
  SdsSecretConfig: { name: any, sds_config: any },
  TlsSessionTicketKeys: { keys: dataSource },
  Secret: {
    name: any,
    tls_certificate: { message: 'TlsCertificate', oneOf: 'kind of secret' },
    session_ticket_keys: { message: 'TlsSessionTicketKeys', oneOf: 'kind of secret' },
    validation_context: { message: 'CertificateValidationContext', oneOf: 'kind of secret' },
    generic_secret: { oneOf: 'kind of secret' }
  },
  SPIFFECertValidatorConfig: { trust_domains: { message: 'TrustDomain' }, trust_bundles: dataSource },
  TrustDomain: { name: any, trust_bundle: dataSource },
  QuicDownstreamTransport: {
    downstream_tls_context: { message: 'DownstreamTlsContext' },
    enable_early_data: any,
    enable_resumption: any
  },
  QuicUpstreamTransport: { upstream_tls_context: { message: 'UpstreamTlsContext' } }
}
