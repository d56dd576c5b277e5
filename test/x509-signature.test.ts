import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import type { Certificate } from '../server/src/x509/certificate.js'
import { crlOf, isCrl } from '../server/src/x509/crl.js'
import { readCertificates } from '../server/src/x509/load.js'
import { parsePem } from '../server/src/x509/pem.js'
import { signed, verifyAhead } from '../server/src/x509/signature.js'
import { makePki } from './pki.js'
import { noSharedData, sharedFiles, sharedJson, sharedPemCertificates } from './x509-data.js'

const certificateIn = (files: Map<string, string>, name: string): Certificate => readCertificates(files.get(name)!)[0]!

test('every kind of key signs, and no other key has signed', () => {
  const kinds = ['rsa2048', 'p256', 'p384', 'p521', 'secp256k1', 'ed25519', 'ed448', 'dsa2048']
  const lines = kinds.flatMap(it => [`${it}.pem: {key: ${it}}`, `by-${it}.pem: {issuer: ${it}}`])
  const files = makePki([...lines, 'pss.pem: {issuer: rsa2048, pss: true}', 'sha1.pem: {issuer: rsa2048, hash: sha1}'].join('\n'))
  for (const kind of kinds) {
    for (const other of kinds)
      assert.equal(signed(certificateIn(files, `by-${kind}.pem`), certificateIn(files, `${other}.pem`)), kind === other, `${kind} ${other}`)
  }
  for (const name of ['pss.pem', 'sha1.pem']) {
    assert.equal(signed(certificateIn(files, name), certificateIn(files, 'rsa2048.pem')), true, name)
    assert.equal(signed(certificateIn(files, name), certificateIn(files, 'p256.pem')), false, name)
  }
})

test('another key of the same kind has not signed', () => {
  const files = makePki('ca.pem:\nother.pem: {issuer: ca}\nleaf.pem: {issuer: ca, signedBy: other}')
  assert.equal(signed(certificateIn(files, 'leaf.pem'), certificateIn(files, 'ca.pem')), false)
})

test('what other threads have found out holds', async () => {
  const kinds = ['rsa2048', 'p256', 'p521', 'ed25519', 'ed448', 'dsa2048']
  const lines = kinds.flatMap(it => [`${it}.pem: {key: ${it}}`, `below-${it}.pem: {issuer: ${it}}`])
  const files = makePki([...lines, 'below-pss.pem: {issuer: rsa2048, pss: true}'].join('\n'))
  const below = [...files.keys()].filter(it => it.startsWith('below-')).map(it => certificateIn(files, it))
  const issuers = kinds.map(it => certificateIn(files, `${it}.pem`))
  await verifyAhead(below.flatMap(it => issuers.map(issuer => [it, issuer] as const)))
  for (const it of below) {
    for (const issuer of issuers) {
      const isIssuer = issuer.subject.canonical === it.issuer.canonical
      assert.equal(signed(it, issuer), isIssuer, `${it.subject.text} by ${issuer.subject.text}`)
    }
  }
})

test('an algorithm that is unknown here is neither a yes nor a no', { skip: noSharedData }, () => {
  const of = (name: string) =>
    readCertificates(
      sharedFiles('odd')
        .find(it => it.name.endsWith(name))!
        .bytes.toString('latin1')
    )[0]!
  const gost = sharedFiles('odd/pyca').find(it => it.name.endsWith('e-trust.ru.der'))!
  const [unknown] = readCertificates(new Uint8Array(gost.bytes))
  assert.equal(signed(unknown!, unknown!), undefined)
  const pss = of('custom__rsa_pss.pem')
  assert.equal(signed(pss, pss), false)
})

test('signatures of third-party certificates are judged as node:crypto judges them', { skip: noSharedData }, t => {
  const certificates = sharedPemCertificates().flatMap(it => readCertificates(it))
  const bySubject = new Map<string, Certificate[]>()
  for (const it of certificates) bySubject.set(it.subject.canonical, [...(bySubject.get(it.subject.canonical) ?? []), it])
  let compared = 0
  for (const certificate of certificates.filter((_, index) => index % 7 === 0)) {
    for (const issuer of (bySubject.get(certificate.issuer.canonical) ?? []).slice(0, 3)) {
      const ours = signed(certificate, issuer)
      let theirs: boolean | undefined
      try {
        theirs = new X509Certificate(Buffer.from(certificate.der)).verify(new X509Certificate(Buffer.from(issuer.der)).publicKey)
      } catch {
        theirs = undefined
      }
      if (ours === undefined || theirs === undefined) continue
      assert.equal(ours, theirs, `${certificate.subject.text} by ${issuer.subject.text}`)
      compared++
    }
  }
  t.diagnostic(`${compared} pairs`)
  assert.ok(compared > 300)
})

test('CRLs of PKITS are signed by whom the suite says', { skip: noSharedData }, () => {
  const pkits = sharedJson('pkits/pkits.json') as {
    readonly certs: Readonly<Record<string, string>>
    readonly crls: Readonly<Record<string, string>>
  }
  const root = readCertificates(pkits.certs.TrustAnchorRootCertificate!)[0]!
  const read = (name: string) => {
    const crl = crlOf(parsePem(sourceFile(name, pkits.crls[name]!)).blocks[0]!)
    assert.ok(isCrl(crl), name)
    return crl
  }
  assert.equal(signed(read('TrustAnchorRootCRL'), root), true)
  const names = Object.keys(pkits.crls)
  assert.ok(names.length > 90)
  const ofRoot = names.filter(it => read(it).issuer.canonical === root.subject.canonical)
  assert.ok(names.some(it => signed(read(it), root) === false))
  assert.ok(ofRoot.length > 0 && ofRoot.every(it => signed(read(it), root) === true))
})
