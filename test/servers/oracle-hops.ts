/** nginx and HAProxy before each other and before themselves: what they present, whom they verify, and what their own clients see. */
export type HopProduct = 'nginx' | 'haproxy'

export interface HopCase {
  /** Bytes are passed on, whatever they mean. */
  readonly stream?: boolean
  readonly name: string
  readonly from: HopProduct
  readonly to: HopProduct
  readonly port: number
}

export interface HopMatrix {
  readonly nginx: string
  readonly haproxy: string
  readonly cases: readonly HopCase[]
  /** The first port of each, to wait for. */
  readonly ports: Readonly<Record<HopProduct, number>>
}

/** What the upstream presents and asks for, in both languages; the same place in the list is the same port. */
const upstreams: Readonly<Record<string, Readonly<Record<HopProduct, string>>>> = {
  demands: both('server', 'ssl_client_certificate root.pem; ssl_verify_client on;', 'verify required ca-file root.pem'),
  open: both('server', '', ''),
  rsa: both('server-rsa', '', ''),
  expired: both('server-expired', '', ''),
  lone: both('server-lone', '', ''),
  chain: both('server-chain', '', ''),
  cn: both('server-cn', '', ''),
  purpose: both('server-client-eku', '', ''),
  self: both('server-self', '', ''),
  asks: both('server', 'ssl_client_certificate root.pem; ssl_verify_client optional;', 'verify optional ca-file root.pem'),
  revokes: both(
    'server',
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_crl all.crl;',
    'verify required ca-file root.pem crl-file all.crl'
  ),
  'demands in 1.3': both(
    'server',
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1.3;',
    'verify required ca-file root.pem ssl-min-ver TLSv1.3'
  ),
  'demands in 1.2': both(
    'server',
    'ssl_client_certificate root.pem; ssl_verify_client on; ssl_protocols TLSv1.2;',
    'verify required ca-file root.pem ssl-max-ver TLSv1.2'
  )
}

function both(certificate: string, nginx: string, haproxy: string): Readonly<Record<HopProduct, string>> {
  const key = certificate.replace('chain', 'lone')
  return {
    nginx: `ssl_certificate ${certificate}.pem; ssl_certificate_key ${key}.key; ${nginx.includes('ssl_protocols') ? '' : 'ssl_protocols TLSv1.2 TLSv1.3;'} ${nginx}`,
    haproxy: `crt ${certificate}-hop.pem ${haproxy}`
  }
}

/** What the proxy presents, in both languages. */
const presented: Readonly<Record<string, Readonly<Record<HopProduct, string>>>> = {
  nothing: { nginx: '', haproxy: '' },
  chain: present('chain', 'leaf'),
  lone: present('lone', 'leaf'),
  direct: present('direct'),
  expired: present('expired'),
  'eku-server': present('eku-server'),
  stranger: present('stranger-full', 'stranger'),
  revoked: present('revoked')
}

function present(certificate: string, key = certificate): Readonly<Record<HopProduct, string>> {
  return {
    nginx: `proxy_ssl_certificate ${certificate}.pem; proxy_ssl_certificate_key ${key}.key;`,
    haproxy: `crt ${certificate}-hop.pem`
  }
}

/** How the proxy verifies, in both languages. */
const verifying: Readonly<Record<string, Readonly<Record<HopProduct, string>>>> = {
  'not at all': { nginx: '', haproxy: 'verify none' },
  name: {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_name a.test;',
    haproxy: 'verify required ca-file server-ca.pem verifyhost a.test'
  },
  'name sent': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_server_name on; proxy_ssl_name a.test;',
    haproxy: 'verify required ca-file server-ca.pem sni str(a.test)'
  },
  'another name': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_name z.test;',
    haproxy: 'verify required ca-file server-ca.pem verifyhost z.test'
  },
  'another CA': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate root.pem; proxy_ssl_name a.test;',
    haproxy: 'verify required ca-file root.pem verifyhost a.test'
  },
  'depth 0': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_name a.test; proxy_ssl_verify_depth 0;',
    haproxy: 'verify required ca-file server-ca.pem'
  },
  'missing CRL': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_name a.test; proxy_ssl_crl other.crl;',
    haproxy: 'verify required ca-file server-ca.pem crl-file other.crl'
  },
  'a CRL': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_name a.test; proxy_ssl_crl server.crl;',
    haproxy: 'verify required ca-file server-ca.pem crl-file server.crl'
  },
  'the certificate itself': {
    nginx: 'proxy_ssl_verify on; proxy_ssl_trusted_certificate server-self.pem; proxy_ssl_name a.test;',
    haproxy: 'verify required ca-file server-self.pem verifyhost a.test'
  }
}

