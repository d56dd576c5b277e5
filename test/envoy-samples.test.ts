import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from './files.js'
import { applyFirstFix, findingsIn } from './servers/folder.js'

const samples = join(repository, 'samples/envoy')

/** Rule and file of every error and warning, and the rule whose quick fix mends the story. */
const stories: Readonly<Record<string, { readonly findings: readonly string[]; readonly mendedBy?: string }>> = {
  'missing-intermediate': {
    findings: ['missing-intermediate gateway/certs/gateway.pem', 'missing-intermediate gateway/envoy.yaml'],
    mendedBy: 'missing-intermediate'
  },
  'client-certificate-without-client-auth': { findings: ['missing-client-auth gateway/envoy.yaml'] },
  'any-server-accepted': { findings: ['peer-not-verified gateway/envoy.yaml'] },
  'client-ca-not-enforced': { findings: ['client-ca-not-enforced orders/envoy.yaml'], mendedBy: 'client-ca-not-enforced' },
  'verify-depth-too-small': { findings: ['verify-depth-too-small orders/envoy.yaml'], mendedBy: 'verify-depth-too-small' },
  'verification-optional': { findings: ['client-verification-optional orders/envoy.yaml'], mendedBy: 'client-verification-optional' },
  'expired-certificate': { findings: ['certificate-expired gateway/certs/gateway.pem', 'certificate-expired gateway/envoy.yaml'] },
  'all-correct': { findings: [] }
}

test('every sample of Envoy has its story here', () => {
  const folders = readdirSync(samples, { withFileTypes: true }).filter(it => it.isDirectory())
  assert.deepEqual(folders.map(it => it.name).sort(), Object.keys(stories).sort())
})

describe('the samples of Envoy', () => {
  for (const [story, { findings, mendedBy }] of Object.entries(stories)) {
    test(`${story}: has the findings of its story`, () => assert.deepEqual(findingsIn(join(samples, story)), findings))
    if (mendedBy === undefined) continue
    test(`${story}: is mended by the quick fix of ${mendedBy}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'envoy-sample-'))
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
