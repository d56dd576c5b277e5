/** Files as they come in: from disk, under an editor's buffers, by walking folders; and the settings. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { diskRead, largestFile } from '../server/src/files/disk.js'
import { findSettings, joinSettings, readSettings } from '../server/src/files/settings.js'
import { walk, walkPart } from '../server/src/files/walk.js'
import { createFiles } from '../server/src/lsp/files.js'
import { isInside, pathOf, shownPath, uriOf } from '../server/src/lsp/uris.js'
import { defaultSettings } from '../server/src/service.js'

function folder(t: TestContext, files: Readonly<Record<string, string | Buffer>> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mtls-lens-files-')))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

const isPem = (path: string) => path.endsWith('.pem')

test('the same object is handed out until the content changes', t => {
  const root = folder(t, { 'a.pem': 'one' })
  const path = `${root}/a.pem`
  const read = diskRead()
  const before = read(path)
  assert.equal(read(path), before)
  utimesSync(path, 1, 1)
  read.forget(path)
  assert.equal(read(path), before, 'only touched')
  writeFileSync(path, 'two')
  read.forget(path)
  const after = read(path)
  assert.notEqual(after, before)
  assert.ok(after.kind === 'file' && after.file.text === 'two')
  chmodSync(path, 0o640)
  read.forget(path)
  const other = read(path)
  assert.ok(other.kind === 'file' && (process.platform === 'win32' || other.file.mode === 0o640))
})

test('a change is noticed without being told, by and by', async t => {
  const root = folder(t, { 'a.pem': 'one' })
  const read = diskRead()
  read(`${root}/a.pem`)
  writeFileSync(`${root}/a.pem`, 'three')
  await new Promise(resolve => setTimeout(resolve, 250))
  const after = read(`${root}/a.pem`)
  assert.ok(after.kind === 'file' && after.file.text === 'three')
})

test('what is no text has one character a byte', t => {
  const der = Buffer.from([0x30, 0x82, 0x01, 0x00, 0xff, 0x80])
  const root = folder(t, { 'a.der': der, 'zero.pem': 'a\0\u00e9', 'text.pem': 'é', '0.conf': '0 servers' })
  const read = diskRead()
  const file = (name: string) => {
    const entry = read(`${root}/${name}`)
    assert.ok(entry.kind === 'file')
    return entry.file
  }
  assert.equal(file('a.der').encoding, 'binary')
  assert.deepEqual(
    [...file('a.der').text].map(it => it.charCodeAt(0)),
    [...der]
  )
  assert.equal(file('zero.pem').text.length, 4)
  assert.deepEqual([file('text.pem').text, file('text.pem').encoding], ['é', 'utf8'])
  assert.equal(file('0.conf').encoding, 'utf8')
})

test('what cannot be read says why, and nothing waits for a pipe', {
  skip: process.platform === 'win32' && 'Windows has no pipes in folders'
}, t => {
  const root = folder(t)
  mkdirSync(`${root}/folder.pem`)
  symlinkSync('b', `${root}/a`)
  symlinkSync('a', `${root}/b`)
  execFileSync('mkfifo', [`${root}/pipe.pem`])
  writeFileSync(`${root}/large.pem`, '')
  truncateSync(`${root}/large.pem`, largestFile + 1)
  const read = diskRead()
  assert.deepEqual(read(`${root}/folder.pem`), { kind: 'directory', names: [] })
  assert.deepEqual(read(`${root}/a`), { kind: 'unreadable', reason: 'its symbolic links form a loop' })
  assert.deepEqual(read(`${root}/pipe.pem`), { kind: 'unreadable', reason: 'it is neither a file nor a directory' })
  assert.deepEqual(read('/dev/zero'), { kind: 'unreadable', reason: 'it is neither a file nor a directory' })
  assert.deepEqual(read(`${root}/large.pem`), { kind: 'unreadable', reason: 'it is 17 MB large, and files over 16 MB are not read' })
  for (const path of ['none', 'a.pem/below', 'with\0zero', 'x'.repeat(5000)]) assert.equal(read(`${root}/${path}`).kind === 'file', false)
  assert.deepEqual(read(`${root}/none`), { kind: 'missing' })
  assert.deepEqual(read('untitled:Untitled-1'), { kind: 'missing' })
})

test('a walk sees what git sees, sorted', t => {
  const root = folder(t, {
    '.gitignore': 'ignored/\n*.tmp.pem\n[z-a]\n',
    'b.pem': '',
    'a/x.pem': '',
    'a/.gitignore': '*.pem\n!x.pem\n',
    'a/y.pem': '',
    'a/deep/z.pem': '',
    'ignored/q.pem': '',
    'c.tmp.pem': '',
    'node_modules/p/d.pem': '',
    'text.txt': ''
  })
  mkdirSync(`${root}/.git/info`, { recursive: true })
  writeFileSync(`${root}/.git/info/exclude`, 'excluded.pem\n')
  writeFileSync(`${root}/excluded.pem`, '')
  const names = (path: string) => walk(path, isPem).map(it => it.slice(root.length + 1))
  assert.deepEqual(names(root), ['a/x.pem', 'b.pem'])
  assert.deepEqual(names(`${root}/a/`), ['a/x.pem'], 'a folder inside of the repository')
  assert.deepEqual(names(`${root}/ignored`), ['ignored/q.pem'], 'who asks for an ignored folder means it')
  assert.deepEqual(walk(`${root}/none`, isPem), [])
})

test('links to folders are not followed, and a file is met once', {
  skip: process.platform === 'win32' && 'links need rights on Windows'
}, t => {
  const outside = folder(t, { 'far.pem': '' })
  const root = folder(t, { 'a/x.pem': '' })
  symlinkSync(root, `${root}/loop`)
  symlinkSync('a/x.pem', `${root}/again.pem`)
  symlinkSync(`${outside}/far.pem`, `${root}/far.pem`)
  symlinkSync('gone.pem', `${root}/dangling.pem`)
  assert.deepEqual(walk(root, isPem), [`${root}/a/x.pem`, `${root}/far.pem`])
})

test('a file or folder that appears is found as a walk would find it', t => {
  const root = folder(t, { '.gitignore': 'ignored\n', 'a/b/x.pem': '', 'ignored/y.pem': '', 'node_modules/z.pem': '', 'a/n.txt': '' })
  mkdirSync(`${root}/.git`)
  const found = (path: string) => walkPart(root, `${root}/${path}`, isPem).map(it => it.slice(root.length + 1))
  assert.deepEqual(found('a/b/x.pem'), ['a/b/x.pem'])
  assert.deepEqual(found('a'), ['a/b/x.pem'])
  for (const path of ['ignored/y.pem', 'ignored', 'node_modules/z.pem', 'a/n.txt', 'none.pem']) assert.deepEqual(found(path), [], path)
})

test('an open document hides the disk, and showing what is there changes nothing', t => {
  const root = folder(t, { 'a.pem': 'text', 'b.der': Buffer.from([0x30, 0x82, 0xff, 0xfe]) })
  const files = createFiles()
  const path = `${root}/a.pem`
  const before = files.read(path)
  files.show(path, 'text', 'pem')
  assert.equal(files.read(path), before)
  files.show(path, 'edited', 'pem')
  const edited = files.read(path)
  assert.ok(edited.kind === 'file' && before.kind === 'file')
  assert.deepEqual(edited.file, { ...before.file, text: 'edited' })
  writeFileSync(path, 'changed')
  files.lookAgain(path)
  assert.deepEqual(files.takeChanged(), [], 'the buffer is what counts')
  files.close(path)
  assert.notEqual(files.read(path), edited)
  assert.deepEqual(files.takeChanged(), [], 'the editor tells of its own changes')
  writeFileSync(path, 'changed again')
  files.lookAgain(path)
  assert.deepEqual(files.takeChanged(), [path])
  assert.deepEqual(files.takeChanged(), [])
  files.show(`${root}/b.der`, '0\uFFFD\uFFFD', 'pem')
  const binary = files.read(`${root}/b.der`)
  assert.ok(binary.kind === 'file' && binary.file.encoding === 'binary')
})

test('settings are taken one by one, and what is wrong is named', () => {
  const inEditor = (value: unknown, folder?: string) => readSettings(value, folder, it => `mtlsLens.${it}`, false)
  assert.deepEqual(inEditor(undefined, '/w'), { given: {}, problems: [] })
  const { given, problems } = inEditor(
    {
      rules: { '*': 'hint', 'weak-key': 'loud' },
      expiryWarningDays: -1,
      paths: { '/etc/ssl': 'deploy/../certs', '/srv': '/abs', '/bad': 3 },
      nginx: { version: 'latest' },
      trace: true
    },
    '/w'
  )
  assert.deepEqual(joinSettings(defaultSettings, given), {
    ...defaultSettings,
    rules: { '*': 'hint' },
    paths: { '/etc/ssl': '/w/certs', '/srv': '/abs' }
  })
  assert.deepEqual(problems, [
    'mtlsLens.rules: weak-key must be one of error, warning, information, hint, off',
    'mtlsLens.expiryWarningDays must be a number of days',
    'mtlsLens.paths: the folder for /bad must be text',
    `mtlsLens.nginx.version must look like ${defaultSettings.nginx.version}`
  ])
  assert.deepEqual(inEditor({ rules: [], paths: 'x' }).problems.length, 2)
  const unset = inEditor({ nginx: {}, haproxy: { version: null }, codeLens: { enable: null } })
  assert.deepEqual(unset, { given: {}, problems: [] }, 'what is not set leaves the rest as it is')
})

test('the settings of a project are in the nearest file above, however broken that is', t => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'mtls-lens-settings-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(`${root}/a/b`, { recursive: true })
  const found = () => findSettings(`${root}/a/b`)
  writeFileSync(`${root}/package.json`, '{ "mtlsLens": { "expiryWarningDays": 9, "paths": { "/etc/ssl": "certs" } } }')
  writeFileSync(`${root}/a/package.json`, '{ "name": "a" }')
  assert.deepEqual(found(), {
    file: `${root}/package.json`,
    isRead: true,
    given: { expiryWarningDays: 9, paths: { '/etc/ssl': `${root}/certs` } },
    problems: []
  })
  writeFileSync(`${root}/a/package.json`, '{ "name": "a", "mtlsLens": {} }')
  assert.deepEqual(found(), { file: `${root}/a/package.json`, isRead: true, given: {}, problems: [] })
  writeFileSync(`${root}/a/b/package.json`, '{ "name"')
  assert.equal(found()?.file, `${root}/a/package.json`, 'a broken manifest says nothing')
  const own = `${root}/a/mtls-lens.config.json`
  for (const [text, problem] of [
    ['{ "rules": ', /JSON/],
    ['null', /must be an object/],
    ['[]', /must be an object/],
    ['{ "rule": {} }', /there is no setting "rule"/],
    ['{ "rules": { "weak-key": 3 } }', /"rules": weak-key must be one of/],
    ['{ "nginx": "1.2" }', /"nginx.version" must look like/],
    [`{ "rules": "${'x'.repeat(2_000_000)}" }`, /too large/]
  ] as const) {
    writeFileSync(own, text)
    assert.equal(found()?.file, own)
    assert.match(found()!.problems.join(), problem)
  }
  assert.equal(findSettings(own)?.file, own, 'from a file, too')
  rmSync(own)
  mkdirSync(own)
  assert.equal(found()?.file, `${root}/a/package.json`, 'a folder is no file')
})

test('paths and addresses lead to each other', { skip: process.platform === 'win32' && 'paths of this test have no drive' }, () => {
  for (const path of ['/a/b c/ü(1).pem', '/100%/x.pem', '/a#b?.pem']) assert.equal(pathOf(uriOf(path)), path)
  assert.equal(pathOf('untitled:Untitled-1'), 'untitled:Untitled-1')
  assert.equal(pathOf('file://other-host/x'), 'file://other-host/x')
  assert.equal(pathOf('file:///a%2Fb'), 'file:///a%2Fb')
  assert.ok(isInside('/a/b', '/a') && isInside('/a', '/a') && isInside('/x', '/') && !isInside('/ab', '/a'))
  assert.equal(shownPath('/w/one/x', ['/w/one']), 'x')
  assert.equal(shownPath('/w/one/x', ['/w/one', '/w/two']), 'one/x')
  assert.equal(shownPath('/y', ['/w']), '/y')
})
