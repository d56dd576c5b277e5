import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { repository } from './files.js'
import { compareVerdicts } from './path/compare.js'
import { installed } from './path/tools.js'

const has = (story: readonly string[], words: string) => story.some(it => it.includes(words))

const count = Number(process.env.PATHS ?? 500)

test(`${count} random paths: Go's crypto/x509 gives the same verdicts`, async t => {
  if (!(await installed('go', ['version']))) return t.skip('Go is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'go-'))
  try {
    const program = join(folder, 'ask')
    const env = { ...process.env, GOCACHE: join(folder, 'cache'), GO111MODULE: 'off', GOFLAGS: '' }
    await promisify(execFile)('go', ['build', '-o', program, join(repository, 'test/path/oracles/ask.go')], { env })
    const { compared, verified } = await compareVerdicts({
      verifier: 'go',
      command: [program],
      count,
      // Go refuses critical key identifiers, and wildcards that cover an excluded name, since releases that are newer than
      // those of Linux distributions.
      leaveOut: path => has(path.story, 'critical key identifier') || (has(path.story, 'odd names') && has(path.story, 'excluded'))
    })
    assert.ok(compared > count * 0.9 && verified > count * 0.3)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
