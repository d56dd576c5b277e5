/** The listeners of the oracle's nginx: each with the clients that come to it. */
import type { Connecting } from './oracle.js'
import { oracleClients } from './oracle-pki.js'

export interface NginxCase {
  readonly name: string
  readonly port: number
  readonly client: Connecting
  /** The listener speaks stream: nothing but an end of the connection is to be seen. */
  readonly stream?: boolean
}

const identity = 'ssl_certificate server.pem; ssl_certificate_key server.key;'
const content = 'location / { return 200 ok; } location /open { return 200 open; }'

/** What is asked of clients, by a word. */
const policies: Readonly<Record<string, string>> = {
  on: 'ssl_client_certificate root.pem; ssl_verify_client on;',
  'on, intermediate in the bundle': 'ssl_client_certificate root-and-int.pem; ssl_verify_client on;',
  'on, intermediate alone': 'ssl_client_certificate int.pem; ssl_verify_client on;',
  'depth 0': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_verify_depth 0;',
  'depth 2': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_verify_depth 2;',
  'depth 3, bundle': 'ssl_client_certificate root-and-deep.pem; ssl_verify_client on; ssl_verify_depth 3;',
  'depth 1, bundle': 'ssl_client_certificate root-and-deep.pem; ssl_verify_client on;',
  optional: 'ssl_client_certificate root.pem; ssl_verify_client optional;',
  'optional, guarded': 'ssl_client_certificate root.pem; ssl_verify_client optional; if ($ssl_client_verify != SUCCESS) { return 403; }',
  optional_no_ca: 'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca;',
  'optional_no_ca, guarded':
    'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca; if ($ssl_client_verify != SUCCESS) { return 403; }',
  'optional_no_ca without CA': 'ssl_verify_client optional_no_ca;',
  'optional_no_ca, wrong guard':
    'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca; if ($ssl_client_verify = FAILED) { return 403; }',
  'optional_no_ca, intermediate alone': 'ssl_client_certificate int.pem; ssl_verify_client optional_no_ca;',
  'optional_no_ca, by map': 'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca; if ($allowed = 0) { return 401; }',
  'guard in location':
    'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca; location = /guarded { if ($ssl_client_verify !~ ^SUCCESS$) { return 403 no; } return 204; }',
  'guard by name': 'ssl_client_certificate root.pem; ssl_verify_client on; if ($ssl_client_s_dn != "CN=direct") { return 403; }',
  'guard by name in commas':
    'ssl_client_certificate root-and-int.pem; ssl_verify_client on; if ($ssl_client_s_dn != "CN=leaf,O=Acme,C=DE") { return 403; }',
  off: '',
  'off, with CA': 'ssl_client_certificate root.pem;',
  'off, guarded': 'ssl_client_certificate root.pem; if ($ssl_client_verify != SUCCESS) { return 403; }',
  'trusted for OCSP': 'ssl_client_certificate root.pem; ssl_trusted_certificate other-root.pem; ssl_verify_client on; ssl_verify_depth 3;',
  'other root': 'ssl_client_certificate other-root.pem; ssl_verify_client on;',
  'all roots': 'ssl_client_certificate all-roots.pem; ssl_verify_client on;',
  'pinned self-signed': 'ssl_client_certificate self.pem; ssl_verify_client on;',
  'pinned self-signed of servers': 'ssl_client_certificate self-eku.pem; ssl_verify_client on;',
  'pinned leaf of a CA': 'ssl_client_certificate lone.pem; ssl_verify_client on;',
  'CRLs of all': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl all.crl;',
  'CRL of the issuing CA': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl int-only.crl;',
  'CRL of the root': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl root-only.crl;',
  'expired CRL': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl expired.crl;',
  'future CRL': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl future.crl;',
  'forged CRL': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl forged.crl;',
  'CRL of another CA': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl other.crl;',
  'expired and current CRL': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl expired-and-current.crl;',
  'CRL file without CRL': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl no-lists.crl;',
  'CRL in the bundle': 'ssl_client_certificate bundle-with-crl.pem; ssl_verify_client on;',
  'optional_no_ca with CRLs': 'ssl_client_certificate root.pem; ssl_verify_client optional_no_ca; ssl_crl all.crl;',
  'errors forgiven': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 495 496 =200 /open;',
  'errors as 403': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 495 496 =403 /open;',
  'errors with a page': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 495 496 /open;',
  'errors as the page says': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 495 = /open;',
  'errors redirected': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 496 https://login.example.test/;',
  'errors to a named location':
    'ssl_client_certificate root.pem; ssl_verify_client on; error_page 495 496 =401 @no; location @no { return 200 no; }',
  'TLS 1.3 only': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1.3;',
  'TLS 1.2 only': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1.2;',
  'TLS 1.1 only': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1.1;',
  'TLS 1.0 and 1.1, RSA': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1 TLSv1.1;',
  'RSA suites, EC key':
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA;',
  'RSA suites, both keys':
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-SHA;',
  'ECDSA suites, RSA key':
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305;',
  'EECDH and !aECDSA': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers EECDH+AESGCM:!aECDSA:!aNULL;',
  'HIGH without RSA, RSA key': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers HIGH:!aRSA:!aNULL;',
  'usual suites':
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;',
  'old list':
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ciphers EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:EECDH+3DES:RSA+3DES:!MD5;',
  'curve P-384': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ecdh_curve secp384r1;',
  'curves X25519 and P-256': 'ssl_client_certificate root.pem; ssl_verify_client on; ssl_ecdh_curve X25519:prime256v1;',
  'key of another kind': 'ssl_client_certificate root.pem; ssl_verify_client on;',
  'EC that may not sign': 'ssl_client_certificate root.pem; ssl_verify_client on;',
  'RSA that may not sign': 'ssl_client_certificate root.pem; ssl_verify_client on;',
  'two kinds, one broken': 'ssl_client_certificate root.pem; ssl_verify_client on;',
  'denied to all': 'ssl_client_certificate root.pem; ssl_verify_client on; deny all;',
  'plain beside': 'ssl_client_certificate root.pem; ssl_verify_client on; error_page 497 =301 https://a.test/;'
}

