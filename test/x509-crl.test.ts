import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import 'reflect-metadata'
import { X509Crl } from '@peculiar/x509'
import { sourceFile } from '../server/src/core/text.js'
import { type Crl, crlOf, isCrl } from '../server/src/x509/crl.js'
import { readCertificates } from '../server/src/x509/load.js'
import { parsePem } from '../server/src/x509/pem.js'
import { signed } from '../server/src/x509/signature.js'
import { makePki } from './pki.js'
import { asSource, noSharedData, seededRandom, sharedFiles, sharedJson } from './x509-data.js'

const crlIn = (text: string): Crl => {
  const crl = crlOf(parsePem(sourceFile('/x.crl', text)).blocks[0]!)
  assert.ok(isCrl(crl), JSON.stringify(crl))
  return crl
}

test('a CRL tells whom it revokes, since when, and who says so', () => {
  const files = makePki(
    'ca.pem:\nbad.pem: {issuer: ca}\ngood.pem: {issuer: ca}\nca.crl: {crl: ca, revoked: [bad], thisUpdate: 2024-01-01, nextUpdate: 2024-02-01}'
  )
  const crl = crlIn(files.get('ca.crl')!)
  const [ca, bad, good] = ['ca.pem', 'bad.pem', 'good.pem'].map(it => readCertificates(files.get(it)!)[0]!)
  assert.equal(crl.issuer.canonical, ca!.subject.canonical)
  assert.deepEqual([crl.thisUpdate.toISOString().slice(0, 10), crl.nextUpdate?.toISOString().slice(0, 10)], ['2024-01-01', '2024-02-01'])
  assert.equal(crl.find(bad!.serialNumber)?.serialNumber, bad!.serialNumber)
  assert.equal(crl.find(bad!.serialNumber, ca!.subject)?.serialNumber, bad!.serialNumber)
  assert.equal(crl.find(bad!.serialNumber, bad!.subject), undefined)
  assert.equal(crl.find(good!.serialNumber), undefined)
  assert.deepEqual([signed(crl, ca!), signed(crl, bad!)], [true, false])
  const text = files.get('ca.crl')!
  const at = crl.at('nextUpdate')
  assert.ok(at.end - at.start >= 20 && at.end - at.start < 30 && text.includes(text.slice(at.start, at.end)))
})

test('ours and @peculiar/x509 read third-party CRLs alike', { skip: noSharedData }, () => {
  const pkits = sharedJson('pkits/pkits.json') as { readonly crls: Readonly<Record<string, string>> }
  const odd = sharedFiles('odd')
    .map(it => asSource(it.name, it.bytes))
    .flatMap(it => parsePem(it).blocks)
  const blocks = [
    ...Object.entries(pkits.crls).flatMap(([name, text]) => parsePem(sourceFile(name, text)).blocks),
    ...odd.filter(it => it.kind === 'crl')
  ]
  let compared = 0
  for (const block of blocks) {
    const ours = crlOf(block)
    const name = block.file.path
    if (!isCrl(ours)) continue
    let theirs: X509Crl
    try {
      theirs = new X509Crl(ours.der.slice())
      assert.equal(ours.thisUpdate.toISOString(), theirs.thisUpdate.toISOString(), name)
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      continue
    }
    assert.equal(ours.nextUpdate?.toISOString(), theirs.nextUpdate?.toISOString(), name)
    assert.equal(ours.size, theirs.entries.length, name)
    // OpenSSL prints -01 where others show the octet FF.
    const bare = (serial: string) => (serial === '-01' ? 'FF' : serial.toUpperCase().replace(/^0+(?=.)/, ''))
    const entries = [...ours.entries()]
    assert.deepEqual(
      entries.map(it => bare(it.serialNumber)),
      theirs.entries.map(it => bare(it.serialNumber)),
      name
    )
    for (const entry of entries.slice(0, 5)) assert.ok(ours.find(entry.serialNumber), name)
    compared++
  }
  assert.ok(compared > 100, `${compared} compared`)
})

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not on this machine'

