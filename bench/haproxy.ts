/**
 * How long HAProxy configurations of 24,000 lines take: checked whole, and after one keystroke; beside it HAProxy itself reads the
 * same file (`haproxy -c`), and the text is merely split into its words. One is ours, where each section is about TLS; the other is
 * what the best editor for HAProxy measures itself with, which has hardly any. Then how the time grows with the lines.
 *
 * A keystroke is measured at several places, since it is not everywhere that it changes what the endpoints are.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SourceFile } from '../server/src/core/text.js'
import { repository } from '../test/files.js'
import { makeFiles } from '../test/pki.js'

const library = join(repository, 'dist/index.js')
if (!existsSync(library)) {
  console.error('dist/index.js is missing: npm run build makes it')
  process.exit(1)
}
// What is measured is what users run, and not what a loader makes of the sources.
const { openWorkspace, sourceFile }: typeof import('../server/src/index.js') = await import(pathToFileURL(library).href)

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

/** Where somebody types: in what, and behind which words, in the middle of the file. */
type Places = Readonly<Record<string, RegExp>>

const ourPlaces: Places = {
  'a comment': /# the end of \d+/g,
  'an ACL': /acl is_admin path_beg \/admin/g,
  'a header that is handed on': /set-header X-Client-CN/g,
  'a file of a listener': /crt server/g,
  'the name of a server': /verifyhost api\d+/g
}
const theirPlaces: Places = {
  'a comment': /# filler-line \d+/g,
  'an ACL': /acl canary_\d+ hdr\(x-canary\) -i shard/g,
  'the address of a server': /server backup1 127\.0\.0\.1:\d/g
}

interface Measured {
  readonly whole: number
  /** By place. */
  readonly keystrokes: Readonly<Record<string, number>>
  readonly findings: number
}

function measure(text: string, places: Places, turns: number): Measured {
  const whole: number[] = []
  const keystrokes = Object.entries(places).map(([name, pattern]) => ({ name, at: placeIn(text, pattern), times: [] as number[] }))
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
    for (const { at, times } of keystrokes) {
      for (let key = 1; key <= 8; key++) {
        files.set(path, sourceFile(path, `${text.slice(0, at)}${'x'.repeat(key)}${text.slice(at)}`))
        const before = performance.now()
        for (const root of workspace.changed([path]).again) workspace.check(root)
        times.push(performance.now() - before)
      }
      files.set(path, sourceFile(path, text))
      for (const root of workspace.changed([path]).again) workspace.check(root)
    }
  }
  return { whole: median(whole), keystrokes: Object.fromEntries(keystrokes.map(it => [it.name, median(it.times)])), findings }
}

/** Behind the first of these words in the second half of the text. */
function placeIn(text: string, pattern: RegExp): number {
  pattern.lastIndex = text.length / 2
  const found = pattern.exec(text)
  if (!found) throw new Error(`nothing to type behind: ${pattern}`)
  return found.index + found[0].length
}

/** The least that any reader does. */
function splitIntoWords(text: string): number {
  const begin = performance.now()
  const words = text.split('\n').map(it => it.trim().split(/\s+/))
  return words.length > 0 ? performance.now() - begin : 0
}

/** Its time, or why it has none to tell. */
function haproxyItself(text: string): number | string {
  if (spawnSync('haproxy', ['-v']).status !== 0) return 'HAProxy is not installed'
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  try {
    for (const it of others) writeFileSync(join(folder, it.path.slice('/project/'.length)), it.text)
    writeFileSync(join(folder, 'haproxy.cfg'), text)
    const times: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      const begin = performance.now()
      const { status, stderr } = spawnSync('haproxy', ['-c', '-f', 'haproxy.cfg'], { cwd: folder, encoding: 'utf8' })
      if (status !== 0) return `it refuses it: ${stderr.split('\n').find(it => it.includes('ALERT')) ?? `status ${status}`}`
      times.push(performance.now() - begin)
    }
    return median(times)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function show(name: string, text: string, places: Places): void {
  const { whole, keystrokes, findings } = measure(text, places, 7)
  const words = median(Array.from({ length: 15 }, () => splitIntoWords(text)))
  const itself = haproxyItself(text)
  const times = (time: number) => `${milliseconds(time).padStart(9)}  ${(time / words).toFixed(1).padStart(5)} × splitting it into words`
  console.log(`${name}: ${text.split('\n').length - 1} lines, ${(text.length / 1024).toFixed(0)} KB, ${findings} findings`)
  console.log(`  ${'checked whole'.padEnd(42)}${times(whole)}`)
  for (const [place, time] of Object.entries(keystrokes)) console.log(`  ${`after a keystroke in ${place}`.padEnd(42)}${times(time)}`)
  if (typeof itself === 'string') console.log(`  SKIPPED haproxy -c of the same: ${itself}`)
  else console.log(`  ${'haproxy -c of the same'.padEnd(42)}${milliseconds(itself).padStart(9)}`)
}

show('Each section with TLS', configuration(24_000), ourPlaces)
const theirs = fileURLToPath(
  new URL('../../shared/corpus/haproxy/Exymat__haproxy-vscode__test__bench__fixtures__large-valid.cfg', import.meta.url)
)
if (existsSync(theirs)) show('The file by which haproxy-vscode measures itself', readFileSync(theirs, 'utf8'), theirPlaces)
else console.log('SKIPPED the file by which haproxy-vscode measures itself: ../shared/corpus is not here')
console.log('  lines     whole       a line')
for (const lines of [1_000, 2_000, 5_000, 10_000, 20_000, 50_000]) {
  const { whole } = measure(configuration(lines), {}, 3)
  console.log(`  ${String(lines).padStart(6)}  ${milliseconds(whole).padStart(9)}  ${((whole * 1000) / lines).toFixed(1).padStart(7)} µs`)
}
