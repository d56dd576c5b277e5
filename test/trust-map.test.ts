/** Who presents what to whom: the graph of a workspace, what becomes of it where it is large, and how it is drawn. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { walk as walkMap } from '../client/webview/trust-map/walk.js'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { diskRead } from '../server/src/files/disk.js'
import { walk } from '../server/src/files/walk.js'
import { drawTrustMapMermaid, drawTrustMapSvg, trustMap } from '../server/src/index.js'
import { dialects, openWorkspace } from '../server/src/service.js'
import { collapse } from '../server/src/trust-map/collapse.js'
import { buildTrustMap } from '../server/src/trust-map/graph.js'
import { layOut } from '../server/src/trust-map/layout.js'
import type { MapEdge, MapNode, TrustMap, Verdict } from '../server/src/trust-map/map.js'
import type { Box } from '../server/src/trust-map/measures.js'
import { drawMermaid } from '../server/src/trust-map/mermaid.js'
import { drawSvg } from '../server/src/trust-map/svg.js'
import { cut, cutMiddle, widthOf } from '../server/src/trust-map/text-width.js'
import { description, summaryOf } from '../server/src/trust-map/words.js'
import { repository } from './files.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const at = new Date('2026-01-01')
const asIs = (path: string): string => path

function mapOfSample(name: string): TrustMap {
  const read = diskRead()
  const files = walk(`${repository}samples/${name}`, it => dialects.some(dialect => dialect.mayBe(it)))
  return buildTrustMap({ workspace: openWorkspace({ read, files, now: () => at }), at })
}

function mapOf(texts: Readonly<Record<string, string>> | ReadonlyMap<string, string>): TrustMap {
  const files = new Map<string, SourceFile>()
  for (const [name, text] of texts instanceof Map ? texts : Object.entries(texts)) files.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  return buildTrustMap({ workspace: openWorkspace({ read: readFrom(files), files: files.keys(), now: () => at }), at })
}

/** Each tie in a line, by the names of its ends. */
function told({ nodes, edges }: TrustMap): readonly string[] {
  const names = new Map(nodes.map(it => [it.id, it.label]))
  return edges.map(({ kind, from, to, label, inEffect }) =>
    [
      names.get(from),
      kind,
      names.get(to),
      ...(label === '' || inEffect === false ? [] : [`(${label})`]),
      ...(inEffect === false ? ['in vain'] : [])
    ].join(' ')
  )
}

const linesOf = (map: TrustMap, label: string): readonly string[] =>
  map.nodes.find(it => it.label === label)!.details.map(it => (it.tone === 'warning' ? `! ${it.text}` : it.text))

