/**
 * How long the library as it is shipped takes to check Istio's and Kubernetes' resources whole, against parsing the same text with
 * `yaml` alone, as Node loads it, and how that grows with the length. Goal: within 1.3 times. The real files are of the corpus,
 * and left out where that is not here. `npm run bench istio`, which builds first.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseAllDocuments } from 'yaml'
import type { SourceFile } from '../server/src/core/text.js'
import { repository } from '../test/files.js'
import { makePki } from '../test/pki.js'

const library = join(repository, 'dist/index.js')
if (!existsSync(library)) {
  console.error('dist/index.js is missing: npm run build makes it')
  process.exit(1)
}
const { openWorkspace, sourceFile } = (await import(pathToFileURL(library).href)) as typeof import('../server/src/index.js')

const pki = makePki('ca.pem:\nserver.pem: {issuer: ca, san: "*.example.com", eku: server}\nserver.key: {key: server}')
const base64 = (name: string) => Buffer.from(pki.get(name)!).toString('base64')
const [certificate, key, ca] = ['server.pem', 'server.key', 'ca.pem'].map(base64)

/** A service with all that belongs to it. */
const part = (number: number, withSecret: boolean) => `apiVersion: v1
kind: Service
metadata: {name: s${number}, namespace: n${number % 20}}
spec:
  selector: {app: s${number}}
  ports:
    - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: s${number}, namespace: n${number % 20}}
spec:
  template:
    metadata:
      labels:
        app: s${number}
        version: v1
    spec:
      containers:
        - name: app
          image: example.com/s${number}:1
          ports:
            - containerPort: 8443
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: s${number}, namespace: n${number % 20}}
spec:
  selector:
    matchLabels:
      app: s${number}
  mtls:
    mode: STRICT
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: s${number}, namespace: n${number % 20}}
spec:
  host: s${number}
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: s${number}, namespace: n${number % 20}}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [s${number}.example.com]
      tls: {mode: MUTUAL, credentialName: s${number}}
---
${withSecret ? `apiVersion: v1\nkind: Secret\nmetadata: {name: s${number}, namespace: istio-system}\ntype: kubernetes.io/tls\ndata: {tls.crt: ${certificate}, tls.key: ${key}, ca.crt: ${ca}}\n---\n` : ''}`

const texts = (parts: number) => Array.from({ length: parts }, (_, it) => part(it, it % 10 === 0)).join('')
const upTo = (length: number) => {
  let parts = 1
  while (texts(parts).length < length) parts = Math.ceil(parts * Math.max(1.01, length / texts(parts).length))
  return texts(parts)
}

function check(file: SourceFile): number {
  const workspace = openWorkspace({
    read: path => (path === file.path ? { kind: 'file', file } : { kind: 'missing' }),
    now: () => new Date('2026-01-01'),
    files: [file.path],
    folders: ['/w']
  })
  return workspace.roots().flatMap(it => workspace.check(it)).length
}

const time = (act: () => void): number => {
  const start = performance.now()
  act()
  return performance.now() - start
}
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!

/** In turns, so that whatever else the machine does meets both. */
function compare(name: string, text: string, runs = 9): void {
  const alone: number[] = []
  const ours: number[] = []
  for (let it = 0; it < runs + 2; it++) {
    // A text of its own for each run: nothing is remembered from the one before.
    const fresh = `${text}\n# ${it}\n`
    const parsing = time(() => parseAllDocuments(fresh, { prettyErrors: false }).map(each => each.toString.length))
    const checking = time(() => check(sourceFile('/w/a.yaml', fresh)))
    if (it < 2) continue
    alone.push(parsing)
    ours.push(checking)
  }
  const [parsing, checking] = [median(alone), median(ours)]
  const lines = text.split('\n').length
  console.log(
    `${name}: ${(text.length / 1e6).toFixed(2)} MB, ${lines} lines: yaml alone ${parsing.toFixed(0)} ms, checked whole ${checking.toFixed(0)} ms, ${(checking / parsing).toFixed(2)} times`
  )
}

const corpus = join(repository, '../shared/corpus')
const real = [
  ['Istio, real', 'istio/istio__istio__manifests__charts__base__files__crd-all.gen.yaml'],
  ['Kubernetes, real', 'k8s/projectcontour__contour__examples__render__contour-gateway.yaml']
] as const
for (const [name, path] of real) {
  if (existsSync(join(corpus, path))) compare(name, readFileSync(join(corpus, path), 'utf8'))
  else console.log(`left out: ${name}, for ../shared/corpus is not here`)
}
compare('Istio, every line about TLS', upTo(1e6))
for (const lines of [1000, 5000, 10_000, 25_000, 50_000]) {
  const size = texts(10).length / texts(10).split('\n').length
  compare('growth', upTo(lines * size), 5)
}
