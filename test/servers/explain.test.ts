/** Real failures on loopback, and whether the words that real programs find for them are understood. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { explainError } from '../../server/src/explain/explain.js'
import { makePki } from '../pki.js'
import { nginxMissing, pause, type RunningNginx, request, startNginx, testConfiguration } from './nginx.js'

const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-explain-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const pki = makePki(`
root.pem: {subject: 'CN=Acme Root'}
issuing.pem: {issuer: root, subject: 'CN=Acme Issuing CA 1'}
stranger.pem: {subject: 'CN=Stranger Root'}
server.pem: {issuer: issuing, san: [api.internal, 'ip:127.0.0.1'], eku: [server]}
server.key: {key: server}
fullchain.pem: [server, issuing]
elsewhere.pem: {issuer: root, san: [elsewhere.internal], eku: [server]}
elsewhere.key: {key: elsewhere}
outdated.pem: {issuer: root, san: [api.internal, 'ip:127.0.0.1'], eku: [server], notAfter: 2024-01-01}
outdated.key: {key: outdated}
client.pem: {issuer: root, subject: 'CN=alice', eku: [client]}
client.key: {key: client}
lone.pem: {issuer: issuing, subject: 'CN=bob', eku: [client]}
lone.key: {key: lone}
expired.pem: {issuer: root, subject: 'CN=carol', eku: [client], notAfter: 2024-01-01}
expired.key: {key: expired}
wrong.pem: {issuer: root, subject: 'CN=dave', eku: [server]}
wrong.key: {key: wrong}
foreign.pem: {issuer: stranger, subject: 'CN=eve', eku: [client]}
foreign.key: {key: foreign}
`)
for (const [name, text] of pki) writeFileSync(join(folder, name), text, { mode: 0o600 })
const file = (name: string) => join(folder, name)

const missing = (program: string, ...words: string[]) => (spawnSync(program, words).status === 0 ? false : `${program} is not installed`)
const haproxyMissing = missing('haproxy', '-v')

type Expected = readonly [id: string, saidBy: string, about: string]

function assertExplained(text: string, [id, saidBy, about]: Expected): void {
  const [first] = explainError(text).explanations
  assert.deepEqual([first?.id, first?.saidBy, first?.about], [id, saidBy, about], text)
}

const ports = { verifying: 0, leafOnly: 0, elsewhere: 0, outdated: 0, plain: 0, haproxy: 0 }

/** In this order: hooks of one level may run side by side. */
before(async () => {
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
  if (!nginxMissing) await startBehindNginx()
  if (!haproxyMissing) await startHaproxy()
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

const server = (port: number, certificate: string, more = '') => `server {
  listen 127.0.0.1:${port} ssl;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate ${file(`${certificate}.pem`)};
  ssl_certificate_key ${file(`${certificate === 'fullchain' ? 'server' : certificate}.key`)};
  ${more}
}`

let nginx: RunningNginx | undefined

async function startBehindNginx(): Promise<void> {
  const demanding = `ssl_verify_client on; ssl_client_certificate ${file('root.pem')};`
  writeFileSync(
    file('nginx.conf'),
    `error_log stderr info; pid nginx.pid; events {} http { access_log off;
${server(ports.verifying, 'fullchain', demanding)}
${server(ports.leafOnly, 'server')}
${server(ports.elsewhere, 'elsewhere')}
${server(ports.outdated, 'outdated')}
server { listen 127.0.0.1:${ports.plain}; location / { proxy_pass https://127.0.0.1:${ports.leafOnly}; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${file('root.pem')}; proxy_ssl_name api.internal; }
  location /name { proxy_pass https://127.0.0.1:${ports.elsewhere}; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${file('root.pem')}; proxy_ssl_name api.internal; } }
}`
  )
  nginx = await startNginx(file('nginx.conf'), ports.verifying)
}
after(() => nginx?.stop())

/** What the error log says of what happens meanwhile. */
async function logOf(act: () => Promise<unknown>): Promise<string> {
  const length = nginx!.log().length
  await act()
  for (let attempt = 0; attempt < 40; attempt++) {
    const said = nginx!
      .log()
      .slice(length)
      .split('\n')
      .find(line => /SSL|certificate/.test(line))
    if (said) return said
    await pause(25)
  }
  return nginx!.log().slice(length)
}

const asClient = (name?: string) => ({
  serverName: 'api.internal',
  ca: pki.get('root.pem')!,
  ...(name && { cert: pki.get(`${name}.pem`)!, key: pki.get(`${name}.key`)! })
})

describe('nginx says of its clients', { skip: nginxMissing }, () => {
  const cases: readonly (readonly [string, string | undefined, string])[] = [
    ['no certificate', undefined, 'nginx/client-sent-no-certificate'],
    ['a lone leaf', 'lone', 'openssl/verify-21'],
    ['a stranger', 'foreign', 'openssl/verify-21'],
    ['an expired one', 'expired', 'openssl/verify-10'],
    ['one for servers', 'wrong', 'openssl/verify-26']
  ]
  for (const [name, client, id] of cases) {
    it(name, async () =>
      assertExplained(await logOf(() => request(ports.verifying, asClient(client))), [id, 'server', 'client-certificate'])
    )
  }
  it('one that does not trust it', { skip: missing('openssl', 'version') }, async () => {
    const words = ['s_client', '-connect', `127.0.0.1:${ports.leafOnly}`, '-CAfile', file('stranger.pem'), '-verify_return_error']
    assertExplained(await logOf(() => say('openssl', words)), ['alert/unknown_ca/received', 'client', 'server-certificate'])
  })
})

describe('nginx says of its upstreams', { skip: nginxMissing }, () => {
  it('a missing intermediate', async () => {
    assertExplained(await logOf(() => fetch(`http://127.0.0.1:${ports.plain}/`)), ['openssl/verify-21', 'client', 'server-certificate'])
  })
  it('another name', async () => {
    assertExplained(await logOf(() => fetch(`http://127.0.0.1:${ports.plain}/name`)), [
      'nginx/upstream-name',
      'client',
      'server-certificate'
    ])
  })
})

describe('nginx -t says', { skip: nginxMissing }, () => {
  const cases: readonly (readonly [string, string])[] = [
    [`ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.key')}; ssl_verify_client on;`, 'nginx/no-client-ca'],
    [`ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('client.key')};`, 'nginx/key-mismatch'],
    [`ssl_certificate ${file('server.key')}; ssl_certificate_key ${file('server.key')};`, 'nginx/certificate-kind'],
    [`ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.pem')};`, 'nginx/key-kind'],
    [`ssl_certificate ${file('absent.pem')}; ssl_certificate_key ${file('server.key')};`, 'nginx/key-missing-or-certificate-missing'],
    [`ssl_certificate ${file('server.pem')};`, 'nginx/no-key'],
    [
      `ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.key')}; ssl_verify_client on; ssl_client_certificate ${file('server.key')};`,
      'nginx/bundle-kind'
    ],
    [
      `ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.key')}; ssl_verify_client on; ssl_client_certificate ${file('absent.pem')};`,
      'nginx/bundle-missing'
    ],
    ['ssl_verify_client required;', 'nginx/invalid-value'],
    ['location / { ssl_verify_client on; }', 'nginx/not-allowed-here'],
    ['ssl_verfy_client on;', 'nginx/unknown-directive'],
    ['', 'nginx/no-certificate']
  ]
  for (const [settings, id] of cases) {
    it(id, () => {
      writeFileSync(file('wrong.conf'), `events {} http { server { listen 127.0.0.1:${ports.plain} ssl; ${settings} } }`)
      assertExplained(testConfiguration(file('wrong.conf')).message, [id, 'configuration-test', 'configuration'])
    })
  }
})

let haproxy: ChildProcess | undefined
let haproxyLog = ''

const haproxyText = (bind: string) => `global
  log stdout format raw local0 debug
defaults
  mode http
  log global
  option httplog
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend fe_mtls
  bind 127.0.0.1:${ports.haproxy} ${bind}
  http-request return status 200
`

async function startHaproxy(): Promise<void> {
  writeFileSync(file('bundle.pem'), `${pki.get('server.pem')}${pki.get('issuing.pem')}${pki.get('server.key')}`)
  writeFileSync(file('haproxy.cfg'), haproxyText(`ssl crt ${file('bundle.pem')} ca-file ${file('root.pem')} verify required`))
  haproxy = spawn('haproxy', ['-db', '-f', file('haproxy.cfg')], { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [haproxy.stdout!, haproxy.stderr!]) {
    stream.setEncoding('utf8').on('data', (it: string) => {
      haproxyLog += it
    })
  }
  for (let attempt = 0; attempt < 200 && !(await takesConnections(ports.haproxy)); attempt++) await pause(25)
}
after(() => void haproxy?.kill('SIGTERM'))

function takesConnections(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectTcp(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

describe('HAProxy says', { skip: haproxyMissing }, () => {
  const handshakes = [
    ['of a client without a certificate', undefined, ['haproxy/handshake-failure', 'unknown', 'connection']],
    ['of a stranger', 'foreign', ['haproxy/client-not-trusted', 'server', 'client-certificate']]
  ] as const
  for (const [name, client, expected] of handshakes) {
    it(name, async () => {
      const length = haproxyLog.length
      await request(ports.haproxy, asClient(client))
      for (let attempt = 0; attempt < 80 && !haproxyLog.slice(length).includes('fe_mtls'); attempt++) await pause(25)
      assertExplained(haproxyLog.slice(length), expected)
    })
  }
  const cases: readonly (readonly [string, string])[] = [
    [`ssl crt ${file('bundle.pem')} verify required`, 'haproxy/no-ca'],
    ['ssl', 'haproxy/no-crt'],
    [`ssl crt ${file('bundle.pem')} ca-file ${file('absent.pem')} verify required`, 'haproxy/ca-missing'],
    [`ssl crt ${file('bundle.pem')} ca-file ${file('server.key')} verify required`, 'haproxy/ca-kind'],
    [`ssl crt ${file('absent.pem')}`, 'haproxy/crt-missing'],
    [`ssl crt ${file('root.pem')}`, 'haproxy/no-key'],
    [`ssl crt ${file('bundle.pem')} verify on`, 'haproxy/verify-word'],
    [`ssl crt ${file('bundle.pem')} ca_file x`, 'haproxy/unknown-keyword']
  ]
  for (const [bind, id] of cases) {
    it(`-c: ${id}`, () => {
      writeFileSync(file('wrong.cfg'), haproxyText(bind))
      const { stderr } = spawnSync('haproxy', ['-c', '-f', file('wrong.cfg')], { encoding: 'utf8' })
      assertExplained(stderr, [id, 'configuration-test', 'configuration'])
    })
  }
})

/** How a program connects: where to, and whom it trusts. Its words are what counts. */
type Dial = (port: number, ca: string) => Promise<string>

const say = (program: string, words: readonly string[], input = ''): Promise<string> =>
  new Promise(resolve => {
    const child = execFile(program, words, { timeout: 60_000, encoding: 'utf8' }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`))
    child.stdin?.on('error', () => {}).end(input)
  })

const goText = `package main
import ("crypto/tls"; "crypto/x509"; "fmt"; "net/http"; "os")
func main() {
  pem, _ := os.ReadFile(os.Args[2])
  roots := x509.NewCertPool()
  roots.AppendCertsFromPEM(pem)
  client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
  _, err := client.Get("https://127.0.0.1:" + os.Args[1] + "/")
  fmt.Println(err)
}
`
const javaText = `import java.io.*; import java.net.*; import java.security.KeyStore; import java.security.cert.*; import javax.net.ssl.*;
public class Dial { public static void main(String[] words) throws Exception {
  KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType()); store.load(null);
  store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(words[1])));
  TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX"); trust.init(store);
  SSLContext context = SSLContext.getInstance("TLS"); context.init(null, trust.getTrustManagers(), null);
  HttpsURLConnection connection = (HttpsURLConnection) new URL("https://127.0.0.1:" + words[0] + "/").openConnection();
  connection.setSSLSocketFactory(context.getSocketFactory());
  try { System.out.println(connection.getResponseCode()); } catch (IOException error) { error.printStackTrace(); }
} }
`
const pythonText = `import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
try:
    with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="127.0.0.1") as connection:
        connection.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        connection.recv(100)
except Exception as error:
    print(type(error).__module__ + "." + type(error).__name__ + ": " + str(error))
`

const dialNode: Dial = (port, ca) =>
  new Promise(resolve => {
    const socket = connectTls({ host: '127.0.0.1', port, ca: pki.get(ca)! }, () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    socket.once('error', error => resolve(`${error.stack} code: '${(error as NodeJS.ErrnoException).code}'`))
    socket.once('end', () => resolve('no error')).resume()
  })

const unknownIssuer: Readonly<Record<string, string>> = {
  go: 'go/unknown-authority',
  java: 'java/path-building',
  node: 'node/unable-to-verify-leaf-signature'
}
const validity: Readonly<Record<string, string>> = { go: 'go/expired', java: 'java/expired', node: 'node/cert-has-expired' }
const name: Readonly<Record<string, string>> = {
  go: 'go/address',
  java: 'java/address',
  node: 'node/altname-invalid',
  curl: 'curl/no-alternative-name',
  python: 'python/address',
  openssl: 'openssl/verify-64'
}

const programs: readonly (readonly [product: string, skip: string | false, dial: Dial])[] = [
  ['node', false, dialNode],
  [
    'openssl',
    missing('openssl', 'version'),
    (port, ca) =>
      say('openssl', [
        's_client',
        '-connect',
        `127.0.0.1:${port}`,
        '-CAfile',
        file(ca),
        '-verify_ip',
        '127.0.0.1',
        '-verify_return_error',
        '-ign_eof'
      ])
  ],
  [
    'curl',
    missing('curl', '--version'),
    (port, ca) => say('curl', ['-sS', '--noproxy', '*', '--cacert', file(ca), `https://127.0.0.1:${port}/`])
  ],
  ['python', missing('python3', '--version'), (port, ca) => say('python3', ['-c', pythonText, String(port), file(ca)])],
  [
    'java',
    missing('java', '-version'),
    (port, ca) => {
      writeFileSync(file('Dial.java'), javaText)
      return say('java', [file('Dial.java'), String(port), file(ca)])
    }
  ],
  [
    'go',
    missing('go', 'version'),
    (port, ca) => {
      writeFileSync(file('dial.go'), goText)
      return say('go', ['run', file('dial.go'), String(port), file(ca)])
    }
  ]
]

for (const [product, skip, dial] of programs) {
  describe(`${product} says, as a client`, { skip: skip || nginxMissing }, () => {
    it('of a server without its intermediate', async () => {
      assertExplained(await dial(ports.leafOnly, 'root.pem'), [
        unknownIssuer[product] ?? 'openssl/verify-20',
        'client',
        'server-certificate'
      ])
    })
    it('of an expired server', async () => {
      assertExplained(await dial(ports.outdated, 'root.pem'), [validity[product] ?? 'openssl/verify-10', 'client', 'server-certificate'])
    })
    it('of a server of another name', async () => {
      assertExplained(await dial(ports.elsewhere, 'root.pem'), [name[product]!, 'client', 'server-certificate'])
    })
    it('of a server that demands a certificate', { skip: haproxyMissing }, async () => {
      // Who is still writing when the connection is closed may not get to read the alert, so it is given several chances.
      let said = ''
      for (let attempt = 0; attempt < 5 && !/certificate[_ ]required/i.test(said); attempt++) said = await dial(ports.haproxy, 'root.pem')
      // Java may never read it, however often it tries on a busy machine; what it says then is known as well.
      const isUnread = product === 'java' && /Error writing to server/.test(said) && !/certificate[_ ]required/i.test(said)
      assertExplained(
        said,
        isUnread ? ['java/write-failed', 'unknown', 'connection'] : ['alert/certificate_required/received', 'server', 'client-certificate']
      )
    })
  })
}
