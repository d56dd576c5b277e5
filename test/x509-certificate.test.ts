import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate as NodeCertificate, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  X509Certificate as PeculiarCertificate,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator
} from '@peculiar/x509'
import { sourceFile } from '../server/src/core/text.js'
import { type Certificate, certificateOf, isCertificateError, type KeyUsageBit } from '../server/src/x509/certificate.js'
import { hex } from '../server/src/x509/der.js'
import { certificateFromDer, readCertificates } from '../server/src/x509/load.js'
import { parsePem } from '../server/src/x509/pem.js'
import { der as element, explicit, integer, sequence } from './der.js'
import { filesBelow } from './files.js'
import { makePki } from './pki.js'
import { asSource, noSharedData, seededRandom, sharedFiles, sharedJson, sharedPemCertificates } from './x509-data.js'

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0])

const certificate = (it: ReturnType<typeof certificateFromDer>): Certificate => {
  assert.ok('subject' in it, 'message' in it ? it.message : '')
  return it
}

/** What the readers that others wrote find in a certificate, in our words; `undefined` where they do not read it. */
function assertSameAsNode(ours: Certificate, name: string): void {
  const node = new NodeCertificate(Buffer.from(ours.der))
  // Node prints negative numbers as OpenSSL does, others in whole octets, too.
  assert.equal(ours.serialNumber.replace(/^0(?=.)/, ''), node.serialNumber.replace(/^0(?=.)/, ''), `${name}: serial number`)
  assert.equal(ours.sha256, node.fingerprint256.replaceAll(':', '').toLowerCase(), `${name}: SHA-256`)
  assert.equal(ours.sha1, node.fingerprint.replaceAll(':', '').toLowerCase(), `${name}: SHA-1`)
  assertSameDate(ours.notBefore, node.validFrom, `${name}: notBefore`)
  assertSameDate(ours.notAfter, node.validTo, `${name}: notAfter`)
}

function assertSameDate(ours: Date, text: string, message: string): void {
  const theirs = new Date(text)
  // JavaScript takes the year 0 of such a text for 2000.
  if (!/ \d{1,3} GMT$/.test(text)) assert.equal(ours.toISOString(), theirs.toISOString(), message)
}

const keyUsageNames: readonly (readonly [KeyUsageBit, number])[] = [
  ['digitalSignature', 1],
  ['nonRepudiation', 2],
  ['keyEncipherment', 4],
  ['dataEncipherment', 8],
  ['keyAgreement', 16],
  ['keyCertSign', 32],
  ['cRLSign', 64],
  ['encipherOnly', 128],
  ['decipherOnly', 256]
]

function assertSameAsPeculiar(ours: Certificate, theirs: PeculiarCertificate, name: string): void {
  // It reads times of the first century and those without seconds as some day before 1950.
  const isRead = (date: Date) => date.getUTCFullYear() > 1949
  if (isRead(theirs.notBefore)) assert.equal(ours.notBefore.toISOString(), theirs.notBefore.toISOString(), `${name}: notBefore`)
  if (isRead(theirs.notAfter)) assert.equal(ours.notAfter.toISOString(), theirs.notAfter.toISOString(), `${name}: notAfter`)
  assert.equal(hex(ours.publicKey.spki), hex(new Uint8Array(theirs.publicKey.rawData)), `${name}: public key`)
  assert.equal(hex(ours.signature), hex(new Uint8Array(theirs.signature)), `${name}: signature`)
  assert.deepEqual([...ours.extensions.keys()].sort(), [...new Set(theirs.extensions.map(it => it.type))].sort(), `${name}: extensions`)
  for (const extension of theirs.extensions) {
    if (ours.repeated.includes(extension.type) || ours.malformed.includes(extension.type)) continue
    assert.equal(ours.extensions.get(extension.type)!.critical, extension.critical, `${name}: critical ${extension.type}`)
    assert.equal(
      hex(ours.extensions.get(extension.type)!.value),
      hex(new Uint8Array(extension.value)),
      `${name}: value of ${extension.type}`
    )
    assertSameExtension(ours, extension, name)
  }
}

