/**
 * Runs the benchmarks, all by default, one after the other, so that none disturbs another. Each prints its table with the goals
 * beside; no time is ever a test.
 *
 *   node scripts/bench.mjs [name…]
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const given = process.argv.slice(2)
const names = readdirSync('bench').filter(it => it.endsWith('.ts'))
const chosen = names.filter(it => given.length === 0 || given.includes(it.slice(0, -3))).sort()
// With it, Node reads all CAs that the machine trusts before it starts anything, and whatever is held against an empty program looks better.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
let failed = false
for (const name of chosen) {
  console.log(`\n── ${name.slice(0, -3)} ${'─'.repeat(Math.max(0, 100 - name.length))}`)
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `bench/${name}`], { stdio: 'inherit', env })
  failed ||= status !== 0
}
if (failed || chosen.length === 0) process.exitCode = 1
