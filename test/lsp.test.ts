/** The language server as a process of its own, asked as editors ask it. */
import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { CodeAction, DocumentLink, DocumentSymbol, FoldingRange, Hover } from 'vscode-languageserver'
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-languageserver/node'
import type { ChainNode, ShownCertificate, Status, VerifyAnswer } from '../server/src/lsp/protocol.js'
import { repository } from './files.js'
import { actionsAt, type Client, changeSettings, startClient } from './lsp-client.js'

const certs = `
ca.pem: {subject: "O=Acme, CN=Acme Root"}
int: {issuer: ca, subject: "O=Acme, CN=Acme Issuing CA 1"}
server.pem: {issuer: int, san: [api.internal], eku: [server]}
chain.pem: [server, int]
server.key: {key: server}
other.key: {key: ca}
old.pem: {issuer: ca, san: [old.internal], notAfter: 2024-01-01}
`

const configuration = `events {}
http {
    server {
        listen 443 ssl;
        server_name api.internal;
        ssl_certificate chain.pem;
        ssl_certificate_key server.key;
        ssl_client_certificate ca.pem;
    }
}
`
const unenforced = 'client-ca-not-enforced: ca.pem'

const hoverText = async (client: Client, name: string, on: string): Promise<string | undefined> => {
  const hover = await client.about<Hover | null>('textDocument/hover', name, { position: client.range(name, on).start })
  return hover ? (hover.contents as { readonly value: string }).value : undefined
}

test('it says what it can do', async t => {
  const client = await startClient(t)
  const { capabilities } = client.initialized
  assert.equal(capabilities.hoverProvider, true)
  assert.equal(
    capabilities.textDocumentSync && typeof capabilities.textDocumentSync === 'object' && capabilities.textDocumentSync.change,
    2
  )
  assert.equal(await client.stop(), 0)
})

test('findings stand on their text, with rule, link and source, and go when the text is mended', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  await client.until('nginx.conf', [unenforced])
  const [finding] = client.diagnostics('nginx.conf')
  assert.equal(finding!.source, 'mTLS Lens')
  assert.equal(finding!.severity, 1)
  assert.match(finding!.codeDescription!.href, /client-ca-not-enforced\.md$/)
  await client.open('nginx.conf', 'nginx')
  await client.edit('nginx.conf', 'ca.pem;', 'ca.pem;\n        ssl_verify_client on;\n        ssl_verify_depth 2;')
  await client.until('nginx.conf', [])
  await client.edit('nginx.conf', 'ssl_verify_client on;', '')
  await client.until('nginx.conf', [unenforced])
  await client.close('nginx.conf')
  assert.deepEqual(client.shown('nginx.conf'), [unenforced])
})

test('what is not saved is forgotten when the document is closed', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  await client.open('nginx.conf', 'nginx')
  await client.edit('nginx.conf', '        ssl_client_certificate ca.pem;\n', '')
  await client.until('nginx.conf', [])
  await client.close('nginx.conf')
  await client.until('nginx.conf', [unenforced])
})

test('a finding about a certificate leads to the certificate', async t => {
  const client = await startClient(t, {
    certs,
    files: { 'nginx.conf': configuration.replace('chain.pem', 'old.pem').replace(/.*key.*\n/, '') }
  })
  await client.settled()
  const expired = client.diagnostics('nginx.conf').find(it => it.code === 'certificate-expired')
  assert.ok(expired, JSON.stringify(client.shown('nginx.conf')))
  assert.ok(expired.relatedInformation?.some(it => it.location.uri === client.uri('old.pem')))
  assert.ok(client.diagnostics('old.pem').some(it => it.code === 'certificate-expired'))
})

