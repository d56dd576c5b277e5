/** Configurations that servers refuse, and some that they take although one might doubt it. */

/** Made beside the certificates of the oracle. */
export const brokenFiles = `
enc.key: {key: server, format: encrypted}
enc-old.key: {key: server, format: encrypted-traditional}
request.pem: {csr: server}
truncated.pem: {bundle: [root], truncate: 300}
damaged.pem: {bundle: [root], replace: {"MII": "M!I"}}
glued.pem: {bundle: [root, int], replace: {"-----END CERTIFICATE-----\\n-----BEGIN": "-----END CERTIFICATE----------BEGIN"}}
sha1-server.pem: {issuer: sha1-root, san: [a.test], hash: sha1}
sha1-server.key: {key: sha1-server}
server-enc-both.pem: [server, enc.key]
mismatched-both.pem: [server, direct.key]
mismatched-kind-both.pem: [server, server-rsa.key]
`

const identity = 'ssl_certificate server.pem; ssl_certificate_key server.key;'
const up = 'location / { proxy_pass https://127.0.0.1:9;'
const verifying = (bundle: string) => `${identity} ssl_client_certificate ${bundle}; ssl_verify_client on;`

/** Directives of a server that listens with TLS. */
export const nginxTests: readonly string[] = [
  identity,
  '',
  ...['missing.key', 'enc.key', 'enc-old.key', 'request.pem', 'direct.key', 'server-rsa.key', 'root.pem', 'empty.pem', 'ec384.key'].map(
    it => `ssl_certificate server.pem; ssl_certificate_key ${it};`
  ),
  ...[
    'missing.pem',
    'request.pem',
    'server.key',
    'empty.pem',
    'comment.pem',
    'truncated.pem',
    'damaged.pem',
    'glued.pem',
    'all.crl',
    'sha1-server.pem',
    'expired.pem',
    'weak.pem'
  ].map(it => `ssl_certificate ${it}; ssl_certificate_key ${it.replace('.pem', '.key')};`),
  ...[
    'missing.pem',
    'request.pem',
    'server.key',
    'empty.pem',
    'comment.pem',
    'truncated.pem',
    'damaged.pem',
    'glued.pem',
    'all.crl',
    'weak.pem',
    'int.pem',
    'full.pem'
  ].map(verifying),
  ...['missing.pem', 'empty.pem', 'root.pem', 'damaged.pem'].map(it => `${identity} ssl_crl ${it};`),
  ...['missing.pem', 'empty.pem', 'root.pem'].map(it => `${identity} ssl_trusted_certificate ${it};`),
  `${identity} ssl_client_certificate missing.pem;`,
  `${identity} ssl_verify_client on;`,
  `${identity} ssl_verify_client optional; ssl_trusted_certificate root.pem;`,
  `${identity} ssl_verify_client optional_no_ca;`,
  `${identity} ssl_verify_client required;`,
  `${identity} ssl_verify_depth two;`,
  `${identity} ssl_verify_depth -1;`,
  `${identity} ssl_client_certificate root.pem root.pem;`,
  `${identity} ssl_client_certificate root.pem; ssl_client_certificate root.pem;`,
  `${identity} ssl_verify_clients on;`,
  `${identity} location / { ssl_verify_client on; }`,
  `${identity} ssl_protocols TLSv1.4;`,
  `${identity} include missing.conf;`,
  `${identity} ssl_client_certificate root.pem\n ssl_verify_client on;`,
  'ssl_certificate server.pem;',
  `${identity} ssl_certificate server-rsa.pem;`,
  `${identity} ssl_certificate server-rsa.pem; ssl_certificate_key rsa.key;`,
  `ssl_certificate issuer-first.pem; ssl_certificate_key leaf.key;`,
  `ssl_certificate missing.pem; ssl_certificate_key missing.key; ssl_verify_client on;`,
  `${identity} ssl_client_certificate missing.pem; ssl_verify_client on; ssl_verify_depth x;`,
  `${identity} ${up} proxy_ssl_verify on; }`,
  `${identity} ${up} proxy_ssl_certificate missing.pem; proxy_ssl_certificate_key missing.key; }`,
  `${identity} ${up} proxy_ssl_certificate chain.pem; }`,
  `${identity} ${up} proxy_ssl_certificate chain.pem; proxy_ssl_certificate_key direct.key; }`,
  `${identity} ${up} proxy_ssl_trusted_certificate missing.pem; }`,
  `${identity} ${up} proxy_ssl_verify on; proxy_ssl_trusted_certificate missing.pem; }`,
  `${identity} ${up} proxy_ssl_verify on; proxy_ssl_trusted_certificate root.pem; proxy_ssl_crl missing.crl; }`,
  `${identity} if ($ssl_client_verify == SUCCESS) { return 403; }`
]

const bind = (options: string) => [`bind 127.0.0.1:8443 ssl ${options}`, ''] as const
const crt = 'crt server-both.pem'

/** A line of a frontend, and what stands below it. */
export const haproxyTests: readonly (readonly [line: string, below: string])[] = [
  bind(crt),
  bind(''),
  ...[
    'missing.pem',
    'server.key',
    'empty.pem',
    'server-enc-both.pem',
    'mismatched-both.pem',
    'mismatched-kind-both.pem',
    'truncated.pem',
    'weak.pem',
    'stranger-lone.pem'
  ].map(it => bind(`crt ${it}`)),
  ...[
    'missing.pem',
    'request.pem',
    'server.key',
    'empty.pem',
    'comment.pem',
    'truncated.pem',
    'damaged.pem',
    'glued.pem',
    'all.crl',
    'int.pem'
  ].map(it => bind(`${crt} verify required ca-file ${it}`)),
  ...['missing.pem', 'empty.pem', 'root.pem', 'server.key'].map(it => bind(`${crt} verify required ca-file root.pem crl-file ${it}`)),
  bind(`${crt} verify required`),
  bind(`${crt} verify optional`),
  bind(`${crt} ca-file missing.pem`),
  bind(`${crt} verify on ca-file root.pem`),
  bind(`${crt} verify`),
  bind(`${crt} ca_file root.pem`),
  bind(`${crt} verify required ca-file root.pem crt-ignore-err 900`),
  bind(`${crt} verify required ca-file root.pem crt-ignore-err X509_V_ERR_CERT_REVOKED`),
  bind(`crt-list missing.txt`),
  bind(`crt-list wrong.txt`),
  bind(`crt-list unverified.txt`),
  [`bind 127.0.0.1:8443 ssl ${crt}`, 'http-request deny if ssl_c_used'],
  [`bind 127.0.0.1:8443 ssl ${crt}`, 'http-request deny unless { ssl_client_verify 0 }'],
  ...[
    'ssl verify required',
    'ssl',
    'ssl verify required ca-file missing.pem',
    'ssl verify none crt missing.pem',
    'ssl verify none crt stranger-lone.pem',
    'ssl ca-file root.pem',
    'ssl verify none ca-file empty.pem'
  ].map(it => [`bind 127.0.0.1:8443 ssl ${crt}`, `default_backend b\nbackend b\n  server s 127.0.0.1:9 ${it}`] as const)
]
