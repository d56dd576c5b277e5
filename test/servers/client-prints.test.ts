/** curl, `openssl s_client` and Node.js against nginx and HAProxy: what they print, held against what is predicted of the same command. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { diskRead } from '../../server/src/files/disk.js'
import { type HandshakeAnswer, openWorkspace, predictHandshake } from '../../server/src/service.js'
import { makePki } from '../pki.js'
import { haproxyMissing, startHaproxy } from './haproxy.js'
import { copyWithFreePorts, nginxMissing, pause, startNginx, stopped, takesConnections } from './nginx.js'

const installed = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0
const missing: string | false =
  nginxMissing ||
  haproxyMissing ||
  (!installed('curl', '--version') && 'curl is not installed') ||
  (!installed('openssl', 'version') && 'openssl is not installed')

const pki = makePki(`
ca.pem: {notAfter: 2040-01-01}
int: {issuer: ca, notAfter: 2040-01-01}
int.pem: [int]
both.pem: [int, ca]
srv: {issuer: ca, san: [a.test], eku: server, notAfter: 2040-01-01}
srv.pem: [srv, srv.key]
srv.key: {key: srv}
deep: {issuer: int, san: [a.test], eku: server, notAfter: 2040-01-01}
deep.pem: [deep, deep.key]
deep.key: {key: deep}
cli.pem: {issuer: ca, eku: client, notAfter: 2040-01-01}
cli.key: {key: cli}
leaf: {issuer: int, eku: client, notAfter: 2040-01-01}
leaf.pem: [leaf]
leaf.key: {key: leaf}
x.pem: {notAfter: 2040-01-01}
x.key: {key: x}
`)

const nginxConf = `error_log stderr; pid nginx.pid; events {}
http {
  access_log off;
  server { listen 127.0.0.1:8443 ssl; ssl_certificate srv.pem; ssl_certificate_key srv.pem; location / { return 200 ok; } }
  server { listen 127.0.0.1:8444 ssl; ssl_certificate srv.pem; ssl_certificate_key srv.pem; ssl_client_certificate ca.pem; ssl_verify_client on; ssl_verify_depth 3; location / { return 200 ok; } }
  server { listen 127.0.0.1:8445 ssl; ssl_certificate deep.pem; ssl_certificate_key deep.pem; location / { return 200 ok; } }
}
`
const haproxyConf = `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind 127.0.0.1:8446 ssl crt srv.pem ca-file ca.pem verify required
  http-request return status 200
`

const nodeServer = `import https from 'node:https'
import { readFileSync } from 'node:fs'
https.createServer({ cert: readFileSync('srv.pem'), key: readFileSync('srv.key'), ca: readFileSync('ca.pem'), requestCert: true }, (_, it) => it.end('ok')).listen(8447, '127.0.0.1')
`

const resolve = [8443, 8444, 8445, 8446, 8447]
  .map(port => `--resolve a.test:${port}:127.0.0.1 --resolve b.test:${port}:127.0.0.1`)
  .join(' ')
const curl = (port: number, more: string, host = 'a.test') => `curl -sS ${resolve} ${more} https://${host}:${port}/`
const sClient = (port: number, more: string) =>
  `openssl s_client -connect 127.0.0.1:${port} -servername a.test -verify_return_error ${more}`
const program = (port: number, more: string) => `import https from 'node:https'
import { readFileSync } from 'node:fs'
https.get({ host: '127.0.0.1', port: ${port}, servername: 'a.test', agent: false, ${more} }, it => { console.log(it.statusCode); it.resume() }).on('error', it => console.error(it.code, it.message))
`
const demanding = [8444, 8446]
const commands: Readonly<Record<string, string>> = {
  'curl trusts': curl(8443, '--cacert ca.pem'),
  'curl does not trust': curl(8443, '--cacert x.pem'),
  'curl expects another name': curl(8443, '--cacert ca.pem', 'b.test'),
  'curl expects an address': 'curl -sS --cacert ca.pem https://127.0.0.1:8443/',
  'curl does not look': curl(8443, '-k --cacert x.pem'),
  'curl trusts an intermediate': curl(8445, '--cacert int.pem'),
  'curl misses an intermediate': curl(8445, '--cacert ca.pem'),
  ...Object.fromEntries(
    demanding.flatMap(port => [
      [`curl has no certificate, ${port}`, curl(port, '--cacert ca.pem')],
      [`curl has none in TLS 1.2, ${port}`, curl(port, '--cacert ca.pem --tls-max 1.2')],
      [`curl has a good one, ${port}`, curl(port, '--cacert ca.pem --cert cli.pem --key cli.key')],
      [`curl has a stranger’s, ${port}`, curl(port, '--cacert ca.pem --cert x.pem --key x.key')],
      [`curl has a stranger’s in TLS 1.2, ${port}`, curl(port, '--cacert ca.pem --cert x.pem --key x.key --tls-max 1.2')],
      [`curl sends a lone leaf, ${port}`, curl(port, '--cacert ca.pem --cert leaf.pem --key leaf.key')],
      [`curl completes a lone leaf, ${port}`, curl(port, '--cacert both.pem --cert leaf.pem --key leaf.key')],
      [`s_client has no certificate, ${port}`, sClient(port, '-CAfile ca.pem')],
      [`s_client has a stranger’s, ${port}`, sClient(port, '-CAfile ca.pem -cert x.pem -key x.key')],
      [`s_client has none in TLS 1.2, ${port}`, sClient(port, '-CAfile ca.pem -tls1_2')]
    ])
  ),
  'curl is trusted by Node': curl(8447, '--cacert ca.pem --cert cli.pem --key cli.key'),
  'curl is a stranger to Node': curl(8447, '--cacert ca.pem --cert x.pem --key x.key'),
  'curl has nothing for Node': curl(8447, '--cacert ca.pem'),
  'curl has another’s key': curl(8444, '--cacert ca.pem --cert cli.pem --key x.key'),
  's_client does not trust': sClient(8443, '-CAfile x.pem'),
  's_client expects another name': sClient(8443, '-CAfile ca.pem -verify_hostname b.test')
}
const programs: Readonly<Record<string, string>> = {
  'Node trusts': program(8443, "ca: readFileSync('ca.pem')"),
  'Node does not trust': program(8443, "ca: readFileSync('x.pem')"),
  'Node does not look': program(8443, 'rejectUnauthorized: false'),
  ...Object.fromEntries(
    demanding.flatMap(port => [
      [`Node has no certificate, ${port}`, program(port, "ca: readFileSync('ca.pem')")],
      [`Node has none in TLS 1.2, ${port}`, program(port, "ca: readFileSync('ca.pem'), maxVersion: 'TLSv1.2'")],
      [
        `Node has a good one, ${port}`,
        program(port, "ca: readFileSync('ca.pem'), cert: readFileSync('cli.pem'), key: readFileSync('cli.key')")
      ],
      [
        `Node has a stranger’s, ${port}`,
        program(port, "ca: readFileSync('ca.pem'), cert: readFileSync('x.pem'), key: readFileSync('x.key')")
      ]
    ])
  )
}

interface Ran {
  readonly status: string | undefined
  readonly printed: string
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise(done => {
    const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    for (const it of [child.stdout, child.stderr]) it.setEncoding('utf8').on('data', text => (output += text))
    child.stdin.on('error', () => {})
    child.stdin.write('GET / HTTP/1.0\r\n\r\n')
    const timer = setTimeout(() => child.stdin.end(), 1500)
    child.on('close', () => {
      clearTimeout(timer)
      done({
        status: /HTTP\/\S+ (\d{3})|^(\d{3})$/m
          .exec(output)
          ?.slice(1)
          .find(it => it),
        printed: output
      })
    })
  })
}

/** Without what changes from one run or release to the next: versions, thread numbers, lines of OpenSSL's source. */
const plain = (printed: string): string => printed.replace(/OpenSSL\/[\d.]+[a-z]*: /g, '').replace(/(?:\.\.\/)[^\s:]+\.c:\d+:/g, '')

