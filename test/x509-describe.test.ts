import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, webcrypto } from 'node:crypto'
import { describe, test } from 'node:test'
import 'reflect-metadata'
import { AsnConvert } from '@peculiar/asn1-schema'
import { AuthorityInfoAccessSyntax, CRLDistributionPoints, type GeneralName } from '@peculiar/asn1-x509'
import {
  cryptoProvider,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension
} from '@peculiar/x509'
import { sourceFile } from '../server/src/core/text.js'
import { certificateOf, isCertificateError } from '../server/src/x509/certificate.js'
import { type Element, element, elements } from '../server/src/x509/der.js'
import { type Description, describeBlock } from '../server/src/x509/describe.js'
import { type PemBlock, parsePem } from '../server/src/x509/pem.js'
import { signedDataOf } from '../server/src/x509/pkcs7.js'
import { ascii, bits, der, explicit, implicit, integer, nothing, octets, oid, sequence, set, time } from './der.js'
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

/** A certificate that carries these extensions, each as OID and value. */
function certificateWith(...extensions: readonly (readonly [oidText: string, value: Uint8Array])[]): PemBlock {
  const { der: signedBy } = blockOf(files.get('leaf.pem')!)
  const body = children(signedBy!, 0)
  const tbs = children(signedBy!, body[0]!.start)
  const list = explicit(3, sequence(...extensions.map(([type, value]) => sequence(oid(type), octets(value)))))
  const fields = tbs.slice(0, -1).map(it => signedBy!.subarray(it.start, it.end))
  const rest = body.slice(1).map(it => signedBy!.subarray(it.start, it.end))
  return { ...blockOf(files.get('leaf.pem')!), der: sequence(sequence(...fields, list), ...rest) }
}

const children = (bytes: Uint8Array, at: number): readonly Element[] => {
  const parent = element(bytes, at, bytes.length)!
  return elements(bytes, parent.content, parent.end)!
}

async function textsOf(block: PemBlock): Promise<readonly string[]> {
  const it = await describeBlock(block)
  assert.ok(it.kind === 'certificate', JSON.stringify(it))
  return it.extensions.map(({ name, oid: type, text, decoded }) => `${decoded ? '' : 'hex '}${name ?? type}: ${text}`)
}

test('extensions that only people read are told in words', async () => {
  const uri = (text: string) => implicit(6, ascii(text))
  const utf8 = (text: string) => der(0x0c, ascii(text))
  const point = explicit(0, explicit(0, uri('http://a.example/d')))
  const block = certificateWith(
    ['2.5.29.18', sequence(implicit(1, ascii('ca@a.example')), implicit(7, Buffer.from([10, 0, 0, 1])))],
    ['2.5.29.46', sequence(sequence(point, implicit(1, Buffer.from([1, 0x66]))))],
    ['2.5.29.28', sequence(point, implicit(1, Buffer.from([0xff])), implicit(4, Buffer.from([0xff])))],
    [
      '2.5.29.30',
      sequence(
        explicit(0, sequence(implicit(7, Buffer.from('0a000000ff000000', 'hex')))),
        explicit(1, sequence(implicit(2, ascii('x.example'))))
      )
    ],
    [
      '2.5.29.32',
      sequence(
        sequence(
          oid('1.2.3'),
          sequence(
            sequence(oid('1.3.6.1.5.5.7.2.1'), der(0x16, ascii('http://cps.example'))),
            sequence(oid('1.3.6.1.5.5.7.2.2'), sequence(sequence(utf8('Acme'), sequence(integer(1))), utf8('Read this')))
          )
        )
      )
    ],
    ['2.5.29.33', sequence(sequence(oid('1.2.3'), oid('1.2.4')))],
    ['2.5.29.36', sequence(implicit(0, Buffer.from([0])), implicit(1, Buffer.from([2])))],
    ['2.5.29.16', sequence(implicit(0, ascii('20240101000000Z')), implicit(1, ascii('20250101000000Z')))],
    ['1.3.6.1.5.5.7.1.11', sequence(sequence(oid('1.3.6.1.5.5.7.48.5'), uri('http://a.example/repository')))],
    ['1.3.6.1.5.5.7.1.24', sequence(integer(5))],
    ['2.16.840.1.113730.1.1', bits(Buffer.from([0xc0]), 6)],
    ['1.3.6.1.4.1.311.21.7', sequence(oid('1.3.6.1.4.1.311.21.8.1'), integer(100), integer(4))],
    [
      '1.3.6.1.5.5.7.1.3',
      sequence(
        sequence(oid('0.4.0.1862.1.1')),
        sequence(oid('0.4.0.1862.1.6'), sequence(oid('0.4.0.1862.1.6.3'))),
        sequence(
          oid('0.4.0.19495.2'),
          sequence(sequence(sequence(oid('0.4.0.19495.1.2'), utf8('PSP_PI'))), utf8('BaFin'), utf8('DE-BAFIN'))
        )
      )
    ]
  )
  assert.deepEqual(await textsOf(block), [
    'issuerAltName: email:ca@a.example, IP:10.0.0.1',
    'freshestCRL: URI:http://a.example/d for cACompromise, certificateHold, cessationOfOperation, keyCompromise',
    'issuingDistributionPoint: URI:http://a.example/d, only end-entity certificates, indirect',
    'nameConstraints: permitted IP:10.0.0.0/255.0.0.0; excluded DNS:x.example',
    'certificatePolicies: 1.2.3 http://cps.example Acme Read this',
    'policyMappings: 1.2.3 = 1.2.4',
    'policyConstraints: requireExplicitPolicy:0, inhibitPolicyMapping:2',
    'privateKeyUsagePeriod: from 2024-01-01T00:00:00.000Z until 2025-01-01T00:00:00.000Z',
    'subjectInfoAccess: CA repository URI:http://a.example/repository',
    'tlsFeature: status_request',
    'netscapeCertType: SSL client, SSL server',
    'msCertificateTemplate: 1.3.6.1.4.1.311.21.8.1 version 100.4',
    'qcStatements: EU qualified, type website authentication, PSD2 PSP_PI by BaFin DE-BAFIN'
  ])
})

