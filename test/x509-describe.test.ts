import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, webcrypto } from 'node:crypto'
import { describe, test } from 'node:test'
import 'reflect-metadata'
import {
  cryptoProvider,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension
} from '@peculiar/x509'
import { sourceFile } from '../server/src/core/text.js'
import { certificateOf, isCertificateError } from '../server/src/x509/certificate.js'
import { type Description, describeBlock } from '../server/src/x509/describe.js'
import { type PemBlock, parsePem } from '../server/src/x509/pem.js'
import { signedDataOf } from '../server/src/x509/pkcs7.js'
import { makePki } from './pki.js'
import { asSource, noSharedData, seededRandom, sharedFiles, sharedPemCertificates } from './x509-data.js'

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0])

const files = makePki(`
ca.pem: {subject: "C=DE, O=Acme, CN=Root", permitted: ["api.internal", "ip:10.0.0.0/8"], excluded: ["evil.api.internal"]}
leaf.pem: {issuer: ca, san: [api.internal, "ip:10.0.0.1", "uri:spiffe://acme/api", "email:a@b.example"], ku: [digitalSignature], eku: [client], aia: "http://ca.example/ca.crt", ocsp: "http://ocsp.example", crlUrl: "http://ca.example/ca.crl", policies: ["2.23.140.1.2.1"]}
leaf.key: {key: leaf}
encrypted.key: {key: leaf, format: encrypted}
leaf.pub: {publicKey: leaf}
leaf.csr: {csr: leaf}
ca.crl: {crl: ca, revoked: [leaf]}
all.p7b: {pkcs7: [leaf, ca]}
`)
const blockOf = (text: string): PemBlock => parsePem(sourceFile('/x.pem', text)).blocks[0]!
async function described<K extends Description['kind']>(name: string, kind: K): Promise<Description & { readonly kind: K }> {
  const it = await describeBlock(blockOf(files.get(name)!))
  assert.equal(it.kind, kind, JSON.stringify(it))
  return it as Description & { readonly kind: K }
}

describe('a certificate tells', async () => {
  const it = await described('leaf.pem', 'certificate')
  test('its names and purposes', async () => {
    assert.deepEqual(it.subjectAltNames, [
      { type: 'dns', value: 'api.internal' },
      { type: 'ip', value: '10.0.0.1' },
      { type: 'uri', value: 'spiffe://acme/api' },
      { type: 'email', value: 'a@b.example' }
    ])
    assert.deepEqual([it.keyUsage, it.extendedKeyUsage], [['digitalSignature'], ['clientAuth']])
    assert.equal(it.issuer, 'C=DE, O=Acme, CN=Root')
  })
  test('where to ask about it', async () => {
    assert.deepEqual(
      [it.issuerUrls, it.ocspUrls, it.crlUrls],
      [['http://ca.example/ca.crt'], ['http://ocsp.example'], ['http://ca.example/ca.crl']]
    )
    assert.deepEqual(
      it.policies.map(policy => policy.oid),
      ['2.23.140.1.2.1']
    )
  })
  test('each extension in one line', async () => {
    const lines = Object.fromEntries(it.extensions.map(extension => [extension.name, extension.text]))
    assert.equal(lines.subjectAltName, 'DNS:api.internal, IP:10.0.0.1, URI:spiffe://acme/api, email:a@b.example')
    assert.equal(lines.authorityInfoAccess, 'OCSP http://ocsp.example, CA issuers http://ca.example/ca.crt')
    assert.equal(lines.cRLDistributionPoints, 'URI:http://ca.example/ca.crl')
    assert.equal(lines.certificatePolicies, 'domain validated (2.23.140.1.2.1)')
    assert.equal(lines.authorityKeyIdentifier, (await described('ca.pem', 'certificate')).subjectKeyIdentifier)
    assert.ok(it.extensions.every(extension => extension.decoded))
  })
  test('its fingerprints and its pin', async () => {
    const der = blockOf(files.get('leaf.pem')!).der!
    assert.equal(it.fingerprints.sha256, createHash('sha256').update(der).digest('hex'))
    assert.equal(it.publicKey.pin, (await described('leaf.key', 'privateKey')).publicKey.pin)
    assert.equal(it.selfSigned, false)
  })
  test('what a CA constrains', async () => {
    const ca = await described('ca.pem', 'certificate')
    assert.deepEqual(ca.nameConstraints, { permitted: ['DNS:api.internal', 'IP:10.0.0.0/255.0.0.0'], excluded: ['DNS:evil.api.internal'] })
    assert.deepEqual([ca.selfSigned, ca.basicConstraints?.ca], [true, true])
  })
})

