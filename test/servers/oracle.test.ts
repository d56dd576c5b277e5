/** The prediction of handshakes against real servers. A difference found: the server is right. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { haproxyMissing, startHaproxy } from './haproxy.js'
import { modulesPath, nginxMissing, pause, startNginx } from './nginx.js'
import {
  type Answer,
  alertName,
  connectOnce,
  connectWithOpenssl,
  makeWorld,
  newTally,
  type Observed,
  type Tally,
  type Tested,
  type World
} from './oracle.js'
import { type HaproxyCase, haproxyMatrix } from './oracle-haproxy.js'
import { type NginxCase, nginxMatrix } from './oracle-nginx.js'
import { oraclePki } from './oracle-pki.js'
import { brokenFiles, haproxyTests, nginxTests } from './oracle-tests.js'

/** Fields on which the goal is to be right every time, and those on which 99 % will do. */
function hold(tally: Tally, fields: readonly string[], others: readonly string[]): void {
  for (const it of fields)
    assert.equal(tally.share(it), 1, `${it}\n${tally.differences.filter(line => line.includes(`: ${it} `)).join('\n')}`)
  for (const it of others)
    assert.ok(tally.share(it) >= 0.99, `${it}\n${tally.differences.filter(line => line.includes(`: ${it} `)).join('\n')}`)
}

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

/** An RSA key that is too weak, which Node does not make. */
function writeWeakKey(folder: string): void {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:1024',
    '-nodes',
    '-keyout',
    'weak.key',
    '-out',
    'weak.pem',
    '-subj',
    '/CN=weak',
    '-days',
    '30'
  ]
  assert.equal(spawnSync('openssl', args, { cwd: folder }).status, 0, 'openssl makes no key of 1024 bits')
  appendFileSync(join(folder, 'weak.pem'), readFileSync(join(folder, 'weak.key')))
}

/** In a process group of its own nobody can be asked for a passphrase. */
const withoutTerminal = (command: string, args: readonly string[], folder: string) =>
  spawnSync('setsid', ['-w', command, ...args], { cwd: folder, encoding: 'utf8', input: '' }).stderr

/** Servers whose certificates `openssl s_client` judges, with the name that it expects. */
const judged: readonly (readonly [server: string, ca: string, name: string])[] = [
  ['server', 'server-ca.pem', 'a.test'],
  ['server', 'server-ca.pem', 'x.example.test'],
  ['server', 'server-ca.pem', 'x.y.example.test'],
  ['server', 'server-ca.pem', 'z.test'],
  ['server', 'root.pem', 'a.test'],
  ['server-rsa', 'server-ca.pem', 'a.test'],
  ['server-expired', 'server-ca.pem', 'a.test'],
  ['server-future', 'server-ca.pem', 'a.test'],
  ['server-client-eku', 'server-ca.pem', 'a.test'],
  ['server-any-eku', 'server-ca.pem', 'a.test'],
  ['server-no-eku', 'server-ca.pem', 'a.test'],
  ['server-rsa-ke', 'server-ca.pem', 'a.test'],
  ['server-cn', 'server-ca.pem', 'a.test'],
  ['server-cn', 'server-ca.pem', 'b.test'],
  ['server-ip', 'server-ca.pem', '127.0.0.1'],
  ['server-ip', 'server-ca.pem', '127.0.0.2'],
  ['server-ip', 'server-ca.pem', 'a.test'],
  ['server-self', 'server-self.pem', 'a.test'],
  ['server-self', 'server-ca.pem', 'a.test'],
  ['server-lone', 'server-ca.pem', 'a.test'],
  ['server-chain', 'server-ca.pem', 'a.test'],
  ['server-chain', 'server-int.pem', 'a.test'],
  ['server-ke', 'server-ca.pem', 'a.test']
]

