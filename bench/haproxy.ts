/**
 * How long a HAProxy configuration of 24,000 lines takes: checked whole, and after one keystroke; beside it HAProxy itself
 * reads the same file (`haproxy -c`), and the text is merely split into its words. Then how the time grows with the lines.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { makeFiles } from '../test/pki.js'

const certs = 'ca.pem:\nserver: {issuer: ca, san: "*.example.com"}\nserver.key: {key: server}\nserver.pem: [server, server.key]\n'

/** A frontend and its backend, 24 lines. */
const block = (number: number) => `frontend web${number}
    bind 127.0.0.1:${1024 + number} ssl crt server.pem ca-file ca.pem verify optional ssl-min-ver TLSv1.2 alpn h2,http/1.1
    acl is_api path_beg /api/v${number}
    acl is_admin path_beg /admin
    acl has_cert ssl_c_used
    http-request del-header X-Client-CN
    http-request set-header X-Client-CN %[ssl_c_s_dn(cn)] if has_cert
    http-request set-header X-Forwarded-Proto https
    http-request deny if is_admin !has_cert
    http-request deny unless has_cert { ssl_c_verify 0 }
    use_backend api${number} if is_api
    default_backend api${number}

backend api${number}
    balance roundrobin
    option httpchk GET /health
    http-request set-header Host api${number}.example.com
    default-server ssl ca-file ca.pem check inter 2s fall 3
    server a 10.0.0.1:8443 sni str(api${number}.example.com)
    server b 10.0.0.2:8443 sni str(api${number}.example.com)
    server c 10.0.0.3:8443 verifyhost api${number}.example.com
    timeout server 30s
    # the end of ${number}

`
const head = 'global\n    maxconn 4000\ndefaults\n    mode http\n    timeout client 30s\n    timeout connect 5s\n    timeout server 30s\n'
const configuration = (lines: number) => head + Array.from({ length: Math.ceil(lines / 24) }, (_, it) => block(it)).join('')

const others = [...makeFiles(certs)].map(
  ([name, { text, mode }]): SourceFile => ({ path: `/project/${name}`, text, encoding: 'utf8', mode })
)
const path = '/project/haproxy.cfg'
const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!
const milliseconds = (time: number) => `${time.toFixed(1)} ms`

interface Measured {
  readonly whole: number
  readonly keystroke: number
  readonly findings: number
}

function measure(text: string, turns: number): Measured {
  const whole: number[] = []
  const keystrokes: number[] = []
  let findings = 0
  for (let turn = 0; turn < turns; turn++) {
    const files = new Map([...others, sourceFile(path, text)].map(it => [it.path, it]))
    const read = (wanted: string) => {
      const file = files.get(wanted)
      return file ? ({ kind: 'file', file } as const) : ({ kind: 'missing' } as const)
    }
    const workspace = openWorkspace({ read, files: files.keys(), now: () => new Date('2026-01-01') })
    const begin = performance.now()
    findings = workspace.check(path).length
    whole.push(performance.now() - begin)
    // In the middle of the file, where somebody types a word.
    const place = text.indexOf('\n', text.length / 2)
    for (let key = 1; key <= 8; key++) {
      files.set(path, sourceFile(path, `${text.slice(0, place)}${'x'.repeat(key)}${text.slice(place)}`))
      const before = performance.now()
      for (const root of workspace.changed([path]).again) workspace.check(root)
      keystrokes.push(performance.now() - before)
    }
  }
  return { whole: median(whole), keystroke: median(keystrokes), findings }
}

/** The least that any reader does. */
function splitIntoWords(text: string): number {
  const begin = performance.now()
  const words = text.split('\n').map(it => it.trim().split(/\s+/))
  return words.length > 0 ? performance.now() - begin : 0
}

function haproxyItself(text: string): number | undefined {
  if (spawnSync('haproxy', ['-v']).status !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  try {
    for (const it of others) writeFileSync(join(folder, it.path.slice('/project/'.length)), it.text)
    writeFileSync(join(folder, 'haproxy.cfg'), text)
    const times = Array.from({ length: 3 }, () => {
      const begin = performance.now()
      const { status, stderr } = spawnSync('haproxy', ['-c', '-q', '-f', 'haproxy.cfg'], { cwd: folder, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr.slice(0, 1000))
      return performance.now() - begin
    })
    return median(times)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const text = configuration(24_000)
const { whole, keystroke, findings } = measure(text, 7)
const words = median(Array.from({ length: 15 }, () => splitIntoWords(text)))
const itself = haproxyItself(text)
console.log(`HAProxy configuration of ${text.split('\n').length - 1} lines, ${(text.length / 1024).toFixed(0)} KB, ${findings} findings`)
console.log(
  `  checked whole            ${milliseconds(whole)}  (${(whole / words).toFixed(1)} × splitting it into words, ${milliseconds(words)})`
)
console.log(`  after one keystroke      ${milliseconds(keystroke)}  (${(keystroke / words).toFixed(1)} ×)`)
if (itself === undefined) console.log('  SKIPPED haproxy -c: HAProxy is not installed')
else console.log(`  haproxy -c of the same   ${milliseconds(itself)}  (${(itself / whole).toFixed(1)} × ours)`)
console.log('  lines     whole       a line')
for (const lines of [1_000, 2_000, 5_000, 10_000, 20_000, 50_000]) {
  const measured = measure(configuration(lines), 3)
  console.log(
    `  ${String(lines).padStart(6)}  ${milliseconds(measured.whole).padStart(9)}  ${((measured.whole * 1000) / lines).toFixed(1).padStart(7)} µs`
  )
}