describe('the samples', () => {
  test('who gets in: both sides present what the other trusts', () => {
    const map = mapOfSample('all-correct')
    assert.deepEqual(told(map), [
      'Harbor Issuing CA 1 issued Harbor Root CA',
      'proxy_pass https://orders presents Harbor Issuing CA 1 (gateway)',
      'server orders.internal presents Harbor Issuing CA 1 (orders.internal)',
      'proxy_pass https://orders trusts Harbor Root CA',
      'server orders.internal trusts Harbor Root CA',
      'proxy_pass https://orders connects server orders.internal (accepted)'
    ])
    assert.deepEqual(
      map.nodes.map(it => it.kind),
      ['client', 'server', 'authority', 'authority']
    )
    assert.deepEqual(linesOf(map, 'server orders.internal'), [
      'at 127.0.0.1:8443',
      'presents orders.internal',
      'demands a client certificate'
    ])
    assert.equal(summaryOf(map), '1 client, 1 server, 2 CAs; connections: 1 accepted')
  })

  test('a missing intermediate: the CA is known, and not sent', () => {
    const map = mapOfSample('missing-intermediate')
    assert.ok(told(map).includes('proxy_pass https://orders presents Acme Issuing CA 1 (gateway, issuer not sent)'))
    const rejected = map.edges.find(it => it.verdict === 'rejected')!
    assert.match(rejected.says, /rejected by the server, HTTP 400, OpenSSL 21, unable to verify the first certificate$/)
    assert.match(rejected.at!.path, /gateway\/certs\/gateway\.pem$/)
    assert.equal(rejected.reason, 'unable to verify the first certificate (21)')
  })

  test('a leaf in the trust store is a node of its own, at which both sides meet in vain', () => {
    const map = mapOfSample('leaf-in-trust-store')
    assert.deepEqual(
      told(map).filter(it => / gateway/.test(it)),
      ['proxy_pass https://orders presents gateway (gateway)', 'server orders.internal trusts gateway']
    )
    assert.equal(map.nodes.find(it => it.label === 'gateway')?.kind, 'certificate')
  })

  test('a CA that nobody is asked to satisfy is trusted in vain', () => {
    const map = mapOfSample('client-ca-not-enforced')
    assert.ok(told(map).includes('server orders.internal trusts Dunmore Root CA in vain'))
    assert.ok(linesOf(map, 'server orders.internal').includes('! has a CA, but asks for no certificate'))
  })

  test('an expired certificate shows', () => {
    const map = mapOfSample('expired-certificate')
    assert.ok(linesOf(map, 'proxy_pass https://orders').includes('! presents gateway, expired 2024-03-01'))
  })

  test('an address that several listen on connects nobody, and that is said', () => {
    const map = mapOfSample('.')
    assert.equal(map.edges.filter(it => it.kind === 'connects').length, 0)
    assert.match(
      map.notes.join(),
      /\d+ configurations listen on 127\.0\.0\.1:8443, so that it is not known which of them \d+ clients of it reach/
    )
  })

  test('every other language has its picture as well', () => {
    for (const name of ['haproxy/all-correct', 'envoy/all-correct']) {
      const verdicts = mapOfSample(name).edges.flatMap(it => it.verdict ?? [])
      assert.deepEqual(verdicts, ['accepted'], name)
    }
    assert.match(summaryOf(mapOfSample('istio/all-correct')), /^1 client, 1 server, 2 CAs; /)
  })
})

const server = (more: string, port = 8443) =>
  `events {}\nhttp { server { listen 127.0.0.1:${port} ssl; server_name a.test; ssl_certificate server.pem; ssl_certificate_key server.key; ${more} } }\n`
const gateway = (more: string, port = 8443) =>
  `events {}\nhttp { server { listen 127.0.0.1:80; location / { proxy_pass https://127.0.0.1:${port}; ${more} } } }\n`
const pki = makePki(`
root.pem:
other.pem: {subject: 'CN=other', ca: true}
int.pem: {issuer: root}
server.pem: {issuer: root, san: [a.test]}
server.key: {key: server}
client.pem: [client, int]
client: {issuer: int, eku: client}
client.key: {key: client}
`)
const identity = 'proxy_ssl_certificate client.pem; proxy_ssl_certificate_key client.key;'