describe('what clients print', { skip: missing }, async () => {
  const source = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  for (const [name, text] of pki) writeFileSync(join(source, name), text)
  writeFileSync(join(source, 'nginx.conf'), nginxConf)
  writeFileSync(join(source, 'haproxy.cfg'), haproxyConf)
  // Its port becomes a free one as those of the others do.
  writeFileSync(join(source, 'ports.conf'), '127.0.0.1:8447')
  const stops: (() => unknown)[] = [() => rmSync(source, { recursive: true, force: true })]
  after(async () => {
    for (const it of stops.reverse()) await it()
  })
  let folder = ''
  let port = (written: number): number => written
  before(async () => {
    const copy = await copyWithFreePorts(source)
    stops.push(copy.remove)
    ;({ folder, port } = copy)
    writeFileSync(join(folder, 'server.mjs'), atFreePorts(nodeServer))
    const nginx = await startNginx(join(folder, 'nginx.conf'), port(8443))
    stops.push(nginx.stop)
    const node = spawn(process.execPath, ['server.mjs'], { cwd: folder, stdio: 'ignore' })
    stops.push(() => stopped(node))
    while (!(await takesConnections(port(8447)))) await pause(25)
    const haproxy = await startHaproxy(join(folder, 'haproxy.cfg'), port(8446))
    stops.push(haproxy.stop)
  })
  const atFreePorts = (text: string): string => text.replace(/\b(844[3-7])\b/g, (_, written) => String(port(Number(written))))

  function ask(name: string, text: string): HandshakeAnswer {
    writeFileSync(join(folder, name), text)
    const server = join(folder, configurations.get(portIn(text)) ?? 'nginx.conf')
    const client = join(folder, name)
    const read = diskRead()
    const workspace = openWorkspace({ read, files: [server, client] })
    return predictHandshake({ workspace, server, client: { configuration: client }, at: new Date() })
  }
  const configurations = new Map([
    [8446, 'haproxy.cfg'],
    [8447, 'server.mjs']
  ])
  /** The port that it connects to, as it was written. */
  const portIn = (text: string): number => {
    const found = /(?:test|127\.0\.0\.1):(\d+)\/$|-connect 127\.0\.0\.1:(\d+)|port: (\d+)/m.exec(text)!
    const used = Number(found.slice(1).find(it => it !== undefined))
    return [8443, 8444, 8445, 8446, 8447].find(it => port(it) === used)!
  }

  for (const [name, command] of Object.entries(commands))
    test(name, async () => {
      const text = atFreePorts(command)
      const answer = ask('run.sh', `${text}\n`)
      const isCurl = text.startsWith('curl')
      compare(answer, await run('sh', ['-c', isCurl ? `${text} -o /dev/null -w '\\n%{http_code}\\n'` : text], folder))
    })
  for (const [name, text] of Object.entries(programs))
    test(name, async () => {
      const written = atFreePorts(text)
      const answer = ask('client.mjs', written)
      compare(answer, await run(process.execPath, ['client.mjs'], folder), true)
    })
})

function compare(answer: HandshakeAnswer, { status, printed }: Ran, isNode = false): void {
  assert.notEqual(answer.result, 'unknown', answer.reason)
  const got = status === undefined || status === '000' ? null : Number(status)
  // What a program answers is not written in its options.
  if (answer.result === 'accepted' && answer.httpStatus === null) {
    assert.equal(got, 200, printed)
    return
  }
  assert.equal(answer.httpStatus, got, `${answer.clientPrints}\n${printed}`)
  if (got !== null) return
  assert.equal(answer.result, 'rejected', printed)
  assert.ok(answer.clientPrints, `nothing is predicted of\n${printed}`)
  // Node tells the code and the message apart.
  const wanted = isNode ? [/code: '([^']+)'/.exec(answer.clientPrints)![1]!, wordsOf(answer.clientPrints)] : [answer.clientPrints]
  for (const it of wanted)
    assert.ok(
      alternatives(it).some(words => plain(printed).includes(words)),
      `${it}\n${printed}`
    )
}

/** Chance decides which of them it is. */
const alternatives = (words: string): readonly string[] => words.split(', or ')

const wordsOf = (printed: string): string => printed.replace(/^Error: (?:write EPROTO )?(.*) \(code: .*$/, '$1')
