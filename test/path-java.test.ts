import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { repository } from './files.js'
import { compareVerdicts } from './path/compare.js'
import { installed } from './path/tools.js'

const count = Number(process.env.PATHS ?? 500)

test(`${count} random paths: Java's PKIX trust manager gives the same verdicts`, async t => {
  if (!(await installed('javac', ['-version']))) return t.skip('a JDK is not installed')
  const { compared, verified } = await compareVerdicts({
    verifier: 'java',
    command: ['java', join(repository, 'test/path/oracles/Ask.java')],
    count,
    // Java trips over an empty DNS constraint and refuses everything below it; that is a fault of its own.
    leaveOut: (_path, answer) => answer.includes('String index out of range')
  })
  assert.ok(compared > count * 0.9 && verified > count * 0.3)
})
