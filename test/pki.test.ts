import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFiles, makePki, passphrase } from './pki.js'

const certificate = (text: string, file = 'leaf.pem') => new X509Certificate(makePki(text).get(file)!)

test('an issuer without a line is a root, and what it issues verifies with it', () => {
  const files = makePki('ca.pem:\nleaf.pem: {issuer: ca, san: [api.internal, "ip:10.0.0.1", "uri:spiffe://a/b"], eku: client}')
  const ca = new X509Certificate(files.get('ca.pem')!)
  const leaf = new X509Certificate(files.get('leaf.pem')!)
  assert.equal(ca.ca, true)
  assert.equal(leaf.ca, false)
  assert.ok(leaf.checkIssued(ca) && leaf.verify(ca.publicKey))
  assert.equal(leaf.subjectAltName, 'DNS:api.internal, IP Address:10.0.0.1, URI:spiffe://a/b')
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  assert.equal([...makePki('leaf.pem: {issuer: ca}').keys()].join(), 'leaf.pem')
})

test('every kind of key and hash signs what OpenSSL accepts', () => {
  const kinds = ['rsa2048', 'rsa1024', 'p256', 'p384', 'p521', 'secp256k1', 'ed25519', 'ed448', 'dsa1024']
  for (const key of kinds) {
    const files = makePki(`ca.pem: {key: ${key}}\nleaf.pem: {issuer: ca}`)
    const [ca, leaf] = ['ca.pem', 'leaf.pem'].map(it => new X509Certificate(files.get(it)!))
    assert.ok(leaf!.verify(ca!.publicKey), key)
  }
  for (const option of ['hash: md5', 'hash: sha1', 'hash: sha512', 'pss: true']) {
    const files = makePki(`ca.pem: {key: rsa2048}\nleaf.pem: {issuer: ca, ${option}}`)
    assert.ok(new X509Certificate(files.get('leaf.pem')!).verify(new X509Certificate(files.get('ca.pem')!).publicKey), option)
  }
})

test('the same words give the same bytes, changed bundles included', () => {
  const text = 'ca.pem:\nleaf.pem: {issuer: ca}\nchain.pem: [ca, "# mine", leaf]'
  const files = makePki(text)
  assert.deepEqual(files, makePki(text))
  assert.equal(files.get('chain.pem'), `${files.get('ca.pem')}# mine\n${files.get('leaf.pem')}`)
  assert.equal(makeFiles(text, 'chain.pem: [leaf]').get('chain.pem')!.text, files.get('leaf.pem'))
})

test('a key file holds the key of its certificate in the format that is asked for', () => {
  const lines = ['pkcs8', 'pkcs1', 'encrypted', 'encrypted-traditional'].map(it => `${it}.key: {key: leaf, format: ${it}}`)
  const files = makeFiles(`leaf.pem: {key: rsa2048}\n${lines.join('\n')}\nleaf.pub: {publicKey: leaf}`)
  const leaf = new X509Certificate(files.get('leaf.pem')!.text)
  for (const [name, { text, mode }] of files) {
    if (!name.endsWith('.key')) continue
    assert.ok(leaf.checkPrivateKey(createPrivateKey({ key: text, passphrase })), name)
    assert.equal(mode, 0o600)
  }
  assert.match(files.get('pkcs1.key')!.text, /^-----BEGIN RSA PRIVATE KEY-----/)
  assert.equal(leaf.publicKey.export({ type: 'spki', format: 'pem' }), files.get('leaf.pub')!.text)
})

test('dates, serial numbers, names and identifiers are as written', () => {
  const leaf = certificate(
    'ca: {subject: "C=DE, O=Acme, CN=Acme Root"}\nleaf.pem: {issuer: ca, notAfter: 2024-01-01, notBefore: "2023-06-01T10:00:00Z", serial: 0a0b}'
  )
  assert.equal(leaf.validTo, 'Jan  1 00:00:00 2024 GMT')
  assert.equal(leaf.validFrom, 'Jun  1 10:00:00 2023 GMT')
  assert.equal(leaf.serialNumber, '0A0B')
  assert.equal(leaf.issuer, 'C=DE\nO=Acme\nCN=Acme Root')
  assert.equal(certificate('leaf.pem: {notAfter: 2051-01-01}').validTo, 'Jan  1 00:00:00 2051 GMT')
})