const identities: Readonly<Record<string, string>> = {
  'key of another kind': 'ssl_certificate server.pem; ssl_certificate_key server-rsa.key;',
  'TLS 1.0 and 1.1, RSA': 'ssl_certificate server-rsa.pem; ssl_certificate_key server-rsa.key;',
  'RSA suites, both keys': `${identity} ssl_certificate server-rsa.pem; ssl_certificate_key server-rsa.key;`,
  'ECDSA suites, RSA key': 'ssl_certificate server-rsa.pem; ssl_certificate_key server-rsa.key;',
  'HIGH without RSA, RSA key': 'ssl_certificate server-rsa.pem; ssl_certificate_key server-rsa.key;',
  'EC that may not sign': 'ssl_certificate server-ke.pem; ssl_certificate_key server-ke.key;',
  'RSA that may not sign': 'ssl_certificate server-rsa-ke.pem; ssl_certificate_key server-rsa-ke.key;',
  'two kinds, one broken': `${identity} ssl_certificate server-rsa.pem; ssl_certificate_key server-rsa.key;`
}

/** Policies that are held against every client; the others meet the few that matter. */
const whole = new Set(['on', 'on, intermediate in the bundle', 'depth 2', 'optional_no_ca', 'all roots', 'CRLs of all'])
const few = [
  'none',
  'direct',
  'chain',
  'lone',
  'stranger-lone',
  'stranger-full',
  'expired',
  'eku-server',
  'self',
  'self-eku',
  'of-deep2',
  'of-deep3',
  'lone-deep2',
  'revoked',
  'revoked-direct',
  'expired-stranger',
  'int-revoked',
  'ec384',
  'rsa',
  'ed'
]

/** Several names on one address: what the name of the handshake and the Host header come to. */
const shared: Readonly<Record<string, string>> = {
  'verifying ones beside an open default': `
    server { listen PORT ssl; server_name open.example.test; ${identity} ${content} }
    server { listen PORT ssl; server_name a.test *.example.test; ${identity} ${policies.on} ${content} }
    server { listen PORT ssl; server_name b.test; ${identity} ssl_client_certificate other-root.pem; ssl_verify_client optional; ${content} }
    server { listen PORT ssl; server_name plain.test; ${identity} ${content} }`,
  'a verifying default': `
    server { listen PORT ssl; server_name b.test; ${identity} ${content} }
    server { listen PORT ssl default_server; server_name a.test .example.test; ${identity} ${policies.on} ${content} }`,
  'an optional default': `
    server { listen PORT ssl default_server; server_name _; ${identity} ${policies.optional} ${content} }
    server { listen PORT ssl; server_name a.test; ${identity} ssl_client_certificate other-root.pem; ssl_verify_client on; ssl_verify_depth 2; ${content} }
    server { listen PORT ssl; server_name b.test; ${identity} ${content} }`,
  'a default that rejects': `
    server { listen PORT ssl default_server; ssl_reject_handshake on; ${content} }
    server { listen PORT ssl; server_name a.test; ${identity} ${policies.on} ${content} }`,
  'a server without a certificate': `
    server { listen PORT ssl; server_name a.test; ${identity} ${policies.on} ${content} }
    server { listen PORT; server_name b.test; ${content} }`,
  'curve of the default': `
    server { listen PORT ssl default_server; server_name a.test; ssl_ecdh_curve secp384r1; ${identity} ${policies.on} ${content} }
    server { listen PORT ssl; server_name b.test; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256; ssl_protocols TLSv1.2; ${identity} ${policies.on} ${content} }`,
  'versions of the default': `
    server { listen PORT ssl default_server; server_name a.test; ssl_protocols TLSv1.2; ${identity} ${policies.on} ${content} }
    server { listen PORT ssl; server_name b.test; ssl_protocols TLSv1.3; ${identity} ${policies.on} ${content} }`,
  'one server of two names': `
    server { listen PORT ssl; server_name a.test b.test; ${identity} ${policies.on} ${content} }`
}
const names: readonly Connecting[] = [
  { sni: 'a.test' },
  { sni: 'b.test' },
  { sni: 'x.example.test' },
  { sni: 'unknown.test' },
  { host: 'a.test' },
  { host: 'b.test' },
  { host: 'unknown.test' },
  { sni: 'a.test', host: 'b.test' },
  { sni: 'b.test', host: 'a.test' },
  { sni: 'a.test', host: 'A.TEST:8443' },
  { sni: 'a.test', host: 'a.test.' },
  { sni: 'a.test', host: 'unknown.test' },
  { sni: 'plain.test', host: 'a.test' },
  { sni: 'x.example.test', host: 'y.example.test' },
  { sni: 'open.example.test', host: 'x.example.test' }
]

