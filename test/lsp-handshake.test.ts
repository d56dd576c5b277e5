/** Predictions as editors get them: lenses, our own client's questions, and the command for others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeLens, Hover } from 'vscode-languageserver'
import type {
  HandshakeClients,
  HandshakeServer,
  HandshakeServerChoice,
  PredictedHandshake,
  PredictHandshakeParams
} from '../server/src/lsp/protocol.js'
import { changeSettings, startClient } from './lsp-client.js'

const certs = `
root.pem:
server.pem: {issuer: root, san: [orders.test], eku: [server]}
server.key: {key: server}
gateway.pem: {issuer: root, eku: [client], subject: "CN=gateway"}
gateway.key: {key: gateway}
`
const orders = `events {}
http {
  server {
    listen 127.0.0.1:8443 ssl;
    server_name orders.test;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    ssl_client_certificate root.pem;
    ssl_verify_client on;
  }
}
`
const gateway = `events {}
http {
  server {
    listen 127.0.0.1:8080;
    location / {
      proxy_pass https://127.0.0.1:8443;
      proxy_ssl_certificate gateway.pem;
      proxy_ssl_certificate_key gateway.key;
    }
  }
}
`
const files = { 'orders.nginx': orders, 'gateway.nginx': gateway }

test('a lens leads to the prediction, and is gone when it is switched off', async t => {
  const client = await startClient(t, { certs, files })
  await client.open('orders.nginx', 'nginx')
  const [lens, ...others] = (await client.about<CodeLens[]>('textDocument/codeLens', 'orders.nginx'))!
  assert.equal(others.length, 0)
  assert.equal(lens!.range.start.line, 2)
  assert.equal(lens!.command, undefined)
  const resolved = await client.ask<CodeLens>('codeLens/resolve', lens!)
  assert.equal(resolved.command!.title, 'Predict handshake (1 client connects)')
  assert.equal(resolved.command!.command, 'mtlsLens.predictHandshake')
  assert.deepEqual(resolved.command!.arguments, [{ uri: client.uri('orders.nginx'), listen: '127.0.0.1:8443', name: 'orders.test' }])
  const foreign = { range: lens!.range, data: { uri: 7 } }
  assert.deepEqual(await client.ask('codeLens/resolve', foreign), foreign)
  await changeSettings(client, { codeLens: { enable: false } })
  await client.settled()
  assert.equal(await client.about('textDocument/codeLens', 'orders.nginx'), null)
})

test('our client asks for servers, then clients, then what happens', async t => {
  const client = await startClient(t, { certs, files })
  const servers = await client.ask<HandshakeServerChoice[]>('mtlsLens/handshakeServers', { uri: client.uri('orders.nginx') })
  assert.deepEqual(
    servers.map(it => `${it.label} ${it.detail}`),
    ['server orders.test orders.nginx:3']
  )
  const { server } = servers[0]!
  const { clients, trust } = await client.ask<HandshakeClients>('mtlsLens/handshakeClients', server)
  assert.deepEqual(
    clients.slice(0, 2).map(it => `${it.group} ${it.detail}`),
    ['connects gateway.nginx:6', 'trusted gateway.pem:1']
  )
  assert.deepEqual(
    trust.map(it => it.uri),
    [client.uri('root.pem')]
  )
  const params: PredictHandshakeParams = { server, client: clients[0]!.client }
  const { picture, places, text, mermaid } = await client.ask<PredictedHandshake>('mtlsLens/predictHandshake', params)
  assert.equal(picture.result, 'accepted')
  const asked = picture.steps.find(it => it.message === 'CertificateRequest')!
  assert.equal(asked.place!.label, 'orders.nginx:9')
  assert.equal(places[asked.place!.index]!.uri, client.uri('orders.nginx'))
  assert.equal(places[asked.place!.index]!.range.start.line, 8)
  assert.match(text, /Accepted/)
  assert.match(mermaid, /^sequenceDiagram\n/)
  const gone: PredictHandshakeParams = { server: { ...server, listen: '*:1' }, client: clients[0]!.client }
  assert.equal(await client.ask('mtlsLens/predictHandshake', gone), null)
})

test('an edit that is not saved changes the prediction, and the editor is told that it may', async t => {
  const client = await startClient(t, { certs, files })
  await client.open('gateway.nginx', 'nginx')
  const server: HandshakeServer = { uri: client.uri('orders.nginx'), listen: '127.0.0.1:8443' }
  const params: PredictHandshakeParams = {
    server,
    client: { kind: 'endpoint', uri: client.uri('gateway.nginx'), label: 'proxy_pass https://127.0.0.1:8443', index: 0 }
  }
  const told = () => client.messages.filter(it => it.method === 'mtlsLens/checked').length
  await client.settled()
  const before = told()
  await client.edit('gateway.nginx', 'proxy_ssl_certificate gateway.pem;', '')
  await client.edit('gateway.nginx', 'proxy_ssl_certificate_key gateway.key;', '')
  const { picture } = await client.ask<PredictedHandshake>('mtlsLens/predictHandshake', params)
  assert.equal(picture.because[0]!.rule, 'client-certificate-missing')
  await client.settled()
  assert.ok(told() > before)
})

test('an editor without our client gets the verdict as a message, and the words as an answer', async t => {
  const client = await startClient(t, { certs, files })
  assert.deepEqual(client.initialized.capabilities.executeCommandProvider?.commands, ['mtlsLens.predictHandshake'])
  const server: HandshakeServer = { uri: client.uri('orders.nginx'), listen: '127.0.0.1:8443', name: 'orders.test' }
  const execute = (given: unknown) => client.ask('workspace/executeCommand', { command: 'mtlsLens.predictHandshake', arguments: [given] })
  assert.match(String(await execute(server)), /Step by step\n {2}client → {2}ClientHello/)
  const message = client.messages.find(it => it.method === 'window/showMessageRequest' || it.method === 'window/showMessage')
  assert.match(JSON.stringify(message?.params), /proxy_pass https:\/\/127\.0\.0\.1:8443 → server orders\.test: Accepted/)
  assert.equal(await execute({ uri: 'file:///gone', listen: '' }), null)
  assert.equal(await execute('anything'), null)
})

test('a client that runs the command itself is not offered it twice', async t => {
  const capabilities = { experimental: { commands: { commands: ['mtlsLens.predictHandshake'] } } }
  const client = await startClient(t, { capabilities })
  assert.equal(client.initialized.capabilities.executeCommandProvider, undefined)
})

test('a hover writes a path from its folder on, and one elsewhere in full', async t => {
  const site = orders.replace('root.pem', '../root.pem').replace('server.pem', 'own.pem')
  const client = await startClient(t, { certs, files: { 'site/orders.nginx': site, 'site/own.pem': '' }, folders: ['site'] })
  const hover = async (on: string) => {
    const position = client.range('site/orders.nginx', on).start
    const found = await client.about<Hover>('textDocument/hover', 'site/orders.nginx', { position })
    return (found.contents as { readonly value: string }).value.split('\n').at(-1)
  }
  assert.equal(await hover('own.pem'), '`own.pem`')
  assert.match((await hover('../root.pem'))!, /^`\/.*\/root\.pem`$/)
})
