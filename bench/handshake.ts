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

const gateway = (pairs: number) =>
  `events {}\nhttp { server {\nlisten 127.0.0.1:80;\n${Array.from(
    { length: pairs },
    (_, it) =>
      `location /${it}/ { proxy_pass https://127.0.0.1:${10_000 + it}; proxy_ssl_certificate client0.pem; proxy_ssl_certificate_key client.key; }`
  ).join('\n')}\n} }\n`
const upstreams = (pairs: number) => `events {}\nhttp {\n${Array.from({ length: pairs }, (_, it) => server(10_000 + it)).join('\n')}\n}\n`

/** A workspace of clients and as many servers: pairs them, and predicts each. */
function pairAndJudge(pairs: number): void {
  const all = new Map(files)
  all.set('/w/gateway.nginx.conf', sourceFile('/w/gateway.nginx.conf', gateway(pairs)))
  all.set('/w/upstreams.nginx.conf', sourceFile('/w/upstreams.nginx.conf', upstreams(pairs)))
  const started = performance.now()
  const workspace = openWorkspace({ read: readFrom(all), files: ['/w/gateway.nginx.conf', '/w/upstreams.nginx.conf'] })
  const configurations = workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? [])
  const lowered = performance.now()
  const connections = connectionsOf(configurations)
  const paired = performance.now()
  const judge = prepareHandshakes({ workspace, server: '/w/upstreams.nginx.conf' })
  const verdicts = connections.map(it => judge({ listen: it.listener.name, client: { endpoint: it.client }, at }).result)
  const good = verdicts.filter(it => it === 'accepted').length
  const ended = performance.now()
  console.log(
    `${pairs * 2} endpoints paired and judged in ${Math.round(ended - started)} ms (read ${Math.round(lowered - started)}, paired ${(paired - lowered).toFixed(1)}, judged ${Math.round(ended - paired)}): ${connections.length} connections, ${good} accepted`
  )
}

for (const pairs of [250, 500, 2000]) pairAndJudge(pairs)

/** The worst that pairing may meet: everybody listens on, or asks for, the same. */
function pairAlike(count: number): void {
  const all = new Map<string, SourceFile>()
  const write = (name: string, text: string) => all.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  for (let it = 0; it < count; it++)
    write(`listen${it}.nginx.conf`, `events {}\nhttp { server { listen 8443 ssl; server_name a.test; } }\n`)
  write(
    'clients.nginx.conf',
    `events {}\nhttp { server { listen 80;\n${Array.from({ length: count }, (_, it) => `location /${it}/ { proxy_pass https://${it % 2 ? 'a.test' : '127.0.0.1'}:8443; }`).join('\n')} } }\n`
  )
  const workspace = openWorkspace({ read: readFrom(all), files: all.keys() })
  const configurations = workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? [])
  const started = performance.now()
  const found = connectionsOf(configurations).length
  console.log(
    `${count} clients of one address that ${count} configurations listen on: ${(performance.now() - started).toFixed(1)} ms, ${found} connections`
  )
}

for (const count of [500, 2000]) pairAlike(count)
