import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { describeKey, keyMatches, publicKeyOf } from '../server/src/x509/keys.js'
import { readCertificates } from '../server/src/x509/load.js'
import { type PemBlock, parsePem } from '../server/src/x509/pem.js'
import { makePki } from './pki.js'
import { asSource, noSharedData, sharedFiles, sharedJson } from './x509-data.js'

const kinds = {
  rsa2048: 'RSA 2048',
  p256: 'EC P-256',
  p384: 'EC P-384',
  p521: 'EC P-521',
  secp256k1: 'EC secp256k1',
  ed25519: 'Ed25519',
  ed448: 'Ed448'
}
const names = Object.keys(kinds)
const files = makePki(
  names
    .map(
      it => `my-${it}.pem: {key: ${it}}\nmy-${it}.key: {key: my-${it}}\nmy-${it}.pub: {publicKey: my-${it}}\nother-${it}.pem: {key: ${it}}`
    )
    .join('\n')
)
const blockOf = (text: string): PemBlock => parsePem(sourceFile('/x.key', text)).blocks[0]!

describe('a key belongs to its own certificate only', () => {
  for (const [name, description] of Object.entries(kinds)) {
    test(name, () => {
      const [own] = readCertificates(files.get(`my-${name}.pem`)!)
      const [stranger] = readCertificates(files.get(`other-${name}.pem`)!)
      const block = blockOf(files.get(`my-${name}.key`)!)
      assert.equal(describeKey(block)?.description, description)
      assert.equal(keyMatches(own!, block), true)
      assert.equal(keyMatches(stranger!, block), false)
      assert.equal(keyMatches(own!, blockOf(files.get(`my-${name}.pub`)!)), true)
      for (const other of names) if (other !== name) assert.equal(keyMatches(own!, blockOf(files.get(`my-${other}.key`)!)), false, other)
    })
  }
})

test('formats are told apart, and encrypted keys keep their secret', () => {
  const formats = makePki(`
rsa.pem: {key: rsa2048}
ec.pem: {key: p256}
rsa.p8.key: {key: rsa}
rsa.p1.key: {key: rsa, format: pkcs1}
ec.sec1.key: {key: ec, format: sec1}
encrypted.key: {key: rsa, format: encrypted}
legacy.key: {key: rsa, format: encrypted-traditional}
`)
  const told = (name: string) => {
    const key = describeKey(blockOf(formats.get(name)!))!
    return `${key.format} ${key.description} ${key.encrypted}`
  }
  assert.equal(told('rsa.p8.key'), 'PKCS#8 RSA 2048 false')
  assert.equal(told('rsa.p1.key'), 'PKCS#1 RSA 2048 false')
  assert.equal(told('ec.sec1.key'), 'SEC 1 EC P-256 false')
  assert.equal(told('encrypted.key'), 'PKCS#8 encrypted key true')
  assert.equal(told('legacy.key'), 'PKCS#1 RSA true')
  const [certificate] = readCertificates(formats.get('rsa.pem')!)
  for (const name of ['encrypted.key', 'legacy.key']) {
    assert.equal(keyMatches(certificate!, blockOf(formats.get(name)!)), undefined)
    assert.match(describeKey(blockOf(formats.get(name)!))?.encryption ?? '', /AES|DES/)
  }
})

test('what is known of a private key holds nothing private', () => {
  const block = blockOf(files.get('my-p256.key')!)
  const key = publicKeyOf(block)!
  assert.equal(createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' }).type, 'public')
  const secret = Buffer.from(block.der!).toString('hex')
  // Shorter values, like a size of 256, occur in any hex by chance.
  for (const value of Object.values(describeKey(block)!)) assert.ok(!secret.includes(String(value)) || String(value).length < 8)
})

test('third-party keys are told as OpenSSL tells them', { skip: noSharedData }, () => {
  type Entry = { readonly file: string; readonly openssl_3_0: string; readonly password: string | null; readonly encrypted?: boolean }
  const manifest = sharedJson('keys/manifest.json') as { readonly files: readonly Entry[] }
  const byName = new Map(sharedFiles('keys').map(it => [it.name, it]))
  let loaded = 0
  for (const { file, openssl_3_0, password } of manifest.files) {
    const data = byName.get(`keys/${file}`)!
    const blocks = parsePem(asSource(data.path, data.bytes)).blocks.filter(
      it => it.kind === 'privateKey' || it.kind === 'encryptedPrivateKey'
    )
    const [block] = blocks
    if (openssl_3_0 !== 'ok' || file.endsWith('beermug.pem')) continue
    assert.ok(block, file)
    assert.equal(describeKey(block)?.encrypted, password !== null, file)
    assert.equal(publicKeyOf(block) === undefined, password !== null, file)
    loaded++
  }
  assert.ok(loaded > 30)
})

test('damaged keys are no keys and no trouble', () => {
  for (const name of names) {
    const der = blockOf(files.get(`my-${name}.key`)!).der!
    for (let length = 0; length < der.length; length += 3) {
      const text = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der.subarray(0, length)).toString('base64')}\n-----END PRIVATE KEY-----\n`
      assert.equal(publicKeyOf(blockOf(text)), undefined)
    }
  }
})
