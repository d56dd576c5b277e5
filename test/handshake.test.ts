/** Predictions where no server is at hand: what cannot be known, what makes no sense, and what the command line prints. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import {
  type ClientByHand,
  clientIdentity,
  defaultSettings,
  type HandshakeAnswer,
  openWorkspace,
  parsePem,
  predictHandshake
} from '../server/src/service.js'
import { repository } from './files.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const pki = makePki(`
root.pem:
int: {issuer: root}
server.pem: {issuer: root, san: [a.test]}
server.key: {key: server}
client.pem: {issuer: root, eku: client}
client.key: {key: client}
rsa.pem: {issuer: root, eku: client, key: rsa2048}
rsa.key: {key: rsa}
ten-wrong.pem: [int, client, root, server, client, int, root, server, client, int]
encrypted.key: {key: client, format: encrypted}
ten.pem: [client, int, root, server, client, int, root, server, client, int]
`)

const at = new Date('2026-01-01')
const identity = 'ssl_certificate server.pem; ssl_certificate_key server.key;'
const demand = 'ssl_client_certificate root.pem; ssl_verify_client on;'
const nginx = (server: string) => `events {}\nhttp {\n  server {\n    listen 127.0.0.1:8443 ssl;\n    ${identity}\n    ${server}\n  }\n}\n`

interface Asked {
  readonly listen?: string
  readonly client?: ClientByHand | { readonly configuration: string }
  readonly file?: string
}

function ask(
  text: string,
  { listen, client = nobody, file = 'nginx.conf' }: Asked = {},
  more: Readonly<Record<string, string>> = {}
): HandshakeAnswer {
  const files = new Map<string, SourceFile>()
  for (const [name, content] of [...pki, ...Object.entries(more), [file, text] as const])
    files.set(`/w/${name}`, sourceFile(`/w/${name}`, content))
  const settings = { ...defaultSettings, nginx: { version: '1.28.0' } }
  const configurations = [file, ...Object.keys(more)].map(it => `/w/${it}`)
  const workspace = openWorkspace({ read: readFrom(files), files: configurations, settings })
  return predictHandshake({ workspace, server: `/w/${file}`, client, at, ...(listen !== undefined && { listen }) })
}

const nobody: ClientByHand = { presents: { kind: 'nothing' }, serverName: 'a.test' }
const pem = (name: string) => parsePem(sourceFile(`/w/${name}`, pki.get(name)!))
const holding = (cert: string, key: string): ClientByHand => ({ presents: clientIdentity(pem(cert), pem(key)), serverName: 'a.test' })

describe('what is known', () => {
  test('a good client gets in, step by step', () => {
    const answer = ask(nginx(`${demand} return 200 ok;`), { client: holding('client.pem', 'client.key') })
    assert.equal(answer.result, 'accepted')
    assert.equal(answer.httpStatus, 200)
    assert.equal(answer.verifyVariable, 'SUCCESS')
    assert.deepEqual(
      answer.steps.map(it => `${it.from} ${it.message}`),
      [
        'client ClientHello',
        'server ServerHello',
        'server Certificate',
        'client CertificateVerify',
        'server CertificateRequest',
        'client Certificate',
        'server CertificateVerify',
        'server Response'
      ]
    )
    assert.match(answer.steps[4]!.says, /acceptable CAs: CN=root/)
  })
  test('a rejection leads to the text that brings it about', () => {
    const answer = ask(nginx(demand))
    assert.equal(answer.httpStatus, 400)
    assert.deepEqual(answer.error, { openssl: null, text: 'client sent no required SSL certificate' })
    const [first] = answer.because
    assert.equal(first?.rule, 'client-certificate-missing')
    assert.equal(nginx(demand).slice(first!.at.start, first!.at.end), 'on')
  })
  test('ten certificates in the file of a client are no harm when the first is its own', () => {
    const answer = ask(nginx(`${demand} return 200 ok;`), { client: holding('ten.pem', 'client.key') })
    assert.equal(answer.result, 'accepted')
    assert.match(
      answer.steps.find(it => it.message === 'Certificate' && it.from === 'client')!.says,
      /^client, and 9 that do not follow, from/
    )
  })
  test('ten certificates are refused when another stands first', () => {
    const answer = ask(nginx(`${demand} return 200 ok;`), { client: holding('ten-wrong.pem', 'client.key') })
    assert.equal(answer.side, 'client')
    assert.match(answer.because[0]!.message, /the key is not that of int, the first certificate of the file/)
  })
  test('an encrypted key is taken to fit, and the answer says so', () => {
    const answer = ask(nginx(`${demand} return 200 ok;`), { client: holding('client.pem', 'encrypted.key') })
    assert.equal(answer.result, 'accepted')
    assert.ok(answer.steps.some(it => it.says.includes('cannot be looked into here')))
  })
  test('a gateway in another file is a client', () => {
    const gateway = `events {}\nhttp { server { listen 127.0.0.1:8080; location / { proxy_pass https://127.0.0.1:8443; proxy_ssl_certificate client.pem; proxy_ssl_certificate_key client.key; } } }`
    const answer = ask(
      nginx(`${demand} return 200 ok;`),
      { client: { configuration: '/w/gateway.nginx.conf' } },
      { 'gateway.nginx.conf': gateway }
    )
    assert.equal(answer.result, 'accepted')
    assert.match(answer.steps[0]!.says, /without server_name/)
  })
})

describe('bad input gets an answer that says so', () => {
  const cases: Readonly<Record<string, readonly [HandshakeAnswer, Partial<HandshakeAnswer>, RegExp?]>> = {
    'a key of another certificate': [
      ask(nginx(demand), { client: holding('client.pem', 'server.key') }),
      { result: 'rejected', side: 'client', error: { openssl: null, text: 'key values mismatch' } }
    ],
    'a key of another kind': [
      ask(nginx(demand), { client: holding('client.pem', 'rsa.key') }),
      { result: 'rejected', side: 'client', error: { openssl: null, text: 'no certificate assigned' } }
    ],
    'no key at all': [
      ask(nginx(demand), { client: holding('client.pem', 'root.pem') }),
      { result: 'rejected', side: 'client', error: { openssl: null, text: 'no private key assigned' } }
    ],
    'a configuration that does not parse': [
      ask('events {}\nhttp { server { listen 8443 ssl;\n ssl_verify_client on\n } }'),
      { result: 'rejected', side: 'server' },
      /configuration is refused/
    ],
    'a configuration without an end': [
      ask('events {}\nhttp { server {'),
      { result: 'rejected', side: 'server' },
      /configuration is refused/
    ],
    'a listener that is not there': [
      ask(nginx(''), { listen: '127.0.0.1:1' }),
      { result: 'unknown' },
      /nothing that has to do with TLS listens on 127\.0\.0\.1:1: there is 127\.0\.0\.1:8443/
    ],
    'no listener at all': [ask('events {}\nhttp { }'), { result: 'unknown' }, /nothing listens/],
    'a file that is no configuration': [ask('hello', { file: 'notes.txt' }), { result: 'unknown' }, /no configuration/],
    'a configuration of Envoy that does not parse': [
      ask('static_resources:\n  listeners:\n  - name: [\n', { file: 'envoy.yaml' }),
      { result: 'unknown' },
      /envoy\.yaml does not parse: /
    ],
    'a client configuration that does not parse': [
      ask(nginx(''), { client: { configuration: '/w/broken.nginx.conf' } }, { 'broken.nginx.conf': 'events {}\nhttp { server {' }),
      { result: 'unknown' },
      /broken\.nginx\.conf does not parse: /
    ],
    'a client configuration that is not there': [
      ask(nginx(''), { client: { configuration: '/w/missing.conf' } }),
      { result: 'unknown' },
      /missing\.conf is not there/
    ],
    'a client configuration without clients': [
      ask(nginx(''), { client: { configuration: '/w/nginx.conf' } }),
      { result: 'unknown' },
      /no TLS client/
    ]
  }
  for (const [name, [answer, expected, reason]] of Object.entries(cases)) {
    test(name, () => {
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(answer[field as keyof HandshakeAnswer], value, field)
      if (reason) assert.match(answer.reason ?? '', reason)
    })
  }
  test('several listeners', () => {
    const text = nginx('listen 127.0.0.1:9443 ssl;')
    assert.match(ask(text).reason ?? '', /which listener .* is meant\? There is 127\.0\.0\.1:8443, 127\.0\.0\.1:9443/)
    assert.equal(ask(text, { listen: '127.0.0.1:9443' }).result, 'accepted')
    assert.equal(ask(text, { listen: '9443' }).result, 'accepted')
  })
})

describe('unknown, and why', () => {
  const client = holding('client.pem', 'client.key')
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a bundle on another machine': [
      'ssl_client_certificate /srv/elsewhere/ca.pem; ssl_verify_client on;',
      /\/srv\/elsewhere\/ca\.pem is not here/
    ],
    'a condition on a header': [
      `${demand} if ($http_x_token = secret) { return 403; } return 200 ok;`,
      /\$http_x_token is known only when it runs/
    ],
    'a password': [`${demand} auth_basic realm;`, /auth_basic decides/],
    'a pattern that might take forever': [
      `${demand} location ~ ^(a+)+$ { return 200 ok; } location / { return 403; }`,
      /which location takes/
    ],
    'a pattern among the names': ['server_name ~^(?<x>.+)\\.test$;', /whether server_name/]
  }
  for (const [name, [server, reason]] of Object.entries(cases)) {
    test(name, () => {
      const answer = ask(nginx(server), { client })
      assert.equal(answer.result, 'unknown')
      assert.match(answer.reason ?? '', reason)
    })
  }
  test('a return comes before any address is looked at', () => {
    const answer = ask(nginx(`${demand} location / { allow 10.0.0.0/8; deny all; return 200 ok; }`), { client })
    assert.equal(answer.httpStatus, 200)
  })
})

test('hostile input ends', { timeout: 20_000 }, () => {
  const deep = 'location / {'.repeat(100_000)
  assert.equal(ask(nginx(deep)).result, 'rejected')
  const loops = nginx('error_page 403 /a; location / { return 403; } location /a { return 403; }')
  assert.equal(ask(loops).httpStatus, 403)
  const maps = `map $b $a { default $b; }\nmap $a $b { default $a; }`
  assert.equal(ask(nginx('if ($a) { return 403; }').replace('http {', `http {\n${maps}`)).result, 'unknown')
  const self = nginx('location / { proxy_pass https://127.0.0.1:8443; }')
  assert.match(ask(self).reason ?? '', /without end/)
  const bombs = nginx(`location ~ ${'(x+x+)+'.repeat(20)}y { return 200; }`)
  assert.equal(ask(bombs).result, 'unknown')
})

const envoyListener = `static_resources:
  listeners:
  - name: ingress
    address: { socket_address: { address: 0.0.0.0, port_value: 8443 } }
    filter_chains:
    - filters: []
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          require_client_certificate: true
          common_tls_context:
            tls_certificates:
            - certificate_chain: { filename: server.pem }
              private_key: { filename: server.key }
            validation_context:
              trusted_ca: { filename: root.pem }
`

test('what was not measured says so', () => {
  const answer = ask(envoyListener, { file: 'envoy.yaml', client: nobody })
  assert.match(answer.notMeasured ?? '', /no running Envoy was at hand/)
  assert.equal(answer.result, 'rejected')
  assert.equal(answer.alert, 'certificate required')
})

test('what was not measured says so behind a proxy too', () => {
  const proxy = nginx('location / { proxy_pass https://127.0.0.1:9443; proxy_ssl_protocols TLSv1.3; }')
  const answer = ask(proxy, { client: nobody }, { 'envoy.yaml': envoyListener.replace('8443', '9443') })
  assert.equal(answer.httpStatus, 502)
  assert.equal(answer.alert, 'certificate required')
  assert.match(answer.notMeasured ?? '', /no running Envoy was at hand/)
})

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-handshake-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of pki) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'nginx.conf'), nginx(`${demand} return 200 ok;`))
  writeFileSync(join(folder, 'refused.conf'), nginx('ssl_verify_client required;'))
  const gateway =
    'events {}\nhttp { server { listen 127.0.0.1:8080; location / { proxy_pass https://127.0.0.1:8443; proxy_ssl_verify on; proxy_ssl_trusted_certificate root.pem; } } }\n'
  writeFileSync(join(folder, 'gateway.conf'), gateway)
  const run = (...args: readonly string[]) => {
    const command = [
      '--import',
      join(repository, 'node_modules/tsx/dist/esm/index.mjs'),
      join(repository, 'server/src/cli/main.ts'),
      ...args
    ]
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const client = ['--cert', 'client.pem', '--key', 'client.key', '--sni', 'a.test', '--ca', 'root.pem', '--at', '2026-01-01']

  test('prints the fields of interfaces.md', () => {
    const { status, stdout } = run('handshake', 'nginx.conf', ...client, '--format', 'json')
    const answer = JSON.parse(stdout)
    assert.deepEqual(Object.keys(answer), [
      'configTest',
      'result',
      'side',
      'httpStatus',
      'error',
      'verifyVariable',
      'alert',
      'because',
      'steps'
    ])
    assert.deepEqual(answer.configTest, { ok: true, file: null, line: null, message: null })
    assert.equal(answer.result, 'accepted')
    assert.equal(status, 0)
  })
  test('ends with 1 for a rejection, and leads to its cause', () => {
    const { status, stdout } = run('handshake', 'nginx.conf', '--sni', 'a.test', '--format', 'json')
    assert.equal(status, 1)
    const start = `    ${demand}`.indexOf(' on;') + 1
    assert.deepEqual(JSON.parse(stdout).because[0], {
      file: 'nginx.conf',
      range: { start: { line: 5, character: start }, end: { line: 5, character: start + 2 } },
      message: 'a certificate is demanded here, and the client presents none',
      rule: 'client-certificate-missing'
    })
  })
  test('says what the configuration test would say', () => {
    const { stdout } = run('handshake', 'refused.conf', ...client, '--format', 'json')
    assert.deepEqual(JSON.parse(stdout).configTest, { ok: false, file: 'refused.conf', line: 6, message: 'invalid value "required"' })
  })
  test('prints the verdict first for people', () => {
    assert.match(run('handshake', 'nginx.conf', ...client).stdout, /^Accepted: HTTP 200, verify result SUCCESS\n/)
    assert.match(
      run('handshake', 'nginx.conf', '--plain').stdout,
      /^Rejected by the server: HTTP 400, client sent plain HTTP request to HTTPS port\n/
    )
  })
  test('ends with 2 where a file does not hold what it is named for, and says what keeps it from that', () => {
    writeFileSync(join(folder, 'damaged.pem'), pki.get('client.pem')!.replace('MII', 'M!I'))
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['--cert', 'client.key', '--key', 'client.key'], /client\.key: no certificate in it/],
      [['--cert', 'damaged.pem', '--key', 'client.key'], /damaged\.pem: no certificate in it: .*on line 2/],
      [['--cert', 'client.pem', '--key', 'root.pem'], /root\.pem: no private key in it/],
      [['--cert', 'client.pem'], /client\.pem: no private key in it, and --key names no other file/],
      [['--cert', 'client.pem', '--key', 'client.key', '--ca', 'client.key'], /client\.key: no certificate in it/]
    ]
    for (const [args, said] of cases) {
      const { status, stderr } = run('handshake', 'nginx.conf', ...args)
      assert.equal(status, 2, stderr)
      assert.match(stderr, said)
    }
  })
  test('says which files do not parse, and which listeners there are', () => {
    writeFileSync(join(folder, 'envoy.yaml'), 'static_resources:\n  listeners:\n  - name: [\n')
    assert.match(run('handshake', 'envoy.yaml').stdout, /envoy\.yaml does not parse/)
    assert.match(
      run('handshake', 'nginx.conf', '--listen', '1').stdout,
      /nothing that has to do with TLS listens on 1: there is 127\.0\.0\.1:8443/
    )
    assert.match(run('handshake', '.').stderr, /a folder, not a file/)
  })
  test('ends with 2 where a file is not there', () => {
    const { status, stderr } = run('handshake', 'nowhere.conf')
    assert.equal(status, 2)
    assert.match(stderr, /nowhere\.conf: there is no such file/)
    assert.equal(run('handshake', 'nginx.conf', '--cert', 'server.key').status, 2)
  })
  test('lists endpoints, and who connects to whom', () => {
    const { endpoints, connections } = JSON.parse(run('endpoints', '.').stdout)
    const server = endpoints.find((it: { file: string }) => it.file === 'nginx.conf')
    assert.equal(server.peer.certificate.value, 'require')
    assert.deepEqual(server.addresses[0].host, '127.0.0.1')
    // Two configurations listen on this address, so that nobody can say which of them the gateway meets.
    assert.equal(connections.length, 0)
    const pair = JSON.parse(run('endpoints', 'nginx.conf', 'gateway.conf').stdout)
    assert.equal(pair.connections.length, 1)
    assert.equal(pair.endpoints[pair.connections[0].client].role, 'client')
    assert.equal(pair.endpoints[pair.connections[0].servers[0]].file, 'nginx.conf')
    assert.match(
      run('endpoints', 'nginx.conf', 'gateway.conf', '--format', 'mermaid').stdout,
      /^flowchart LR\n[\s\S]* -->\|"127\.0\.0\.1:8443"\| /
    )
    assert.match(run('endpoints', 'nginx.conf', 'gateway.conf', '--format', 'dot').stdout, /^digraph endpoints \{\n[\s\S]* -> e\d/)
  })
})

test('a part of a configuration is tested as what it is', () => {
  const part = `server {\n  listen 127.0.0.1:8443 ssl;\n  server_name a.test;\n  ${identity}\n  ${demand}\n}\n`
  const answer = ask(part, { file: 'site.conf' })
  assert.deepEqual(answer.configTest, { ok: true })
  assert.equal(answer.httpStatus, 400)
})