test('hovers tell whose certificate it is, of a block and of a path', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  const block = await hoverText(client, 'chain.pem', '-----BEGIN')
  assert.match(block!, /\*\*server\*\*, end-entity certificate issued by Acme Issuing CA 1, expires in/)
  assert.match(block!, /DNS `api\.internal`/)
  assert.match(block!, /\| Extended key usage \| serverAuth \|/)
  const path = await hoverText(client, 'nginx.conf', 'chain.pem')
  assert.match(path!, /\*\*server\*\*.*\n- \*\*Acme Issuing CA 1\*\*, intermediate CA issued by Acme Root/)
  assert.match((await hoverText(client, 'nginx.conf', 'server.key'))!, /Private key, EC P-256.*belongs to \*\*server\*\*/)
  assert.match((await hoverText(client, 'nginx.conf', 'ssl_client_certificate'))!, /nginx\.org\/en\/docs/)
})

test('a certificate whose subject is empty says so', async t => {
  const client = await startClient(t, { certs: 'svid.pem: {subject: "", san: ["spiffe://acme/orders"]}' })
  const block = await hoverText(client, 'svid.pem', '-----BEGIN')
  assert.match(block!, /^\*\*spiffe:\/\/acme\/orders\*\*, .*\n\| Subject \| \(empty\) \|\n/s)
})

test('a key is shown without its material, and whether it matches', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration.replace('server.key', 'other.key') } })
  assert.match((await hoverText(client, 'nginx.conf', 'other.key'))!, /does \*\*not\*\* belong to \*\*server\*\*/)
  const hover = (await hoverText(client, 'other.key', '-----BEGIN'))!
  assert.match(hover, /Private key, EC P-256/)
  const material = client.text('other.key').split('\n')[1]!
  assert.ok(!hover.includes(material.slice(0, 20)))
  assert.ok(!JSON.stringify(client.messages).includes(material.slice(0, 20)))
})

test('outlines, links and folds', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  const symbols = await client.about<DocumentSymbol[]>('textDocument/documentSymbol', 'chain.pem')
  assert.deepEqual(
    symbols.map(it => it.name),
    ['server', 'Acme Issuing CA 1']
  )
  const links = await client.about<DocumentLink[]>('textDocument/documentLink', 'nginx.conf')
  assert.deepEqual(
    links.map(it => it.target),
    ['chain.pem', 'server.key', 'ca.pem'].map(client.uri)
  )
  assert.deepEqual(links[0]!.range, client.range('nginx.conf', 'chain.pem'))
  const folds = await client.about<FoldingRange[]>('textDocument/foldingRange', 'chain.pem')
  const lines = client.text('chain.pem').split('\n')
  assert.deepEqual(
    folds.map(it => [lines[it.startLine], lines[it.endLine]]),
    Array(2).fill(['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'])
  )
})

test('nginx blocks are outlined and folded', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  const [, http] = await client.about<DocumentSymbol[]>('textDocument/documentSymbol', 'nginx.conf')
  assert.equal(http!.name, 'http')
  assert.match(http!.children![0]!.name, /server.*api\.internal/)
  const folds = await client.about<FoldingRange[]>('textDocument/foldingRange', 'nginx.conf')
  assert.deepEqual(
    folds.map(it => [it.startLine, it.endLine]),
    [
      [1, 9],
      [2, 8]
    ]
  )
})

test('a fix of a configuration is applied, and the squiggle goes', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  await client.open('nginx.conf', 'nginx')
  const actions = await actionsAt(client, 'nginx.conf', client.range('nginx.conf', 'ca.pem'))
  const fix = actions.find(it => it.title === 'Demand a client certificate')
  assert.ok(fix, JSON.stringify(actions.map(it => it.title)))
  await client.apply(fix.edit!)
  assert.match(client.text('nginx.conf'), /ssl_verify_client on;/)
  await client.settled()
  assert.ok(!client.shown('nginx.conf').some(it => it.startsWith('client-ca-not-enforced')))
})