describe('the graph', () => {
  test('what is not in the workspace stays in the picture, as what it is called', () => {
    const map = mapOf({
      'nginx.conf': server('ssl_client_certificate /etc/ca/clients.pem; ssl_verify_client on;').replace('server.pem', '/etc/tls/live.pem')
    })
    assert.deepEqual(told(map), ['server a.test presents tls/live.pem', 'server a.test trusts ca/clients.pem'])
    assert.deepEqual(linesOf(map, 'tls/live.pem'), ['not in this workspace'])
    assert.deepEqual(linesOf(map, 'server a.test'), ['at 127.0.0.1:8443', 'presents what is not here', 'demands a client certificate'])
  })

  test('an issuer without a certificate here has a node by its name', () => {
    const only = new Map([...pki].filter(([name]) => name.startsWith('server')))
    const map = mapOf(new Map([...only, ['nginx.conf', server('')]]))
    assert.deepEqual(told(map), ['server a.test presents root (server)'])
    assert.deepEqual(linesOf(map, 'root'), ['its certificate is not in this workspace'])
  })

  test('a re-keyed CA is another CA, whatever its name', () => {
    const twice = makePki(`
old.pem: {subject: 'CN=CA', ca: true}
new.pem: {subject: 'CN=CA', ca: true}
server.pem: {issuer: old, san: [a.test]}
server.key: {key: server}
`)
    const map = mapOf(new Map([...twice, ['nginx.conf', server('ssl_client_certificate new.pem; ssl_verify_client on;')]]))
    const [presents, trusts] = ['presents', 'trusts'].map(kind => map.edges.find(it => it.kind === kind)!.to)
    assert.notEqual(presents, trusts)
    assert.equal(map.nodes.filter(it => it.label === 'CA').length, 2)
  })

  test('who presents nothing, and who believes anybody, says so', () => {
    const map = mapOf(
      new Map([...pki, ['a.nginx.conf', gateway('')], ['b.nginx.conf', server('ssl_client_certificate root.pem; ssl_verify_client on;')]])
    )
    assert.deepEqual(linesOf(map, 'proxy_pass https://127.0.0.1:8443'), [
      'to 127.0.0.1:8443',
      'presents no certificate',
      '! does not verify the server'
    ])
    assert.match(map.edges.find(it => it.kind === 'connects')!.says, /rejected by the server, HTTP 400/)
  })

  test('who speaks no TLS is there as well, where the other side does', () => {
    const plainServer = 'events {}\nhttp { server { listen 127.0.0.1:8443; } }\n'
    const tlsToPlain = mapOf(new Map([...pki, ['a.nginx.conf', gateway(identity)], ['b.nginx.conf', plainServer]]))
    assert.deepEqual(
      tlsToPlain.edges.flatMap(it => (it.verdict ? [[it.verdict, it.says]] : [])),
      [['rejected', 'proxy_pass https://127.0.0.1:8443 speaks TLS to server on port 8443, which does not: the handshake fails']]
    )
    const plainToTls = mapOf(new Map([...pki, ['a.nginx.conf', gateway('').replace('https:', 'http:')], ['b.nginx.conf', server('')]]))
    assert.deepEqual(
      plainToTls.edges.flatMap(it => (it.verdict ? [[it.verdict, it.says.split(',')[0]]] : [])),
      [['rejected', 'proxy_pass http://127.0.0.1:8443 connects to server a.test at 127.0.0.1:8443 without TLS: rejected by the server']]
    )
    assertDrawable(tlsToPlain)
  })

  test('a connection leads to the prediction of the very same sides', () => {
    const twice = gateway(identity).replace('location / {', `location /b { proxy_pass https://127.0.0.1:8443; } location / {`)
    const map = mapOf(new Map([...pki, ['a.nginx.conf', twice], ['b.nginx.conf', server('')]]))
    const questions = map.edges.flatMap(it => it.question ?? [])
    assert.deepEqual(
      questions.map(it => [it.server.path, it.server.listen, it.client.path, it.client.label, it.client.index]),
      [0, 1].map(index => ['/w/b.nginx.conf', '127.0.0.1:8443', '/w/a.nginx.conf', 'proxy_pass https://127.0.0.1:8443', index])
    )
  })

  test('of a large bundle only those stand alone that something leads to', () => {
    const many = Array.from({ length: 40 }, (_, at) => `ca${at}: {ca: true}`)
    const names = many.map(it => it.slice(0, it.indexOf(':')))
    const store = makePki(`${many.join('\n')}
all.pem: [${['int', ...names].join(', ')}]
int: {issuer: root}
server.pem: {issuer: int, san: [a.test]}
server.key: {key: server}
root: {ca: true}
`)
    const map = mapOf(new Map([...store, ['nginx.conf', server('ssl_client_certificate all.pem; ssl_verify_client on;')]]))
    assert.deepEqual(
      map.nodes.map(it => it.label),
      ['server a.test', 'int', 'root', '40 more CAs']
    )
    assert.deepEqual(
      told(map).filter(it => it.includes('trusts')),
      ['server a.test trusts int', 'server a.test trusts 40 more CAs']
    )
  })

  test('the order of files makes no difference', () => {
    const texts = [...pki, ['a.nginx.conf', gateway(identity)] as const, ['b.nginx.conf', server('')] as const]
    assert.deepEqual(mapOf(new Map(texts)), mapOf(new Map([...texts].reverse())))
  })

  test('a chain of a thousand CAs, and two that issued each other, are no harm', () => {
    const chain = Array.from({ length: 1000 }, (_, at) => `c${at}: {issuer: c${at + 1}, key: p256}`).join('\n')
    const circle = 'x.pem: {issuer: y, ca: true}\ny.pem: {issuer: x, ca: true}'
    const files = makePki(
      `${chain}\nall.pem: [${Array.from({ length: 1000 }, (_, at) => `c${at}`).join(', ')}]\nc0.key: {key: c0}\n${circle}`
    )
    const conf = server('ssl_client_certificate x.pem; ssl_verify_client on;')
      .replace('server.pem', 'all.pem')
      .replace('server.key', 'c0.key')
    const map = mapOf(new Map([...files, ['nginx.conf', conf]]))
    assert.equal(map.edges.filter(it => it.kind === 'issued').length, 999 + 2)
    assertDrawable(map)
    assertDrawable(collapse(map))
  })
})

