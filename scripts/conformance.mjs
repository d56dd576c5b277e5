/** Prints all conformance tables: verdicts on paths, then each language's reader against what the real programs and other analysers say. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (!existsSync(new URL('../../shared', import.meta.url))) console.log('Skipped: the suites lie in ../shared, which is not here')

const tables = [['run.ts', ...process.argv.slice(2)], ['nginx.ts', '--all'], ['haproxy.ts', '--all'], ['envoy.ts'], ['istio.ts']]
for (const [file, ...parameters] of tables) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `test/conformance/${file}`, ...parameters], { stdio: 'inherit' })
  console.log()
  if (status !== 0) process.exitCode = 1
}