const protocols: Readonly<Record<'1.2' | '1.3' | 'any' | '1.2 with RSA' | '1.3 with RSA', Readonly<Record<HopProduct, string>>>> = {
  '1.2': { nginx: 'proxy_ssl_protocols TLSv1.2;', haproxy: 'ssl-max-ver TLSv1.2' },
  '1.3': { nginx: 'proxy_ssl_protocols TLSv1.3;', haproxy: 'ssl-min-ver TLSv1.3' },
  any: { nginx: '', haproxy: '' },
  '1.2 with RSA': {
    nginx: 'proxy_ssl_protocols TLSv1.2; proxy_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;',
    haproxy: 'ssl-max-ver TLSv1.2 ciphers ECDHE-RSA-AES128-GCM-SHA256'
  },
  '1.3 with RSA': {
    nginx: 'proxy_ssl_protocols TLSv1.3; proxy_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;',
    haproxy: 'ssl-min-ver TLSv1.3 ciphers ECDHE-RSA-AES128-GCM-SHA256'
  }
}

/** Who presents what to whom, and verifies how. */
const hops: readonly (readonly [upstream: string, presents: string, verifies: string, tls: keyof typeof protocols])[] = [
  ...(['1.2', '1.3'] as const).flatMap(tls =>
    Object.keys(presented).flatMap(it => ['demands', 'asks', 'revokes'].map(upstream => [upstream, it, 'not at all', tls] as const))
  ),
  ...(['1.2', '1.3'] as const).flatMap(tls => Object.keys(verifying).map(it => ['demands', 'chain', it, tls] as const)),
  ...['expired', 'lone', 'chain', 'cn', 'purpose', 'self'].flatMap(upstream =>
    ['name', 'not at all', 'depth 0', 'the certificate itself'].map(it => [upstream, 'nothing', it, 'any'] as const)
  ),
  ...['open'].flatMap(upstream => ['name', 'another name', 'a CRL'].map(it => [upstream, 'chain', it, 'any'] as const)),
  ...(['1.2 with RSA', '1.3 with RSA'] as const).flatMap(tls =>
    ['open', 'rsa', 'demands in 1.2'].map(upstream => [upstream, 'chain', 'name', tls] as const)
  ),
  ...['demands in 1.3', 'demands in 1.2'].flatMap(upstream =>
    (['1.2', '1.3', 'any'] as const).map(tls => [upstream, 'chain', 'name', tls] as const)
  )
]

/** The files that HAProxy wants: certificate and key in one. */
export const hopFiles = `
server-crl: {crl: server-ca}
server.crl: {bundle: [server-crl]}
${[
  'server',
  'server-rsa',
  'server-expired',
  'server-cn',
  'server-client-eku',
  'server-self',
  'server-lone',
  'direct',
  'expired',
  'eku-server'
]
  .map(it => `${it}-hop.pem: [${it}, ${it}.key]`)
  .join('\n')}
server-chain-hop.pem: [server-lone, server-int, server-lone.key]
chain-hop.pem: [leaf, int, leaf.key]
lone-hop.pem: [leaf, leaf.key]
stranger-full-hop.pem: [stranger, other-int, other-root, stranger.key]
revoked-hop.pem: [revoked, int, revoked.key]
`

const products = ['nginx', 'haproxy'] as const