/** Clients in one half, servers in the other, each in a file of ten, with a handful of CAs. */
function synthetic(endpoints: number): TrustMap {
  const half = endpoints / 2
  const node = (kind: 'client' | 'server', at: number): MapNode => ({
    id: `${kind}${at}`,
    kind,
    label: `${kind} number ${at}`,
    path: `/w/${kind}s/team${Math.floor(at / 50)}/${Math.floor(at / 10)}.conf`,
    details: (['connects', 'presents', 'trusts'] as const).map(about => ({ text: `${about} ${at}`, tone: 'plain' as const, about }))
  })
  const authorities = Array.from({ length: 10 }, (_, at): MapNode => ({ id: `a${at}`, kind: 'authority', label: `CA ${at}`, details: [] }))
  const edge = (kind: MapEdge['kind'], from: string, to: string, verdict?: Verdict) => ({
    kind,
    from,
    to,
    label: '',
    says: '',
    tone: 'plain' as const,
    ...(verdict && { verdict })
  })
  const verdicts: readonly Verdict[] = ['accepted', 'rejected', 'unknown', 'plaintext']
  const edges = [
    ...Array.from({ length: 5 }, (_, at) => edge('issued', `a${at}`, `a${at + 5}`)),
    ...Array.from({ length: half }, (_, at) => [
      edge('presents', `client${at}`, `a${at % 5}`),
      edge('trusts', `client${at}`, `a${5 + (at % 5)}`),
      edge('presents', `server${at}`, `a${(at * 3) % 5}`),
      edge('trusts', `server${at}`, `a${5 + (at % 5)}`),
      edge('connects', `client${at}`, `server${(at * 7) % half}`, verdicts[at % 4]!)
    ]).flat()
  ].map((it, at) => ({ ...it, id: `t${at}` }))
  const all = Array.from({ length: half }, (_, at) => at)
  return { nodes: [...all.map(it => node('client', it)), ...all.map(it => node('server', it)), ...authorities], edges, notes: [] }
}

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** Nothing stands on anything else, and nothing outside of the picture. */
function assertDrawable(map: TrustMap): void {
  const placed = layOut(map, asIs)
  const boxes = [
    ...placed.nodes.map(it => ({ name: it.node.id, box: it.box })),
    ...placed.pills.map(it => ({ name: it.edge.id, box: it.box }))
  ]
  assert.equal(boxes.length, map.nodes.length + map.edges.filter(it => it.kind === 'connects').length)
  const sorted = boxes.sort((a, b) => a.box.y - b.box.y)
  for (const [at, { name, box }] of sorted.entries()) {
    for (const value of Object.values(box)) assert.ok(Number.isFinite(value), `${name} stands nowhere`)
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= placed.width && box.y + box.height <= placed.height, `${name} is outside`)
    for (let next = at + 1; next < sorted.length && sorted[next]!.box.y < box.y + box.height; next++) {
      assert.ok(!overlap(box, sorted[next]!.box), `${name} and ${sorted[next]!.name} overlap`)
    }
  }
  const frames = placed.groups.map(it => it.box)
  for (const [at, box] of frames.entries()) for (const other of frames.slice(at + 1)) assert.ok(!overlap(box, other), 'two files overlap')
  for (const { from, to } of placed.lines) for (const it of [from.x, from.y, to.x, to.y]) assert.ok(Number.isFinite(it))
}

