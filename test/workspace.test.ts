/** What is checked again, and what a fault of ours costs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialect } from '../server/src/core/dialect.js'
import { type FileEntry, sourceFile } from '../server/src/core/text.js'
import { createWorkspace } from '../server/src/core/workspace.js'
import { defaultSettings, dialects, openWorkspace, rules, type Settings } from '../server/src/service.js'
import { makePki } from './pki.js'

/** Files that can be changed. */
function memory(files: Iterable<readonly [string, string]>) {
  const all = new Map([...files].map(([name, text]) => [`/w/${name}`, sourceFile(`/w/${name}`, text)]))
  return {
    paths: () => all.keys(),
    read: (path: string): FileEntry => {
      const file = all.get(path)
      return file ? { kind: 'file', file } : { kind: 'missing' }
    },
    write: (name: string, text: string) => void all.set(`/w/${name}`, sourceFile(`/w/${name}`, text)),
    remove: (name: string) => void all.delete(`/w/${name}`)
  }
}

const using = (certificate: string) => `events {}\nhttp { server { listen 443 ssl; ssl_certificate ${certificate}; } }\n`
const certs = makePki('ca.pem:\none.pem: {issuer: ca}\ntwo.pem: {issuer: ca}\nstray.pem: {issuer: nobody}')

function opened(files: Readonly<Record<string, string>>) {
  const disk = memory([...certs, ...Object.entries(files)])
  const workspace = openWorkspace({ read: disk.read, files: disk.paths() })
  for (const root of workspace.roots()) workspace.check(root)
  return { disk, workspace }
}

test('a change re-checks the roots that read the file, and no others', () => {
  const { disk, workspace } = opened({ 'a/nginx.conf': using('../one.pem'), 'b/nginx.conf': using('../two.pem') })
  disk.write('one.pem', `${certs.get('one.pem')}\n`)
  const { again, gone } = workspace.changed(['/w/one.pem'])
  assert.deepEqual([again.filter(it => it.endsWith('.conf')), gone], [['/w/a/nginx.conf'], []])
  assert.ok(again.includes('/w/one.pem') && !again.includes('/w/two.pem'))
})

test('an edit of a configuration re-checks it alone', () => {
  const { disk, workspace } = opened({ 'a/nginx.conf': using('../one.pem'), 'b/nginx.conf': using('../two.pem') })
  disk.write('a/nginx.conf', using('../two.pem'))
  assert.deepEqual(workspace.changed(['/w/a/nginx.conf']).again, ['/w/a/nginx.conf'])
})

test('a file that was missed counts as read: when it appears, who missed it is checked again', () => {
  const { disk, workspace } = opened({ 'nginx.conf': using('later.pem') })
  assert.ok(workspace.check('/w/nginx.conf').some(it => it.rule === 'file-not-found'))
  disk.write('later.pem', certs.get('one.pem')!)
  assert.ok(workspace.changed(['/w/later.pem']).again.includes('/w/nginx.conf'))
  assert.ok(!workspace.check('/w/nginx.conf').some(it => it.rule === 'file-not-found'))
  disk.remove('later.pem')
  const { again, gone } = workspace.changed(['/w/later.pem'])
  assert.deepEqual([again, gone], [['/w/nginx.conf'], ['/w/later.pem']])
})

test('a part that is included is no root, until nobody includes it', () => {
  const part = 'server {\n  listen 443 ssl;\n  ssl_certificate one.pem;\n}\n'
  const { disk, workspace } = opened({ 'nginx.conf': 'events {}\nhttp { include part.conf; }\n', 'part.conf': part })
  assert.ok(!workspace.roots().includes('/w/part.conf'))
  disk.write('part.conf', part.replace('443', '8443'))
  assert.deepEqual(workspace.changed(['/w/part.conf']).again, ['/w/nginx.conf'])
  disk.write('nginx.conf', 'events {}\n')
  assert.ok(workspace.changed(['/w/nginx.conf']).again.includes('/w/part.conf'))
})

test('a new issuer concerns those whose issuer it is', () => {
  const { disk, workspace } = opened({})
  disk.write('new.pem', makePki('nobody.pem:\nstray.pem: {issuer: nobody}').get('nobody.pem')!)
  const { again } = workspace.changed(['/w/new.pem'])
  assert.ok(again.includes('/w/stray.pem') && again.includes('/w/new.pem'))
})

test('a CA that makes chains longer concerns those who verify them, and one that is gone no longer does', () => {
  const pki = makePki(
    'root.pem: {ca: true}\nserver.pem: {issuer: root.pem}\nserver.key: {key: server.pem}\nfirst.pem: {issuer: root.pem, ca: true}\nsecond.pem: {issuer: first.pem, ca: true}\nclient.pem: {issuer: second.pem, eku: client}'
  )
  const text = `http { server { listen 443 ssl; ssl_certificate server.pem; ssl_certificate_key server.key;
    ssl_client_certificate root.pem; ssl_verify_client on; ssl_verify_depth 1; } }`
  const disk = memory([...pki, ['nginx.conf', text]])
  disk.remove('first.pem')
  const workspace = openWorkspace({ read: disk.read, files: disk.paths() })
  const isTooShort = () => workspace.check('/w/nginx.conf').some(it => it.rule === 'verify-depth-too-small')
  assert.equal(isTooShort(), false)
  disk.write('first.pem', pki.get('first.pem')!)
  assert.ok(workspace.changed(['/w/first.pem']).again.includes('/w/nginx.conf'))
  assert.equal(isTooShort(), true)
  disk.remove('first.pem')
  assert.ok(workspace.changed(['/w/first.pem']).again.includes('/w/nginx.conf'))
  assert.equal(isTooShort(), false)
})

test('a reader that throws costs its own file, and says so', () => {
  const broken: Dialect = {
    ...dialects[0]!,
    mayBe: path => path.endsWith('.broken'),
    detect: () => true,
    isMain: () => true,
    lower: () => {
      throw new Error('on purpose')
    }
  }
  const disk = memory([...certs, ['x.broken', 'text']])
  const workspace = createWorkspace({
    read: disk.read,
    now: () => new Date(),
    settings: defaultSettings,
    files: disk.paths(),
    dialects: [broken, ...dialects],
    rules,
    crypto: { signed: () => undefined, verify: () => assert.fail(), keyMatches: () => undefined, key: () => undefined },
    inWorkspace: () => true
  })
  assert.equal(workspace.roots().length, 5)
  const [finding, ...others] = workspace.check('/w/x.broken')
  assert.deepEqual(others, [])
  assert.deepEqual([finding!.rule, finding!.message], ['internal-error', 'mTLS Lens failed to read this file: on purpose'])
})

test('settings can differ by root, and an editor can name the language', () => {
  const disk = memory([['a.txt', using('gone.pem')]])
  const workspace = openWorkspace({
    read: disk.read,
    files: disk.paths(),
    languageOf: () => 'nginx',
    settingsOf: (root): Settings => ({ ...defaultSettings, rules: root === '/w/a.txt' ? { 'file-not-found': 'hint' } : {} })
  })
  assert.deepEqual(
    workspace
      .check('/w/a.txt')
      .filter(it => it.rule === 'file-not-found')
      .map(it => it.severity),
    ['hint']
  )
})
