/** Predict Handshake as functions over values: who may meet, what is drawn, and that names do nothing. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { isQuestion, isServer } from '../client/src/handshake-question.js'
import { diagramOf } from '../client/webview/handshake/diagram.js'
import { type Location, lineIndex, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { codeLenses, lensTitle } from '../server/src/features/code-lens.js'
import {
  type ClientSpot,
  clientChoices,
  findServer,
  type ServerSpot,
  serverChoices,
  trustChoices
} from '../server/src/features/handshake-sides.js'
import { type Places, predictHere } from '../server/src/features/predict-handshake.js'
import { numberOfAlert, readByOpenssl } from '../server/src/handshake/alerts.js'
import { openWorkspace, type Workspace } from '../server/src/service.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const now = new Date('2026-06-01')
const pki = makePki(`
root.pem:
other-root.pem:
int: {issuer: root, subject: "CN=Issuing CA"}
server.pem: {issuer: root, san: [orders.test], eku: server}
server.key: {key: server}
gateway.pem: {issuer: int, eku: client, subject: "CN=gateway"}
gateway.key: {key: gateway}
whole.pem: [gateway, int]
stranger.pem: {issuer: other-root, eku: client, subject: "CN=stranger"}
`)

const listener = (more = '') => `events {}
http {
  server {
    listen 127.0.0.1:8443 ssl;
    server_name orders.test;
    ssl_certificate server.pem; ssl_certificate_key server.key;
    ssl_client_certificate root.pem;
    ssl_verify_client on;
    location / { return 200; }
    ${more}
  }
}
`

const caller = `events {}
http {
  server {
    listen 127.0.0.1:8080;
    location / {
      proxy_pass https://127.0.0.1:8443;
      proxy_ssl_certificate gateway.pem; proxy_ssl_certificate_key gateway.key;
      proxy_ssl_server_name on; proxy_ssl_name orders.test;
    }
  }
}
`

function open(files: Readonly<Record<string, string>>): Workspace {
  const all = new Map<string, SourceFile>()
  for (const [name, text] of [...pki, ...Object.entries(files)]) all.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  return openWorkspace({ read: readFrom(all), files: all.keys(), now: () => now })
}

const both = { 'orders.nginx': listener(), 'gateway.nginx': caller }
const orders: ServerSpot = { path: '/w/orders.nginx', listen: '127.0.0.1:8443', name: 'orders.test' }
const gateway: ClientSpot = { kind: 'endpoint', path: '/w/gateway.nginx', label: 'proxy_pass https://127.0.0.1:8443', index: 0 }

const path = (it: string) => it.replace('/w/', '')
const placesIn = (workspace: Workspace): Places => ({
  path,
  place(at: Location) {
    const entry = workspace.read(at.path)
    return `${path(at.path)}:${entry.kind === 'file' ? lineIndex(entry.file).position(at.start).line + 1 : 0}`
  },
  page: rule => `https://rules.test/${rule}`
})

function predict(files: Readonly<Record<string, string>>, client: ClientSpot = gateway, server: ServerSpot = orders) {
  const workspace = open(files)
  const predicted = predictHere(workspace, server, client, now, placesIn(workspace))
  assert.ok(predicted)
  return predicted
}

test('a server is called as its configuration calls it, with a name that a client would ask for', () => {
  const [choice, ...others] = serverChoices(open(both))
  assert.deepEqual(others, [])
  assert.equal(choice!.label, 'server orders.test')
  assert.equal(choice!.description, '127.0.0.1:8443 · client certificate demanded')
  assert.deepEqual(choice!.spot, orders)
})

test('a wildcard stands for a name that it covers, and a server without names goes by its certificate', () => {
  const named = (names: string) => serverChoices(open({ 'a.nginx': listener().replace('server_name orders.test;', names) }))[0]!.spot.name
  assert.equal(named('server_name *.orders.test;'), 'www.orders.test')
  assert.equal(named('server_name .orders.test;'), 'orders.test')
  assert.equal(named('server_name "~^(.+)$" api.test;'), 'api.test')
  assert.equal(named('server_name _;'), 'orders.test')
  const haproxy = 'frontend f\n  mode http\n  bind :8443 ssl crt both.pem\n  http-request return status 200\n'
  const bundle = `${pki.get('server.pem')}${pki.get('server.key')}`
  assert.equal(serverChoices(open({ 'haproxy.cfg': haproxy, 'both.pem': bundle }))[0]!.spot.name, 'orders.test')
})

test('servers that demand certificates come first, and before them those of the file at hand', () => {
  const files = { 'a.nginx': listener().replace('ssl_verify_client on;', '').replaceAll('8443', '9443'), 'b.nginx': listener() }
  const order = (here?: string) => serverChoices(open(files), here).map(it => path(it.at.path))
  assert.deepEqual(order(), ['b.nginx', 'a.nginx'])
  assert.deepEqual(order('/w/a.nginx'), ['a.nginx', 'b.nginx'])
})

test('from a client the server that it connects to comes first', () => {
  const files = { 'a.nginx': listener().replaceAll('8443', '9443'), 'orders.nginx': listener(), 'gateway.nginx': caller }
  const order = (here?: string) => serverChoices(open(files), here).map(it => path(it.at.path))
  assert.deepEqual(order(), ['a.nginx', 'orders.nginx'])
  assert.deepEqual(order('/w/gateway.nginx'), ['orders.nginx', 'a.nginx'])
})

test('of clients the likely ones come first: who connects, then whose certificate is trusted', () => {
  const workspace = open({ ...both, 'elsewhere.nginx': caller.replaceAll('8443', '9443') })
  const choices = clientChoices(workspace, orders, now).map(it => `${it.group}: ${it.label}`)
  assert.deepEqual(choices, [
    'connects: proxy_pass https://127.0.0.1:8443',
    'trusted: gateway',
    'trusted: gateway',
    'hand: No certificate',
    'certificates: server',
    'certificates: stranger',
    'clients: proxy_pass https://127.0.0.1:9443'
  ])
  const [certificate] = clientChoices(workspace, orders, now).filter(it => it.group === 'trusted')
  assert.deepEqual(certificate!.spot, { kind: 'certificate', certificate: '/w/gateway.pem', key: '/w/gateway.key' })
  assert.deepEqual(
    trustChoices(workspace, orders, path)
      .map(it => it.label)
      .slice(0, 1),
    ['root.pem']
  )
})

test('where several deployments share an address, a client belongs to the nearest', () => {
  const files = (folder: string) => ({ [`${folder}/orders.nginx`]: listener(), [`${folder}/gateway.nginx`]: caller })
  const workspace = open({ ...files('blue'), ...files('green') })
  const choices = clientChoices(workspace, { ...orders, path: '/w/blue/orders.nginx' }, now)
  const places = choices.flatMap(it => (it.at && it.spot.kind === 'endpoint' ? [`${it.group}: ${path(it.at.path)}`] : []))
  assert.deepEqual(places, ['connects: blue/gateway.nginx', 'clients: green/gateway.nginx'])
})

test('a prediction leads to the texts that decide it', () => {
  const { picture, places, text } = predict(both)
  assert.equal(picture.verdict, 'Rejected by the server')
  assert.deepEqual(picture.facts.map(it => `${it.label}: ${it.value}`).slice(0, 2), [
    'Answer to the request: HTTP 400, The SSL certificate error',
    'The server notes: 21 unable to verify the first certificate'
  ])
  const [reason] = picture.because
  assert.equal(reason!.url, 'https://rules.test/missing-intermediate')
  assert.equal(path(places[reason!.place.index]!.path), 'gateway.pem')
  assert.deepEqual(
    picture.steps.map(it => `${it.from} ${it.sent ? it.message : 'judges'} ${it.place?.label ?? ''}`.trim()),
    [
      'client ClientHello',
      'server ServerHello orders.nginx:3',
      'server Certificate server.pem:1',
      'client judges',
      'server CertificateRequest orders.nginx:8',
      'client Certificate gateway.pem:1',
      'server judges gateway.pem:1',
      'server Response'
    ]
  )
  assert.doesNotMatch(JSON.stringify(picture), /\/w\//)
  assert.match(text, /^proxy_pass https:\/\/127\.0\.0\.1:8443 → server orders\.test\nRejected by the server: HTTP 400/)
})

test('by hand: a whole chain is let in, nobody is not, and a key that does not fit stops the client', () => {
  const trust = ['/w/root.pem']
  assert.equal(predict(both, { kind: 'certificate', certificate: '/w/whole.pem', key: '/w/gateway.key', trust }).picture.result, 'accepted')
  // A key that is not at hand is taken to fit.
  assert.equal(predict(both, { kind: 'certificate', certificate: '/w/whole.pem', trust }).picture.result, 'accepted')
  const nobody = predict(both, { kind: 'nothing' }).picture
  assert.equal(nobody.because[0]!.rule, 'client-certificate-missing')
  const wrong = predict(both, { kind: 'certificate', certificate: '/w/whole.pem', key: '/w/server.key', trust }).picture
  assert.equal(wrong.verdict, 'Rejected by the client')
  const distrusted = predict(both, { kind: 'nothing', trust: ['/w/other-root.pem'] }).picture
  assert.equal(distrusted.side, 'client')
})

test('what is there no longer has no answer', () => {
  const workspace = open(both)
  const places = placesIn(workspace)
  assert.equal(predictHere(workspace, { ...orders, listen: '*:1' }, gateway, now, places), undefined)
  assert.equal(predictHere(workspace, orders, { ...gateway, label: 'gone' } as ClientSpot, now, places), undefined)
  assert.equal(predictHere(workspace, orders, { kind: 'certificate', certificate: '/w/gone.pem' }, now, places), undefined)
  assert.equal(findServer(workspace, { path: '/w/gone', listen: '' }), undefined)
})

test('a configuration that is refused says so', () => {
  const { picture } = predict({ ...both, 'orders.nginx': listener('ssl_verify_depth deep;') })
  assert.equal(picture.result, 'rejected')
  assert.equal(picture.verdict, 'The server does not start with this configuration')
  assert.deepEqual(picture.because, [])
  assert.match(picture.refused!.message, /ssl_verify_depth/)
  assert.equal(picture.refused!.place!.label, 'orders.nginx:10')
})

test('names of strangers are text in the picture, and no syntax in Mermaid', () => {
  const hostile = '<img src=x onerror=alert(1)>"; participant evil'
  const text = listener().replace('server_name orders.test;', `server_name '${hostile}';`)
  const { picture, mermaid } = predict({ ...both, 'orders.nginx': text }, { kind: 'nothing' }, { path: orders.path, listen: orders.listen })
  // The page makes text of it, so it has to arrive as it stands.
  assert.ok(picture.server.label.includes('<img src=x onerror=alert(1)>'), picture.server.label)
  assert.ok(diagramOf(picture).connections[0]!.server.label.includes('<img src=x'))
  assert.doesNotMatch(mermaid.replace(/->>/g, '').replace(/#\d+;/g, ''), /[<>";]/)
  assert.equal(mermaid.match(/^ {2}participant /gm)?.length, 2)
})

test('what cannot be seen is shown as such, and nobody reads a name of a megabyte', () => {
  const named = (name: string) => listener().replace('server_name orders.test;', `server_name "${name}";`)
  const labelOf = (name: string) =>
    predict({ ...both, 'orders.nginx': named(name) }, { kind: 'nothing' }, { path: orders.path, listen: orders.listen }).picture.server
      .label
  assert.equal(labelOf('a\u202eb'), 'server a\uFFFDb')
  assert.equal(labelOf('x'.repeat(1_000_000)).length, 1000)
})

test('in Mermaid messages are arrows, judgements are notes, and the verdict is the last', () => {
  const lines = predict(both).mermaid.trim().split('\n')
  assert.equal(lines[0], 'sequenceDiagram')
  assert.equal(lines[1], '  participant p0 as proxy_pass https#58;//127.0.0.1#58;8443')
  assert.equal(lines[2], '  participant p1 as server orders.test')
  assert.equal(lines[3], '  p0->>p1: ClientHello#58; TLS 1.2 to TLS 1.3, server_name orders.test')
  assert.match(lines[6]!, /^ {2}Note over p0: CertificateVerify#58; /)
  assert.match(lines.at(-2)!, /^ {2}p1-xp0: Response ✗#58; HTTP 400/)
  assert.match(lines.at(-1)!, /^ {2}Note over p0,p1: Rejected by the server#58; HTTP 400/)
})

const front = caller
  .replace(
    'listen 127.0.0.1:8080;',
    'listen 127.0.0.1:7443 ssl; server_name front.test; ssl_certificate server.pem; ssl_certificate_key server.key;'
  )
  .replace('gateway.pem', 'whole.pem')

test('a request that is passed on is drawn with lifelines of its own', () => {
  const { picture, mermaid, text } = predict(
    { ...both, 'gateway.nginx': front },
    { kind: 'nothing' },
    { path: '/w/gateway.nginx', listen: '127.0.0.1:7443' }
  )
  const { connections, verdict } = diagramOf(picture)
  assert.deepEqual(
    connections.map(it => `${it.client.label} → ${it.server.label}`),
    ['client without a certificate → server front.test', 'proxy_pass https://127.0.0.1:8443 → server orders.test']
  )
  assert.deepEqual(verdict, { mark: '✓', kind: 'good', words: 'Accepted' })
  // The first client hears nothing of it.
  assert.equal(connections[0]!.rows.at(-1)!.shape, 'note')
  assert.equal(mermaid.match(/^ {2}participant /gm)?.length, 4)
  assert.match(text, /\n {2}proxy_pass https:\/\/127\.0\.0\.1:8443 → server orders\.test\n/)
})

test('rows are numbered through, and say in words what the drawing shows', () => {
  const { connections, verdict } = diagramOf(predict(both).picture)
  const rows = connections.flatMap(it => it.rows)
  assert.deepEqual(
    rows.map(it => it.number),
    rows.map((_, index) => index + 1)
  )
  assert.deepEqual(
    rows.map(it => `${it.from} ${it.shape} ${it.ok}`),
    [
      'client arrow true',
      'server arrow true',
      'server arrow true',
      'client note true',
      'server arrow true',
      'client arrow true',
      'server note false',
      'server arrow false'
    ]
  )
  assert.equal(
    rows[1]!.spoken,
    'Step 2 of 8, from server to client: ServerHello. TLS 1.3; server orders.test answers for orders.test. Enter opens orders.nginx:3'
  )
  assert.match(rows[6]!.spoken, /^Step 7 of 8, at the server: CertificateVerify\. .*\. this fails\. Enter opens gateway\.pem:1$/)
  assert.deepEqual(verdict, { mark: '✗', kind: 'bad', words: 'Rejected by the server' })
})

test('what rests on documentation alone says so', () => {
  const { notMeasured } = predict(both).picture
  assert.equal(notMeasured, undefined)
  const envoy = `static_resources:
  listeners:
  - name: orders
    address: { socket_address: { address: 127.0.0.1, port_value: 8443 } }
    filter_chains:
    - filters: []
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates: [{ certificate_chain: { filename: server.pem }, private_key: { filename: server.key } }]
`
  const workspace = open({ 'envoy.yaml': envoy })
  const [server] = serverChoices(workspace)
  const { picture } = predictHere(workspace, server!.spot, { kind: 'nothing' }, now, placesIn(workspace))!
  assert.match(picture.notMeasured!, /Envoy/)
})

test('a lens stands above each listener that speaks TLS, and counts who connects', () => {
  const text = listener().replace(/}\n$/, '  server { listen 127.0.0.1:80; server_name plain.test; }\n}\n')
  const workspace = open({ ...both, 'orders.nginx': text })
  const entry = workspace.read('/w/orders.nginx')
  assert.ok(entry.kind === 'file')
  const lenses = codeLenses(workspace, entry.file)
  assert.deepEqual(
    lenses.map(it => it.server),
    [orders]
  )
  assert.equal(text.slice(lenses[0]!.span.start).startsWith('server {'), true)
  assert.equal(lensTitle(workspace, orders), 'Predict handshake (1 client connects)')
  assert.equal(lensTitle(open({ 'orders.nginx': text }), orders), 'Predict handshake')
})

test('an included file has the lenses of the servers in it', () => {
  const site = listener().split('\n').slice(2, -2).join('\n')
  const workspace = open({ 'nginx.conf': 'events {}\nhttp {\n  include site.conf;\n}\n', 'site.conf': site })
  const entry = workspace.read('/w/site.conf')
  assert.ok(entry.kind === 'file')
  assert.deepEqual(
    codeLenses(workspace, entry.file).map(it => it.server.path),
    ['/w/nginx.conf']
  )
})

test('each side is quoted: the page, the log, the alert with its number, and what the other side reads', () => {
  const facts = (text: string, client: ClientSpot) =>
    predict({ ...both, 'orders.nginx': text }, client).picture.facts.map(it => `${it.label}: ${it.value}`)
  assert.deepEqual(facts(listener(), { kind: 'nothing' }), [
    'Answer to the request: HTTP 400, No required SSL certificate was sent',
    'The server notes: client sent no required SSL certificate',
    'Verify result: NONE'
  ])
  assert.equal(facts(listener(), gateway)[0], 'Answer to the request: HTTP 400, The SSL certificate error')
  const own = listener('error_page 496 =403 /sorry;')
  assert.equal(facts(own, { kind: 'nothing' })[0], 'Answer to the request: HTTP 403')
  assert.deepEqual(facts(listener(), { kind: 'nothing', trust: ['/w/other-root.pem'] }), [
    'The client notes: 20 unable to get local issuer certificate',
    'TLS alert: unknown ca (48)',
    'The server reads: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48'
  ])
})

test('the words for alerts are those of OpenSSL', t => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('no openssl here')
  for (const name of [
    'bad certificate',
    'certificate expired',
    'unknown ca',
    'certificate required',
    'unrecognized name',
    'protocol version'
  ]) {
    const words = readByOpenssl(name)!
    const [, code] = words.split(':')
    const { stdout } = spawnSync('openssl', ['errstr', code!], { encoding: 'utf8' })
    assert.equal(`${stdout.trim()}:SSL alert number ${numberOfAlert(name)}`, words)
  }
})

test('what comes back from VS Code is a question only when it is whole', () => {
  const server = { uri: 'file:///w/orders.nginx', listen: '*:443' }
  const nobody = { kind: 'nothing' }
  assert.ok(isServer(server) && isServer({ ...server, name: 'a.test' }))
  for (const it of [undefined, null, 'x', {}, { uri: 1, listen: '' }, { ...server, name: 1 }]) assert.equal(isServer(it), false)
  const clients = [
    nobody,
    { ...nobody, trust: ['file:///ca.pem'] },
    { kind: 'certificate', certificate: 'file:///c.pem', key: 'file:///c.key' },
    { kind: 'endpoint', uri: 'file:///g.nginx', label: 'proxy_pass https://a', index: 0 }
  ]
  for (const client of clients) assert.ok(isQuestion({ server, client }))
  const wrong = [
    undefined,
    { kind: 'other' },
    { ...nobody, trust: 'file:///ca.pem' },
    { ...nobody, trust: [1] },
    { kind: 'certificate' },
    { kind: 'certificate', certificate: 'file:///c.pem', key: 1 },
    { kind: 'endpoint', uri: 'file:///g.nginx', label: 'x', index: 0.5 }
  ]
  for (const client of wrong) assert.equal(isQuestion({ server, client }), false)
})
