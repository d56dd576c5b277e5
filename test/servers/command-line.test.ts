/** What curl and `openssl s_client` really print, against what is predicted for the very same commands in a script. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { diskRead } from '../../server/src/files/disk.js'
import { defaultSettings, openWorkspace, predictHandshake } from '../../server/src/service.js'
import { installed } from '../path/tools.js'
import { haproxyMissing, startHaproxy } from './haproxy.js'
import { freePorts, nginxMissing, startNginx } from './nginx.js'
import { makeWorld, newTally, type Observed } from './oracle.js'
import { oraclePki } from './oracle-pki.js'

const more = `
server-ca-and-int.pem: [server-ca, int]
${['server-cn', 'server-ip', 'server-client-eku', 'server-self'].map(it => `${it}-both.pem: [${it}, ${it}.key]`).join('\n')}
`

/** What each listener presents and asks for, in both languages. */
const listeners: Readonly<Record<string, readonly [certificate: string, nginx: string, haproxy: string]>> = {
  demanding: ['server', 'ssl_client_certificate root.pem; ssl_verify_client on;', 'verify required ca-file root.pem'],
  open: ['server', '', ''],
  expired: ['server-expired', '', ''],
  lone: ['server-lone', '', ''],
  chain: ['server-chain', '', ''],
  cn: ['server-cn', '', ''],
  ip: ['server-ip', '', ''],
  purpose: ['server-client-eku', '', ''],
  self: ['server-self', '', ''],
  newest: ['server', 'ssl_protocols TLSv1.3;', 'ssl-min-ver TLSv1.3'],
  older: ['server', 'ssl_protocols TLSv1.2;', 'ssl-max-ver TLSv1.2'],
  suites: [
    'server',
    'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;',
    'ssl-max-ver TLSv1.2 ciphers ECDHE-RSA-AES128-GCM-SHA256'
  ]
}
const names = Object.keys(listeners)

const nginxText = (first: number): string => {
  const servers = names.map((it, at) => {
    const [certificate, directives] = listeners[it]!
    const protocols = directives.includes('ssl_protocols') ? '' : 'ssl_protocols TLSv1.2 TLSv1.3;'
    return `server { listen 127.0.0.1:${first + at} ssl; ${protocols} ssl_certificate ${certificate}.pem; ssl_certificate_key ${certificate.replace('chain', 'lone')}.key; ${directives} return 200 ok; }`
  })
  return `error_log error.log info;\npid nginx.pid;\nevents {}\nhttp {\n  access_log off;\n  ${servers.join('\n  ')}\n}\n`
}

const haproxyText = (first: number): string => {
  const frontends = names.map((it, at) => {
    const [certificate, , options] = listeners[it]!
    return `frontend f${at}\n  bind 127.0.0.1:${first + at} ssl crt ${certificate}-both.pem ${options}\n  http-request return status 200`
  })
  return `defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n${frontends.join('\n')}\n`
}

const clients = ['', 'direct', 'chain leaf', 'lone leaf', 'stranger-full stranger', 'expired', 'eku-server']
const identity = (words: string, prefix: '-' | '--') => {
  const [cert, key = cert] = words.split(' ')
  return cert ? `${prefix}cert ${cert}.pem ${prefix}key ${key}.key` : ''
}