function assertSameExtension(ours: Certificate, extension: unknown, name: string): void {
  if (extension instanceof BasicConstraintsExtension) {
    assert.deepEqual(
      [ours.basicConstraints?.ca, ours.basicConstraints?.pathLength],
      [extension.ca, extension.pathLength],
      `${name}: basic constraints`
    )
  } else if (extension instanceof KeyUsagesExtension) {
    const theirs = keyUsageNames.filter(([, bit]) => extension.usages & bit).map(([it]) => it)
    assert.deepEqual([...(ours.keyUsage ?? [])].sort(), theirs.sort(), `${name}: key usage`)
  } else if (extension instanceof ExtendedKeyUsageExtension) {
    assert.deepEqual(ours.extendedKeyUsage, [...extension.usages], `${name}: extended key usage`)
  } else if (extension instanceof SubjectKeyIdentifierExtension) {
    assert.equal(ours.subjectKeyIdentifier, extension.keyId.toLowerCase(), `${name}: subject key identifier`)
  } else if (extension instanceof AuthorityKeyIdentifierExtension) {
    assert.equal(ours.authorityKeyIdentifier?.keyIdentifier, extension.keyId?.toLowerCase(), `${name}: authority key identifier`)
  } else if (extension instanceof SubjectAlternativeNameExtension) {
    const plain = { dns: 'dns', email: 'email', url: 'uri' } as const
    const theirs = extension.names.items.filter(it => it.type in plain).map(it => `${plain[it.type as keyof typeof plain]}:${it.value}`)
    const mine = (ours.subjectAltNames ?? []).filter(it => ['dns', 'email', 'uri'].includes(it.type)).map(it => `${it.type}:${it.value}`)
    assert.deepEqual(mine, theirs, `${name}: subject alternative names`)
  }
}

/** Both others read it or neither is asked: where they refuse what OpenSSL loads, there is nothing to compare. */
function peculiarOf(ours: Certificate): PeculiarCertificate | undefined {
  try {
    const theirs = new PeculiarCertificate(ours.der.slice())
    return theirs.extensions && theirs.publicKey && theirs.notAfter ? theirs : undefined
  } catch {
    return undefined
  }
}

test('ours, node:crypto and @peculiar/x509 read third-party certificates alike', { skip: noSharedData }, t => {
  const pem = sharedPemCertificates().flatMap(it => readCertificates(it))
  const files = sharedFiles('odd', 'zlint/files', 'keys').flatMap(it => parsePem(asSource(it.name, it.bytes)).certificates)
  const compared = compareAll([...pem, ...files])
  t.diagnostic(`${compared} of ${pem.length + files.length} certificates are read by all three`)
  assert.ok(compared > 2500, `only ${compared} of ${pem.length + files.length} compared`)
})

test('ours, node:crypto and @peculiar/x509 read the certificates of the samples alike', () => {
  const files = filesBelow('samples', '.pem').flatMap(it => parsePem(asSource(it, readFileSync(it))).certificates)
  assert.ok(files.length > 20)
  assert.equal(compareAll(files), files.length)
})

/** How many were read by all three. */
function compareAll(certificates: readonly Certificate[]): number {
  let compared = 0
  for (const ours of certificates) {
    const name = `${ours.block.file.path} ${ours.subject.display}`
    assertSameAsNode(ours, name)
    const theirs = peculiarOf(ours)
    if (!theirs) continue
    assertSameAsPeculiar(ours, theirs, name)
    compared++
  }
  return compared
}

/** OpenSSL loads them although a date is none; nobody accepts them, so that an error serves better. */
const withoutDates = ['odd/pyca/badasn1time.pem']