test('an ignore comment above the line silences a finding', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration.replaceAll('\n', '\r\n') } })
  await client.until('nginx.conf', [unenforced])
  await client.open('nginx.conf', 'nginx')
  const actions = await actionsAt(client, 'nginx.conf', client.range('nginx.conf', 'ca.pem'))
  const ignore = actions.find(it => it.title === 'Ignore this finding (client-ca-not-enforced)')
  assert.deepEqual(ignore!.diagnostics, client.diagnostics('nginx.conf'))
  await client.apply(ignore!.edit!)
  assert.match(client.text('nginx.conf'), /\r\n {8}# mtls-lens-ignore client-ca-not-enforced: \r\n {8}ssl_client_certificate/)
  await client.until('nginx.conf', [])
})

test('in a PEM file the ignore comment stands above the block', async t => {
  const client = await startClient(t, { certs })
  const [first] = client.diagnostics('old.pem')
  assert.ok(first)
  await client.open('old.pem', 'pem')
  for (const { code, range } of client.diagnostics('old.pem')) {
    const ignore = (await actionsAt(client, 'old.pem', range)).find(it => it.title === `Ignore this finding (${code})`)
    await client.apply(ignore!.edit!)
  }
  assert.match(client.text('old.pem'), /^# mtls-lens-ignore [a-z-]+: \n/)
  await client.until('old.pem', [])
})

test('a fix mends what was found, and the safe ones at once', async t => {
  const client = await startClient(t, { certs: `${certs}\ntwice.pem: [server, int, int]` })
  await client.open('twice.pem', 'pem')
  assert.ok(client.shown('twice.pem').some(it => it.startsWith('duplicate-certificate')))
  const [duplicate] = client.diagnostics('twice.pem').filter(it => it.code === 'duplicate-certificate')
  const fix = (await actionsAt(client, 'twice.pem', duplicate!.range)).find(it => it.edit && !it.title.startsWith('Ignore'))
  assert.ok(fix)
  await client.apply(fix.edit!)
  await client.until('twice.pem', [])
  await client.edit('twice.pem', '-----END CERTIFICATE-----\n', `-----END CERTIFICATE-----\n${client.text('server.pem')}`)
  await client.until('twice.pem', [`duplicate-certificate: ${client.text('server.pem').trim()}`])
  const all = await actionsAt(client, 'twice.pem', client.range('twice.pem', '-----BEGIN'), ['source.fixAll'])
  assert.deepEqual(
    all.map((it: CodeAction) => it.kind),
    ['source.fixAll.mtlsLens']
  )
  await client.apply(all[0]!.edit!)
  await client.until('twice.pem', [])
})

test('a file that changed on disk re-checks the configurations that read it, and no others', async t => {
  const client = await startClient(t, {
    certs,
    files: { 'a/nginx.conf': configuration.replaceAll(/(\w+\.(pem|key))/g, '../$1'), 'b/nginx.conf': 'events {}\n' }
  })
  await client.until('a/nginx.conf', ['client-ca-not-enforced: ../ca.pem'])
  const before = client.messages.length
  await client.write('server.key', client.text('other.key'))
  await client.until('a/nginx.conf', ['client-ca-not-enforced: ../ca.pem', 'key-does-not-match-certificate: ../server.key'])
  const concerned = client.messages.slice(before).filter(it => it.method === 'textDocument/publishDiagnostics')
  assert.deepEqual([...new Set(concerned.map(it => (it.params as { uri: string }).uri))], [client.uri('a/nginx.conf')])
})

test('a missing file that appears, and one that goes, is noticed', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration.replace('ca.pem', 'later/ca.pem') } })
  const missing = 'file-not-found: later/ca.pem'
  assert.ok(client.shown('nginx.conf').includes(missing), JSON.stringify(client.shown('nginx.conf')))
  await client.write('later/ca.pem', client.text('ca.pem'))
  await client.until('nginx.conf', ['client-ca-not-enforced: later/ca.pem'])
})

