/** Explaining an error on the command line and over LSP, as real processes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type ExplainErrorAnswer, explainErrorRequest } from '../server/src/lsp/protocol.js'
import { repository } from './files.js'
import { startClient } from './lsp-client.js'
import { makePki } from './pki.js'

const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-explain-'))
after(() => rmSync(folder, { recursive: true, force: true }))
for (const [name, text] of makePki('root.pem: {}\nold.pem: {issuer: root, san: [old.example.com], notAfter: 2024-01-01}')) {
  writeFileSync(join(folder, name), text)
}

const expired = 'curl: (60) SSL certificate problem: certificate has expired'

function run(words: readonly string[], input = '') {
  const loader = pathToFileURL(join(repository, 'node_modules/tsx/dist/loader.mjs')).href
  const command = ['--import', loader, join(repository, 'server/src/cli/main.ts'), 'explain', ...words]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, input, encoding: 'utf8', timeout: 60_000 })
  return { status, stdout, stderr }
}

describe('mtls-lens explain', () => {
  it('prints who said it, the place here and the causes', () => {
    const { status, stdout } = run([expired])
    assert.equal(status, 0)
    assert.match(stdout, /who {7}curl says it, about the certificate of the server\./)
    assert.match(stdout, /In this workspace:\n {2}old\.pem:3:29: .*\[certificate-expired\]/)
    assert.match(stdout, /1\. the certificate has expired \[certificate-expired\] \(found here\)/)
  })
  it('prints JSON alone, and takes the line from standard input', () => {
    const { status, stdout } = run(['-', '--format', 'json'], `${expired}\n`)
    const answer = JSON.parse(stdout)
    assert.equal(status, 0)
    assert.equal(answer.known, true)
    assert.equal(answer.line, expired)
    assert.deepEqual([answer.explanations[0].saidBy, answer.explanations[0].about], ['client', 'server-certificate'])
    assert.deepEqual(
      [answer.here[0].rule, answer.here[0].file, answer.here[0].range.start],
      ['certificate-expired', 'old.pem', { line: 2, character: 28 }]
    )
  })
  it('says so when it does not know, and exits with 1', () => {
    const { status, stdout } = run(['the cat sat on the mat'])
    assert.deepEqual([status, stdout], [1, 'No error that mTLS Lens knows stands in this text. Nothing is guessed.\n'])
  })
  it('does not hang or fail at 10 MB of anything', () => {
    assert.deepEqual(run(['-'], 'A'.repeat(10_000_000)).status, 1)
  })
  it('refuses a workspace that is not there', () => {
    const { status, stderr } = run([expired, '--workspace', 'nowhere'])
    assert.deepEqual([status, stderr], [2, 'mtls-lens: nowhere: there is no such file or folder\n'])
  })
})

test('the language server answers in Markdown, with links to the findings', async t => {
  const client = await startClient(t, { certs: 'root.pem: {}\nold.pem: {issuer: root, san: [old.example.com], notAfter: 2024-01-01}' })
  const answer = await client.ask<ExplainErrorAnswer>(explainErrorRequest, { text: expired })
  assert.equal(answer.title, 'Explained: openssl/verify-10')
  assert.match(answer.markdown, /curl says it, about the certificate of the server/)
  assert.ok(answer.markdown.includes(`- [old.pem](${client.uri('old.pem')}#L3): `), answer.markdown)
})
