/**
 * `check` of a folder of 2,000 certificates and 500 nginx files against merely reading these files, and against reading them and making
 * node:crypto's `X509Certificate` of each certificate: processes turn about, each from its start to its end. Beside it how much of the
 * processor each took, since a busy machine delays all of them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repository } from '../test/files.js'
import { makePki } from '../test/pki.js'

const services = 500
/** CAs under one root that issue for the services. */
const issuers = 20

const cli = process.argv[2] ?? join(repository, 'dist/cli.cjs')
if (!existsSync(cli)) {
  console.error('dist/cli.cjs is missing: npm run build makes it')
  process.exit(1)
}

/** Each service has a folder with its chain, the certificate that it shows to others, the root that it trusts, and its nginx.conf. */
function pki(): string {
  const lines = ['root.pem:']
  for (let it = 0; it < issuers; it++) lines.push(`issuer${it}: {issuer: root, ca: true}`)
  for (let it = 0; it < services; it++) {
    const issuer = `issuer${it % issuers}`
    lines.push(`server${it}: {issuer: ${issuer}, san: [s${it}.example.com], eku: server}`)
    lines.push(`s${it}/server.pem: [server${it}, ${issuer}]`)
    lines.push(`s${it}/server.key: {key: server${it}}`)
    lines.push(`s${it}/client.pem: {issuer: ${issuer}, subject: "CN=client ${it}", eku: client}`)
  }
  return lines.join('\n')
}

const configuration = (it: number) => `events {}
http {
    server {
        listen 443 ssl;
        server_name s${it}.example.com;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_client_certificate ca.pem;
        ssl_verify_client on;
        ssl_verify_depth 2;
        location / {
            proxy_set_header X-Client $ssl_client_s_dn;
            proxy_pass https://s${it}.partner.example;
            proxy_ssl_verify on;
            proxy_ssl_verify_depth 2;
            proxy_ssl_trusted_certificate ca.pem;
            proxy_ssl_server_name on;
            proxy_ssl_name s${it}.partner.example;
        }
    }
}
`

/** A program that does nothing but this to each file, whose content is `text`. */
const program = (prelude: string, act: string) => `
import { readdirSync, readFileSync } from 'node:fs'
${prelude}
let count = 0
for (const it of readdirSync(process.argv[1], { recursive: true, withFileTypes: true })) {
  if (!it.isFile()) continue
  const text = readFileSync((it.parentPath ?? it.path) + '/' + it.name, 'utf8')
  ${act}
}
if (count === 0) process.exit(1)
`

const reader = program('', 'count += text.length')
const opener = program(
  "import { X509Certificate } from 'node:crypto'",
  'for (const [pem] of text.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)) count += new X509Certificate(pem).subject.length'
)

const tellUsage = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\n' + (user + system)) })"
)}`

const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-bench-'))
try {
  fill()
  const read = ['--input-type=module', '-e', reader, folder]
  const open = ['--input-type=module', '-e', opener, folder]
  const check = [cli, 'check', folder, '--format', 'json', '--fail-on', 'error']
  const rounds = 9
  const reading: Cost[] = []
  const opening: Cost[] = []
  const checking: Cost[] = []
  for (let it = 0; it < rounds; it++) {
    reading.push(run(read))
    opening.push(run(open))
    checking.push(run(check))
  }
  console.log(`${services * 4} certificates and ${services} nginx files, the best of ${rounds} rounds\n`)
  console.log('                      from start to end    of the processor')
  report('reading the files', reading)
  report('and node:crypto', opening)
  report('check', checking)
  compare('check / reading', checking, reading, 'goal: within 5 ×')
  compare('check / node:crypto', checking, opening)
  compare('node:crypto / reading', opening, reading)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function fill(): void {
  const files = makePki(pki())
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, { mode: name.endsWith('.key') ? 0o600 : 0o644 })
  }
  for (const [name, text] of files) if (name.includes('/')) write(name, text)
  for (let it = 0; it < services; it++) {
    write(`s${it}/ca.pem`, files.get('root.pem')!)
    write(`s${it}/nginx.conf`, configuration(it))
  }
}

interface Cost {
  /** Milliseconds. */
  readonly wall: number
  readonly processor: number
}

function run(args: readonly string[]): Cost {
  const start = performance.now()
  const child = spawnSync(process.execPath, ['--import', tellUsage, ...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`it ended with ${child.status}: ${child.stderr.slice(0, 2000)}`)
  return { wall: performance.now() - start, processor: Number(child.stderr.trim().split('\n').at(-1)) / 1000 }
}

function best(costs: readonly Cost[], what: keyof Cost): number {
  return Math.min(...costs.map(it => it[what]))
}

function compare(what: string, one: readonly Cost[], other: readonly Cost[], goal = ''): void {
  const times = (cost: keyof Cost) => best(one, cost) / best(other, cost)
  console.log(
    `${what.padEnd(22)} ${times('wall').toFixed(1).padStart(15)} × ${times('processor').toFixed(1).padStart(17)} ×   ${goal}`.trimEnd()
  )
}

function report(what: string, costs: readonly Cost[]): void {
  console.log(`${what.padEnd(22)} ${best(costs, 'wall').toFixed(0).padStart(14)} ms ${best(costs, 'processor').toFixed(0).padStart(16)} ms`)
}
