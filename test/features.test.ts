/** Features as functions over values; what editors see of them stands in lsp.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Diagnostic } from '../server/src/core/diagnostic.js'
import type { DocumentSymbol } from '../server/src/core/dialect.js'
import { type FileEntry, type SourceFile, sourceFile } from '../server/src/core/text.js'
import type { Workspace } from '../server/src/core/workspace.js'
import { type ChainTreeNode, chainTree } from '../server/src/features/chain-tree.js'
import { codeActions, fixAll } from '../server/src/features/code-actions.js'
import { foldings } from '../server/src/features/folding.js'
import { hover } from '../server/src/features/hover.js'
import { showCertificate } from '../server/src/features/show-certificate.js'
import { type Shown, type VerifyQuestion, verifyChain } from '../server/src/features/verify-chain.js'
import { code, plain, validityWords } from '../server/src/features/words.js'
import { openWorkspace } from '../server/src/service.js'
import { parsePem } from '../server/src/x509/pem.js'
import { makePki } from './pki.js'

const now = new Date('2030-06-01T12:00:00Z')

function open(certs: string, files: Readonly<Record<string, string>> = {}): Workspace {
  const all = new Map([...makePki(certs), ...Object.entries(files)].map(([name, text]) => [`/w/${name}`, sourceFile(`/w/${name}`, text)]))
  const read = (path: string): FileEntry => {
    const file = all.get(path)
    return file ? { kind: 'file', file } : { kind: 'missing' }
  }
  return openWorkspace({ read, files: all.keys(), now: () => now })
}

function fileIn(workspace: Workspace, name: string): SourceFile {
  const entry = workspace.read(`/w/${name}`)
  assert.equal(entry.kind, 'file')
  return (entry as FileEntry & { readonly kind: 'file' }).file
}

const shownPath = (path: string) => path.replace('/w/', '')
const shown: Shown = { path: shownPath, target: ({ path }) => `file://${path}#L1` }

test('validity in words: before, during and after', () => {
  const words = (from: string, to: string) => validityWords({ notBefore: new Date(from), notAfter: new Date(to) }, now)
  assert.equal(words('2020-01-01', '2030-06-25T13:00:00Z'), 'expires in 24 days')
  assert.equal(words('2020-01-01', '2030-06-01T15:30:00Z'), 'expires in 3 hours')
  assert.equal(words('2020-01-01', '2030-05-29T12:00:00Z'), 'expired 3 days ago')
  assert.equal(words('2030-06-02T12:00:00Z', '2040-01-01'), 'valid only from 2030-06-02, in 1 day')
  assert.equal(words('2020-01-01', '2046-01-01'), 'expires in 15 years')
})

test('names written by strangers are shown as they are, and do nothing', () => {
  assert.equal(plain('a|b [x](command:evil) <img> `c` *d*'), 'a\\|b \\[x\\](command:evil) \\<img\\> \\`c\\` \\*d\\*')
  assert.equal(plain('my_service_1'), 'my_service_1')
  assert.equal(plain('a\nb\u202ec'), 'a\uFFFDb\uFFFDc')
  assert.equal(code('*.example.com'), '`*.example.com`')
  assert.equal(code('a`b|c'), '`` a`b\\|c ``')
})

test('the field under the cursor comes first', async () => {
  const workspace = open('leaf.pem: {issuer: ca, san: [api.internal], notAfter: 2040-01-01}')
  const file = fileIn(workspace, 'leaf.pem')
  const [certificate] = parsePem(file).certificates
  const at = async (offset: number) => (await hover(workspace, file, offset, now, shownPath))!.markdown.split('\n')[0]
  assert.equal(await at(certificate!.at('notAfter').start + 1), 'At the cursor: **notAfter**: 2040-01-01, expires in 9 years')
  assert.equal(await at(certificate!.at({ extension: '2.5.29.17' }).start + 1), 'At the cursor: **subjectAltName**: DNS `api.internal`')
  assert.match((await at(0))!, /^\*\*leaf\*\*, end-entity certificate issued by ca/)
})

test('a hover over a path says when nothing stands there', async () => {
  const workspace = open('', { 'nginx.conf': 'events {}\nhttp { server { listen 443 ssl; ssl_certificate gone.pem; } }\n' })
  const file = fileIn(workspace, 'nginx.conf')
  assert.match(
    (await hover(workspace, file, file.text.indexOf('gone'), now, shownPath))!.markdown,
    /^There is no such file here\n\n`gone\.pem`/
  )
})

test('of a large bundle a hover shows the first, and counts the rest', async () => {
  const names = Array.from({ length: 9 }, (_, it) => `ca${it}`)
  const certs = `${names.map(it => `${it}: {ca: true}`).join('\n')}\nbundle.pem: [${names.join(', ')}]`
  const workspace = open(certs, { 'nginx.conf': 'events {}\nhttp { server { listen 443 ssl; ssl_client_certificate bundle.pem; } }\n' })
  const file = fileIn(workspace, 'nginx.conf')
  const lines = (await hover(workspace, file, file.text.indexOf('bundle'), now, shownPath))!.markdown.split('\n')
  assert.equal(lines.filter(it => it.startsWith('- **ca')).length, 6)
  assert.ok(lines.includes('- and 3 blocks more'))
})

const tree = (workspace: Workspace, label: string): ChainTreeNode => {
  const found = chainTree(workspace, now, shownPath).find(it => it.label === label)
  assert.ok(found, label)
  return found
}

const steps = (node: ChainTreeNode): string[] => {
  const found: string[] = []
  for (let at = node.children[0]; at; at = at.children[0]) found.push(`${at.kind} ${at.state}: ${at.label}, ${at.description}`)
  return found
}

test('requests and revocation lists say what they are about', async () => {
  const workspace = open(
    'ca:\nleaf: {issuer: ca, san: [api.internal]}\nleaf.csr: {csr: leaf}\nca.crl: {crl: ca, revoked: [leaf], nextUpdate: 2029-01-01}'
  )
  const text = async (name: string) => (await hover(workspace, fileIn(workspace, name), 5, now, shownPath))!.markdown
  assert.match(await text('leaf.csr'), /^\*\*Certificate signing request\*\*\n\n[\s\S]*\| Names \| DNS `api\.internal` \|/)
  assert.match(await text('ca.crl'), /\| Next update \| 2029-01-01, \*\*out of date\*\* \|\n\| Revoked \| 1 certificate \|/)
})

test('shown in full, a certificate tells every extension', async () => {
  const workspace = open('leaf.pem: {issuer: ca, san: [api.internal], aia: "http://pki.example/ca.crt"}')
  const { title, markdown } = (await showCertificate(workspace, fileIn(workspace, 'leaf.pem'), undefined, now))!
  assert.equal(title, 'leaf')
  assert.match(markdown, /^# leaf\n/)
  for (const name of ['subjectAltName', 'keyUsage', 'authorityInfoAccess']) assert.ok(markdown.includes(`| ${name} |`), name)
  assert.match(markdown, /\| Issuer’s certificate \| `http:\/\/pki\.example\/ca\.crt` \|/)
})

test('the tree says where a missing intermediate lies', () => {
  const workspace = open('ca.pem:\nca/int.pem: {issuer: ca, subject: "CN=int"}\nleaf.pem: {issuer: ca/int}')
  assert.deepEqual(steps(tree(workspace, 'leaf.pem')), [
    'endEntity ok: leaf, expires in 15 years',
    'missing warning: int is not in this file, it lies in ca/int.pem',
    'anchor ok: ca, expires in 15 years, in ca.pem'
  ])
})

test('the tree tells a re-keyed CA from the one that signed', () => {
  const certs = 'old: {ca: true, subject: "CN=Acme CA"}\nnew.pem: {ca: true, subject: "CN=Acme CA", key: p384}\nleaf.pem: {issuer: old}'
  const [, missing] = steps(tree(open(certs), 'leaf.pem'))
  assert.equal(missing, 'missing error: Acme CA is missing, that of this name in new.pem did not sign it')
})

test('the tree names where a missing issuer can be had', () => {
  const workspace = open('leaf.pem: {issuer: ca, aia: "http://pki.example/ca.crt"}')
  assert.deepEqual(steps(tree(workspace, 'leaf.pem')).slice(1), [
    'missing unknown: ca is missing, to be had from http://pki.example/ca.crt'
  ])
})

test('the tree warns of what expires soon, and of what has expired', () => {
  const workspace = open(
    'ca.pem: {notAfter: 2046-01-01}\nsoon.pem: {issuer: ca, notAfter: 2030-06-20}\nlate.pem: {issuer: ca, notAfter: 2030-05-01}'
  )
  assert.deepEqual(
    ['ca.pem', 'soon.pem', 'late.pem'].map(it => tree(workspace, it).state),
    ['ok', 'warning', 'error']
  )
})

test('keys and revocation lists stand in the tree as well', () => {
  const workspace = open(`
ca.pem:
leaf: {issuer: ca}
both.pem: [leaf]
leaf.key: {key: leaf}
stray.key: {key: ca}
locked.key: {key: leaf, format: encrypted}
late.crl: {crl: ca, thisUpdate: 2029-01-01, nextUpdate: 2030-01-01}
`)
  const only = (label: string) => steps(tree(workspace, label))[0]
  assert.equal(only('leaf.key'), 'key ok: Private key, EC P-256, belongs to leaf')
  assert.equal(only('stray.key'), 'key ok: Private key, EC P-256, belongs to ca')
  assert.match(only('locked.key')!, /^key unknown: Encrypted private key.*, cannot be looked into$/)
  assert.equal(only('late.crl'), 'crl error: Revocation list of ca, was to be renewed on 2030-01-01')
})

test('certificates that issued each other do not make the tree endless', () => {
  const workspace = open('a: {issuer: b}\nb: {issuer: a}\nloop.pem: [a, b]'.replace('b: {issuer: a}', 'b:'))
  assert.ok(steps(tree(workspace, 'loop.pem')).length <= 3)
})

test('a bundle of a thousand certificates is one file with a thousand chains', () => {
  const one = makePki('ca.pem:').get('ca.pem')!
  const workspace = open('', { 'many.pem': one.repeat(1000) })
  const begun = performance.now()
  assert.equal(tree(workspace, 'many.pem').children.length, 1000)
  assert.ok(performance.now() - begun < 10_000)
})

test('thousands of strangers under one name keep nobody waiting', () => {
  const made = makePki(
    Array.from({ length: 40 }, (_, it) => `s${it}.pem: {ca: true, subject: "CN=One", noKeyIdentifiers: true}`).join('\n')
  )
  const workspace = open('leaf.pem: {issuer: real, noKeyIdentifiers: true}\nreal: {subject: "CN=One", key: p384}', {
    'many.pem': [...made.values()].join('').repeat(50)
  })
  const begun = performance.now()
  assert.equal(tree(workspace, 'leaf.pem').children[0]!.children[0]!.kind, 'missing')
  assert.ok(performance.now() - begun < 20_000)
})

const mutual = (more: string) => `events {}
http { server { listen 8443 ssl; server_name orders.internal; ssl_certificate server.pem; ssl_certificate_key server.key; ${more} } }
`
const pki = `
ca.pem:
server.pem: {issuer: ca, san: [orders.internal]}
server.key: {key: server}
client.pem: {issuer: ca, eku: [client]}
wrong.pem: {issuer: ca, eku: [server]}
late.pem: {issuer: ca, eku: [client], notAfter: 2030-01-01}
other.pem: {issuer: stranger, eku: [client]}
`

const verify = (workspace: Workspace, name: string, more: Partial<VerifyQuestion> = {}) =>
  verifyChain(workspace, { path: `/w/${name}`, ...more }, now, shown)

function resultOf(answer: ReturnType<typeof verify>) {
  assert.equal(answer.kind, 'result', JSON.stringify(answer))
  return answer as typeof answer & { readonly kind: 'result' }
}

test('a client certificate is judged by the server that demands one', () => {
  const workspace = open(pki, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  const { verified, markdown } = resultOf(verify(workspace, 'client.pem'))
  assert.equal(verified, true)
  assert.match(markdown, /^# client is verified\n/)
  assert.match(markdown, /presented by a client, by \[server orders\.internal\]\(file:\/\/\/w\/nginx\.conf#L1\) that trusts \[ca\.pem\]/)
  assert.match(markdown, /\| 0 \| end entity \| `CN=client` \|.*\n\| 1 \| trust anchor \| `CN=ca` \|/)
  assert.match(markdown, /\| ✓ \| Depth \| 0 intermediates, at most 1 allowed \|/)
})

test('what fails is named with number, place and remedy', () => {
  const workspace = open(pki, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  const late = resultOf(verify(workspace, 'late.pem'))
  assert.equal(late.verified, false)
  assert.match(late.markdown, /^# late is not verified: certificate has expired\n\nError 10 at depth 0, `CN=late`\n/)
  assert.match(late.markdown, /\| ✗ \| Validity \| certificate has expired, at late \|/)
  const other = resultOf(verify(workspace, 'other.pem'))
  assert.match(other.markdown, /\| 1 \| \*\*missing\*\* \| `CN=stranger` \| \| not in this workspace \|/)
  const wrong = resultOf(verify(workspace, 'wrong.pem', { purpose: 'client' }))
  assert.match(wrong.markdown, /^# wrong is not verified: unsuitable certificate purpose/)
})

test('a server that verifies nobody yet is asked what it would say', () => {
  const workspace = open(pki, { 'nginx.conf': mutual('ssl_client_certificate ca.pem;') })
  assert.match(resultOf(verify(workspace, 'client.pem')).markdown, /As configured it verifies nobody/)
})

test('of several deployments the one beside the file is meant', () => {
  const config = mutual('ssl_client_certificate ca.pem; ssl_verify_client on;').replaceAll(/(server\.\w+;)/g, '../$1')
  const workspace = open(`${pki}\none/ca.pem: [ca]\ntwo/ca.pem: [stranger]\nstranger:\none/client.pem: [client]`, {
    'one/nginx.conf': config,
    'two/nginx.conf': config
  })
  assert.equal(resultOf(verify(workspace, 'one/client.pem')).verified, true)
  assert.equal(verify(workspace, 'client.pem').kind, 'ask')
})

test('who trusts is asked for when several could be meant, or nobody', () => {
  const nobody = verify(open(pki), 'client.pem')
  assert.ok(nobody.kind === 'ask' && !nobody.purpose && nobody.trust)
  assert.deepEqual(nobody.trustCandidates, [{ path: '/w/ca.pem', label: 'ca.pem', description: 'ca' }])
  const purpose = verify(open(pki), 'server.pem')
  assert.ok(purpose.kind === 'ask' && purpose.purpose && purpose.trust)
  const chosen = resultOf(verify(open(pki), 'server.pem', { purpose: 'server', trust: ['/w/ca.pem'] }))
  assert.equal(chosen.verified, true)
  assert.deepEqual(verify(open(pki), 'server.pem', { purpose: 'server', trust: ['/w/server.key'] }), {
    kind: 'error',
    message: 'There is no certificate in server.key'
  })
})

test('where verifiers differ, each is named with its verdict and its words', () => {
  const certs = `root:\nca.pem: {issuer: root}\nserver.pem: {issuer: ca}\nserver.key: {key: server}\nclient.pem: {issuer: ca, eku: [client]}\n`
  const workspace = open(certs, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  const { markdown, verified } = resultOf(verify(workspace, 'client.pem'))
  assert.equal(verified, false)
  const [, table = ''] = markdown.split('## Other verifiers')
  assert.match(table, /\| \*\*OpenSSL 3\.0\*\* \| not verified \| unable to get issuer certificate \|/)
  assert.match(table, /\| Go crypto\/x509 \| verified \| {2}\|/)
  assert.equal(table.trim().split('\n').length, 2 + 2 + 7)
})

test('that only the letter of RFC 5280 is stricter is no difference worth a table', () => {
  const certs = `ca.pem: {noKeyIdentifiers: true}\nserver.pem: {issuer: ca}\nserver.key: {key: server}\nclient.pem: {issuer: ca, eku: [client], noKeyIdentifiers: true}\n`
  const workspace = open(certs, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  const { markdown, verified } = resultOf(verify(workspace, 'client.pem'))
  assert.equal(verified, true)
  assert.doesNotMatch(markdown, /Other verifiers/)
  // Agreement needs no table either.
  const same = open(pki, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  for (const file of ['client.pem', 'late.pem']) assert.doesNotMatch(resultOf(verify(same, file)).markdown, /Other verifiers/)
})

test('what nobody can decide here is said to be undecided, with the reason', () => {
  const certs = `ca.pem: {key: rsa2048}\nserver.pem: {issuer: ca}\nserver.key: {key: server}\nclient.pem: {issuer: ca, eku: [client], pss: true}\n`
  const made = makePki(certs)
  // RSASSA-PSS that masks with another hash than it signs: RFC 4055 allows it, and this machine cannot check it.
  const der = Buffer.from(parsePem(sourceFile('/x', made.get('client.pem')!)).certificates[0]!.der).toString('hex')
  const mixed = der.replaceAll(/(06092a864886f70d010108300d0609608648016503040201)|$/g, it => it && `${it.slice(0, -2)}02`)
  assert.notEqual(mixed, der)
  const client = `-----BEGIN CERTIFICATE-----\n${Buffer.from(mixed, 'hex').toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  const config = mutual('ssl_client_certificate ca.pem; ssl_verify_client on;')
  const workspace = open(certs, { ...Object.fromEntries(made), 'client.pem': client, 'nginx.conf': config })
  const { verified, title, markdown } = resultOf(verify(workspace, 'client.pem'))
  assert.equal(verified, undefined)
  assert.equal(title, 'client.pem: not decided')
  assert.match(markdown, /^# client could not be judged: the signature on client cannot be checked here: rsassaPss by RSA 2048/)
  assert.match(markdown, /## What is not decided\n\nThere is no answer: /)
})

test('a trust store is described, and what is no certificate is refused', () => {
  const workspace = open(pki)
  const bundle = resultOf(verify(workspace, 'ca.pem'))
  assert.equal(bundle.verified, undefined)
  assert.match(bundle.markdown, /^# ca\.pem holds only CA certificates\n/)
  assert.deepEqual(verify(workspace, 'none.pem'), { kind: 'error', message: 'There is no file none.pem' })
})

test('what a depth cuts off is not called missing', () => {
  const certs = `ca.pem:\na: {issuer: ca}\nb: {issuer: a}\nserver.pem: {issuer: ca}\nserver.key: {key: server}\nchain.pem: [leaf, b, a]\nleaf: {issuer: b, eku: [client]}`
  const workspace = open(certs, { 'nginx.conf': mutual('ssl_client_certificate ca.pem; ssl_verify_client on;') })
  const { markdown } = resultOf(verify(workspace, 'chain.pem'))
  assert.match(markdown, /^# leaf is not verified: certificate chain too long/)
  assert.doesNotMatch(markdown, /is missing/)
})

const finding = (start: number, end: number, fixes: Diagnostic['fixes'] = []): Diagnostic => ({
  path: '/w/nginx.conf',
  start,
  end,
  rule: 'some-rule',
  severity: 'error',
  message: '',
  url: '',
  related: [],
  fixes
})

test('fixes are offered where the finding is touched, the safe ones as preferred', () => {
  const workspace = open('', { 'nginx.conf': 'events {}\n  http {}\n' })
  const file = fileIn(workspace, 'nginx.conf')
  const edit = { path: file.path, start: 12, end: 16, newText: 'x' }
  const found = [finding(12, 16, [{ title: 'Do', edits: [edit], safe: true }]), finding(0, 6)]
  const actions = codeActions(workspace, file, found, { start: 14, end: 14 })
  assert.deepEqual(
    actions.map(it => [it.title, it.preferred]),
    [
      ['Do', true],
      ['Ignore this finding (some-rule)', false]
    ]
  )
  assert.deepEqual(actions[1]!.edits, [{ path: file.path, start: 10, end: 10, newText: '  # mtls-lens-ignore some-rule: \n' }])
})

test('two findings of one rule on a line are ignored by one comment', () => {
  const workspace = open('', { 'nginx.conf': 'events {}\nhttp {}\n' })
  const file = fileIn(workspace, 'nginx.conf')
  assert.equal(codeActions(workspace, file, [finding(10, 12), finding(13, 14)], { start: 10, end: 15 }).length, 1)
})

test('fixing all takes safe fixes only, one a finding, and none that overlap', () => {
  const edit = (start: number, end: number, newText: string) => ({ path: '/w/nginx.conf', start, end, newText })
  const found = [
    finding(0, 5, [
      { title: 'unsafe', edits: [edit(0, 5, 'no')], safe: false },
      { title: 'first', edits: [edit(0, 5, 'a')], safe: true },
      { title: 'second', edits: [edit(0, 5, 'b')], safe: true }
    ]),
    finding(3, 8, [{ title: 'overlapping', edits: [edit(3, 8, 'c')], safe: true }]),
    finding(9, 12, [{ title: 'apart', edits: [edit(9, 12, 'd')], safe: true }])
  ]
  assert.deepEqual(
    fixAll(found).map(it => it.newText),
    ['a', 'd']
  )
})

test('folding goes as deep as the text', () => {
  let symbol: DocumentSymbol = {
    name: '',
    detail: '',
    kind: 'block',
    span: { start: 0, end: 1 },
    selection: { start: 0, end: 1 },
    children: []
  }
  for (let depth = 1; depth <= 20_000; depth++) symbol = { ...symbol, span: { start: 0, end: depth + 1 }, children: [symbol] }
  const workspace = open('', { 'nginx.conf': 'events {}\n' })
  const deep: Workspace = { ...workspace, dialectOf: () => ({ ...workspace.dialectOf('/w/nginx.conf')!, symbols: () => [symbol] }) }
  assert.equal(foldings(deep, fileIn(workspace, 'nginx.conf')).length, 20_001)
})
