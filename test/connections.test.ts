/** Who connects to whom, over several configurations, and what is checked again when one of them changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { connectionsOf, openWorkspace } from '../server/src/service.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const pki = makePki(
  'ca.pem:\nserver.pem: {issuer: ca, san: [api.test], eku: server}\nserver.key: {key: server}\nclient.pem: {issuer: ca, eku: client}\nclient.key: {key: client}'
)
const identity = 'ssl_certificate server.pem;\nssl_certificate_key server.key;'
const service = (listen: string, more = 'ssl_client_certificate ca.pem;\nssl_verify_client on;', name = 'api.test') =>
  `events {}\nhttp {\nserver {\nlisten ${listen} ssl;\nserver_name ${name};\n${identity}\n${more}\n}\n}\n`
const gateway = (target: string, more = '') =>
  `events {}\nhttp {\nserver {\nlisten 127.0.0.1:80;\nlocation / {\nproxy_pass https://${target};\n${more}\n}\n}\n}\n`

function open(configurations: Readonly<Record<string, string>>) {
  const files = new Map<string, SourceFile>()
  const write = (name: string, text: string) => files.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  for (const [name, text] of [...pki, ...Object.entries(configurations)]) write(name, text)
  const workspace = openWorkspace({
    read: path => readFrom(files)(path),
    files: Object.keys(configurations).map(it => `/w/${it}`),
    now: () => new Date('2026-01-01')
  })
  const found = (name: string, rule = 'client-certificate-missing') => workspace.check(`/w/${name}`).filter(it => it.rule === rule)
  const pairs = () => connectionsOf(workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? []))
  return { workspace, write, found, pairs }
}

test('both sides are told, each of the other file', () => {
  const { found } = open({ 'a.nginx.conf': gateway('127.0.0.1:8443'), 'b.nginx.conf': service('127.0.0.1:8443') })
  assert.deepEqual(
    [found('a.nginx.conf'), found('b.nginx.conf')].map(it => it.map(({ path, related }) => [path, related[0]?.path])),
    [[['/w/a.nginx.conf', '/w/b.nginx.conf']], [['/w/b.nginx.conf', '/w/a.nginx.conf']]]
  )
})

test('a change of one side is a matter of the other', () => {
  const { workspace, write, found } = open({ 'a.nginx.conf': gateway('127.0.0.1:8443'), 'b.nginx.conf': service('127.0.0.1:8443') })
  assert.equal(found('a.nginx.conf').length + found('b.nginx.conf').length, 2)
  write('b.nginx.conf', service('127.0.0.1:8443', ''))
  assert.deepEqual(workspace.changed(['/w/b.nginx.conf']).again, ['/w/a.nginx.conf', '/w/b.nginx.conf'])
  assert.equal(found('a.nginx.conf').length + found('b.nginx.conf').length, 0)
  write('b.nginx.conf', service('127.0.0.1:9443'))
  workspace.changed(['/w/b.nginx.conf'])
  assert.equal(found('a.nginx.conf').length + found('b.nginx.conf').length, 0)
  write('a.nginx.conf', gateway('127.0.0.1:9443'))
  assert.deepEqual(workspace.changed(['/w/a.nginx.conf']).again, ['/w/a.nginx.conf', '/w/b.nginx.conf'])
  assert.equal(found('a.nginx.conf').length + found('b.nginx.conf').length, 2)
  write('a.nginx.conf', gateway('127.0.0.1:9443', 'proxy_ssl_certificate client.pem;\nproxy_ssl_certificate_key client.key;'))
  workspace.changed(['/w/a.nginx.conf'])
  assert.equal(found('a.nginx.conf').length + found('b.nginx.conf').length, 0)
})

test('a server on another port is none of a client’s business', () => {
  const { workspace, write, found } = open({
    'a.nginx.conf': gateway('127.0.0.1:8443'),
    'b.nginx.conf': service('127.0.0.1:8443'),
    'c.nginx.conf': service('127.0.0.1:7443')
  })
  for (const it of ['a', 'b', 'c']) found(`${it}.nginx.conf`)
  write('c.nginx.conf', service('127.0.0.1:7443', ''))
  assert.deepEqual(workspace.changed(['/w/c.nginx.conf']).again, ['/w/c.nginx.conf'])
})

test('who speaks plain text is found after edits, too, where it stands then', () => {
  const plain = (target: string, more = '') => gateway(target, more).replace('https://', 'http://')
  const { workspace, write, found } = open({ 'a.nginx.conf': plain('127.0.0.1:8443'), 'b.nginx.conf': service('127.0.0.1:8443') })
  const texts = (name: string) =>
    found(name, 'plaintext-to-tls').map(it => {
      const entry = workspace.read(it.path)
      return entry.kind === 'file' ? entry.file.text.slice(it.start, it.end) : undefined
    })
  assert.deepEqual([texts('a.nginx.conf'), texts('b.nginx.conf')], [['http://127.0.0.1:8443'], ['127.0.0.1:8443 ssl']])
  write('a.nginx.conf', `# one\n# two\n${plain('127.0.0.1:8443', 'proxy_buffering off;')}`)
  workspace.changed(['/w/a.nginx.conf'])
  assert.deepEqual(texts('a.nginx.conf'), ['http://127.0.0.1:8443'])
  write('b.nginx.conf', service('127.0.0.1:8443').replace(' ssl;', ';'))
  assert.deepEqual(workspace.changed(['/w/b.nginx.conf']).again, ['/w/a.nginx.conf', '/w/b.nginx.conf'])
  assert.deepEqual([texts('a.nginx.conf'), texts('b.nginx.conf')], [[], []])
  write('b.nginx.conf', service('127.0.0.1:8443'))
  workspace.changed(['/w/b.nginx.conf'])
  assert.deepEqual([texts('a.nginx.conf').length, texts('b.nginx.conf').length], [1, 1])
  write('a.nginx.conf', plain('127.0.0.1:9443'))
  assert.deepEqual(workspace.changed(['/w/a.nginx.conf']).again, ['/w/a.nginx.conf', '/w/b.nginx.conf'])
  assert.deepEqual([texts('a.nginx.conf'), texts('b.nginx.conf')], [[], []])
})

test('what lies in folders apart is not taken to run on one machine', () => {
  const files = (client: string, server: string) => ({
    [client]: gateway('127.0.0.1:8443').replace('https://', 'http://'),
    [server]: service('127.0.0.1:8443').replaceAll('server.', '/w/server.').replaceAll('ca.pem', '/w/ca.pem')
  })
  const count = (client: string, server: string) => open(files(client, server)).found(client, 'plaintext-to-tls').length
  assert.equal(count('one/nginx.conf', 'one/inner/nginx.conf'), 1)
  assert.equal(count('one/nginx.conf', 'two/nginx.conf'), 0)
})

const paired: Readonly<Record<string, readonly [target: string, services: readonly string[], pairs: number]>> = {
  'an address': ['127.0.0.1:8443', [service('127.0.0.1:8443')], 1],
  'the loopback address and any address': ['127.0.0.1:8443', [service('8443')], 1],
  'localhost and the loopback address': ['localhost:8443', [service('127.0.0.1:8443')], 1],
  'a host name and a server of that name': ['api.test:8443', [service('8443')], 1],
  'a host name and a wildcard': ['api.example.test:8443', [service('8443', '', '*.example.test')], 1],
  'an exact name before a wildcard': ['api.test:8443', [service('8443'), service('8443', '', '*.test')], 1],
  'two that listen alike': ['127.0.0.1:8443', [service('127.0.0.1:8443'), service('127.0.0.1:8443')], 0],
  'another port': ['127.0.0.1:8444', [service('127.0.0.1:8443')], 0],
  'a foreign address and any address': ['10.0.0.1:8443', [service('8443')], 0],
  'another name': ['other.test:8443', [service('8443')], 0],
  'a variable': ['$backend', [service('8443')], 0]
}
for (const [name, [target, services, count]] of Object.entries(paired)) {
  test(`pairs: ${name}`, () => {
    const { pairs } = open({
      'gateway.nginx.conf': gateway(target),
      ...Object.fromEntries(services.map((it, at) => [`service${at}.nginx.conf`, it]))
    })
    assert.equal(pairs().length, count)
  })
}