test('a folder that is removed or moved takes its findings along', async t => {
  const client = await startClient(t, { certs, files: { 'old/nginx.conf': configuration.replaceAll(/(\w+\.(pem|key))/g, '../$1') } })
  await client.until('old/nginx.conf', ['client-ca-not-enforced: ../ca.pem'])
  renameSync(fileURLToPath(client.uri('old')), fileURLToPath(client.uri('new')))
  await client.stirred(['old'], 3)
  await client.stirred(['new'], 1)
  await client.until('old/nginx.conf', [])
  const range = client.range('old/nginx.conf', '../ca.pem')
  while (client.diagnostics('new/nginx.conf').length === 0) await new Promise(resolve => setTimeout(resolve, 10))
  assert.deepEqual(client.diagnostics('new/nginx.conf')[0]!.range, range)
})

test('every folder of the workspace is checked, and one that is removed no longer', async t => {
  const client = await startClient(t, {
    certs,
    files: { 'one/nginx.conf': configuration, 'two/nginx.conf': configuration },
    folders: ['one']
  })
  assert.ok(client.shown('one/nginx.conf').length > 0)
  assert.deepEqual(client.shown('two/nginx.conf'), [])
  const change = (added: string[], removed: string[]) =>
    client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: {
        added: added.map(it => ({ uri: client.uri(it), name: it })),
        removed: removed.map(it => ({ uri: client.uri(it), name: it }))
      }
    })
  const expected = client.shown('one/nginx.conf')
  await change(['two'], ['one'])
  await client.until('one/nginx.conf', [])
  await client.until('two/nginx.conf', expected)
})

test('settings change severities, and a bad one is told once', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  await changeSettings(client, { rules: { 'client-ca-not-enforced': 'hint' } })
  await client.settled()
  assert.deepEqual(
    client.diagnostics('nginx.conf').map(it => it.severity),
    [4]
  )
  await changeSettings(client, { rules: { 'client-ca-not-enforced': 'off' } })
  await client.until('nginx.conf', [])
  await changeSettings(client, { rules: { 'client-ca-not-enforced': 'fatal' } })
  await client.until('nginx.conf', [unenforced])
  await changeSettings(client, { rules: { 'client-ca-not-enforced': 'fatal' }, expiryWarningDays: 10 })
  await client.settled()
  const told = client.messages.filter(it => it.method === 'window/showMessage')
  assert.equal(told.length, 1)
  assert.match((told[0]!.params as { message: string }).message, /mtlsLens\.rules: client-ca-not-enforced must be one of error/)
})

test("the project's own settings count before the editor's, and when they change", async t => {
  const file = 'mtls-lens.config.json'
  const client = await startClient(t, {
    certs,
    files: { 'nginx.conf': configuration, [file]: '{ "rules": { "client-ca-not-enforced": "off" } }' },
    settings: { rules: { 'client-ca-not-enforced': 'hint' } }
  })
  await client.settled()
  assert.deepEqual(client.shown('nginx.conf'), [])
  await client.write(file, '{ "expiryWarningDays": 9 }')
  await client.until('nginx.conf', [unenforced])
  assert.deepEqual(
    client.diagnostics('nginx.conf').map(it => it.severity),
    [4]
  )
  await client.write(file, '{ "rules": ')
  await client.settled()
  const [told] = client.messages.filter(it => it.method === 'window/showMessage')
  assert.match((told!.params as { message: string }).message, /mtls-lens\.config\.json: .*JSON/)
  assert.deepEqual(client.shown('nginx.conf'), [unenforced])
})

test('deployed paths are found in the folder that the settings name', async t => {
  const deployed = configuration.replaceAll(/(\w+\.(pem|key))/g, '/etc/nginx/ssl/$1')
  const client = await startClient(t, {
    certs,
    files: { 'nginx.conf': deployed },
    settings: { paths: { '/etc/nginx/ssl': './x/..' } }
  })
  await client.until('nginx.conf', ['client-ca-not-enforced: /etc/nginx/ssl/ca.pem'])
})