const countsOf = (map: TrustMap) => {
  const counts = new Map<string, number>()
  for (const { verdict, count } of map.edges) if (verdict) counts.set(verdict, (counts.get(verdict) ?? 0) + (count ?? 1))
  return Object.fromEntries([...counts].sort())
}
const endpointsOf = (map: TrustMap) => map.nodes.filter(it => it.kind === 'client' || it.kind === 'server')

describe('large workspaces', () => {
  const large = synthetic(500)

  test('endpoints are drawn together by file, and it is said of how many', () => {
    const few = collapse(large)
    assert.equal(endpointsOf(few).length, 50)
    assert.equal(
      endpointsOf(few).reduce((sum, it) => sum + (it.count ?? 1), 0),
      500
    )
    assert.deepEqual(few.notes, ['500 of 500 endpoints are drawn together, by file or folder, for want of room'])
    assert.equal(summaryOf(few), summaryOf(large))
  })

  test('in one folder the files stay apart that have most to tell', () => {
    const flat: TrustMap = { ...large, nodes: large.nodes.map(it => (it.path ? { ...it, path: it.path.replace(/team\d+\//, '') } : it)) }
    const few = collapse(flat, { endpoints: 20 })
    assert.equal(endpointsOf(few).length, 20)
    assert.deepEqual(countsOf(few), countsOf(flat))
  })

  test('what is said of many is true of them', () => {
    const [a, b] = [server(''), server('ssl_client_certificate root.pem;', 9443)]
    const map = collapse(mapOf(new Map([...pki, ['a.nginx.conf', a], ['b.nginx.conf', b]])), { endpoints: 1 })
    assert.deepEqual(linesOf(map, '2 servers'), ['2 addresses', 'presents server', '! 1 of 2 to look at'])
  })

  test('what is said of heaps names their folders as people know them', () => {
    const { edges } = collapse(large, { endpoints: 4, shown: path => path.replace('/w/', '') })
    assert.ok(edges.some(it => /^\d+ connections between \d+ clients in clients and \d+ servers in servers: rejected$/.test(it.says)))
  })

  test('no verdict vanishes in a heap of others', () => {
    for (const endpoints of [2, 7, 30, 200]) {
      const few = collapse(large, { endpoints })
      assert.ok(endpointsOf(few).length <= endpoints, `${endpointsOf(few).length} of ${endpoints}`)
      assert.deepEqual(countsOf(few), countsOf(large))
    }
  })

  test('a heap can be looked into, down to the last endpoint', () => {
    const heap = endpointsOf(collapse(large, { endpoints: 4 })).find(it => it.kind === 'client')!
    assert.equal(heap.within, '/w/clients')
    const inside = collapse(large, { endpoints: 4, within: heap.within! })
    assert.ok(endpointsOf(inside).filter(it => it.kind === 'client').length > 1)
    const file = collapse(large, { endpoints: 4, within: '/w/clients/team0/0.conf' })
    assert.equal(endpointsOf(file).filter(it => it.kind === 'client' && it.count === undefined).length, 10)
    assert.deepEqual(
      Object.values(countsOf(file)).reduce((sum, it) => sum + it, 0),
      10
    )
  })

  test('what is looked into and is not there is empty', () => {
    const nothing = collapse(large, { within: '/w/nowhere' })
    assert.deepEqual([nothing.nodes, nothing.edges], [[], []])
    assert.match(drawSvg(nothing, asIs), /No TLS endpoint was found/)
  })

  test('of ten thousand CAs a few are drawn, and nothing takes long', () => {
    const authorities = Array.from(
      { length: 10_000 },
      (_, at): MapNode => ({ id: `b${at}`, kind: 'authority', label: `CA ${at}`, details: [] })
    )
    const edges = authorities.map(
      ({ id }, at): MapEdge => ({
        id: `u${at}`,
        kind: 'trusts',
        from: 'server0',
        to: id,
        label: '',
        says: '',
        tone: 'plain',
        inEffect: true
      })
    )
    const map: TrustMap = { nodes: [...large.nodes, ...authorities], edges: [...large.edges, ...edges], notes: [] }
    const started = performance.now()
    const few = collapse(map)
    assert.equal(few.nodes.filter(it => it.kind === 'authority').length, 39)
    assert.match(few.notes.join(), /9972 CAs, files and secrets with few ties are drawn together/)
    assertDrawable(few)
    assert.ok(performance.now() - started < 2000)
  })

  test('nothing overlaps, in heaps or one by one', () => {
    for (const it of [
      large,
      collapse(large),
      collapse(large, { endpoints: 3 }),
      synthetic(2),
      mapOfSample('.'),
      collapse(mapOfSample('.'))
    ])
      assertDrawable(it)
  })

  test('500 endpoints are paired, judged and drawn within two seconds of work', () => {
    const files = new Map<string, string>()
    const certificates = makePki(
      `root.pem:\nserver.pem: {issuer: root, san: [a.test], eku: server}\nserver.key: {key: server}\nclient.pem: {issuer: root, eku: client}\nclient.key: {key: client}`
    )
    for (const [name, text] of certificates) files.set(name, text)
    const ports = Array.from({ length: 250 }, (_, at) => 10_000 + at)
    for (let file = 0; file < 25; file++) {
      const own = ports.slice(file * 10, file * 10 + 10)
      const listening = own.map(it =>
        server(it % 2 ? 'ssl_client_certificate root.pem; ssl_verify_client on;' : '', it)
          .split('\n')[1]!
          .slice(7, -2)
      )
      const connecting = own.map(it => `location /${it} { proxy_pass https://127.0.0.1:${it}; ${it % 3 ? identity : ''} }`)
      files.set(`service${file}.nginx.conf`, `events {}\nhttp { ${listening.join('\n')} }\n`)
      files.set(`gateway${file}.nginx.conf`, `events {}\nhttp { server { listen 127.0.0.1:80; ${connecting.join('\n')} } }\n`)
    }
    // Whatever else the machine does meanwhile takes none of this time.
    const started = process.cpuUsage()
    const map = mapOf(files)
    const svg = drawSvg(collapse(map), asIs)
    const { user, system } = process.cpuUsage(started)
    const took = (user + system) / 1000
    assert.equal(endpointsOf(map).length, 500)
    assert.equal(map.edges.filter(it => it.kind === 'connects').length, 250)
    assert.deepEqual(countsOf(map), { accepted: 209, rejected: 41 })
    assert.ok(svg.length > 10_000)
    assert.ok(took < 2000, `it took ${Math.round(took)} ms`)
  })
})

describe('what strangers write is text', () => {
  const hostile = `"]-->|x|</text></svg><script>alert(1)</script>&'{{#quot;}}%%{init: {}}\`\n\u0000\u202e\ud800 end\n  subgraph x`
  const map: TrustMap = {
    nodes: [
      { id: 'e0', kind: 'client', label: hostile, path: `/w/${hostile}`, details: [{ text: hostile, tone: 'warning', about: 'connects' }] },
      { id: 'e1', kind: 'server', label: hostile, path: '/w/b', details: [{ text: hostile, tone: 'plain', about: 'connects' }] },
      ...(['authority', 'certificate', 'elsewhere'] as const).map(
        (kind, at): MapNode => ({ id: `a${at}`, kind, label: hostile, details: [] })
      )
    ],
    edges: [
      {
        id: 't0',
        kind: 'connects',
        from: 'e0',
        to: 'e1',
        label: hostile,
        reason: hostile,
        says: hostile,
        tone: 'warning',
        verdict: 'rejected'
      },
      { id: 't1', kind: 'presents', from: 'e1', to: 'a0', label: hostile, says: hostile, tone: 'plain' },
      { id: 't2', kind: 'trusts', from: 'e0', to: 'a1', label: hostile, says: hostile, tone: 'plain', inEffect: false },
      { id: 't3', kind: 'issued', from: 'a1', to: 'a2', label: '', says: hostile, tone: 'plain' }
    ],
    notes: [hostile]
  }

  test('in SVG', () => {
    const svg = drawSvg(map, asIs)
    assert.doesNotMatch(svg, /<script|<\/text><\/svg|javascript:|\son\w+=|href/i)
    // Whatever XML has no place for is gone, so that the file can be read at all.
    const isForbidden = (it: string) => /\p{Surrogate}|[\ufffe\uffff]/u.test(it) || (it < ' ' && !'\t\n\r'.includes(it))
    assert.deepEqual([...svg].filter(isForbidden), [])
    const tags = [...svg.replace(/<style>[^<]*<\/style>/, '').matchAll(/<\/?([a-zA-Z]+)/g)].map(it => it[1]!)
    assert.deepEqual([...new Set(tags)].sort(), ['circle', 'desc', 'g', 'path', 'rect', 'svg', 'text', 'title'])
    assertWellFormed(svg)
  })

  test('in Mermaid', () => {
    const lines = drawMermaid(map, asIs).trimEnd().split('\n')
    assert.equal(lines[0], 'flowchart LR')
    const shapes =
      /^ {2}(?:%% [^{}]*|subgraph f\d+\["[^"]*"\]|end| {2}\w+(?:\(\["[^"]*"\]\)|\["[^"]*"\])|\w+(?:\{\{"[^"]*"\}\}|\[\/"[^"]*"\/\]|\[\("[^"]*"\)\])|\w+ (?:==>|-->|-\.->)\|"[^"]*"\| \w+|linkStyle [\d,]+ [\w:#, -]+)$/
    for (const it of lines.slice(1)) assert.match(it, shapes)
    const texts = [
      ...lines
        .filter(it => !it.startsWith('  %%'))
        .join('\n')
        .matchAll(/"([^"]*)"/g)
    ].map(it => it[1]!)
    for (const it of texts) assert.doesNotMatch(it.replaceAll('<br>', '').replace(/#\d+;/g, ''), /[<>{}[\]()|`#;&%]/)
  })

  test('a certificate with such a name goes all the way', () => {
    const bad = makePki(`
root.pem: {subject: 'CN=</title><script>alert(1)</script>'}
server.pem: {issuer: root, san: [a.test], subject: 'CN="]; click x'}
server.key: {key: server}
`)
    const drawn = mapOf(new Map([...bad, ['nginx.conf', server('ssl_client_certificate root.pem; ssl_verify_client on;')]]))
    assertWellFormed(drawSvg(drawn, asIs))
    assert.doesNotMatch(drawSvg(drawn, asIs), /<script/)
    assert.doesNotMatch(drawMermaid(drawn, asIs), /<script|"\]; click/)
  })
})

/** Every element is closed in its order, and ampersands begin character references. */
function assertWellFormed(svg: string): void {
  const open: string[] = []
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing) assert.equal(open.pop(), name)
    else if (!empty) open.push(name!)
  }
  assert.deepEqual(open, [])
  assert.doesNotMatch(svg, /&(?!#\d+;)/)
}

describe('the drawing', () => {
  test('is accessible, runs nothing and loads nothing', () => {
    const map = mapOfSample('missing-intermediate')
    const svg = drawSvg(map, asIs)
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="trust-map-title trust-map-description">/)
    assert.match(svg, /<title id="trust-map-title">Trust Map: 1 client, 1 server, 2 CAs; connections: 1 rejected<\/title>/)
    assert.match(svg, /<desc id="trust-map-description">[^<]*rejected by the server, HTTP 400/)
    assert.match(svg, /prefers-color-scheme:dark/)
    assert.doesNotMatch(svg, /<script|<image|url\(|@import|href|https?:(?!\/\/(?:www\.w3\.org\/2000\/svg|orders))/)
  })

  test('tells verdicts apart by more than colour', () => {
    const svg = drawSvg(synthetic(8), asIs)
    for (const mark of ['✓', '✗', '?', '!']) assert.ok(svg.includes(`>${mark}</text>`), mark)
    for (const verdict of ['rejected', 'unknown', 'plaintext']) assert.match(svg, new RegExp(`\\.${verdict} \\.line\\{stroke-dasharray`))
  })

  test('says what it shows in words, the gravest first', () => {
    const words = description(synthetic(100))
    assert.match(words, /^50 clients, 50 servers, 10 CAs; connections: 13 rejected, 12 plain text, 12 not known, 13 accepted\./)
    assert.match(words, /30 more connections\.$/)
  })

  test('cuts a text where it does not fit, and never a character in two', () => {
    assert.equal(cut('short', 200, 12), 'short')
    const long = cut('a rather long name that does not fit', 100, 12)
    assert.ok(long.endsWith('…') && widthOf(long, 12) <= 112, long)
    assert.match(cutMiddle('deploy/clusters/production/gateway/nginx.conf', 160, 12), /^deploy.*….*nginx\.conf$/)
    assert.doesNotMatch(cut('😀'.repeat(50), 100, 12), /\p{Surrogate}/u)
  })
})

describe('walking through it with the arrow keys', () => {
  const nodes = [
    { id: 'c', kind: 'client' as const, x: 0, y: 0 },
    { id: 'd', kind: 'client' as const, x: 0, y: 9 },
    { id: 'a', kind: 'authority' as const, x: 5, y: 3 },
    { id: 'b', kind: 'authority' as const, x: 5, y: 6 },
    { id: 's', kind: 'server' as const, x: 9, y: 0 }
  ]
  const ties = [
    { id: 'p', kind: 'presents' as const, from: 'c', to: 'b' },
    { id: 't', kind: 'trusts' as const, from: 'c', to: 'a' },
    { id: 'u', kind: 'trusts' as const, from: 's', to: 'a' },
    { id: 'k', kind: 'connects' as const, from: 'c', to: 's' },
    { id: 'i', kind: 'issued' as const, from: 'b', to: 'a' }
  ]
  const terrain = { nodes, ties, middle: (id: string) => nodes.find(it => it.id === id)! }
  const steps = (start: string, ...directions: readonly ('left' | 'right' | 'up' | 'down')[]) => {
    let stand: { readonly id: string; readonly from?: string } | undefined = { id: start }
    for (const it of directions) stand = stand && walkMap(terrain, stand, it)
    return stand?.id
  }

  test('along a tie to its other end', () => {
    assert.equal(steps('c', 'right'), 'k')
    assert.equal(steps('c', 'right', 'right'), 's')
    assert.equal(steps('c', 'right', 'left'), 'c')
    assert.equal(steps('s', 'left', 'left'), 'c')
  })
  test('from tie to tie of the node that one came from', () => {
    assert.equal(steps('c', 'right', 'down'), 't')
    assert.equal(steps('c', 'right', 'down', 'down', 'right'), 'b')
    assert.equal(steps('s', 'left', 'down', 'left'), 'a')
    assert.equal(steps('c', 'right', 'up'), undefined)
  })
  test('up and down a column', () => {
    assert.equal(steps('c', 'down'), 'd')
    assert.equal(steps('a', 'down', 'up'), 'a')
    assert.equal(steps('d', 'right'), undefined)
  })
})

test('the library draws the same', () => {
  const files = new Map([...pki, ['nginx.conf', server('')]].map(([name, text]) => [`/w/${name}`, sourceFile(`/w/${name}`, text!)]))
  const workspace = openWorkspace({ read: readFrom(files), files: files.keys(), now: () => at })
  const map = trustMap({ workspace, at, within: '/w/nginx.conf' })
  assert.equal(drawTrustMapSvg(map, asIs), drawSvg(buildTrustMap({ workspace, at }), asIs))
  assert.equal(drawTrustMapMermaid(map, asIs), drawMermaid(map, asIs))
})

test('mtls-lens map draws in each format', () => {
  const main = `${repository}server/src/cli/main.ts`
  const run = (...given: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', main, 'map', ...given], {
      encoding: 'utf8',
      cwd: `${repository}samples/missing-intermediate`,
      timeout: 60_000
    })
  const svg = run('--at', '2026-01-01')
  assert.equal(svg.status, 0, svg.stderr)
  assertWellFormed(svg.stdout)
  assert.match(svg.stdout, />gateway\/nginx\.conf</)
  assert.match(run('--format', 'mermaid').stdout, /^flowchart LR\n {2}subgraph f0\["gateway\/nginx.conf"\]/)
  const json = JSON.parse(run('--format', 'json', '--within', 'orders').stdout)
  assert.deepEqual([json.schema, json.summary], [1, '1 client, 1 server, 2 CAs; connections: 1 rejected'])
  assert.deepEqual(
    json.nodes.slice(0, 2).map((it: { kind: string; file: string }) => [it.kind, it.file]),
    [
      ['client', 'gateway/nginx.conf'],
      ['server', 'orders/nginx.conf']
    ]
  )
  assert.equal(run('nowhere').status, 2)
  assert.equal(run('--limit', '0').status, 2)
})