test('certificates load where OpenSSL loads them, and only there', { skip: noSharedData }, () => {
  type Entry = { readonly file: string; readonly kind: string; readonly observed: { readonly openssl_3_0: string } }
  const { files } = sharedJson('odd/manifest.json') as { readonly files: readonly Entry[] }
  const byName = new Map(sharedFiles('odd').map(it => [it.name, it]))
  const wrong: string[] = []
  for (const { file, kind, observed } of files) {
    if (kind !== 'cert') continue
    const data = byName.get(`odd/${file}`)!
    const { blocks } = parsePem(asSource(data.path, data.bytes))
    const first = blocks.find(it => it.kind === 'certificate' || it.kind === 'trustedCertificate')
    const certificate = first && first.errors.length === 0 && !first.embedded ? certificateOf(first) : undefined
    const loads = certificate !== undefined && !isCertificateError(certificate)
    if (loads !== (observed.openssl_3_0 === 'ok')) wrong.push(`odd/${file}`)
  }
  assert.deepEqual(wrong, withoutDates)
})

describe('certificates that @peculiar/x509 makes', () => {
  const algorithms = {
    'EC P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    'EC P-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
    'EC P-521': { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
    'RSA 2048': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    Ed25519: { name: 'Ed25519' }
  } as const
  for (const [description, algorithm] of Object.entries(algorithms)) {
    test(description, async () => {
      const keys = (await webcrypto.subtle.generateKey(algorithm as webcrypto.EcKeyGenParams, true, [
        'sign',
        'verify'
      ])) as webcrypto.CryptoKeyPair
      const made = await X509CertificateGenerator.createSelfSigned({
        serialNumber: '00ff01',
        name: 'CN=Ünïcode, O="Acme, Inc."',
        notBefore: new Date('2024-01-01T00:00:00Z'),
        notAfter: new Date('2051-12-31T23:59:59Z'),
        keys,
        signingAlgorithm: algorithm as webcrypto.EcdsaParams,
        extensions: [
          new BasicConstraintsExtension(true, 3, true),
          new KeyUsagesExtension(1 | 32 | 256, true),
          new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.2'], false),
          new SubjectAlternativeNameExtension([
            { type: 'dns', value: '*.example.com' },
            { type: 'ip', value: '2001:db8::1' },
            { type: 'ip', value: '10.0.0.1' },
            { type: 'url', value: 'spiffe://example.org/a' },
            { type: 'email', value: 'a@example.com' }
          ])
        ]
      })
      const ours = certificate(certificateFromDer(new Uint8Array(made.rawData)))
      assertSameAsNode(ours, description)
      assertSameAsPeculiar(ours, new PeculiarCertificate(made.rawData), description)
      assert.equal(ours.publicKey.description, description)
      assert.equal(ours.serialNumber, 'FF01')
      assert.equal(ours.version, 3)
      assert.equal(ours.subject.text, 'CN=Ünïcode, O=Acme\\, Inc.')
      assert.deepEqual(
        ours.subjectAltNames?.map(it => it.value),
        ['*.example.com', '2001:db8::1', '10.0.0.1', 'spiffe://example.org/a', 'a@example.com']
      )
      assert.equal(ours.selfIssued && ours.isCa, true)
    })
  }
})

const pki = makePki(`
ca.pem: {subject: "C=DE, O=Acme, CN=Acme Root"}
leaf.pem: {issuer: ca, subject: "CN=api", san: [api.internal, "ip:10.0.0.1", "uri:spiffe://acme/api"], eku: [client], notAfter: 2024-02-03}
`)
const leafText = pki.get('leaf.pem')!
const leaf = readCertificates(leafText)[0]!

describe('each field is found on its characters', () => {
  const decoded = (it: { readonly start: number; readonly end: number }) => leafText.slice(it.start, it.end).replace(/\s/g, '')
  test('notAfter', () => {
    const at = leaf.at('notAfter')
    const letters = decoded(at)
    // 15 bytes lie in 20 to 22 letters; one of the four ways to cut groups shows the date.
    const views = [0, 1, 2, 3].map(lead => Buffer.from('A'.repeat(lead) + letters, 'base64').toString('latin1'))
    assert.ok(
      views.some(it => it.includes('240203')),
      views.join()
    )
    assert.ok(letters.length >= 20 && letters.length <= 22)
  })
  test('an extension', () => {
    const at = leaf.at({ extension: '2.5.29.37' })
    const bytes = leaf.extensions.get('2.5.29.37')!.bytes
    assert.ok(decoded(at).length >= Math.floor(((bytes.end - bytes.start) * 4) / 3))
  })
  test('nothing in particular: the block', () => {
    const at = leaf.at()
    assert.equal(leafText.slice(at.start, at.end), leafText.trimEnd())
  })
  test('fields lie in their order and inside of the certificate', () => {
    const order = [
      'serialNumber',
      'signature',
      'issuer',
      'validity',
      'subject',
      'subjectPublicKey',
      'extensions',
      'signatureAlgorithm',
      'signatureValue'
    ] as const
    const spans = order.map(it => leaf.bytes(it)!)
    for (const [index, span] of spans.entries()) {
      assert.ok(span.start < span.end && span.end <= leaf.der.length)
      if (index > 0) assert.ok(spans[index - 1]!.end <= span.start, order[index])
    }
  })
})

test('the field that does not decode is named, with its byte', () => {
  const der = leaf.der
  const damage = (field: Parameters<Certificate['bytes']>[0], byte: number, by = 0) => {
    const copy = der.slice()
    copy[leaf.bytes(field)!.start + by] = byte
    const error = certificateFromDer(copy)
    return 'message' in error
      ? `${error.field} ${error.at.start - leaf.bytes(field)!.start}: ${error.message.replace(/\d+/g, 'N')}`
      : undefined
  }
  assert.equal(
    damage('serialNumber', 0x04),
    'serialNumber 0: the certificate has something else where its serial number should stand, at byte N'
  )
  assert.equal(damage('issuer', 0x31), 'issuer 0: the certificate has something else where its issuer should stand, at byte N')
  assert.equal(damage('notAfter', 0x39, 4), "notAfter 0: the certificate's notAfter at byte N is no date")
  assert.equal(damage('notBefore', 0x18), "notBefore 0: the certificate's notBefore at byte N is no date")
  assert.equal(damage('subject', 0xff, 1), "subject 0: the certificate's subject at byte N runs beyond what holds it")
  assert.equal(
    damage('signatureValue', 0x04),
    'signatureValue 0: the certificate has something else where its signature should stand, at byte N'
  )
})

test('a private key or a request under the label CERTIFICATE is no certificate', () => {
  const key = makePki('leaf.pem: {}\nleaf.key: {key: leaf}\nleaf.csr: {csr: leaf}')
  for (const name of ['leaf.key', 'leaf.csr']) {
    const text = key.get(name)!.replace(/(BEGIN|END) [A-Z ]+-----/g, '$1 CERTIFICATE-----')
    const error = certificateOf(parsePem(sourceFile('/x', text)).blocks[0]!)
    assert.ok(isCertificateError(error), name)
  }
})

test('dates that ASN.1 allows and RFC 5280 does not are read all the same', () => {
  const at = leaf.bytes('validity')!
  const dated = (notAfter: string, tag: number) => {
    const time = (text: string, kind: number) => element(kind, Buffer.from(text))
    const validity = sequence(time('240101000000Z', 0x17), time(notAfter, tag))
    const tbs = leaf.bytes('version')!.start
    const before = leaf.der.subarray(tbs, at.start)
    const after = leaf.der.subarray(at.end, leaf.bytes('signatureAlgorithm')!.start)
    const signature = leaf.der.subarray(leaf.bytes('signatureAlgorithm')!.start)
    const it = certificateFromDer(new Uint8Array(sequence(sequence(before, validity, after), signature)))
    return 'notAfter' in it ? it.notAfter.toISOString() : undefined
  }
  assert.equal(dated('4912312359Z', 0x17), '2049-12-31T23:59:00.000Z')
  assert.equal(dated('500101000000Z', 0x17), '1950-01-01T00:00:00.000Z')
  assert.equal(dated('491231235959+0130', 0x17), '2049-12-31T22:29:59.000Z')
  assert.equal(dated('99991231235959Z', 0x18), '9999-12-31T23:59:59.000Z')
  assert.equal(dated('00010101000000Z', 0x18), '0001-01-01T00:00:00.000Z')
  assert.equal(dated('20240229120000.5Z', 0x18), '2024-02-29T12:00:00.000Z')
  for (const none of ['20230229120000Z', '20241301000000Z', '2024', '20240101000000', '20240101000000Zx', '20240101250000Z'])
    assert.equal(dated(none, 0x18), undefined, none)
})

test('names are equal as OpenSSL has them equal', () => {
  const [one, other, third] = ['C=DE, O=Acme  Inc, CN=API', 'C=de, O= acme inc, CN=api', 'O=Acme Inc, C=DE, CN=API'].map(
    subject => readCertificates(makePki(`x.pem: {subject: "${subject}"}`).get('x.pem')!)[0]!.subject
  )
  assert.equal(one!.canonical, other!.canonical)
  assert.notEqual(one!.canonical, third!.canonical)
})

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not on this machine'

test('a trusted certificate tells for what it is trusted', { skip: noOpenssl }, () => {
  const made = spawnSync(
    'openssl',
    ['x509', '-trustout', '-addtrust', 'clientAuth', '-addreject', 'serverAuth', '-addreject', 'emailProtection'],
    {
      input: leafText,
      encoding: 'utf8'
    }
  )
  const file = parsePem(sourceFile('/trusted.pem', made.stdout))
  const [trusted] = file.certificates
  assert.equal(file.blocks[0]!.kind, 'trustedCertificate')
  assert.deepEqual(trusted!.trust, { trusted: ['1.3.6.1.5.5.7.3.2'], rejected: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.4'] })
  assert.equal(trusted!.sha256, leaf.sha256)
  assert.ok(trusted!.der.length < file.blocks[0]!.der!.length)
})

const loadsInOpenssl = (der: Uint8Array): boolean => {
  try {
    return new NodeCertificate(Buffer.from(der)) !== undefined
  } catch {
    return false
  }
}

test('of all third-party certificates, those load that OpenSSL loads', { skip: noSharedData }, () => {
  const blocks = [
    ...sharedPemCertificates().map(it => sourceFile('json', it)),
    ...sharedFiles('odd', 'zlint/files').map(it => asSource(it.name, it.bytes))
  ]
    .flatMap(it => parsePem(it).blocks)
    .filter(it => it.kind === 'certificate' && it.der)
  assert.ok(blocks.length > 3500)
  const differ = blocks.filter(it => 'subject' in certificateFromDer(it.der!) !== loadsInOpenssl(it.der!)).map(it => it.file.path)
  assert.deepEqual(differ, withoutDates)
})

test('of mutated certificates, nearly all load that OpenSSL loads', () => {
  const random = seededRandom(99)
  const rounds = 5000
  let differ = 0
  for (let round = 0; round < rounds; round++) {
    const der = leaf.der.slice()
    const at = Math.floor(random() * der.length)
    der[at] = der[at]! ^ (1 << Math.floor(random() * 8))
    const it = certificateFromDer(der)
    // Dates that are none we refuse and OpenSSL does not, as said above.
    if ('message' in it && (it.field === 'notBefore' || it.field === 'notAfter')) continue
    if ('subject' in it !== loadsInOpenssl(der)) differ++
  }
  // OpenSSL takes some sets and strings with the wrong constructed bit, which DER forbids.
  assert.ok(differ < rounds / 100, `${differ} of ${rounds} differ`)
})

/** Asks for everything that there is to be asked. */
function exercise(it: Certificate): void {
  const { issuer, subject, publicKey, signatureAlgorithm, extensions, subjectAltNames, keyUsage, extendedKeyUsage } = it
  const { basicConstraints, subjectKeyIdentifier, authorityKeyIdentifier, issuerUrls, ocspUrls, crlUrls, malformed, repeated } = it
  assert.ok(
    [issuer.text, subject.display, subject.canonical, publicKey.description, signatureAlgorithm.name].every(
      text => typeof text === 'string'
    )
  )
  assert.ok(extensions.size >= malformed.length && repeated.length <= extensions.size)
  assert.ok([subjectAltNames, keyUsage, extendedKeyUsage, basicConstraints, subjectKeyIdentifier, authorityKeyIdentifier].length === 6)
  assert.ok(issuerUrls.length + ocspUrls.length + crlUrls.length >= 0)
  assert.ok(!Number.isNaN(it.notBefore.getTime()) && !Number.isNaN(it.notAfter.getTime()))
  assert.ok(it.isCa || !it.isCa)
  assert.match(it.serialNumber, /^-?[\dA-F]+$/)
  assert.ok([1, 2, 3].includes(it.version) || it.version >= 0)
  for (const extension of extensions.values()) assert.ok(extension.bytes.end <= it.der.length)
}

test('mutated certificates are read or refused, and never throw', () => {
  const random = seededRandom(5280)
  const sources = [leaf.der, readCertificates(pki.get('ca.pem')!)[0]!.der]
  let read = 0
  for (let round = 0; round < 6000; round++) {
    const source = sources[round % 2]!
    const copy = source.slice(0, random() < 0.1 ? Math.floor(random() * source.length) : source.length)
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--)
      copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
    const it = certificateFromDer(copy)
    if ('message' in it)
      assert.ok(it.at.start <= it.at.end && it.at.end <= copy.length, `${it.field} ${it.at.start}-${it.at.end} of ${copy.length}`)
    else {
      exercise(it)
      read++
    }
  }
  assert.ok(read > 1000, `${read} could be read`)
})

test('elements nested 100,000 deep are no trouble', () => {
  let nested = Buffer.alloc(0)
  const headers: Buffer[] = []
  let length = 0
  for (let depth = 0; depth < 100_000; depth++) {
    const size = length < 0x80 ? Buffer.of(0x30, length) : Buffer.of(0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff)
    headers.push(size)
    length += size.length
  }
  nested = Buffer.concat(headers.reverse())
  const whole = certificateFromDer(new Uint8Array(nested))
  assert.ok('message' in whole)
  // The same as the parameters of the key's algorithm, where anything may stand.
  const spki = sequence(sequence(element(0x06, Buffer.from('2a864886f70d010101', 'hex')), nested), element(0x03, Buffer.of(0, 1)))
  const at = leaf.bytes('subjectPublicKey')!
  const before = leaf.der.subarray(leaf.bytes('version')!.start, at.start)
  const signature = leaf.der.subarray(leaf.bytes('signatureAlgorithm')!.start)
  const deep = certificateFromDer(new Uint8Array(sequence(sequence(before, spki), signature)))
  assert.ok('subject' in deep)
  exercise(deep)
})

test('a version beyond 3, no version and a negative serial number are taken', () => {
  const at = leaf.bytes('serialNumber')!
  const rest = leaf.der.subarray(at.end, leaf.bytes('signatureAlgorithm')!.start)
  const signature = leaf.der.subarray(leaf.bytes('signatureAlgorithm')!.start)
  const made = (...head: readonly Uint8Array[]) => certificateFromDer(new Uint8Array(sequence(sequence(...head, rest), signature)))
  const none = certificate(made(integer(Buffer.of(0x80))))
  assert.deepEqual([none.version, none.serialNumber], [1, '-80'])
  const beyond = certificate(made(explicit(0, integer(7)), integer(Buffer.of(0, 0xff))))
  assert.deepEqual([beyond.version, beyond.serialNumber], [8, 'FF'])
  assert.ok('message' in made(explicit(0, integer(2)), integer(Buffer.of(0, 0x7f))))
})
