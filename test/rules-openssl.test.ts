/**
 * Holds the findings about chains and trust stores against `openssl verify`, on made-up PKIs with random flaws: what is called
 * an error has to be rejected, and what is rejected for a reason that one side shows has to be called an error.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SourceFile } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const now = new Date('2026-01-01')
const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' })

/** A client and a server that is to believe it, with flaws here and there. */
interface Scenario {
  readonly certs: string
  readonly sent: readonly string[]
  readonly trusted: readonly string[]
  readonly depth: number
}

test('findings about chains agree with OpenSSL', t => {
  if (openssl.status !== 0) return t.skip('openssl is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const random = generator(2026)
  const disagreements: string[] = []
  const counts = { accepted: 0, rejected: 0, foretold: 0 }
  for (let number = 0; number < 150; number++) {
    const scenario = invent(random, number)
    const pki = makePki(scenario.certs)
    const errors = errorsIn(scenario, pki)
    const code = verify(folder, pki, scenario)
    counts[code === undefined ? 'accepted' : 'rejected']++
    if (code !== undefined && errors.length > 0) counts.foretold++
    const agree = code === undefined ? errors.every(it => isTrustedAnyway(it, scenario)) : errors.length > 0 || takesBoth(code, scenario)
    if (!agree) disagreements.push(`${code ?? 'accepted'}: ${errors.join('; ')}\n${JSON.stringify(scenario, undefined, 1)}`)
  }
  assert.deepEqual(disagreements, [])
  assert.ok(counts.accepted > 15 && counts.foretold > 50, JSON.stringify(counts))
})

/** The rule does not know of this server, which believes in the intermediate itself. */
const isTrustedAnyway = (message: string, { trusted }: Scenario) =>
  message.includes('is not sent along') && trusted.some(it => it.startsWith('int'))

/** Only both sides together show that one does not believe the other; and what is a warning by itself may be the reason. */
function takesBoth(code: number, { certs }: Scenario): boolean {
  if ([7, 18, 19, 20, 21].includes(code)) return true
  if (code === 26) return /eku: \[any\]/.test(certs)
  // A certificate with a host name and no purpose may be that of a server.
  return code === 22 && !/leaf: .*eku/.test(certs)
}

type Random = () => number

/** Park and Miller's minimal standard: the same numbers everywhere. */
function generator(seed: number): Random {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

function invent(random: Random, number: number): Scenario {
  const maybe = (chance: number) => random() < chance
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const some = (chance: number, ...words: readonly string[]) => (maybe(chance) ? [pick(words)] : [])
  const names = ['root', 'int1', 'int2', 'int3'].slice(0, pick([1, 2, 2, 3, 3, 4]))
  const authority = (name: string, at: number) => [
    `${name}: {subject: "O=${number}, CN=${name}", ca: ${maybe(0.04) ? 'false' : 'true'}`,
    ...(at > 0 ? [`issuer: ${names[at - 1]}`] : []),
    ...some(0.12, 'pathLength: 0', 'pathLength: 1', 'pathLength: 2'),
    ...some(0.08, 'eku: [server]', 'eku: [client]', 'eku: [any]', 'eku: [client, server]'),
    ...some(0.08, 'ku: [digitalSignature]', 'ku: [keyCertSign]', 'ku: []'),
    ...some(0.05, 'notAfter: 2025-06-01'),
    ...some(0.03, 'noBasicConstraints: true'),
    ...some(0.1, 'noKeyIdentifiers: true'),
    ...some(0.1, 'key: rsa1024', 'key: rsa2048'),
    ...some(0.05, 'permitted: [example.com]')
  ]
  const leaf = [
    `leaf: {issuer: ${names.at(-1)}, san: [${pick(['a.example.com', 'b.example.org'])}]`,
    ...some(0.5, 'eku: [client]', 'eku: [client]', 'eku: [client, server]', 'eku: [server]', 'eku: [any]'),
    ...some(0.2, 'ku: [digitalSignature]', 'ku: [keyEncipherment]', 'ku: [keyAgreement]', 'ku: [nonRepudiation]'),
    ...some(0.06, 'notAfter: 2025-06-01'),
    ...some(0.05, 'key: rsa1024')
  ]
  const above = names.slice(1).reverse()
  const sent = ['leaf', ...above.filter(() => maybe(0.85)), ...some(0.15, 'root'), ...some(0.1, 'other')]
  const trusted = [...(maybe(0.9) ? ['root'] : ['other']), ...above.filter(() => maybe(0.2)), ...some(0.05, 'leaf')]
  const lines = [...names.map(authority), leaf].map(it => `${it.join(', ')}}`)
  const files = [`chain.pem: [${sent.join(', ')}]`, `trust.pem: [${trusted.join(', ')}]`, 'leaf.key: {key: leaf}', 'other: {ca: true}']
  return { certs: [...lines, ...files].join('\n'), sent, trusted, depth: pick([1, 1, 2, 3]) }
}

function errorsIn({ depth }: Scenario, pki: ReadonlyMap<string, string>): readonly string[] {
  const files = new Map<string, SourceFile>()
  const add = (path: string, text: string) => files.set(path, { path, text, encoding: 'utf8' })
  for (const [name, text] of pki) add(`/p/${name}`, text)
  add(
    '/p/server/nginx.conf',
    `http { server { listen 443 ssl; ssl_certificate s.pem; ssl_certificate_key s.key;
      ssl_verify_client on; ssl_client_certificate ../trust.pem; ssl_verify_depth ${depth}; } }`
  )
  add(
    '/p/client/nginx.conf',
    `http { server { listen 80; location / { proxy_pass https://a.example.com; proxy_ssl_verify off;
      proxy_ssl_certificate ../chain.pem; proxy_ssl_certificate_key ../leaf.key; } } }`
  )
  const workspace = openWorkspace({ read: readFrom(files), files: files.keys(), now: () => now })
  const found = ['/p/server/nginx.conf', '/p/client/nginx.conf'].flatMap(it => workspace.check(it))
  assert.ok(!found.some(it => it.rule === 'internal-error'), JSON.stringify(found))
  const isOurs = (rule: string) => rule !== 'file-not-found' && rule !== 'peer-not-verified'
  // An expired CA is a warning for what else is trusted, and rejects what is below it.
  return found.filter(it => isOurs(it.rule) && (it.severity === 'error' || it.rule === 'expired-trust-anchor')).map(it => it.message)
}

/** OpenSSL's number of the error, at the security level and for the purpose of a server that verifies clients. */
function verify(folder: string, pki: ReadonlyMap<string, string>, { depth }: Scenario): number | undefined {
  for (const name of ['chain.pem', 'trust.pem']) writeFileSync(join(folder, name), pki.get(name)!)
  const files = ['-no-CApath', '-no-CAstore', '-CAfile', 'trust.pem', '-untrusted', 'chain.pem', 'chain.pem']
  const how = ['-purpose', 'sslclient', '-auth_level', '2', '-verify_depth', String(depth), '-attime', String(now.getTime() / 1000)]
  const { status, stdout, stderr } = spawnSync('openssl', ['verify', ...how, ...files], { cwd: folder, encoding: 'utf8' })
  return status === 0 ? undefined : Number(/error (\d+) at/.exec(stderr + stdout)?.[1] ?? -1)
}