test('what the schemas refuse, misread or have never heard of is hex', async () => {
  const oddMask = sequence(explicit(0, sequence(implicit(7, Buffer.from('0a000000ff00ff00', 'hex')))))
  const trailing = Buffer.concat([sequence(integer(5)), nothing])
  const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  assert.deepEqual(
    await textsOf(
      certificateWith(['2.5.29.30', oddMask], ['1.3.6.1.5.5.7.1.24', trailing], ['2.5.29.33', integer(1)], ['1.2.3.4', nothing])
    ),
    [
      `hex nameConstraints: ${hexOf(oddMask)}`,
      `hex tlsFeature: ${hexOf(trailing)}`,
      `hex policyMappings: ${hexOf(integer(1))}`,
      'hex 1.2.3.4: 0500'
    ]
  )
})

test('values nested 50,000 deep, of 20,000 parts, or longer than anybody reads are hex', async () => {
  const deep = Array.from({ length: 50_000 }).reduceRight<{ readonly headers: Buffer[]; readonly length: number }>(
    ({ headers, length }) => {
      const header = Buffer.from([0x30, 0x83, length >> 16, (length >> 8) & 255, length & 255])
      headers.push(header)
      return { headers, length: length + header.length }
    },
    { headers: [], length: 0 }
  )
  const values = [
    Buffer.concat(deep.headers.reverse()),
    sequence(...Array.from({ length: 20_000 }, () => nothing)),
    sequence(...Array.from({ length: 20_000 }, () => sequence(oid('1.2.3'))))
  ]
  for (const value of values) {
    const [text] = await textsOf(certificateWith(['2.5.29.32', value]))
    assert.equal(text, `hex certificatePolicies: ${Buffer.from(value).toString('hex')}`)
  }
})

test('of a CRL of 100,000 entries the first are listed, with what each says', async () => {
  const { der: crl } = blockOf(files.get('ca.crl')!)
  const body = children(crl!, 0)
  const [version, algorithm, issuer, thisUpdate, nextUpdate] = children(crl!, body[0]!.start).map(it => crl!.subarray(it.start, it.end))
  const date = time(new Date('2025-01-01'))
  const extension = (type: string, value: Uint8Array) => sequence(oid(type), octets(value))
  const told = sequence(
    integer(7),
    date,
    sequence(
      extension('2.5.29.21', der(0x0a, Buffer.from([1]))),
      extension('2.5.29.24', der(0x18, ascii('20241224000000Z'))),
      extension('2.5.29.29', sequence(implicit(2, ascii('ca.example'))))
    )
  )
  const plain = Array.from({ length: 99_999 }, (_, index) => sequence(integer(Buffer.from([1, index >> 16, index >> 8, index])), date))
  const entries = sequence(Buffer.concat([told, Buffer.concat(plain)]))
  const tbs = sequence(version!, algorithm!, issuer!, thisUpdate!, nextUpdate!, entries)
  const it = await describeBlock({
    ...blockOf(files.get('ca.crl')!),
    der: sequence(tbs, ...body.slice(1).map(part => crl!.subarray(part.start, part.end)))
  })
  assert.ok(it.kind === 'crl', JSON.stringify(it).slice(0, 200))
  assert.deepEqual([it.revokedCount, it.revoked.length], [100_000, 1000])
  assert.deepEqual(it.revoked[0], {
    serialNumber: '07',
    revokedAt: '2025-01-01T00:00:00.000Z',
    reason: 'keyCompromise',
    invalidFrom: '2024-12-24T00:00:00.000Z',
    certificateIssuer: 'DNS:ca.example'
  })
})

