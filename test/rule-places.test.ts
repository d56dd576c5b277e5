import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { openWorkspace, parsePem } from '../server/src/service.js'
import { readFrom } from './page.js'
import { makeFiles } from './pki.js'

test('a missing intermediate is told on the characters that name it, not on the whole certificate', () => {
  const made = makeFiles(
    'root.pem:\nca/int.pem: {issuer: root, subject: CN=Acme Issuing CA}\nclient: {issuer: ca/int}\nkey: {key: client}\nclient.pem: [key, client]'
  )
  const files = new Map([...made].map(([name, { text }]) => [`/w/${name}`, sourceFile(`/w/${name}`, text)]))
  const workspace = openWorkspace({ read: readFrom(files), now: () => new Date('2026-01-01'), files: files.keys(), folders: ['/w'] })
  const finding = workspace.check('/w/client.pem').find(it => it.rule === 'missing-intermediate')
  const file = files.get('/w/client.pem')!
  const [certificate] = parsePem(file).certificates
  assert.ok(finding && certificate)
  assert.deepEqual({ path: finding.path, start: finding.start, end: finding.end }, certificate.at('issuer'))
  const letters = file.text.slice(finding.start, finding.end).replace(/\s/g, '')
  assert.ok(finding.end - finding.start < 80, letters)
  assert.equal(file.text.slice(certificate.block.span.start, finding.start).includes('-----BEGIN CERTIFICATE-----'), true)
})
