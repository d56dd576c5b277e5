/** Predictions about configurations that others wrote, run for real. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { repository } from '../files.js'
import { haproxyMissing, startHaproxy, testHaproxy } from './haproxy.js'
import { freePorts, nginxMissing, pause, startNginx, testConfiguration } from './nginx.js'
import { type Answer, type Connecting, connectOnce, makeWorld, newTally, type Observed, type Tally, type World } from './oracle.js'
import { oracleClients, oraclePki } from './oracle-pki.js'
import { type Adapted, adaptHaproxy, adaptNginx, type Ground, titleOf } from './wild.js'

const corpus = join(dirname(repository), 'shared/corpus')
const missing = existsSync(corpus) ? false : 'the corpus ../shared/corpus is not here'

const more = `
server-crl: {crl: server-ca}
server.crl: {bundle: [server-crl]}
`

const clients = ['none', 'direct', 'chain', 'lone', 'stranger-full', 'expired', 'eku-server', 'self', 'of-deep3'] as const

/** What answers behind the proxies. */
async function startUpstreams(world: World): Promise<{ readonly plain: number; readonly tls: number; stop(): void }> {
  const answer: Parameters<typeof createHttp>[1] = (_, response) => response.end('ok')
  const servers = [createHttp({}, answer), createHttps({ cert: world.pem('server.pem'), key: world.pem('server.key') }, answer)]
  const [plain, tls] = await Promise.all(
    servers.map((it: Server) => new Promise<number>(done => it.listen(0, '127.0.0.1', () => done((it.address() as AddressInfo).port))))
  )
  return {
    plain: plain!,
    tls: tls!,
    stop: () => {
      for (const it of servers) {
        it.close()
        it.closeAllConnections()
      }
    }
  }
}

interface Running {
  log(): string
  stop(): Promise<void>
}

interface Product {
  readonly folder: string
  readonly pattern: RegExp
  adapt(text: string, context: string | undefined, ground: Ground): Adapted
  /** Does the real one take it? */
  takes(path: string): boolean
  start(path: string, port: number): Promise<Running>
  /** What its log says of a refused client. */
  refusal(log: string): { readonly openssl: number | null; readonly text?: string } | undefined
}

const nginx: Product = {
  folder: 'nginx',
  pattern: /ssl_verify_client\s+(?:on|optional|optional_no_ca)\b|proxy_ssl_certificate\s|proxy_ssl_verify\s+on\b|listen\s[^;]*\bssl\b/,
  adapt: adaptNginx,
  takes: path => testConfiguration(path).ok,
  start: startNginx,
  refusal: log => {
    const verify = /SSL certificate verify error: \((\d+):([^)]*)\)/.exec(log)
    if (verify) return { openssl: Number(verify[1]), text: verify[2]! }
    const plain =
      /client sent no required SSL certificate|client attempted to request the server name different from the one that was negotiated/.exec(
        log
      )
    if (plain) return { openssl: null, text: plain[0] }
    const handshake = /SSL_do_handshake\(\) failed \(SSL: error:[0-9A-F]+:SSL routines::([^):]*)/.exec(log)
    return handshake ? { openssl: null, text: handshake[1]! } : undefined
  }
}

const haproxy: Product = {
  folder: 'haproxy',
  pattern: /\sssl\b[^\n]*\b(?:verify|crt|ca-file)\b/,
  adapt: (text, _context, ground) => adaptHaproxy(text, ground),
  takes: path => testHaproxy(path).ok,
  start: startHaproxy,
  refusal: log => {
    const [, leaf = '0', above = '0', text = ''] = /HANDSHAKE \d+ \[(\d+),(\d+)\] error:[0-9A-F]+:SSL routines::(.*)/.exec(log) ?? []
    if (text.startsWith('certificate verify failed')) return { openssl: Number(leaf) || Number(above) }
    return text === '' ? undefined : { openssl: null, text }
  }
}

const contexts = (): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(corpus, 'nginx-t.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(it => JSON.parse(it))
      .filter(it => it.context !== undefined)
      .map(it => [it.file, it.context])
  )

const verifiesFirst = (text: string) => (/ssl_verify_client\s+o[np]|verify\s+(?:required|optional)/.test(text) ? 0 : 1)

interface Wild {
  readonly path: string
  readonly text: string
}