test('a document that is no file is checked as well, and cleared when it is closed', async t => {
  const client = await startClient(t, { folders: [] })
  const name = 'untitled:Untitled-1'
  await client.open(name, 'nginx', 'events {}\nhttp { }\n')
  await client.edit(name, 'http { }', 'http { } }')
  await client.until(name, ['syntax-error: }'])
  await client.close(name)
  await client.until(name, [])
})

test('a file outside of the folders is checked while it is open', async t => {
  const client = await startClient(t, {
    certs,
    files: { 'inside/nginx.conf': 'events {}\n', 'nginx.conf': configuration },
    folders: ['inside']
  })
  assert.deepEqual(client.shown('nginx.conf'), [])
  await client.open('nginx.conf', 'nginx')
  await client.until('nginx.conf', [unenforced])
  await client.close('nginx.conf')
  await client.until('nginx.conf', [])
})

test('what git ignores is not checked, but read where a configuration names it', async t => {
  const client = await startClient(t, {
    certs,
    files: { 'nginx.conf': configuration, '.gitignore': '*.pem\n*.key\n' },
    prepare: root => mkdirSync(join(root, '.git'))
  })
  await client.until('nginx.conf', [unenforced])
  assert.deepEqual(client.shown('old.pem'), [])
})

test('the tree of chains goes from leaf to anchor, and names what is missing', async t => {
  const client = await startClient(t, { certs: `${certs}\nstray.pem: {issuer: nowhere.x}`, files: { 'nginx.conf': configuration } })
  const files = await client.ask<ChainNode[]>('mtlsLens/chains', {})
  const chain = (label: string) => {
    const steps: string[] = []
    for (let at = files.find(it => it.label === label)!.children[0]; at; at = at.children[0]) steps.push(`${at.kind} ${at.label}`)
    return steps
  }
  assert.deepEqual(chain('chain.pem'), ['endEntity server', 'intermediate Acme Issuing CA 1', 'anchor Acme Root'])
  assert.deepEqual(chain('stray.pem'), ['endEntity stray', 'missing nowhere.x is missing'])
  assert.deepEqual(chain('server.key'), ['key Private key, EC P-256'])
  assert.equal(files.find(it => it.label === 'server.key')!.children[0]!.description, 'belongs to server')
  assert.equal(files.find(it => it.label === 'old.pem')!.state, 'error')
  const before = client.messages.filter(it => it.method === 'mtlsLens/chainsChanged').length
  await client.write('new.pem', client.text('ca.pem'))
  await client.settled()
  assert.ok(client.messages.filter(it => it.method === 'mtlsLens/chainsChanged').length > before)
  assert.ok((await client.ask<ChainNode[]>('mtlsLens/chains', {})).some(it => it.label === 'new.pem'))
})

test('a question about the workspace that comes before its files are known waits for them', async t => {
  const client = await startClient(t, {
    certs: `${certs}\nclient.pem: {issuer: ca, eku: [client]}`,
    files: { 'nginx.conf': configuration.replace('ca.pem;', 'ca.pem;\n        ssl_verify_client on;') },
    hesitation: 300
  })
  const [answer, chains] = await Promise.all([
    client.ask<VerifyAnswer>('mtlsLens/verifyChain', { uri: client.uri('client.pem') }),
    client.ask<ChainNode[]>('mtlsLens/chains', {})
  ])
  assert.equal(answer.kind, 'result')
  assert.ok(chains.some(it => it.label === 'client.pem'))
})

