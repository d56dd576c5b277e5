import type { ProductId, Side } from './entry.js'

/** What the text tells of the handshake, besides the error. */
export interface Situation {
  readonly product?: ProductId
  /** What the program that wrote the line was in this handshake. */
  readonly role?: Side
}

/** First match wins. Words that only one side of one product prints stand first. */
const signs: readonly (Situation & { readonly pattern: RegExp })[] = [
  {
    product: 'nginx',
    role: 'client',
    pattern:
      /while SSL handshaking to upstream|\bupstream SSL certificate\b|upstream: "https:|while (?:connecting to|reading response header from) upstream/
  },
  {
    product: 'nginx',
    role: 'server',
    pattern:
      /\bclient SSL certificate verify error|while SSL handshaking, client:|while (?:reading client request|waiting for request|processing HTTP)|\[(?:crit|info|error)\] \d+#\d+: \*\d+ /
  },
  { product: 'nginx', pattern: /\bnginx: \[|\[(?:emerg|crit|error|warn|info|notice|alert)\] \d+#\d+:/ },
  {
    product: 'haproxy',
    role: 'client',
    pattern:
      /\bHealth check for [^\n]{0,80}server|\bServer [\w.-]{1,80}\/[\w.-]{1,80} is DOWN|Layer6 |<BE>|server [\w.-]{1,80}\/[\w.-]{1,80} failed/
  },
  {
    product: 'haproxy',
    role: 'server',
    pattern:
      /\bhaproxy\[\d+\]: [^\s]{1,60}:\d{1,5} \[[^\]]{1,40}\] [\w.-]{1,80}\/[^\s:]{1,80}: |\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] [\w.~-]{1,80}\//
  },
  { product: 'haproxy', pattern: /\bhaproxy\b|\[(?:ALERT|WARNING|NOTICE)\]\s{0,8}\(\d+\)/i },
  {
    product: 'envoy',
    role: 'client',
    pattern: /upstream_transport_failure_reason|transport failure reason|upstream connect error|connection failure, transport/i
  },
  { product: 'envoy', role: 'server', pattern: /downstream_transport_failure_reason|DownstreamTls|on filter chain/i },
  { product: 'envoy', pattern: /TLS_error:|OPENSSL_internal|\benvoy\b|\bistio\b|response_flags/i },
  {
    product: 'curl',
    role: 'client',
    pattern: /\bcurl: \(\d+\)|\* (?:SSL certificate problem|OpenSSL SSL_|TLSv1\.\d \((?:IN|OUT)\))|\* +Trying |\bCURLE_/
  },
  {
    product: 'go',
    role: 'server',
    pattern: /http: TLS handshake error from|tls: failed to verify client certificate|tls: client didn't provide/
  },
  {
    product: 'go',
    role: 'client',
    pattern:
      /\b(?:Get|Post|Put|Head|Delete|Patch) "https?:\/\/|\bdial tcp\b|transport: authentication handshake failed|tls: failed to verify certificate: x509/
  },
  { product: 'go', pattern: /\bx509: |\btls: |grpc/ },
  {
    product: 'java',
    role: 'server',
    pattern:
      /checkClientTrusted|ServerHandshaker|CertificateMessage\$(?:T12|T13)?ClientCertificate|CertificateMessage\$T1[23]CertificateConsumer\.checkClientCerts/
  },
  {
    product: 'java',
    role: 'client',
    pattern:
      /checkServerTrusted|ClientHandshaker|checkServerCerts|HttpsURLConnection|HttpsClient|ValidatorException: PKIX path|RestClientException|Feign|okhttp3/
  },
  {
    product: 'java',
    pattern:
      /javax\.net\.ssl|java\.security|sun\.security|java\.lang\.|\bat [\w.$]{1,200}\([\w]{1,60}\.java:\d+\)|SSLHandshakeException|fatal alert:/
  },
  { product: 'node', role: 'server', pattern: /tlsClientError|TLSSocket\.onServerSocketSecure/ },
  { product: 'node', role: 'client', pattern: /TLSSocket\.onConnectSecure|\bFetchError|\bAxiosError|ClientRequest|node:_tls_wrap/ },
  {
    product: 'node',
    pattern:
      /\bERR_(?:SSL|TLS|OSSL)_|code: '[A-Z_]{4,60}'|\bnode:[\w_/]{2,40}:\d+|npm ERR!|\bUNABLE_TO_[A-Z_]{4,60}\b|\bSELF_SIGNED_CERT_IN_CHAIN\b|\bDEPTH_ZERO_SELF_SIGNED_CERT\b/
  },
  {
    product: 'python',
    role: 'client',
    pattern: /SSLCertVerificationError|requests\.exceptions|urllib3|HTTPSConnectionPool|httpx\.|aiohttp\.client/
  },
  { product: 'python', pattern: /\(_ssl\.c:\d+\)|ssl\.SSL\w{0,40}Error|\[SSL: [A-Z0-9_]{3,80}\]|Traceback \(most recent/ },
  {
    product: 'rustls',
    pattern:
      /\brustls\b|invalid peer certificate|received fatal alert: [A-Z][a-z]\w{2,40}|InvalidCertificate\(|AlertReceived\(|\bhyper\b|\breqwest\b/
  },
  { product: 'gnutls', pattern: /gnutls|\*\*\* Fatal error:|- Status: The certificate/i },
  {
    product: 'openssl',
    role: 'client',
    pattern:
      /tls_(?:post_)?process_server_certificate|ssl3_get_server_certificate|\bs_client\b|Verify return code|\bCONNECTED\(|SSL_connect/
  },
  {
    product: 'openssl',
    role: 'server',
    pattern: /tls_process_client_certificate|ssl3_get_client_certificate|\bs_server\b|SSL_accept|tls_(?:early_)?post_process_client_hello/
  },
  { product: 'openssl', pattern: /\berror:[0-9A-F]{8}:|\bverify error:num=|\berror \d{1,3} at \d{1,3} depth lookup|^depth=\d/m }
]

/** The product by the first sign; the role by the first sign of that product that tells one. */
export function situationOf(text: string): Situation {
  const found = signs.filter(it => it.pattern.test(text))
  const product = found[0]?.product
  // A library's own words tell the role where the program around it does not.
  const role = found.find(it => it.role && it.product === product)?.role ?? found.find(it => it.role && it.product === 'openssl')?.role
  return { ...(product && { product }), ...(role && { role }) }
}

/** Of libraries the line does not tell which program used them. */
const titles: Readonly<Partial<Record<ProductId, string>>> = {
  nginx: 'nginx',
  haproxy: 'HAProxy',
  envoy: 'Envoy',
  curl: 'curl',
  go: 'the Go program',
  java: 'the Java program',
  node: 'the Node program',
  python: 'the Python program'
}
const proxies: readonly ProductId[] = ['nginx', 'haproxy', 'envoy']

/** How to call the program that wrote the line, and the one at the other end. */
export function namesOf({ product, role }: Situation): { readonly local: string; readonly peer: string } {
  const isProxy = product !== undefined && proxies.includes(product)
  const peer = role === 'server' ? 'the client' : role === 'client' ? (isProxy ? 'the upstream' : 'the server') : 'the other side'
  return { local: (product && titles[product]) ?? (role ? `this ${role}` : 'this side'), peer }
}