test('OpenSSL judges what is made as the words say', t => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('openssl is not installed')
  const verdict = (text: string, ...options: readonly string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
    try {
      for (const [name, it] of makeFiles(text)) writeFileSync(join(folder, name), it.text, it.binary ? 'latin1' : 'utf8')
      const { stdout, stderr } = spawnSync('openssl', ['verify', '-CAfile', 'ca.pem', ...options, 'leaf.pem'], {
        cwd: folder,
        encoding: 'utf8'
      })
      return /error (\d+) at/.exec(stderr)?.[1] ?? stdout.trim()
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  assert.equal(verdict('ca.pem:\nleaf.pem: {issuer: ca}'), 'leaf.pem: OK')
  assert.equal(
    verdict('ca.pem: {key: rsa2048}\nleaf.pem: {issuer: ca, pss: true, eku: [client, server]}', '-purpose', 'sslclient'),
    'leaf.pem: OK'
  )
  assert.equal(verdict('ca.pem:\nint: {issuer: ca}\nleaf.pem: {issuer: int}'), '20')
  assert.equal(verdict('ca.pem: {pathLength: 0}\nint.pem: {issuer: ca}\nleaf.pem: {issuer: int}', '-untrusted', 'int.pem'), '25')
  assert.equal(verdict('ca.pem:\nleaf.pem: {issuer: ca, eku: server}', '-purpose', 'sslclient'), '26')
  assert.equal(verdict('ca.pem:\nleaf.pem: {issuer: ca, ku: keyEncipherment}', '-purpose', 'sslclient'), '26')
  assert.equal(verdict('ca.pem:\nleaf.pem: {issuer: ca, notAfter: 2024-01-01}'), '10')
  assert.equal(verdict('ca.pem: {permitted: [example.com]}\nleaf.pem: {issuer: ca, san: www.example.org}'), '47')
  assert.equal(verdict('ca.pem: {excluded: ["ip:10.0.0.0/8"]}\nleaf.pem: {issuer: ca, san: "ip:10.1.2.3"}'), '48')
  assert.equal(verdict('ca.pem: {noKeyIdentifiers: true}\nother: {}\nleaf.pem: {issuer: ca, signedBy: other}'), '7')
  assert.equal(verdict('ca.pem:\nleaf.pem: {issuer: ca, extensions: [{oid: 1.2.3.4, critical: true, value: "0500"}]}'), '34')
  assert.equal(verdict('ca.pem:\nca.crl: {crl: ca, revoked: [leaf]}\nleaf.pem: {issuer: ca}', '-crl_check', '-CRLfile', 'ca.crl'), '23')
  assert.equal(
    verdict('ca.pem:\nca.crl: {crl: ca, nextUpdate: 2021-01-01}\nleaf.pem: {issuer: ca}', '-crl_check', '-CRLfile', 'ca.crl'),
    '12'
  )
  assert.equal(verdict('ca.pem: {version: 1}\nleaf.pem: {issuer: ca}'), 'leaf.pem: OK')
})

test('OpenSSL reads requests, PKCS#7 and DER', t => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('openssl is not installed')
  const files = makeFiles('leaf.pem: {san: [a.example]}\nleaf.csr: {csr: leaf}\nall.p7b: {pkcs7: [leaf]}\nleaf.der: {der: true}')
  const run = (file: string, ...args: readonly string[]) => {
    const it = files.get(file)!
    return spawnSync('openssl', args, { input: Buffer.from(it.text, it.binary ? 'latin1' : 'utf8'), encoding: 'utf8' })
  }
  const request = run('leaf.csr', 'req', '-verify', '-noout', '-text')
  assert.match(request.stdout, /DNS:a\.example/)
  assert.match(request.stderr + request.stdout, /verify OK/)
  assert.match(run('all.p7b', 'pkcs7', '-print_certs').stdout, /subject=CN = leaf/)
  assert.match(run('leaf.der', 'x509', '-inform', 'DER', '-noout', '-subject').stdout, /CN = leaf/)
})