test('Verify Chain infers what it can, asks for the rest, and answers', async t => {
  const client = await startClient(t, {
    certs: `${certs}\nclient.pem: {issuer: ca, eku: [client]}\nbare.pem: {issuer: ca}`,
    files: { 'nginx.conf': configuration.replace('ca.pem;', 'ca.pem;\n        ssl_verify_client on;') }
  })
  const verify = (name: string, more: object = {}) => client.ask<VerifyAnswer>('mtlsLens/verifyChain', { uri: client.uri(name), ...more })
  const inferred = await verify('client.pem')
  assert.equal(inferred.kind, 'result')
  assert.ok(inferred.kind === 'result' && inferred.verified === true && inferred.markdown.startsWith('# client is verified'))
  const asked = await verify('chain.pem')
  assert.ok(asked.kind === 'ask' && !asked.purpose && asked.trust)
  assert.deepEqual(asked.trustCandidates[0], { uri: client.uri('ca.pem'), label: 'ca.pem', description: 'Acme Root' })
  const answered = await verify('chain.pem', { trust: [client.uri('ca.pem')] })
  assert.ok(answered.kind === 'result' && answered.verified)
  const refused = await verify('server.pem', { trust: [client.uri('ca.pem')] })
  assert.ok(refused.kind === 'result' && refused.verified === false)
  assert.match(refused.markdown, /^# server is not verified: unable to get local issuer certificate\n\nError 20 at depth 0/)
  assert.match(refused.markdown, /Acme Issuing CA 1\*\* is missing; it is in \[chain\.pem\]\(file:[^)]*chain\.pem#L\d+\)/)
  const bare = await verify('bare.pem')
  assert.ok(bare.kind === 'ask' && bare.purpose)
  const nothing = await verify('server.key')
  assert.deepEqual(nothing, { kind: 'error', message: 'There is no certificate in server.key' })
})

test('Show Certificate shows the block at the cursor, or what a path leads to', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  const show = (name: string, on?: string) =>
    client.ask<ShownCertificate | null>('mtlsLens/showCertificate', {
      uri: client.uri(name),
      ...(on && { position: client.range(name, on).start })
    })
  assert.equal((await show('nginx.conf', 'ca.pem'))?.title, 'Acme Root')
  assert.match((await show('chain.pem'))!.markdown, /Acme Issuing CA 1/)
  assert.equal(await show('nginx.conf', 'events'), null)
})

test('the status counts what was found', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration } })
  const status = await client.ask<Status>('mtlsLens/checkWorkspace', {})
  assert.equal(status.busy, false)
  assert.equal(status.certificates, 5)
  assert.ok(status.errors > 0)
})

test('a question that is withdrawn is not answered', async t => {
  const client = await startClient(t, { certs })
  const { CancellationTokenSource } = await import('vscode-languageserver')
  const source = new CancellationTokenSource()
  // Behind so many others it is still waiting when it is withdrawn.
  const others = Array.from({ length: 300 }, () => client.ask('mtlsLens/chains', {}))
  const answer = client.connection.sendRequest('mtlsLens/chains', {}, source.token)
  source.cancel()
  await assert.rejects(answer, /cancel|no longer asked/i)
  await Promise.all(others)
})

test('progress is shown for the scan where the editor can', async t => {
  const client = await startClient(t, { certs })
  const kinds = client.messages.filter(it => it.method === '$/progress').map(it => (it.params as { value: { kind: string } }).value.kind)
  assert.equal(kinds[0], 'begin')
  assert.ok(kinds.includes('end'))
})

test('it speaks over the channel to its parent as well', async t => {
  const child = fork(join(repository, 'server/src/lsp/main.ts'), ['--node-ipc'], { execArgv: ['--import', 'tsx'], cwd: repository })
  t.after(() => child.kill('SIGKILL'))
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
  connection.listen()
  const answer: { capabilities: { hoverProvider: boolean } } = await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {}
  })
  assert.equal(answer.capabilities.hoverProvider, true)
  const ended = new Promise(resolve => child.once('exit', resolve))
  await connection.sendRequest('shutdown')
  await connection.sendNotification('exit')
  assert.equal(await ended, 0)
})