/** Arguments of curl with the listener that it goes to, and the name that it asks for. */
const curls: readonly (readonly [args: string, listener: string, host?: string])[] = [
  ...clients.flatMap(it =>
    ['--tls-max 1.2', '--tlsv1.3'].map(tls => [`--cacert server-ca.pem ${tls} ${identity(it, '--')}`, 'demanding'] as const)
  ),
  ['--cacert server-ca-and-int.pem --cert lone.pem --key leaf.key', 'demanding'],
  ['-k --cacert server-ca-and-int.pem --cert lone.pem --key leaf.key', 'demanding'],
  ['-k --tls-max 1.2 --cert expired.pem --key expired.key', 'demanding'],
  ['-k --cert direct.pem --key leaf.key', 'demanding'],
  ['-k --cert direct.pem --key rsa.key', 'demanding'],
  ['-k --cert direct.pem', 'demanding'],
  ['-k --cert sha1.pem --key sha1.key', 'demanding'],
  ...['open', 'expired', 'lone', 'chain', 'cn', 'purpose', 'self'].flatMap(it =>
    ['--cacert server-ca.pem', '-k'].map(args => [args, it] as const)
  ),
  ['--cacert server-ca.pem', 'open', 'z.test'],
  ['--cacert server-ca.pem', 'open', 'x.example.test'],
  ['--cacert root.pem', 'open'],
  ['--cacert server-self.pem', 'self'],
  ['--cacert server-ca.pem', 'ip', '127.0.0.1'],
  ['--cacert server-ca.pem', 'open', '127.0.0.1'],
  ['-k --tls-max 1.2', 'newest'],
  ['-k --tlsv1.3', 'older'],
  ['-k', 'suites'],
  ['-k --ciphers ECDHE-RSA-AES128-GCM-SHA256', 'older']
]

const trusting = '-CAfile server-ca.pem -no-CApath -no-CAstore'
const sClients: readonly (readonly [args: string, listener: string])[] = [
  ...clients.flatMap(it =>
    ['-tls1_2', '-tls1_3'].map(tls => [`${trusting} -verify_return_error ${tls} ${identity(it, '-')}`, 'demanding'] as const)
  ),
  ['-cert lone.pem -key leaf.key -cert_chain chain.pem', 'demanding'],
  ['-CAfile server-ca-and-int.pem -cert lone.pem -key leaf.key', 'demanding'],
  ['-cert direct.pem -key leaf.key', 'demanding'],
  ...['open', 'expired', 'lone', 'purpose', 'self'].flatMap(it =>
    [`${trusting} -verify_return_error`, trusting].map(args => [args, it] as const)
  ),
  [`${trusting} -verify_return_error -verify_hostname z.test`, 'open'],
  [`${trusting} -verify_return_error -verify_hostname a.test -servername a.test`, 'open'],
  ['-tls1_2', 'newest'],
  ['-tls1_3', 'older'],
  ['', 'suites']
]

interface Command {
  readonly name: string
  readonly program: 'curl' | 's_client'
  readonly line: string
}

function commandsFor(product: string, first: number): readonly Command[] {
  const portOf = (listener: string) => first + names.indexOf(listener)
  return [
    ...curls.map(([args, listener, host = 'a.test']) => {
      const port = portOf(listener)
      const resolve = /^\d/.test(host) ? '' : `--resolve ${host}:${port}:127.0.0.1`
      const line = `curl -sS -i -m 5 ${resolve} ${args} https://${host}:${port}/`
      return { name: `${product}, ${listener}: curl ${args} ${host}`, program: 'curl' as const, line }
    }),
    ...sClients.map(([args, listener]) => ({
      name: `${product}, ${listener}: s_client ${args}`,
      program: 's_client' as const,
      line: `openssl s_client -quiet -connect 127.0.0.1:${portOf(listener)} ${args}`
    }))
  ]
}

const run = (line: string, folder: string): Promise<string> =>
  new Promise(resolve => {
    const child = execFile('sh', ['-c', line], { cwd: folder, timeout: 8000 }, (_, out, err) => resolve(`${out}\n${err}`))
    // Who has ended by itself reads no request.
    child.stdin?.on('error', () => {})
    child.stdin?.end('GET / HTTP/1.0\r\n\r\n')
  })

const alerts =
  /alert (handshake failure|bad certificate|unsupported certificate|certificate (?:revoked|expired|unknown|required)|unknown ca|decrypt error|protocol version|internal error)|tlsv1 (unrecognized name)/