test('the attributes of a request are told, but for its password', async () => {
  const { der: request } = blockOf(files.get('leaf.csr')!)
  const body = children(request!, 0)
  const fields = children(request!, body[0]!.start).map(it => request!.subarray(it.start, it.end))
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), set(value))
  const attributes = explicit(
    0,
    attribute('1.2.840.113549.1.9.7', der(0x0c, ascii('correct horse'))),
    attribute('1.2.840.113549.1.9.2', der(0x0c, ascii('Acme'))),
    attribute('1.2.840.113549.1.9.14', sequence(sequence(oid('2.5.29.17'), octets(sequence(implicit(2, ascii('a.example')))))))
  )
  const rest = body.slice(1).map(it => request!.subarray(it.start, it.end))
  const it = await describeBlock({
    ...blockOf(files.get('leaf.csr')!),
    der: sequence(sequence(...fields.slice(0, 3), attributes), ...rest)
  })
  assert.ok(it.kind === 'csr', JSON.stringify(it))
  assert.deepEqual(
    it.attributes.map(({ name, text }) => `${name}: ${text}`),
    ['challengePassword: not shown', 'unstructuredName: Acme', 'extensionRequest: subjectAltName']
  )
  assert.deepEqual([it.subjectAltNames, it.signatureValid], [[{ type: 'dns', value: 'a.example' }], false])
  assert.ok(!JSON.stringify(it).includes('horse'))
})

test('our reader and the schemas read the same addresses in third-party certificates', { skip: noSharedData }, () => {
  const urisOf = (names: readonly GeneralName[]) => names.flatMap(it => it.uniformResourceIdentifier ?? [])
  let compared = 0
  for (const block of sharedPemCertificates().map(blockOf)) {
    const certificate = certificateOf(block)
    if (!certificate || isCertificateError(certificate)) continue
    const access = certificate.extensions.get('1.3.6.1.5.5.7.1.1')?.value
    const points = certificate.extensions.get('2.5.29.31')?.value
    if (access && !certificate.malformed.includes('1.3.6.1.5.5.7.1.1')) {
      const theirs = Array.from(AsnConvert.parse(access, AuthorityInfoAccessSyntax))
      assert.deepEqual(certificate.ocspUrls, urisOf(theirs.filter(it => it.accessMethod.endsWith('48.1')).map(it => it.accessLocation)))
      assert.deepEqual(certificate.issuerUrls, urisOf(theirs.filter(it => it.accessMethod.endsWith('48.2')).map(it => it.accessLocation)))
    }
    if (points && !certificate.malformed.includes('2.5.29.31'))
      assert.deepEqual(
        certificate.crlUrls,
        Array.from(AsnConvert.parse(points, CRLDistributionPoints)).flatMap(it => urisOf(it.distributionPoint?.fullName ?? []))
      )
    if (access || points) compared++
  }
  assert.ok(compared > 100, String(compared))
})

test('parameters tell what they are for', async () => {
  const wordsOf = async (label: string, body: Buffer) => {
    const it = await describeBlock(blockOf(`-----BEGIN ${label}-----\n${body.toString('base64')}\n-----END ${label}-----\n`))
    return it.kind === 'parameters' ? it.description : it.kind
  }
  assert.equal(await wordsOf('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex')), 'EC P-256')
  assert.equal(await wordsOf('DH PARAMETERS', Buffer.from('0500', 'hex')), 'DH')
  assert.equal(await wordsOf('DH PARAMETERS', Buffer.from('3008020300ffff020102', 'hex')), 'DH 16')
})
