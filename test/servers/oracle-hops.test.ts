/** Predictions about requests that one proxy passes on to another over TLS, against real nginx and HAProxy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { haproxyMissing, startHaproxy } from './haproxy.js'
import { freePorts, modulesPath, nginxMissing, pause, startNginx } from './nginx.js'
import { type Answer, alertName, connectOnce, makeWorld, newTally, type Observed } from './oracle.js'
import { type HopCase, hopFiles, hopMatrix } from './oracle-hops.js'
import { oraclePki } from './oracle-pki.js'

interface Logs {
  /** What nginx and HAProxy wrote since the last request. */
  readonly nginx: string
  readonly haproxy: string
}

interface Words {
  readonly openssl: number | null
  readonly text?: string
}

/** Alerts by OpenSSL's names, which HAProxy prints without their numbers. */
const alerts =
  /alert (handshake failure|bad certificate|unsupported certificate|certificate (?:revoked|expired|unknown|required)|unknown ca|decrypt error|protocol version)/

/** What the proxy says of its upstream, which it rejected or by which it was rejected. */
function ofUpstream({ from, port }: HopCase, { nginx, haproxy }: Logs): { readonly words?: Words; readonly alert?: string } {
  if (from === 'nginx') {
    const verify = /upstream SSL certificate verify error: \((\d+):([^)]*)\)/.exec(nginx)
    if (verify) return { words: { openssl: Number(verify[1]), text: verify[2]! } }
    const name = /upstream SSL certificate does not match "[^"]*"/.exec(nginx)
    if (name) return { words: { openssl: null, text: name[0] } }
    const alert = alertName(nginx)
    return alert ? { alert } : {}
  }
  const [, connection = '', tls = ''] = new RegExp(`HOP ${port} \\[([^\\]]*)\\] \\[([^\\]]*)\\]`).exec(haproxy) ?? []
  if (connection.includes('different from')) return { words: { openssl: null, text: connection } }
  const alert = alerts.exec(tls)?.[1]
  if (alert) return { alert }
  const text = /SSL routines::(.*)$/.exec(tls)?.[1]
  return text === undefined ? {} : { words: { openssl: null, text } }
}

/** What the upstream says of the proxy. */
function ofProxy({ to }: HopCase, { nginx, haproxy }: Logs): Words | undefined {
  if (to === 'nginx') {
    const verify = /client SSL certificate verify error: \((\d+):([^)]*)\)/.exec(nginx)
    if (verify) return { openssl: Number(verify[1]), text: verify[2]! }
    const none = /client sent no required SSL certificate/.exec(nginx)
    if (none) return { openssl: null, text: none[0] }
    const failed = /SSL_do_handshake\(\) failed \(SSL: error:[0-9A-F]+:SSL routines::([^):]*)\) while SSL handshaking, client/.exec(nginx)
    return failed ? { openssl: null, text: failed[1]! } : undefined
  }
  const [, leaf = '0', above = '0', text = ''] = /HANDSHAKE \d+ \[(\d+),(\d+)\] error:[0-9A-F]+:SSL routines::(.*)/.exec(haproxy) ?? []
  // It keeps the number of what failed at the certificate, and of what failed above.
  if (text.startsWith('certificate verify failed')) return { openssl: Number(leaf) || Number(above) }
  return text === '' || text.includes('alert') ? undefined : { openssl: null, text }
}

function observe(hop: HopCase, answer: Answer, logs: Logs): Observed {
  const { status = null } = answer
  if (status !== null && status < 400) return { result: 'accepted', side: null, httpStatus: status, openssl: null, text: null, alert: null }
  const { words, alert } = ofUpstream(hop, logs)
  const said = words ?? ofProxy(hop, logs)
  // With TLS 1.3 an alert may come after the request went out, which HAProxy calls a bad gateway. Nobody can know which is first.
  const isLate = hop.from === 'haproxy' && logs.haproxy.includes(`HOP ${hop.port} [SSL fatal error]`)
  return {
    result: 'rejected',
    side: 'server',
    ...(isLate ? {} : { httpStatus: status }),
    ...(said && { openssl: said.openssl, ...(said.text !== undefined && { text: said.text }) }),
    ...(alert !== undefined && { alert })
  }
}

test('requests that are passed on come out as predicted', { skip: nginxMissing || haproxyMissing }, async t => {
  const world = makeWorld(oraclePki + hopFiles)
  const { nginx: nginxText, haproxy: haproxyText, cases, ports } = hopMatrix(await freePorts(700), modulesPath())
  const files = { nginx: world.write('nginx.conf', nginxText), haproxy: world.write('haproxy.cfg', haproxyText) }
  const nginx = await startNginx(files.nginx, ports.nginx)
  const haproxy = await startHaproxy(files.haproxy, ports.haproxy)
  const tally = newTally()
  const client = { sni: 'a.test' }
  const read = { nginx: nginx.log().length, haproxy: haproxy.log().length }
  try {
    for (const hop of cases) {
      const answer = await connectOnce(hop.port, world, client)
      const logs = () => ({ nginx: nginx.log().slice(read.nginx), haproxy: haproxy.log().slice(read.haproxy) })
      const isRejected = (answer.status ?? 500) >= 400
      const isTold = () => ofUpstream(hop, logs()).words !== undefined || ofProxy(hop, logs()) !== undefined
      for (let wait = 0; wait < 40 && isRejected && !isTold(); wait++) await pause(5)
      // Lines of the two come in any order.
      await pause(isRejected ? 5 : 0)
      const seen = observe(hop, answer, logs())
      Object.assign(read, { nginx: nginx.log().length, haproxy: haproxy.log().length })
      const beside = files[hop.from === 'nginx' ? 'haproxy' : 'nginx']
      tally.add(hop.name, world.predict(files[hop.from], `127.0.0.1:${hop.port}`, client, [beside]), seen)
    }
  } finally {
    await nginx.stop()
    await haproxy.stop()
    world.remove()
  }
  t.diagnostic(`${cases.length} requests passed on\n${tally.report()}`)
  for (const it of tally.differences) t.diagnostic(it)
  for (const field of ['result', 'side', 'httpStatus', 'openssl', 'text', 'alert'])
    assert.equal(tally.share(field), 1, `${field}\n${tally.differences.join('\n')}`)
})