test('an editor that can do nothing special is served', async t => {
  const client = await startClient(t, { certs, files: { 'nginx.conf': configuration }, capabilities: {} })
  await client.until('nginx.conf', [unenforced])
  assert.equal(client.diagnostics('nginx.conf')[0]!.relatedInformation, undefined)
  const symbols = await client.about<{ location: unknown }[]>('textDocument/documentSymbol', 'chain.pem')
  assert.ok(symbols[0]!.location)
})

test('it lives through whatever lies in a folder', async t => {
  const big = 50 * 1024 * 1024
  const client = await startClient(t, {
    certs,
    files: {
      'nginx.conf': configuration,
      'truncated.pem': '-----BEGIN CERTIFICATE-----\nMIIB',
      'binary.pem': Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) & 255)),
      'deep/nginx.conf': 'http {'.repeat(100_000),
      'quotes/nginx.conf': `events {} http { server { ssl_certificate "${'\\"'.repeat(50_000)}`,
      'empty.pem': '',
      'nul.conf': '\0'.repeat(1000)
    },
    prepare: root => {
      mkdirSync(join(root, 'folder.pem'))
      symlinkSync(root, join(root, 'loop'))
      symlinkSync('a.pem', join(root, 'b.pem'))
      symlinkSync('b.pem', join(root, 'a.pem'))
      if (process.platform !== 'win32') execFileSync('mkfifo', [join(root, 'pipe.pem')])
      writeFileSync(join(root, 'big.pem'), '-----BEGIN CERTIFICATE-----\n')
      truncateSync(join(root, 'big.pem'), big)
    }
  })
  assert.ok(client.shown('nginx.conf').includes(unenforced))
  assert.deepEqual(client.shown('big.pem'), ['unreadable-file: '])
  assert.match(String(client.diagnostics('big.pem')[0]!.message), /52 MB large/)
  assert.ok(
    client.shown('truncated.pem').some(it => it.startsWith('malformed-pem')),
    JSON.stringify(client.shown('truncated.pem'))
  )
  assert.ok(client.diagnostics('deep/nginx.conf').length > 0)
  const paths = ['folder.pem', 'a.pem', 'pipe.pem', 'big.pem']
  const uses = paths.map(it => `ssl_certificate ${it};`).join(' ')
  await client.write('uses/nginx.conf', `events {} http { server { listen 443 ssl; ${uses.replaceAll(/ (\w+\.pem)/g, ' ../$1')} } }\n`)
  await client.settled()
  for (const it of paths) assert.ok(await hoverText(client, 'uses/nginx.conf', `../${it}`), it)
  for (const name of ['binary.pem', 'deep/nginx.conf', 'quotes/nginx.conf', 'truncated.pem', 'folder.pem', 'nul.conf']) {
    for (const method of ['documentSymbol', 'foldingRange', 'documentLink']) await client.about(`textDocument/${method}`, name)
    await client.about('textDocument/hover', name, { position: { line: 0, character: 3 } })
  }
  assert.ok((await client.ask<ChainNode[]>('mtlsLens/chains', {})).length > 0)
  assert.equal(await client.stop(), 0)
})

test('a document of 50 MB and positions outside of any text are answered', async t => {
  const client = await startClient(t, { certs })
  await client.open('huge.pem', 'pem', '-----BEGIN CERTIFICATE-----\n'.repeat(1_900_000))
  await client.until('huge.pem', ['unreadable-file: '])
  await client.open('ca.pem', 'pem')
  for (const position of [
    { line: 1e9, character: 0 },
    { line: 0, character: 1e9 }
  ]) {
    await client.about('textDocument/hover', 'ca.pem', { position })
    await actionsAt(client, 'ca.pem', { start: position, end: position })
  }
  await client.about('textDocument/hover', 'missing.pem', { position: { line: 0, character: 0 } })
  await client.edit('ca.pem', '-----BEGIN', '\ud800-----BEGIN')
  assert.equal(await client.stop(), 0)
})