/** Proxies and the upstreams that they speak to. */
const presents = 'proxy_ssl_certificate chain.pem; proxy_ssl_certificate_key leaf.key;'
const verifies = 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem;'
const hops: Readonly<Record<string, string>> = {
  'no certificate': 'proxy_pass https://127.0.0.1:UP1;',
  'a good one': `proxy_pass https://127.0.0.1:UP1; ${presents}`,
  'a lone leaf':
    'proxy_pass https://127.0.0.1:UP1; proxy_ssl_certificate lone.pem; proxy_ssl_certificate_key leaf.key; proxy_ssl_trusted_certificate root-and-int.pem;',
  'wrong purpose': 'proxy_pass https://127.0.0.1:UP1; proxy_ssl_certificate eku-server.pem; proxy_ssl_certificate_key eku-server.key;',
  'key of another kind': 'proxy_pass https://127.0.0.1:UP1; proxy_ssl_certificate direct.pem; proxy_ssl_certificate_key rsa.key;',
  'verified by group name': `proxy_pass https://up; ${presents} ${verifies}`,
  'verified by address': `proxy_pass https://127.0.0.1:UP1; ${presents} ${verifies}`,
  'verified by name': `proxy_pass https://up; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'verified by another name': `proxy_pass https://up; ${presents} ${verifies} proxy_ssl_name z.test;`,
  'other CA': `proxy_pass https://up; ${presents} proxy_ssl_verify on; proxy_ssl_trusted_certificate root.pem; proxy_ssl_name a.test;`,
  'expired upstream': `proxy_pass https://127.0.0.1:UP2; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'expired upstream, unverified': `proxy_pass https://127.0.0.1:UP2; ${presents}`,
  'incomplete upstream': `proxy_pass https://127.0.0.1:UP3; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'complete upstream': `proxy_pass https://127.0.0.1:UP4; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'upstream too deep': `proxy_pass https://127.0.0.1:UP4; ${presents} ${verifies} proxy_ssl_name a.test; proxy_ssl_verify_depth 0;`,
  'name in the CN': `proxy_pass https://127.0.0.1:UP5; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'IP in the SAN': `proxy_pass https://127.0.0.1:UP6; ${presents} ${verifies}`,
  'upstream purpose': `proxy_pass https://127.0.0.1:UP7; ${presents} ${verifies} proxy_ssl_name a.test;`,
  'upstream chosen by name': `proxy_pass https://127.0.0.1:UP8; ${presents} proxy_ssl_server_name on; proxy_ssl_name b.test; proxy_set_header Host b.test;`,
  'upstream not chosen by name': `proxy_pass https://127.0.0.1:UP8; ${presents} proxy_set_header Host b.test;`,
  'upstream TLS 1.3 only': `proxy_pass https://127.0.0.1:UP9; ${presents}`,
  'upstream TLS 1.3 for both': `proxy_pass https://127.0.0.1:UP9; ${presents} proxy_ssl_protocols TLSv1.3;`,
  'CRL missing': `proxy_pass https://up; ${presents} ${verifies} proxy_ssl_name a.test; proxy_ssl_crl other.crl;`,
  'plain to TLS': 'proxy_pass http://127.0.0.1:UP1;',
  'TLS to plain': `proxy_pass https://127.0.0.1:UP10; ${presents}`
}

export interface NginxMatrix {
  readonly text: string
  readonly cases: readonly NginxCase[]
  readonly ports: readonly number[]
}