test('what clients think of the server comes out as predicted', { skip: nginxMissing }, async t => {
  const world = makeWorld(oraclePki)
  const first = 20_900 + (process.pid % 12) * 1000
  const keyOf = (it: string) => `${it.replace('chain', 'lone')}.key`
  const servers = judged.map(
    ([it], at) =>
      `server { listen 127.0.0.1:${first + at} ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate ${it}.pem; ssl_certificate_key ${keyOf(it)}; return 200 ok; }`
  )
  const configuration = world.write(
    'nginx-judged.conf',
    `error_log error.log info;\npid nginx.pid;\nevents {}\nhttp {\n access_log off;\n ${servers.join('\n ')}\n}\n`
  )
  const nginx = await startNginx(configuration, first)
  const tally = newTally()
  try {
    for (const [at, [server, ca, name]] of judged.entries()) {
      for (const tls of ['1.2', '1.3'] as const) {
        const read = nginx.log().length
        const isAddress = /^\d/.test(name)
        const asked = isAddress ? ['-noservername', '-verify_ip', name] : ['-servername', name, '-verify_hostname', name]
        const said = await connectWithOpenssl(
          first + at,
          ['-CAfile', ca, '-no-CApath', '-no-CAstore', tls === '1.2' ? '-tls1_2' : '-tls1_3', ...asked],
          world.folder
        )
        const error = /verify error:num=(\d+):(.*)/.exec(said)
        const alertAtServer = () => alertName(nginx.log().slice(read))
        for (let wait = 0; wait < 10 && error && !alertAtServer(); wait++) await pause(5)
        const refused = alertName(said)
        const seen: Observed = error
          ? {
              result: 'rejected',
              side: 'client',
              openssl: Number(error[1]),
              text: error[2]!.trim(),
              alert: alertAtServer() ?? null,
              httpStatus: null
            }
          : refused
            ? { result: 'rejected', side: 'server', alert: refused, httpStatus: null }
            : { result: 'accepted', side: null, openssl: null, text: null, alert: null, httpStatus: 200 }
        tally.add(
          `${server} × ${ca}, ${name}, TLS ${tls}`,
          world.predict(configuration, `127.0.0.1:${first + at}`, { sni: name, ca, tls }),
          seen
        )
      }
    }
  } finally {
    await nginx.stop()
    world.remove()
  }
  t.diagnostic(`${tally.cases()} servers judged by openssl s_client\n${tally.report()}`)
  hold(tally, ['result', 'side'], ['httpStatus', 'openssl', 'text', 'alert'])
})

test('nginx -t says what is predicted', { skip: nginxMissing }, t => {
  const world = makeWorld(oraclePki + brokenFiles)
  world.write('empty.pem', '')
  world.write('comment.pem', '# nothing yet\n')
  writeWeakKey(world.folder)
  const tally = newTally()
  try {
    for (const [number, directives] of nginxTests.entries()) {
      const path = world.write(`nginx-${number}.conf`, `events {}\nhttp {\n server {\n listen 127.0.0.1:9443 ssl;\n ${directives}\n }\n}\n`)
      const said = withoutTerminal('nginx', ['-t', '-p', world.folder, '-c', path], world.folder)
      const refused = /\[emerg\] \d+#\d+: (.*?)(?: in (\S+):(\d+))?$/m.exec(said)
      const predicted = world.test(path)
      tally.addTest(directives, tested(predicted, world), {
        ok: !refused,
        message: refused?.[1] ?? null,
        line: refused?.[3] ? Number(refused[3]) : null
      })
    }
  } finally {
    world.remove()
  }
  t.diagnostic(`${nginxTests.length} configuration tests of nginx\n${tally.report()}`)
  hold(tally, ['configTest ok', 'configTest message', 'configTest line'], [])
})

function tested(test: ReturnType<World['test']>, world: World): Tested {
  if (test.ok) return { ok: true, message: null, line: null }
  const { place, message } = test
  const line = place
    ? world
        .pem(place.path.slice(world.folder.length + 1))
        .slice(0, place.start)
        .split('\n').length
    : null
  return { ok: false, message, line }
}

test('haproxy -c says what is predicted', { skip: haproxyMissing }, t => {
  const world = makeWorld(oraclePki + brokenFiles)
  world.write('empty.pem', '')
  world.write('comment.pem', '# nothing yet\n')
  world.write('wrong.txt', 'server-both.pem [ca root.pem] a.test\n')
  world.write('unverified.txt', 'server-both.pem [verify required] a.test\n')
  writeWeakKey(world.folder)
  const tally = newTally()
  try {
    for (const [number, [line, below]] of haproxyTests.entries()) {
      const timeouts = ['client', 'server', 'connect'].map(it => `  timeout ${it} 5s\n`).join('')
      const path = world.write(
        `test${number}.cfg`,
        `defaults\n  mode http\n${timeouts}frontend f\n  ${line}\n  http-request return status 200 if TRUE\n  ${below}\n`
      )
      const said = withoutTerminal('haproxy', ['-c', '-f', `test${number}.cfg`], world.folder)
      const alerts = said.split('\n').flatMap(it => /^\[ALERT\]\s+\(\d+\) : config : (.*)$/.exec(it)?.[1] ?? [])
      const own = alerts.filter(it => !/^(?:Error\(s\) found|Fatal errors)/.test(it))
      const seen = {
        ok: alerts.length === 0,
        message: own.length > 0 ? own.join('\n') : null,
        line: Number(/\.cfg:(\d+)\]/.exec(own.join('\n'))?.[1] ?? 0) || null
      }
      tally.addTest(`${line} ${below}`, tested(world.test(path), world), seen)
    }
  } finally {
    world.remove()
  }
  t.diagnostic(`${haproxyTests.length} configuration tests of HAProxy\n${tally.report()}`)
  hold(tally, ['configTest ok', 'configTest message', 'configTest line'], [])
})
