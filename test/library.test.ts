/** The library as its users have it: built, imported by its name. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { makePki } from './pki.js'

const name = 'mtls-lens'
const { openWorkspace, parsePem, rules, sourceFile, verifyPath } = (await import(name)) as typeof import('../server/src/index.js')

const pki = makePki(`
root.pem: {subject: 'CN=Acme Root'}
issuing.pem: {issuer: root, subject: 'CN=Acme Issuing CA 1'}
client.pem: {issuer: issuing, subject: 'CN=alice', eku: [client]}
`)
const [root, issuing, client] = ['root.pem', 'issuing.pem', 'client.pem'].map(it => pki.get(it)!)
const at = new Date('2026-01-01')

test('verifyPath takes PEM and DER, and says what is missing', () => {
  const der = new X509Certificate(issuing!).raw
  assert.deepEqual(
    verifyPath({ endEntity: client!, intermediates: [der], trustAnchors: [root!], purpose: 'client', at }).path.map(it => it.subject),
    ['CN=alice', 'CN=Acme Issuing CA 1', 'CN=Acme Root']
  )
  const { verified, errors } = verifyPath({ endEntity: client!, trustAnchors: [root!], purpose: 'client', at })
  assert.equal(verified, false)
  assert.equal(errors[0]!.openssl, 20)
  assert.throws(() => verifyPath({ endEntity: 'nothing', trustAnchors: [root!] }), TypeError)
})

test('parsePem finds blocks with their ranges, in text and in bytes', () => {
  const text = `# a comment\n${client}`
  const [block] = parsePem(text).blocks
  assert.equal(text.slice(block!.span.start, block!.span.end), client!.trim())
  assert.equal(parsePem(new X509Certificate(client!).raw).certificates[0]!.subject.text, 'CN=alice')
})

test('openWorkspace checks files that it is given, wherever they lie', () => {
  const file = sourceFile('/etc/nginx/nginx.conf', 'http { server { listen 443 ssl; ssl_verify_client maybe; } }\n')
  const workspace = openWorkspace({
    read: path => (path === file.path ? { kind: 'file', file } : { kind: 'missing' }),
    now: () => at,
    files: [file.path]
  })
  const found = workspace.check(file.path).find(it => it.rule === 'invalid-value')
  assert.equal(file.text.slice(found!.start, found!.end), 'maybe')
})

test('rules are named with their severity and sources', () => {
  assert.ok(rules.some(it => it.id === 'missing-intermediate' && it.severity === 'error' && it.citations.length > 0))
})
