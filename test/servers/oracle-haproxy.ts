/** The listeners of the oracle's HAProxy: each with the clients that come to it. */
import type { Connecting } from './oracle.js'
import { oracleClients } from './oracle-pki.js'

export interface HaproxyCase {
  readonly name: string
  readonly port: number
  readonly client: Connecting
  readonly hop?: boolean
  readonly tcp?: boolean
}

const crt = 'crt server-both.pem'
const content = 'http-request return status 200 hdr X-Verify %[ssl_c_verify]'

/** The options of a bind line and the rules behind it, by a word. */
const policies: Readonly<Record<string, readonly [options: string, rules?: string]>> = {
  required: [`${crt} verify required ca-file root.pem`],
  'required, intermediate in the bundle': [`${crt} verify required ca-file root-and-int.pem`],
  'required, intermediate alone': [`${crt} verify required ca-file int.pem`],
  'required, all roots': [`${crt} verify required ca-file all-roots.pem`],
  'required, other root': [`${crt} verify required ca-file other-root.pem`],
  'pinned self-signed': [`${crt} verify required ca-file self.pem`],
  'pinned leaf': [`${crt} verify required ca-file lone.pem`],
  'ca-verify-file alone': [`${crt} verify required ca-verify-file root.pem`],
  'ca-verify-file beside': [`${crt} verify required ca-file root.pem ca-verify-file other-root.pem`],
  optional: [`${crt} verify optional ca-file root.pem`],
  'optional, guarded by the result alone': [`${crt} verify optional ca-file root.pem`, 'http-request deny unless { ssl_c_verify 0 }'],
  'optional, guarded by presence': [`${crt} verify optional ca-file root.pem`, 'http-request deny unless { ssl_c_used }'],
  'optional, guarded by both': [
    `${crt} verify optional ca-file root.pem`,
    'http-request deny deny_status 401 unless { ssl_c_used } { ssl_c_verify 0 }'
  ],
  'optional, guarded the wrong way round': [`${crt} verify optional ca-file root.pem`, 'http-request deny if { ssl_c_used 0 }'],
  'optional, guarded by a number': [`${crt} verify optional ca-file root.pem`, 'http-request deny if { ssl_c_used -m int 0 }'],
  'optional, guarded by an ACL': [
    `${crt} verify optional ca-file root.pem`,
    'acl good ssl_c_verify 0\n  acl came ssl_c_used\n  http-request return status 403 if !good or !came'
  ],
  'by name': [`${crt} verify required ca-file root.pem`, 'http-request deny unless { ssl_c_s_dn(CN) direct leaf }'],
  'by name in capitals': [`${crt} verify required ca-file root.pem`, 'http-request deny unless { ssl_c_s_dn(cn) -i DIRECT }'],
  none: [`${crt} verify none`],
  'none, with CA': [`${crt} ca-file root.pem`],
  'none, guarded': [crt, 'http-request deny unless { ssl_c_used }'],
  'everything ignored': [`${crt} verify required ca-file root.pem crt-ignore-err all ca-ignore-err all`],
  'leaf errors ignored': [`${crt} verify required ca-file root.pem crt-ignore-err all`],
  'CA errors ignored': [`${crt} verify required ca-file root.pem ca-ignore-err all`],
  'unknown issuers ignored': [`${crt} verify optional ca-file root.pem crt-ignore-err 20,21 ca-ignore-err 19,20`],
  'expiry ignored': [`${crt} verify required ca-file root.pem crt-ignore-err 10`],
  'ignored, then guarded': [
    `${crt} verify optional ca-file root.pem crt-ignore-err all ca-ignore-err all`,
    'http-request deny if { ssl_c_used } !{ ssl_c_verify 0 }'
  ],
  'ignored, guarded by range': [
    `${crt} verify required ca-file root.pem crt-ignore-err all ca-ignore-err all`,
    'http-request deny if { ssl_c_verify gt 0 }'
  ],
  'ignored, guarded by leaf and issuer': [
    `${crt} verify required ca-file root.pem crt-ignore-err all ca-ignore-err all`,
    'http-request deny if { ssl_c_err 10:26 } or { ssl_c_ca_err 19 }'
  ],
  'returned before it is denied': [`${crt} verify optional ca-file root.pem`, `${content}\n  http-request deny`],
  'CRLs of all': [`${crt} verify required ca-file root.pem crl-file all.crl`],
  'CRL of the issuing CA': [`${crt} verify required ca-file root.pem crl-file int-only.crl`],
  'CRL of the root': [`${crt} verify required ca-file root.pem crl-file root-only.crl`],
  'expired CRL': [`${crt} verify required ca-file root.pem crl-file expired.crl`],
  'future CRL': [`${crt} verify required ca-file root.pem crl-file future.crl`],
  'forged CRL': [`${crt} verify required ca-file root.pem crl-file forged.crl`],
  'CRL of another CA': [`${crt} verify required ca-file root.pem crl-file other.crl`],
  'CRL file without CRL': [`${crt} verify required ca-file root.pem crl-file no-lists.crl`],
  'missing CRL ignored above': [`${crt} verify required ca-file root.pem crl-file int-only.crl ca-ignore-err 3`],
  'missing CRL ignored': [`${crt} verify required ca-file root.pem crl-file root-only.crl crt-ignore-err 3`],
  'TLS 1.3 only': [`${crt} verify required ca-file root.pem ssl-min-ver TLSv1.3`],
  'TLS 1.2 only': [`${crt} verify required ca-file root.pem ssl-max-ver TLSv1.2`],
  'TLS 1.1 only': [`${crt} verify required ca-file root.pem ssl-max-ver TLSv1.1 ssl-min-ver TLSv1.0`],
  'TLS 1.1 only, RSA': ['crt server-rsa-both.pem verify required ca-file root.pem ssl-max-ver TLSv1.1 ssl-min-ver TLSv1.0'],
  'RSA suites, EC key': [`${crt} verify required ca-file root.pem ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384`],
  'ECDSA suites, RSA key': ['crt server-rsa-both.pem verify required ca-file root.pem ciphers ECDHE-ECDSA-AES128-GCM-SHA256'],
  'usual suites': [`${crt} verify required ca-file root.pem ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256`],
  'curve P-384': [`${crt} verify required ca-file root.pem ecdhe secp384r1`],
  'curves X25519 and P-256': [`${crt} verify required ca-file root.pem curves X25519:P-256`],
  'both kinds of curves': [`${crt} verify required ca-file root.pem curves P-256 ecdhe secp384r1`],
  'no TLS 1.3': [`${crt} verify required ca-file root.pem no-tlsv13`],
  'said twice': [`${crt} verify required ca-file root.pem verify none`],
  'EC that may not sign': ['crt server-ke-both.pem verify required ca-file root.pem'],
  strict: [`${crt} strict-sni verify required ca-file root.pem`],
  redirected: [`${crt} verify optional ca-file root.pem`, 'redirect location https://login.example.test/ unless { ssl_c_used }'],
  'rejected early': [`${crt} verify optional ca-file root.pem`, 'tcp-request content reject unless { ssl_c_used }'],
  'by path': [`${crt} verify optional ca-file root.pem`, 'http-request deny if { path_beg /admin } !{ ssl_c_used }']
}