/** Those that verify clients come first. */
function configurationsFor({ folder, pattern }: Product): readonly Wild[] {
  return readdirSync(join(corpus, folder))
    .map(it => ({ path: `${folder}/${it}`, text: readFileSync(join(corpus, folder, it), 'utf8') }))
    .filter(it => pattern.test(it.text) && it.text.length < 60_000 && !/\{\{|\{%|<%/.test(it.text))
    .sort((a, b) => verifiesFirst(a.text) - verifiesFirst(b.text))
}

async function hold(product: Product, wanted: number, t: { diagnostic(text: string): void }): Promise<Tally> {
  const world = makeWorld(oraclePki + more)
  const upstreams = await startUpstreams(world)
  const tally = newTally()
  let port = (await freePorts(100)) - 1
  const ground: Ground = { folder: world.folder, nextPort: () => ++port, plainUpstream: upstreams.plain, tlsUpstream: upstreams.tls }
  const unknown = new Map<string, number>()
  let ran = 0
  const first = port
  try {
    const known = contexts()
    for (const { path, text } of configurationsFor(product)) {
      if (ran >= wanted) break
      port = first
      const { text: adapted, lists, listeners } = product.adapt(text, known.get(path), ground)
      if (listeners.length === 0) continue
      for (const [name, list] of Object.entries(lists)) world.write(name, list)
      const file = world.write(`wild${ran}.${product === nginx ? 'nginx.conf' : 'haproxy.cfg'}`, adapted)
      const takes = product.takes(file)
      if (!takes) continue
      // Some are right and want something else of the machine.
      const running = await product.start(file, listeners[0]!.port).catch(() => undefined)
      if (!running) continue
      ran++
      tally.addTest(titleOf(path), { ok: world.test(file).ok, message: null, line: null }, { ok: takes, message: null, line: null })
      try {
        for (const listener of listeners) await meetAll(titleOf(path), listener, { world, running, file, product, tally, unknown })
      } finally {
        await running.stop()
      }
    }
  } finally {
    upstreams.stop()
    world.remove()
  }
  t.diagnostic(`${ran} configurations of ${product.folder} that others wrote\n${tally.report()}`)
  for (const it of tally.differences) t.diagnostic(it)
  for (const [reason, count] of unknown) t.diagnostic(`not predicted ${count} times: ${reason}`)
  assert.ok(ran >= wanted, `only ${ran} configurations could be run`)
  return tally
}

interface Setting {
  readonly world: World
  readonly running: Running
  readonly file: string
  readonly product: Product
  readonly tally: Tally
  readonly unknown: Map<string, number>
}

async function meetAll(title: string, { port, names }: Adapted['listeners'][number], setting: Setting): Promise<void> {
  const { world, running, file, product, tally, unknown } = setting
  for (const name of names.length > 0 ? [names[0]!, undefined] : ['a.test']) {
    for (const [at, who] of clients.entries()) {
      const client: Connecting = { ...oracleClients[who], ...(name !== undefined && { sni: name }), tls: at % 2 === 0 ? '1.2' : '1.3' }
      const said = world.predict(file, `127.0.0.1:${port}`, client)
      if (said.result === 'unknown') {
        const reason = said.reason ?? ''
        unknown.set(reason, (unknown.get(reason) ?? 0) + 1)
        continue
      }
      const read = running.log().length
      const answer = await connectOnce(port, world, client)
      const isTold = () => product.refusal(running.log().slice(read)) !== undefined
      for (let wait = 0; wait < 10 && answer.error !== undefined && !isTold(); wait++) await pause(5)
      tally.add(
        `${title} × ${who}, ${name ?? 'no name'}, TLS ${client.tls}`,
        said,
        observe(answer, running.log().slice(read), product, said.httpStatus)
      )
    }
  }
}

/** Where no status is predicted, content is whatever it is; only what TLS has to do with counts. */
function observe({ status, alert }: Answer, log: string, product: Product, predicted: number | null): Observed {
  const refused = product.refusal(log)
  if (status === undefined)
    return { result: 'rejected', side: 'server', httpStatus: null, ...refused, ...(alert !== undefined && { alert }) }
  const rejected = refused !== undefined || (predicted !== null && status >= 400)
  return {
    result: rejected ? 'rejected' : 'accepted',
    side: rejected ? 'server' : null,
    ...((predicted !== null || refused) && { httpStatus: status }),
    openssl: refused?.openssl ?? null,
    text: refused ? refused.text : null,
    alert: null
  }
}

for (const [product, wanted, without] of [
  [nginx, 45, nginxMissing],
  [haproxy, 35, haproxyMissing]
] as const) {
  test(`${product.folder} with configurations that others wrote does as predicted`, { skip: missing || without }, async t => {
    assert.equal(spawnSync(product.folder, ['-v']).status, 0)
    const tally = await hold(product, wanted, t)
    for (const field of ['configTest ok', 'result', 'side', 'httpStatus', 'openssl', 'text', 'alert'])
      assert.equal(tally.share(field), 1, `${field}\n${tally.differences.join('\n')}`)
  })
}
