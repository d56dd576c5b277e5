import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from './files.js'
import { applyFirstFix, findingsIn } from './servers/folder.js'

const samples = join(repository, 'samples/istio')

/** Rule and file of every error and warning, and the rule whose quick fix mends the story. */
const stories: Readonly<Record<string, { readonly findings: readonly string[]; readonly mendedBy?: string }>> = {
  'missing-intermediate': { findings: ['missing-intermediate gateway/destination-rule.yaml'] },
  'client-certificate-without-client-auth': { findings: ['missing-client-auth gateway/destination-rule.yaml'] },
  'expired-certificate': { findings: ['certificate-expired gateway/destination-rule.yaml', 'certificate-expired gateway/secret.yaml'] },
  'verification-optional': { findings: ['client-verification-optional orders/gateway.yaml'], mendedBy: 'client-verification-optional' },
  'any-server-accepted': { findings: ['peer-not-verified gateway/destination-rule.yaml'], mendedBy: 'peer-not-verified' },
  'client-ca-missing': { findings: ['gateway-credential orders/gateway.yaml'] },
  'mesh-disagrees': { findings: ['conflicting-mtls orders/gateway.yaml'] },
  'all-correct': { findings: [] }
}

test('every sample of Istio has its story here', () => {
  const folders = readdirSync(samples, { withFileTypes: true }).filter(it => it.isDirectory())
  assert.deepEqual(folders.map(it => it.name).sort(), Object.keys(stories).sort())
})

describe('the samples of Istio', () => {
  for (const [story, { findings, mendedBy }] of Object.entries(stories)) {
    test(`${story}: has the findings of its story`, () => assert.deepEqual(findingsIn(join(samples, story)), findings))
    if (mendedBy === undefined) continue
    test(`${story}: is mended by the quick fix of ${mendedBy}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'istio-sample-'))
      try {
        cpSync(join(samples, story), folder, { recursive: true })
        applyFirstFix(folder, mendedBy)
        assert.deepEqual(findingsIn(folder), [])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }
})