const whole = new Set([
  'required',
  'required, intermediate in the bundle',
  'required, all roots',
  'CRLs of all',
  'everything ignored',
  'unknown issuers ignored'
])
const few = [
  'none',
  'direct',
  'chain',
  'lone',
  'stranger-lone',
  'stranger-chain',
  'stranger-full',
  'expired',
  'eku-server',
  'self',
  'revoked',
  'revoked-direct',
  'expired-stranger',
  'of-revoked',
  'of-expired',
  'ec384'
]

const lists: Readonly<Record<string, string>> = {
  'one name twice':
    'server-both.pem [verify required ca-file root.pem] a.test\nserver-both.pem\nb-only-both.pem [verify optional ca-file root.pem]\n',
  'one name twice, the open one first':
    'server-both.pem\nserver-both.pem [verify required ca-file root.pem] a.test x.example.test\nb-only-both.pem [verify required ca-file root.pem]\n',
  'names with their own options':
    'server-both.pem [verify none] open.example.test\nserver-both.pem [verify required ca-file root.pem] a.test *.example.test\nb-only-both.pem\n',
  'a verifying default': 'server-both.pem [verify required ca-file root.pem]\nb-only-both.pem [verify none] b.test\n'
}
const names: readonly Connecting[] = [
  { sni: 'a.test' },
  { sni: 'b.test' },
  { sni: 'x.example.test' },
  { sni: 'open.example.test' },
  { sni: 'unknown.test' },
  { host: 'a.test' },
  { sni: 'b.test', host: 'a.test' }
]

const hops: Readonly<Record<string, string>> = {
  'no certificate': 'ssl verify none',
  'a good one': 'ssl verify none crt chain-both.pem',
  verified: 'ssl verify required ca-file server-ca.pem crt chain-both.pem',
  'verified by default': 'ssl ca-file server-ca.pem crt chain-both.pem',
  'other CA': 'ssl ca-file root.pem crt chain-both.pem',
  'name verified': 'ssl ca-file server-ca.pem crt chain-both.pem verifyhost a.test',
  'another name verified': 'ssl ca-file server-ca.pem crt chain-both.pem verifyhost z.test',
  'name sent': 'ssl ca-file server-ca.pem crt chain-both.pem sni str(a.test)',
  'another name sent': 'ssl ca-file server-ca.pem crt chain-both.pem sni str(z.test)',
  'name sent wins': 'ssl ca-file server-ca.pem crt chain-both.pem sni str(a.test) verifyhost z.test',
  'wildcard verified': 'ssl ca-file server-ca.pem crt chain-both.pem verifyhost x.example.test',
  'plain to TLS': ''
}

