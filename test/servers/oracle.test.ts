/** The prediction of handshakes against real servers. A difference found: the server is right. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { haproxyMissing, startHaproxy } from './haproxy.js'
import { nginxMissing, pause, startNginx } from './nginx.js'
import { type Answer, connectOnce, makeWorld, newTally, type Observed, type Tally } from './oracle.js'
import { type HaproxyCase, haproxyMatrix } from './oracle-haproxy.js'
import { type NginxCase, nginxMatrix } from './oracle-nginx.js'
import { oraclePki } from './oracle-pki.js'

/** Fields on which the goal is to be right every time, and those on which 99 % will do. */
function hold(tally: Tally, fields: readonly string[], others: readonly string[]): void {
  for (const it of fields)
    assert.equal(tally.share(it), 1, `${it}\n${tally.differences.filter(line => line.includes(`: ${it} `)).join('\n')}`)
  for (const it of others)
    assert.ok(tally.share(it) >= 0.99, `${it}\n${tally.differences.filter(line => line.includes(`: ${it} `)).join('\n')}`)
}

const modulesPath = () => /--modules-path=(\S+)/.exec(spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr)?.[1] ?? 'modules'

/** What the error log says of the connection that has just ended. */
function errorIn(log: string): { readonly openssl: number | null; readonly text: string | null } {
  const verify = /SSL certificate verify error: \((\d+):([^)]*)\)/.exec(log)
  if (verify) return { openssl: Number(verify[1]), text: verify[2]! }
  const plain =
    /(client sent no required SSL certificate|client attempted to request the server name different from the one that was negotiated|client sent plain HTTP request to HTTPS port|upstream SSL certificate does not match "[^"]*")/.exec(
      log
    )
  if (plain) return { openssl: null, text: plain[1]! }
  const handshake = /SSL_do_handshake\(\) failed \(SSL: error:[0-9A-F]+:SSL routines::([^):]*)/.exec(log)
  return { openssl: null, text: handshake?.[1] ?? null }
}

function observe({ name, stream }: NginxCase, answer: Answer, log: string): Observed {
  const { status, verify, alert, error } = answer
  const said = errorIn(log)
  const isHop = name.includes(' hop')
  if (stream) {
    const accepted = answer.text !== ''
    const variable = accepted ? answer.text : undefined
    return {
      result: accepted ? 'accepted' : 'rejected',
      side: accepted ? null : 'server',
      httpStatus: null,
      ...said,
      alert: alert ?? null,
      verifyVariable: variable
    }
  }
  if (status === undefined) {
    const wrongVersion = error !== undefined && /wrong version number/.test(error)
    return {
      result: 'rejected',
      side: wrongVersion ? 'client' : 'server',
      httpStatus: null,
      openssl: said.openssl,
      text: said.text ?? undefined,
      alert: alert ?? null,
      verifyVariable: null
    }
  }
  const rejected = status >= 400
  return {
    result: rejected ? 'rejected' : 'accepted',
    side: rejected ? 'server' : null,
    httpStatus: status,
    openssl: isHop && said.text === null ? undefined : said.openssl,
    text: isHop && said.text === null ? undefined : said.text,
    alert: isHop ? undefined : null,
    ...(isHop ? {} : { verifyVariable: verify ?? null })
  }
}

test('handshakes with nginx come out as predicted', { skip: nginxMissing }, async t => {
  const world = makeWorld(oraclePki)
  const first = 20_000 + (process.pid % 12) * 1000
  const tally = newTally()
  const { text, cases } = nginxMatrix(first, modulesPath())
  const configuration = world.write('nginx.conf', text)
  const nginx = await startNginx(configuration, first + 1)
  try {
    let read = nginx.log().length
    for (const it of cases) {
      const answer = await connectOnce(it.port, world, it.client)
      let log = nginx.log().slice(read)
      for (let wait = 0; wait < 10 && answer.error !== undefined && errorIn(log).text === null; wait++) {
        await pause(5)
        log = nginx.log().slice(read)
      }
      read += log.length
      tally.add(it.name, world.predict(configuration, `127.0.0.1:${it.port}`, it.client), observe(it, answer, log))
    }
  } finally {
    await nginx.stop()
    world.remove()
  }
  t.diagnostic(`${cases.length} handshakes with nginx\n${tally.report()}`)
  for (const line of tally.differences.slice(0, 100)) t.diagnostic(line)
  hold(tally, ['result', 'side'], ['httpStatus', 'openssl', 'text', 'verifyVariable', 'alert'])
})

/** What the log says of a handshake that failed, by the port that the client came from. */
function haproxyError(log: string, port: number | undefined): Pick<Observed, 'openssl' | 'text'> {
  const found = new RegExp(`^HANDSHAKE ${port} \\[(\\d+),(\\d+)\\] (.*)$`, 'm').exec(log)
  if (!found) return {}
  const [endEntity, issuer] = [Number(found[1]), Number(found[2])]
  const text = /routines:[^:]*:(.+)$/.exec(found[3]!)?.[1]?.replace(/^:/, '')
  // With one of the two forgiven, the log does not say which was fatal; and for errors of certificates it has only numbers.
  if (endEntity > 0 || issuer > 0) return endEntity > 0 && issuer > 0 ? {} : { openssl: endEntity || issuer }
  return { openssl: null, ...(text !== undefined && { text }) }
}

async function observeHaproxy({ client, port, hop, tcp }: HaproxyCase, answer: Answer, log: () => string): Promise<Observed> {
  const { status, verify, alert } = answer
  if (status !== undefined) {
    const rejected = status >= 400
    const common = { result: rejected ? 'rejected' : 'accepted', side: rejected ? 'server' : null, httpStatus: status } as const
    return hop ? common : { ...common, openssl: null, text: null, alert: null, ...(rejected ? {} : { verifyVariable: verify ?? null }) }
  }
  let said = haproxyError(log(), answer.port)
  for (let wait = 0; wait < 10 && said.openssl === undefined && !client.plain && alert; wait++) {
    await pause(5)
    said = haproxyError(log(), answer.port)
  }
  return {
    result: 'rejected',
    side: 'server',
    httpStatus: null,
    ...(tcp ? {} : said),
    ...(port > 0 && !tcp ? { alert: alert ?? null } : {})
  }
}

test('handshakes with HAProxy come out as predicted', { skip: haproxyMissing }, async t => {
  const world = makeWorld(oraclePki)
  const first = 10_000 + (process.pid % 9) * 1000
  const { text, lists, cases } = haproxyMatrix(first)
  for (const [name, list] of Object.entries(lists)) world.write(name, list)
  const configuration = world.write('haproxy.cfg', text)
  const haproxy = await startHaproxy(configuration, first + 1)
  const own = newTally()
  let read = 0
  try {
    for (const it of cases) {
      const answer = await connectOnce(it.port, world, it.client)
      const seen = await observeHaproxy(it, answer, () => haproxy.log().slice(read))
      read = haproxy.log().length
      own.add(it.name, world.predict(configuration, `127.0.0.1:${it.port}`, it.client), seen)
    }
  } finally {
    await haproxy.stop()
    world.remove()
  }
  t.diagnostic(`${cases.length} handshakes with HAProxy\n${own.report()}`)
  for (const line of own.differences.slice(0, 100)) t.diagnostic(line)
  hold(own, ['result', 'side'], ['httpStatus', 'openssl', 'text', 'verifyVariable', 'alert'])
})