test('a CRL, keys and a PKCS#7 structure are described', async () => {
  const crl = await described('ca.crl', 'crl')
  assert.deepEqual(
    [crl.issuer, crl.revokedCount, crl.revoked[0]?.serialNumber],
    ['C=DE, O=Acme, CN=Root', 1, (await described('leaf.pem', 'certificate')).serialNumber]
  )
  const encrypted = await described('encrypted.key', 'privateKey')
  assert.deepEqual([encrypted.encrypted, encrypted.publicKey.pin], [true, undefined])
  assert.equal((await described('leaf.pub', 'publicKey')).publicKey.pin, (await described('leaf.pem', 'certificate')).publicKey.pin)
  const { entries } = await described('all.p7b', 'pkcs7')
  assert.deepEqual(entries.map(it => it.kind === 'certificate' && it.subject).sort(), ['C=DE, O=Acme, CN=Root', 'CN=leaf'])
})

test('a certificate of a PKCS#7 structure stands on its own part of the text', async () => {
  const text = files.get('all.p7b')!
  const { certificates } = signedDataOf(blockOf(text))!
  for (const block of certificates) {
    const certificate = certificateOf(block)
    assert.ok(certificate && !isCertificateError(certificate))
    const { start, end } = certificate.at('notAfter')
    assert.ok(block.span.start <= start && end <= block.span.end && end - start >= 20 && end - start <= 24)
  }
})

test('nothing private is described', async () => {
  const key = createPrivateKey(files.get('leaf.key')!)
  const { d } = key.export({ format: 'jwk' })
  const secret = Buffer.from(d!, 'base64url')
  const text = JSON.stringify(await described('leaf.key', 'privateKey'))
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    assert.ok(!text.toLowerCase().includes(secret.toString(encoding).slice(2, 20).toLowerCase()))
})

test('requests are read as @peculiar/x509 reads them', async () => {
  const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify'
  ])) as webcrypto.CryptoKeyPair
  const made = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=api, O=Acme',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'api.internal' }])]
  })
  const it = await describeBlock(blockOf(made.toString('pem')))
  assert.ok(it.kind === 'csr', JSON.stringify(it))
  assert.deepEqual([it.subject, it.signatureValid, it.publicKey.description], ['CN=api, O=Acme', true, 'EC P-256'])
  assert.deepEqual(it.subjectAltNames, [{ type: 'dns', value: 'api.internal' }])
  assert.equal((await described('leaf.csr', 'csr')).signatureValid, true)
})

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not on this machine'

test('third-party requests load where OpenSSL loads them, and say the same', { skip: noSharedData || noOpenssl }, async () => {
  let compared = 0
  for (const file of sharedFiles('odd')) {
    const [block] = parsePem(asSource(file.name, file.bytes)).blocks
    if (block?.kind !== 'certificateRequest') continue
    const ours = await describeBlock(block)
    const loads = spawnSync('openssl', ['req', '-noout', '-inform', block.label === '' ? 'DER' : 'PEM', '-in', file.path]).status === 0
    assert.equal(ours.kind === 'csr', loads, file.name)
    if (ours.kind !== 'csr') continue
    compared++
    const theirs = requestOfPeculiar(block.der!)
    if (!theirs) continue
    assert.deepEqual({ extensions: ours.extensions.map(it => it.oid), pin: ours.publicKey.pin }, theirs, file.name)
  }
  assert.ok(compared > 10)
})

/** Its classes refuse attributes that the schemas below them take; then there is nothing to compare. */
function requestOfPeculiar(der: Uint8Array): { readonly extensions: readonly string[]; readonly pin: string } | undefined {
  try {
    const { extensions, publicKey } = new Pkcs10CertificateRequest(der.slice())
    return {
      extensions: Array.from(extensions, it => it.type),
      pin: createHash('sha256').update(new Uint8Array(publicKey.rawData)).digest('base64')
    }
  } catch {
    return undefined
  }
}

/** Everything that is there is described and can be written as JSON. */
async function exercise(block: PemBlock): Promise<void> {
  const text = JSON.stringify(await describeBlock(block))
  assert.ok(text.length > 0 && !text.includes('undefined') && !text.includes('[object'))
}

test('all third-party data is described', { skip: noSharedData }, async () => {
  const blocks = [
    ...sharedFiles('odd', 'zlint/files', 'keys', 'keystores').flatMap(it => parsePem(asSource(it.name, it.bytes)).blocks),
    ...sharedPemCertificates().map(blockOf)
  ]
  assert.ok(blocks.length > 3000)
  for (const block of blocks) await exercise(block)
  const timestamps = await describeBlock(
    parsePem(asSource('x', sharedFiles('odd').find(it => it.name.endsWith('embeddedSCTs1.pem'))!.bytes)).blocks[0]!
  )
  assert.ok(timestamps.kind === 'certificate' && timestamps.timestamps.length > 0 && timestamps.timestamps[0]!.log.length === 64)
})

test('mutated structures are described or said to be unreadable', async () => {
  const random = seededRandom(2986)
  const sources = [...files.values()].map(blockOf)
  for (let round = 0; round < 3000; round++) {
    const source = sources[round % sources.length]!
    const der = source.der!.slice(0, random() < 0.1 ? Math.floor(random() * source.der!.length) : undefined)
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--)
      der[Math.floor(random() * der.length)] = Math.floor(random() * 256)
    await exercise({ ...source, der })
  }
})
