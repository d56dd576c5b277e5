/** How long the server takes to start, and from a keystroke to its findings in a long configuration of a large workspace. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Position } from 'vscode-languageserver'
import { sourceFile } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { repository } from '../test/files.js'
import { type Client, startClient } from '../test/lsp-client.js'
import { makePki } from '../test/pki.js'

const server = process.argv[2] ?? join(repository, 'dist/server.js')
if (!existsSync(server)) {
  console.error('dist/server.js is missing: npm run build makes it')
  process.exit(1)
}

const certs = `
ca.pem:
int: {issuer: ca}
chain.pem: [server, int]
server: {issuer: int, san: ["*.example.com"]}
server.key: {key: server}
`

/** A server of 20 lines. */
const block = (number: number) => `    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        server_name s${number}.example.com;
        ssl_certificate chain.pem;
        ssl_certificate_key server.key;
        ssl_client_certificate ca.pem;
        ssl_verify_client on;
        ssl_verify_depth 2;
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {
            proxy_set_header X-Client-DN $ssl_client_s_dn;
            proxy_set_header X-Client-Verify $ssl_client_verify;
            proxy_pass http://127.0.0.1:8080;
        }
        location /health {
            access_log off;
            return 200;
        }
    }
`
const configuration = (servers: number) => `events {}\nhttp {\n${Array.from({ length: servers }, (_, it) => block(it)).join('')}}\n`

const long = configuration(250)
const others = Object.fromEntries(Array.from({ length: 200 }, (_, it) => [`other/${it}/nginx.conf`, configuration(5)]))
const files = { 'nginx.conf': long, ...others }

/** Enough of them for the compiler to have warmed up, as it has when somebody works. */
const keystrokes = 250

const cleanups: (() => void)[] = []
const cleanup = { after: (act: () => void) => void cleanups.push(act) }
const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!
const rows: (readonly [what: string, measured: string, goal: string])[] = []
const milliseconds = (time: number) => `${time.toFixed(1)} ms`

try {
  const starts: number[] = []
  for (let it = 0; it < 9; it++) {
    const client = await startClient(cleanup, { certs, command: [server] })
    starts.push(client.startedAfter)
    await client.stop()
  }
  rows.push(['start of the server to its first answer', milliseconds(median(starts)), 'under 200 ms'])

  const client = await startClient(cleanup, { certs, files, command: [server] })
  await client.open('nginx.conf', 'nginx')
  const times: number[] = []
  const { start } = client.range('nginx.conf', 'server_name s125.example.com')
  for (let it = 0; it < keystrokes; it++) times.push(await timeKeystroke(client, start, it))
  const lines = long.split('\n').length
  rows.push([`keystroke to findings, ${lines} lines, over stdio`, milliseconds(median(times.slice(20))), 'under 10 ms'])
  await client.stop()

  const { time, again } = inProcess()
  rows.push(['the same, without the editor', milliseconds(time), ''])
  rows.push([`configurations checked again, of ${Object.keys(files).length}`, String(again), '1'])
} finally {
  for (const act of cleanups) act()
}
for (const [what, measured, goal] of rows) console.log(`${what.padEnd(56)}${measured.padStart(12)}   ${goal}`)

/**
 * Breaks and mends one line in the middle in turn, so that each keystroke has other findings. The time begins when the edit is sent:
 * what an editor does with its own text before that is not ours.
 */
async function timeKeystroke(client: Client, start: Position, turn: number): Promise<number> {
  const line = 'server_name s125.example.com'
  const [from, to] = turn % 2 === 0 ? [`${line};`, `${line} {};`] : [`${line} {};`, `${line};`]
  const range = { start, end: { line: start.line, character: start.character + from.length } }
  const found = new Promise(resolve => client.connection.onNotification('textDocument/publishDiagnostics', resolve))
  const begin = performance.now()
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: client.uri('nginx.conf'), version: turn + 2 },
    contentChanges: [{ range, text: to }]
  })
  await found
  return performance.now() - begin
}

function inProcess(): { readonly time: number; readonly again: number } {
  const texts = new Map([...makePki(certs), ...Object.entries(files)].map(([name, text]) => [`/${name}`, sourceFile(`/${name}`, text)]))
  const read = (path: string) => {
    const file = texts.get(path)
    return file ? ({ kind: 'file', file } as const) : ({ kind: 'missing' } as const)
  }
  const workspace = openWorkspace({ read, files: texts.keys() })
  for (const root of workspace.roots()) workspace.check(root)
  const times: number[] = []
  let again = 0
  for (let it = 0; it < keystrokes; it++) {
    texts.set('/nginx.conf', sourceFile('/nginx.conf', long.replace('s125.example.com', `s125${'x'.repeat(it % 60)}.example.com`)))
    const begin = performance.now()
    const changed = workspace.changed(['/nginx.conf'])
    for (const root of changed.again) workspace.check(root)
    times.push(performance.now() - begin)
    again = changed.again.length
  }
  return { time: median(times.slice(20)), again }
}