/** One configuration with all listeners, on ports from `first` on. */
export function nginxMatrix(first: number, modules: string): NginxMatrix {
  let port = first
  const blocks: string[] = []
  const cases: NginxCase[] = []
  const versions = ['1.2', '1.3'] as const
  for (const [name, policy] of Object.entries(policies)) {
    port++
    const protocols = policy.includes('ssl_protocols') ? '' : 'ssl_protocols TLSv1.2 TLSv1.3;'
    blocks.push(
      `server { listen 127.0.0.1:${port} ssl; server_name a.test; ${protocols} ${identities[name] ?? identity} ${policy} ${content} }`
    )
    for (const [who, files] of Object.entries(oracleClients)) {
      if (!whole.has(name) && !few.includes(who)) continue
      const paths = policy.includes('/guarded') ? ['/', '/guarded'] : ['/']
      for (const tls of /^TLS|suites|curve|list|HIGH|!a|standard/.test(name) || identities[name] ? versions : [versions[cases.length % 2]!])
        for (const path of paths)
          cases.push({ name: `nginx ${name} × ${who}, TLS ${tls}`, port, client: { ...files, sni: 'a.test', tls, path } })
    }
    cases.push({ name: `nginx ${name} × plain HTTP`, port, client: { plain: true, host: 'a.test' } })
  }
  for (const [name, servers] of Object.entries(shared)) {
    port++
    blocks.push(servers.replaceAll('PORT', `127.0.0.1:${port}`))
    for (const who of ['none', 'direct', 'stranger-chain']) {
      for (const client of names) {
        const asked = [client.sni && `SNI ${client.sni}`, client.host && `Host ${client.host}`].filter(it => it).join(', ')
        for (const tls of /^versions|^curve/.test(name) ? versions : [versions[cases.length % 2]!])
          cases.push({ name: `nginx ${name} × ${who}, ${asked}, TLS ${tls}`, port, client: { ...oracleClients[who], ...client, tls } })
      }
    }
  }
  const upstream = (number: number) => `127.0.0.1:${first + 500 + number}`
  const both = 'ssl_protocols TLSv1.2 TLSv1.3;'
  const own = (certificate: string) =>
    `ssl_certificate ${certificate}.pem; ssl_certificate_key ${certificate.replace('chain', 'lone')}.key;`
  blocks.push(
    `upstream up { server ${upstream(1)}; }`,
    `server { listen ${upstream(1)} ssl; ${both} ${identity} ${policies.on} ${content} }`,
    ...['server-expired', 'server-lone', 'server-chain', 'server-cn', 'server-ip', 'server-client-eku'].map(
      (it, at) => `server { listen ${upstream(at + 2)} ssl; ${both} ${own(it)} ${policies.on} ${content} }`
    ),
    `server { listen ${upstream(8)} ssl; server_name a.test; ${both} ${identity} ${content} }`,
    `server { listen ${upstream(8)} ssl; server_name b.test; ${both} ${identity} ${policies.on} ${content} }`,
    `server { listen ${upstream(9)} ssl; ssl_protocols TLSv1.3; ${identity} ${policies.on} ${content} }`,
    `server { listen ${upstream(10)}; ${policies.on} ${content} }`
  )
  for (const [name, pass] of Object.entries(hops)) {
    port++
    const target = pass.replace(/UP(\d+)/g, (_, number) => upstream(Number(number)).slice('127.0.0.1:'.length))
    blocks.push(
      `server { listen 127.0.0.1:${port} ssl; server_name a.test; ${identity} proxy_ssl_session_reuse off; location / { ${target} } }`
    )
    cases.push({ name: `nginx hop: ${name}`, port, client: { sni: 'a.test' } })
  }
  const streams: string[] = []
  for (const [name, policy] of Object.entries({
    on: policies.on!,
    optional: policies.optional!,
    optional_no_ca: policies.optional_no_ca!,
    off: ''
  })) {
    port++
    streams.push(`server { listen 127.0.0.1:${port} ssl; ${both} ${identity} ${policy} return $ssl_client_verify; }`)
    for (const who of few) {
      const files = oracleClients[who]
      if (files)
        cases.push({
          name: `nginx stream ${name} × ${who}`,
          port,
          client: { ...files, sni: 'a.test', tls: versions[cases.length % 2]! },
          stream: true
        })
    }
  }
  const ports = Array.from({ length: 520 }, (_, at) => first + at)
  const http = `http {
  access_log off;
  add_header X-Verify $ssl_client_verify always;
  map $ssl_client_verify $allowed { default 0; SUCCESS 1; ~^NONE$ 1; }
  ${blocks.join('\n  ')}
}`
  const text = `worker_processes 1;\npid nginx.pid;\nerror_log error.log info;\nload_module ${modules}/ngx_stream_module.so;\nevents { worker_connections 1024; }\n${http}\nstream {\n  ${streams.join('\n  ')}\n}\n`
  return { text, cases, ports }
}
