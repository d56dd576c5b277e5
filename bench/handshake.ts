/** Predictions a second for one listener against 1,000 client certificates, and 500 endpoints paired and judged. */
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { clientIdentity, connectionsOf, openWorkspace, parsePem, prepareHandshakes } from '../server/src/service.js'
import { readFrom } from '../test/page.js'
import { makePki } from '../test/pki.js'

const clients = 1000
const at = new Date('2026-01-01')
const names = Array.from({ length: clients }, (_, it) => `client${it}`)
const pki = makePki(
  `root.pem:\nint: {issuer: root}\nserver.pem: {issuer: root, san: [a.test]}\nserver.key: {key: server}\nclient.key: {key: shared}\nshared: {issuer: root}\n${names
    .map(it => `${it}: {issuer: int, eku: client, sameKeyAs: shared}\n${it}.pem: [${it}, int]`)
    .join('\n')}`
)
const files = new Map<string, SourceFile>([...pki].map(([name, text]) => [`/w/${name}`, sourceFile(`/w/${name}`, text)]))
const server = (port: number) =>
  `server { listen 127.0.0.1:${port} ssl; server_name a.test; ssl_certificate server.pem; ssl_certificate_key server.key; ssl_client_certificate root.pem; ssl_verify_client on; location / { return 200 ok; } }`
files.set('/w/nginx.conf', sourceFile('/w/nginx.conf', `events {}\nhttp {\n${server(8443)}\n}\n`))

const read = readFrom(files)
const ask = prepareHandshakes({ workspace: openWorkspace({ read, files: ['/w/nginx.conf'] }), server: '/w/nginx.conf' })
const key = parsePem(files.get('/w/client.key')!)
const counted = (started: number, count: number) => `${Math.round(count / ((performance.now() - started) / 1000))} a second`

for (const round of ['first', 'again'] as const) {
  const started = performance.now()
  let accepted = 0
  for (const name of names) {
    const presents = clientIdentity(parsePem(files.get(`/w/${name}.pem`)!), key)
    if (ask({ client: { presents, serverName: 'a.test' }, at }).result === 'accepted') accepted++
  }
  console.log(`${clients} clients of one listener, ${round}: ${counted(started, clients)}, ${accepted} accepted`)
}

const pairs = 250
const gateways = Array.from(
  { length: pairs },
  (_, it) =>
    `location /${it}/ { proxy_pass https://127.0.0.1:${10_000 + it}; proxy_ssl_certificate client0.pem; proxy_ssl_certificate_key client.key; }`
)
const upstreams = Array.from({ length: pairs }, (_, it) => server(10_000 + it))
files.set(
  '/w/gateway.nginx.conf',
  sourceFile('/w/gateway.nginx.conf', `events {}\nhttp { server {\nlisten 127.0.0.1:80;\n${gateways.join('\n')}\n} }\n`)
)
files.set('/w/upstreams.nginx.conf', sourceFile('/w/upstreams.nginx.conf', `events {}\nhttp {\n${upstreams.join('\n')}\n}\n`))
const readAll = readFrom(files)
const started = performance.now()
const workspace = openWorkspace({ read: readAll, files: ['/w/gateway.nginx.conf', '/w/upstreams.nginx.conf'] })
const connections = connectionsOf(workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? []))
const judge = prepareHandshakes({ workspace, server: '/w/upstreams.nginx.conf' })
const verdicts = connections.map(it => judge({ listen: it.listener.name, client: { endpoint: it.client }, at }).result)
const good = verdicts.filter(it => it === 'accepted').length
console.log(
  `${pairs * 2} endpoints paired and judged in ${Math.round(performance.now() - started)} ms: ${connections.length} connections, ${good} accepted`
)