test('CRLs load where OpenSSL loads them', { skip: noSharedData || noOpenssl }, () => {
  const wrong: string[] = []
  for (const file of sharedFiles('odd')) {
    const [block] = parsePem(asSource(file.name, file.bytes)).blocks
    if (block?.kind !== 'crl') continue
    const form = block.label === '' ? 'DER' : 'PEM'
    const loads = spawnSync('openssl', ['crl', '-noout', '-inform', form, '-in', file.path]).status === 0
    if (isCrl(crlOf(block)) !== loads) wrong.push(`${file.name} ${loads}`)
  }
  // Its thisUpdate is no date; OpenSSL loads it and refuses to use it.
  assert.deepEqual(wrong, ['odd/pyca/custom__crl_invalid_time.der true'])
})

test('issuing distribution points and reasons are read', { skip: noSharedData }, () => {
  const of = (name: string) => {
    const file = sharedFiles('odd/pyca').find(it => it.name.endsWith(name))!
    const crl = crlOf(parsePem(asSource(file.name, file.bytes)).blocks[0]!)
    assert.ok(isCrl(crl), name)
    return crl
  }
  assert.equal(of('custom__crl_idp_only_ca.pem').issuingDistributionPoint?.onlyCaCertificates, true)
  assert.equal(of('custom__crl_idp_fullname_only_user.pem').issuingDistributionPoint?.onlyUserCertificates, true)
  assert.equal(of('custom__crl_idp_fullname_only_aa.pem').issuingDistributionPoint?.onlyAttributeCertificates, true)
  const indirect = of('custom__crl_idp_fullname_indirect_crl.pem').issuingDistributionPoint
  assert.deepEqual([indirect?.indirect, indirect?.names[0]?.type], [true, 'uri'])
  assert.equal(of('custom__crl_inner_outer_mismatch.der').algorithmsAgree, false)
})

test('mutated CRLs are read or refused, and never throw', () => {
  const random = seededRandom(23)
  const files = makePki('ca.pem:\nbad.pem: {issuer: ca}\nca.crl: {crl: ca, revoked: [bad]}')
  const source = parsePem(sourceFile('/x.crl', files.get('ca.crl')!)).blocks[0]!
  let read = 0
  for (let round = 0; round < 3000; round++) {
    const der = source.der!.slice(0, random() < 0.1 ? Math.floor(random() * source.der!.length) : undefined)
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--)
      der[Math.floor(random() * der.length)] = Math.floor(random() * 256)
    const crl = crlOf({ ...source, der })
    if (!isCrl(crl)) {
      assert.ok(crl && crl.at.start <= crl.at.end && crl.at.end <= der.length)
      continue
    }
    assert.equal([...crl.entries()].length, crl.size)
    assert.equal(crl.find('00ABCDEF'), undefined)
    read++
  }
  assert.ok(read > 500, `${read} could be read`)
})

test('a list of 300,000 entries is searched quickly', () => {
  const files = makePki('ca.pem:\nca.crl: {crl: ca, revoked: [1]}')
  const small = crlIn(files.get('ca.crl')!)
  const list = small.bytes('revokedCertificates')!
  const entry = [...small.entries()][0]!.bytes
  const header = (tag: number, length: number) =>
    Buffer.of(tag, 0x84, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255)
  const wrap = (tag: number, ...parts: readonly Uint8Array[]) => {
    const body = Buffer.concat(parts)
    return Buffer.concat([header(tag, body.length), body])
  }
  const entries = Buffer.concat(new Array<Uint8Array>(300_000).fill(small.der.subarray(entry.start, entry.end)))
  const start = small.bytes('issuer')!.start
  const inner = small.tbs
  const tbsStart =
    Buffer.from(small.der.buffer, small.der.byteOffset, small.der.length).indexOf(Buffer.from(inner)) +
    (inner[1]! < 0x80 ? 2 : 2 + (inner[1]! & 0x7f))
  const tbs = wrap(0x30, small.der.subarray(tbsStart, start), small.der.subarray(start, list.start), wrap(0x30, entries))
  const rest = small.der.subarray(small.bytes('signatureAlgorithm')!.start)
  const crl = crlOf({ ...parsePem(sourceFile('/x.crl', files.get('ca.crl')!)).blocks[0]!, der: new Uint8Array(wrap(0x30, tbs, rest)) })
  assert.ok(isCrl(crl), JSON.stringify(crl))
  assert.equal(crl.size, 300_000)
  assert.equal(crl.find('FFFF'), undefined)
  assert.equal(crl.find('01')?.serialNumber, '01')
})
