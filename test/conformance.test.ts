import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { hasData } from './conformance/suites.js'
import { repository } from './files.js'

test('the conformance suites: every promised answer is given, or its divergence explained', async t => {
  if (!hasData()) return t.skip('limbo, BetterTLS, PKITS and BoringSSL’s cases are not there: ../shared/x509')
  const words = ['--import', 'tsx', 'test/conformance/run.ts']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: repository }).catch(
    (failure: { stdout: string; stderr: string }) => assert.fail(failure.stdout + failure.stderr)
  )
  assert.match(stdout, /^rfc5280 +PKITS +expected +51\/51 +68\/68 +100\.0 %$/m)
  assert.match(stdout, /^openssl +BetterTLS +openssl_3_0_19 +58\/58 +584\/584 +100\.0 %$/m)
})
