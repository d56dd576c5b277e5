/** What other editors than VS Code leave out or do in their own way. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PublishDiagnosticsParams } from 'vscode-languageserver'
import { type Client, startClient } from './lsp-client.js'

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
