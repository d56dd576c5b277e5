import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Diagnostic } from '../server/src/core/diagnostic.js'
import type { SourceFile } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const files = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, SourceFile> =>
  new Map(Object.entries(texts).map(([name, text]) => [`/project/${name}`, { path: `/project/${name}`, text, encoding: 'utf8' }]))

function findings(texts: Readonly<Record<string, string>>): readonly Diagnostic[] {
  const all = files(texts)
  const workspace = openWorkspace({ read: readFrom(all), files: all.keys(), now: () => new Date('2026-01-01') })
  return workspace.roots().flatMap(it => workspace.check(it))
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))
const server = (trust: string) => `http { server { listen 443 ssl; ssl_certificate s.pem; ssl_certificate_key s.key;
  ssl_verify_client on; ssl_client_certificate ${trust}; } }`

test('of a store as public as that of an operating system, an expired CA is no finding where it is used', () => {
  const authorities = times(31, it => `ca${it}: {ca: true, notAfter: ${it === 7 ? '2025-12-01' : '2026-01-10'}}`)
  const names = times(31, it => `ca${it}`).join(', ')
  const pki = makePki(`${authorities.join('\n')}\nbundle.pem: [${names}]\nfew.pem: [ca1, ca7]`)
  const rulesAt = (trust: string, path: string) => {
    const found = findings({ 'nginx.conf': server(trust), [trust]: pki.get(trust)! })
    return found.filter(it => it.path === `/project/${path}` && it.rule !== 'file-not-found').map(it => it.rule)
  }
  assert.deepEqual(rulesAt('bundle.pem', 'nginx.conf'), [])
  assert.deepEqual(rulesAt('bundle.pem', 'bundle.pem'), ['expired-trust-anchor'])
  assert.deepEqual(rulesAt('few.pem', 'nginx.conf').sort(), ['certificate-expires-soon', 'expired-trust-anchor'])
})

test('thousands of certificates of one name and one issuer are looked through in no time', () => {
  const pki = makePki(
    'a.pem: {issuer: b, subject: CN=x, noKeyIdentifiers: true}\nb.pem: {subject: CN=x, noKeyIdentifiers: true, ca: false}'
  )
  const one = pki.get('a.pem')!
  const many = times(3000, it => `# ${it}\n${it % 2 ? one : pki.get('b.pem')!}`).join('')
  const start = performance.now()
  findings({ 'many.pem': many, 'nginx.conf': server('many.pem') })
  // A bound on the growth, not a benchmark: a quadratic loop over signatures would take minutes.
  assert.ok(performance.now() - start < 10_000)
})

test('a chain that is longer than any peer takes is left alone', () => {
  const lines = times(100, it => `c${it}: {issuer: c${it + 1}}`).join('\n')
  const pki = makePki(`${lines}\nc100: {ca: true}\nchain.pem: [${times(100, it => `c${99 - it}`).join(', ')}]\nc5.pem: [c5]`)
  const found = findings({ 'chain.pem': pki.get('chain.pem')!, 'c5.pem': pki.get('c5.pem')! })
  assert.deepEqual(
    found.map(it => it.rule),
    []
  )
})

test('names from a certificate stay on one line and within bounds', () => {
  const pki = makePki(`leaf.pem: {issuer: ca, notAfter: 2025-01-01, subject: "CN=${'x'.repeat(3000)}\\\\nroot"}`)
  const [expired] = findings({ 'leaf.pem': pki.get('leaf.pem')! }).filter(it => it.rule === 'certificate-expired')
  assert.ok(expired)
  assert.ok(expired.message.length < 300)
  assert.ok(!expired.message.includes('\n'))
})

test('of thousands of headers that a backend trusts, a hop is told of the first, whoever else passes them on', () => {
  const hop = (headers: string) =>
    `server { listen 443 ssl; ssl_certificate s.pem; ssl_certificate_key s.key; location / { ${headers} proxy_pass http://backend; } }`
  const setting = (from: number, to: number) => times(to - from, it => `proxy_set_header X-${from + it} $ssl_client_s_dn;`).join(' ')
  const messages = (hops: readonly string[]) =>
    findings({ 'nginx.conf': `http { ${hops.map(hop).join('\n')} }` })
      .filter(it => it.rule === 'spoofable-identity-header')
      .map(it => it.message)
  assert.deepEqual(messages([setting(0, 3000), setting(3, 3000), setting(0, 2990)]), [
    'clients can send X-0, X-1, X-2 to http://backend themselves: they are neither set nor cleared here',
    'clients can send X-2990, X-2991, X-2992, X-2993, X-2994 and 5 more to http://backend themselves: they are neither set nor cleared here'
  ])
  const start = performance.now()
  messages(times(3000, it => setting(it, it + 1)))
  // As above: every name in every message would be nine million of them.
  assert.ok(performance.now() - start < 10_000)
})
