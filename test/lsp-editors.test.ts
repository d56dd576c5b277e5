/** What other editors than VS Code leave out or do in their own way. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Hover, MarkupContent, PublishDiagnosticsParams } from 'vscode-languageserver'
import { actionsAt, type Client, startClient } from './lsp-client.js'

const certs = `
ca.pem: {subject: "O=Acme, CN=Acme Root"}
server.pem: {issuer: ca, san: [api.internal], eku: [server]}
server.key: {key: server}
other.key: {key: ca}
`

const configuration = `events {}
http {
    server {
        listen 443 ssl;
        server_name api.internal;
        ssl_certificate ../server.pem;
        ssl_certificate_key ../server.key;
    }
}
`
const mismatch = 'key-does-not-match-certificate: ../server.key'

const unenforced = 'client-ca-not-enforced: ../ca.pem'
const withUnenforced = configuration.replace('../server.key;', '../server.key;\n        ssl_client_certificate ../ca.pem;')

/** Nobody tells of it. */
const writeInSilence = async (client: Client, name: string, content: string): Promise<void> => {
  writeFileSync(fileURLToPath(client.uri(name)), content)
  // As long as a look at the disk counts.
  await wait(250)
}

test('a change that one configuration was the first to read reaches the others', async t => {
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': configuration, 'b/nginx.conf': configuration } })
  await client.open('a/nginx.conf', 'nginx')
  await writeInSilence(client, 'server.key', client.text('other.key'))
  await client.edit('a/nginx.conf', 'listen 443', 'listen 8443')
  await client.until('a/nginx.conf', [mismatch])
  // What watches files may be slower than whoever types.
  await client.stirred(['server.key'])
  await client.until('b/nginx.conf', [mismatch])
})

test('where nobody watches files, a save looks at all that was read', async t => {
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': configuration }, capabilities: {} })
  await client.open('a/nginx.conf', 'nginx')
  await writeInSilence(client, 'server.key', client.text('other.key'))
  await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri: client.uri('a/nginx.conf') } })
  await client.until('a/nginx.conf', [mismatch])
})

test('a document that is opened is told its findings again, also where there are none left', async t => {
  const files = { 'a/nginx.conf': configuration, 'b/nginx.conf': configuration }
  const client = await startClient(t, { certs: certs.replace('key: server', 'key: ca'), files })
  await client.until('a/nginx.conf', [mismatch])
  const told = () =>
    client.messages.filter(it => it.method === 'textDocument/publishDiagnostics').map(it => it.params as PublishDiagnosticsParams)
  const before = told().length
  await client.open('a/nginx.conf', 'nginx')
  for (let tries = 0; told().length === before && tries < 500; tries++) await wait(10)
  assert.deepEqual(
    told()
      .slice(before)
      .map(it => [it.uri, it.diagnostics.length]),
    [[client.uri('a/nginx.conf'), 1]]
  )
  // An editor may open what was not saved the last time.
  await client.open('b/nginx.conf', 'nginx', 'events {}\n')
  await client.until('b/nginx.conf', [])
})

test('an editor that shows no Markdown is told in plain text', async t => {
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': configuration }, capabilities: {} })
  const hover = async (name: string, on: string) =>
    (await client.about<Hover>('textDocument/hover', name, { position: client.range(name, on).start })).contents as MarkupContent
  assert.deepEqual(await hover('a/nginx.conf', '../server.key'), {
    kind: 'plaintext',
    value: `- Private key, EC P-256 (PKCS#8); it belongs to server\n\nserver.key`
  })
  const { value } = await hover('server.pem', '-----BEGIN')
  assert.match(value, /^server, end-entity certificate issued by Acme Root, /)
  assert.match(value, /\nNames: DNS api.internal\n/)
  assert.doesNotMatch(value, /[|*`]|\n\n\n/)
  const word = await hover('a/nginx.conf', 'ssl_certificate ')
  assert.match(word.value, /^ssl_certificate: .* \(https:\/\/nginx\.org\/\S+\)$/s)
})

test('what an editor says at its start holds where it says nothing of our settings later', async t => {
  const initializationOptions = { rules: { 'client-ca-not-enforced': 'hint' } }
  for (const capabilities of [{}, { workspace: { configuration: true } }]) {
    const client = await startClient(t, { certs, files: { 'a/nginx.conf': withUnenforced }, capabilities, initializationOptions })
    assert.equal(client.diagnostics('a/nginx.conf')[0]?.severity, 4)
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} })
    await client.settled()
    assert.equal(client.diagnostics('a/nginx.conf')[0]?.severity, 4)
  }
})

test('the folder of an editor that speaks as the first ones did is checked', async t => {
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': withUnenforced }, folders: 'by path' })
  await client.until('a/nginx.conf', [unenforced])
})

test('who asks for actions of any kind gets all', async t => {
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': withUnenforced } })
  const kinds = (await actionsAt(client, 'a/nginx.conf', client.range('a/nginx.conf', '../ca.pem'), [''])).map(it => it.kind)
  assert.deepEqual([...new Set(kinds)], ['quickfix'])
})

test('the command takes what clients add to it', async t => {
  const command = ['dist/cli.cjs', 'lsp', `--clientProcessId=${process.pid}`]
  const client = await startClient(t, { certs, files: { 'a/nginx.conf': configuration }, command })
  assert.deepEqual(client.shown('a/nginx.conf'), [])
  assert.equal(await client.stop(), 0)
})
