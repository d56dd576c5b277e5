/**
 * Runs the tests in the files or folders given, all by default, with Node's own runner, and closes with one line that
 * counts them and the names of what was skipped. Under CI a skipped test is a failure.
 *
 *   node scripts/test.mjs [file or folder…]
 */
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const given = process.argv.slice(2)
const files = (given.length ? given : ['test']).flatMap(it => (statSync(it).isDirectory() ? testsIn(it) : [it]))
const runner = ['--import', 'tsx', '--test', '--test-reporter', './scripts/test-reporter.mjs', '--test-reporter-destination', 'stdout']
const child = spawn(process.execPath, [...runner, ...files], { stdio: 'inherit' })
child.on('exit', code => process.exit(code ?? 1))

function testsIn(folder) {
  const names = readdirSync(folder, { recursive: true }).filter(it => it.endsWith('.test.ts'))
  return names.sort().map(it => join(folder, it))
}