/** What the command printed: an error of its own, an alert that it got, or an answer. */
function observe({ program, line }: Command, printed: string): Observed {
  // It takes the server's alert for a verdict of its own, where this very alert comes before the end of the handshake: and then
  // it names what it would have thought of the server, even where it was told not to look.
  if (printed.includes('curl: (60) SSL certificate verification failed') || (/ -k /.test(line) && printed.includes('curl: (60)')))
    return { result: 'rejected', side: 'server', alert: 'certificate expired', httpStatus: null }
  const alert = alerts.exec(printed)
  if (alert) return { result: 'rejected', side: 'server', alert: alert[1] ?? alert[2]!, httpStatus: null }
  const own = program === 'curl' ? /curl: \((?:58|60|35)\) .*/.exec(printed)?.[0] : ownErrorOf(printed)
  if (own) return { result: 'rejected', side: 'client', text: own, httpStatus: null }
  const status = Number(/^HTTP\/[\d.]+ (\d+)/m.exec(printed)?.[1])
  return status >= 400
    ? { result: 'rejected', side: 'server', httpStatus: status }
    : { result: 'accepted', side: null, httpStatus: status || null, text: null }
}

function ownErrorOf(printed: string): string | undefined {
  if (/certificate verify failed/.test(printed)) return /verify error:num=.*/.exec(printed)?.[0]
  return /(?:x509 certificate|SSL) routines:[^:]*:(key values mismatch|no certificate assigned|ca md too weak)/.exec(printed)?.[1]
}

/** The name of a file may follow. */
const sameWords = (said: string | null, seen: string | null | undefined): string | null | undefined =>
  said !== null && seen?.startsWith(said) && /^(?:$|[:,] | from )/.test(seen.slice(said.length)) ? said : seen

for (const product of ['nginx', 'haproxy'] as const) {
  test(`commands come out of ${product} as predicted`, { skip: product === 'nginx' ? nginxMissing : haproxyMissing }, async t => {
    const programs = { curl: await installed('curl', ['--version']), s_client: await installed('openssl', ['version']) }
    for (const [name, version] of Object.entries(programs)) if (!version) t.diagnostic(`skipped: ${name} is not installed`)
    if (!programs.curl && !programs.s_client) return t.skip('neither curl nor openssl is installed')
    const world = makeWorld(oraclePki + more)
    const first = await freePorts(names.length)
    const configuration = product === 'nginx' ? world.write('nginx.conf', nginxText(first)) : world.write('haproxy.cfg', haproxyText(first))
    const server = product === 'nginx' ? await startNginx(configuration, first) : await startHaproxy(configuration, first)
    const tally = newTally()
    const commands = commandsFor(product, first).filter(it => programs[it.program] !== undefined)
    const settings = { ...defaultSettings, nginx: { version: '1.22.1' }, haproxy: { version: '2.6.12' } }
    const read = diskRead()
    const waiting = [...commands.entries()]
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [at, command] = next
        const script = world.write(`command${at}.sh`, `#!/bin/sh\n${command.line}\n`)
        const workspace = openWorkspace({ read, files: [configuration, script], settings })
        const listen = /127\.0\.0\.1:\d+|(?<=:)\d+(?=\/$)/.exec(command.line.replace(/--resolve \S+/, ''))![0]
        const said = predictHandshake({ workspace, server: configuration, listen, client: { configuration: script }, at: new Date() })
        const seen = observe(command, await run(command.line, world.folder))
        // What a server says of its clients stands in its log, and other tests look there.
        const text = seen.side === 'client' ? { text: sameWords(said.error?.text ?? null, seen.text) } : {}
        const { text: _, ...rest } = seen
        tally.add(command.name, said, { ...rest, ...text })
      }
    }
    try {
      await Promise.all([work(), work(), work()])
    } finally {
      await server.stop()
      world.remove()
    }
    t.diagnostic(`${commands.length} commands to ${product}\n${tally.report()}`)
    for (const it of tally.differences) t.diagnostic(it)
    for (const field of ['result', 'side', 'httpStatus', 'text', 'alert'])
      assert.equal(tally.share(field), 1, `${field}\n${tally.differences.join('\n')}`)
  })
}