/** On ports from `first` on. */
export function hopMatrix(first: number, modules: string): HopMatrix {
  const cases: HopCase[] = []
  const names = Object.keys(upstreams)
  const upstreamPort = (product: HopProduct, name: string) => first + products.indexOf(product) * names.length + names.indexOf(name)
  const nginx = names.map(
    it => `server { listen 127.0.0.1:${upstreamPort('nginx', it)} ssl; ${upstreams[it]!.nginx} location / { return 200 ok; } }`
  )
  const haproxy = names.map(
    it =>
      `frontend up-${names.indexOf(it)}\n  bind 127.0.0.1:${upstreamPort('haproxy', it)} ssl ${upstreams[it]!.haproxy}\n  http-request return status 200`
  )
  let port = first + products.length * names.length
  // HTTP/2 for grpc_pass, which only nginx has: over two sockets, one of which speaks it.
  const grpc = { old: ++port, new: ++port }
  nginx.push(
    `server { listen 127.0.0.1:${grpc.old} ssl; ${upstreams.demands!.nginx} location / { return 200 ok; } }`,
    `server { listen 127.0.0.1:${grpc.new} ssl http2; ${upstreams.demands!.nginx} location / { return 200 ok; } }`
  )
  for (const [spoken, to] of Object.entries(grpc)) {
    for (const [presents, verifies] of [
      ['nothing', 'not at all'],
      ['chain', 'another name'],
      ['chain', 'another CA'],
      ['expired', 'name']
    ] as const) {
      port++
      const settings = [presented[presents]!.nginx, verifying[verifies]!.nginx].join(' ').replaceAll('proxy_', 'grpc_')
      nginx.push(
        `server { listen 127.0.0.1:${port} ssl; ssl_certificate server.pem; ssl_certificate_key server.key; location / { grpc_pass grpcs://127.0.0.1:${to}; grpc_ssl_session_reuse off; ${settings} } }`
      )
      cases.push({ name: `nginx → nginx by gRPC (${spoken}): ${presents}, verifying ${verifies}`, from: 'nginx', to: 'nginx', port })
    }
  }
  const streams: string[] = []
  for (const [upstream, presents, verifies, tls] of hops.filter(([upstream, , verifies]) => upstream === 'chain' || verifies === 'name')) {
    for (const from of products) {
      for (const to of products) {
        port++
        const target = `127.0.0.1:${upstreamPort(to, upstream)}`
        const settings = [presented[presents]![from], verifying[verifies]![from], protocols[tls][from]].join(' ')
        if (from === 'nginx')
          streams.push(
            `server { listen 127.0.0.1:${port} ssl; ssl_certificate server.pem; ssl_certificate_key server.key; proxy_ssl on; proxy_ssl_session_reuse off; ${settings} proxy_pass ${target}; }`
          )
        else
          haproxy.push(
            `frontend f${port}\n  mode tcp\n  bind 127.0.0.1:${port} ssl crt server-hop.pem\n  default_backend b${port}`,
            `backend b${port}\n  mode tcp\n  server s ${target} ssl no-ssl-reuse ${settings}`
          )
        const name = `${from} → ${to}, bytes: ${presents} to one that is ${upstream}, verifying ${verifies}, TLS ${tls}`
        cases.push({ name, from, to, port, stream: true })
      }
    }
  }
  for (const [upstream, presents, verifies, tls] of hops) {
    for (const from of products) {
      for (const to of products) {
        port++
        const target = `127.0.0.1:${upstreamPort(to, upstream)}`
        const settings = [presented[presents]![from], verifying[verifies]![from], protocols[tls][from]].join(' ')
        if (from === 'nginx')
          nginx.push(
            `server { listen 127.0.0.1:${port} ssl; ssl_certificate server.pem; ssl_certificate_key server.key; location / { proxy_pass https://${target}; proxy_ssl_session_reuse off; ${settings} } }`
          )
        else
          haproxy.push(
            `frontend f${port}\n  bind 127.0.0.1:${port} ssl crt server-hop.pem\n  default_backend b${port}`,
            `backend b${port}\n  server s ${target} ssl no-ssl-reuse ${settings}`
          )
        cases.push({ name: `${from} → ${to}: ${presents} to one that is ${upstream}, verifying ${verifies}, TLS ${tls}`, from, to, port })
      }
    }
  }
  return {
    nginx: nginxText(nginx, streams, modules),
    haproxy: haproxyText(haproxy),
    cases,
    ports: { nginx: upstreamPort('nginx', 'open'), haproxy: upstreamPort('haproxy', 'open') }
  }
}

const nginxText = (servers: readonly string[], streams: readonly string[], modules: string): string => `worker_processes 1;
load_module ${modules}/ngx_stream_module.so;
pid nginx.pid;
error_log error.log info;
events { worker_connections 1024; }
http {
  access_log off;
  ${servers.join('\n  ')}
}
stream {
  ${streams.join('\n  ')}
}
`

const haproxyText = (sections: readonly string[]): string => `global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "HOP %fp [%[bc_err_str]] [%[ssl_bc_err_str]]"
  error-log-format "HANDSHAKE %fp [%[ssl_c_err],%[ssl_c_ca_err]] %[ssl_fc_err_str]"
  retries 0
  timeout client 5s
  timeout server 5s
  timeout connect 5s
${sections.join('\n')}
`