export interface HaproxyMatrix {
  readonly text: string
  readonly lists: Readonly<Record<string, string>>
  readonly cases: readonly HaproxyCase[]
}

export function haproxyMatrix(first: number): HaproxyMatrix {
  let port = first
  const sections: string[] = []
  const cases: HaproxyCase[] = []
  const files: Record<string, string> = {}
  const versions = ['1.2', '1.3'] as const
  const frontend = (options: string, rules: string) =>
    sections.push(`frontend f${port}\n  bind 127.0.0.1:${port} ssl ${options}\n  ${rules}\n  ${content}`)
  for (const [name, [options, rules = '']] of Object.entries(policies)) {
    port++
    frontend(options, rules)
    for (const [who, client] of Object.entries(oracleClients)) {
      if (!whole.has(name) && !few.includes(who)) continue
      for (const tls of /TLS|sign|suites|curve/.test(name) ? versions : [versions[cases.length % 2]!])
        for (const path of name === 'by path' ? ['/', '/admin'] : ['/'])
          cases.push({ name: `haproxy ${name} × ${who}, TLS ${tls}, ${path}`, port, client: { ...client, sni: 'a.test', tls, path } })
    }
    if (name === 'strict')
      for (const sni of [undefined, 'unknown.test']) cases.push({ name: `haproxy strict × ${sni}`, port, client: sni ? { sni } : {} })
    if (name === 'required') cases.push({ name: 'haproxy required × plain HTTP', port, client: { plain: true, host: 'a.test' } })
  }
  for (const [name, list] of Object.entries(lists)) {
    port++
    files[`list${port}.txt`] = list
    frontend(`crt-list list${port}.txt`, '')
    for (const who of ['none', 'direct', 'stranger-lone'])
      for (const client of names)
        cases.push({
          name: `haproxy ${name} × ${who}, ${client.sni ?? 'no SNI'}`,
          port,
          client: { ...oracleClients[who], ...client, tls: versions[cases.length % 2]! }
        })
  }
  const upstream = first + 400
  sections.push(`frontend up\n  bind 127.0.0.1:${upstream} ssl ${crt} verify required ca-file root.pem\n  ${content}`)
  for (const [name, options] of Object.entries(hops)) {
    port++
    sections.push(
      `frontend f${port}\n  bind 127.0.0.1:${port} ssl ${crt}\n  default_backend b${port}`,
      `backend b${port}\n  server s 127.0.0.1:${upstream} ${options}`
    )
    cases.push({ name: `haproxy hop: ${name}`, port, client: { sni: 'a.test' }, hop: true })
  }
  for (const [name, rule] of [
    ['required', ''],
    ['optional', ''],
    ['optional', 'tcp-request session reject unless { ssl_c_used }'],
    ['optional', 'tcp-request content reject unless { ssl_c_used }']
  ] as const) {
    port++
    sections.push(
      `frontend f${port}\n  mode tcp\n  bind 127.0.0.1:${port} ssl ${crt} verify ${name} ca-file root.pem\n  ${rule}\n  default_backend b${port}`,
      `backend b${port}\n  mode tcp\n  server s 127.0.0.1:${upstream} ssl verify none crt chain-both.pem`
    )
    for (const who of few)
      cases.push({
        name: `haproxy tcp ${name} ${rule} × ${who}`,
        port,
        client: { ...oracleClients[who], sni: 'a.test', tls: versions[cases.length % 2]! },
        hop: true,
        tcp: true
      })
  }
  port++
  sections.push(`frontend f${port}\n  mode tcp\n  bind 127.0.0.1:${port} ssl ${crt} verify optional ca-file root.pem`)
  for (const who of ['none', 'direct', 'stranger-lone'])
    cases.push({
      name: `haproxy tcp without a backend × ${who}`,
      port,
      client: { ...oracleClients[who], sni: 'a.test' },
      hop: true,
      tcp: true
    })
  const log = 'HANDSHAKE %cp [%[ssl_c_err],%[ssl_c_ca_err]] %[ssl_fc_err_str]'
  const text = `global
  log stdout format raw local0
defaults
  mode http
  log global
  error-log-format "${log}"
  retries 0
  timeout client 5s
  timeout server 5s
  timeout connect 5s
${sections.join('\n')}
`
  return { text, lists: files, cases }
}
