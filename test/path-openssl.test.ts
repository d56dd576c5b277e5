import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { verifyPath } from '../server/src/path/verify.js'
import { questionOf } from './path/questions.js'
import { type RandomCase, randomCase } from './path/random-chains.js'
import { installed } from './path/tools.js'

const run = promisify(execFile)

/** 2,000 take a quarter of a minute; `PATHS=2000` asks for them. */
const count = Number(process.env.PATHS ?? 300)

describe('random paths, judged by the real OpenSSL', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'paths-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test(`${count} paths: same verdict, same error numbers at the same depths`, async t => {
    const version = await installed('openssl', ['version'])
    if (!version?.startsWith('OpenSSL 3.0')) return t.skip('OpenSSL 3.0 is not installed')
    const seeds = Array.from({ length: count }, (_, index) => index)
    let verified = 0
    for (const batch of chunks(seeds, 2)) {
      const answers = await Promise.all(batch.map(seed => compare(randomCase(seed), join(folder, String(seed)))))
      verified += answers.filter(Boolean).length
    }
    assert.ok(verified > count / 10, `only ${verified} of ${count} paths are good: the generator is no test any more`)
    assert.ok(verified < count / 2, `${verified} of ${count} paths are good: the generator is no test any more`)
  })
})

const chunks = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, index * size + size))

async function compare(path: RandomCase, prefix: string): Promise<boolean> {
  const real = await askOpenssl(path, prefix)
  const ours = verifyPath(questionOf(path, 'openssl'))
  const errors = ours.reported.map(it => `${it.openssl}@${it.depth}`)
  assert.deepEqual(
    asPrinted(errors),
    real,
    `seed ${path.seed}: ${path.story.join('; ')} (${path.purpose}, depth ${path.maxDepth}, partial ${path.partialChain})`
  )
  assert.equal(ours.verified, real.length === 0)
  return ours.verified
}

/** The callback of `openssl verify` goes on after these, and stops at the first of all others. */
const forgiven = new Set([10, 11, 12, 18, 25, 26, 34, 37, 43, 79])

function asPrinted(errors: readonly string[]): readonly string[] {
  const last = errors.findIndex(it => !forgiven.has(Number(it.split('@')[0])))
  return last < 0 ? errors : errors.slice(0, last + 1)
}

const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`
const certificates = (ders: readonly Uint8Array[]) => ders.map(it => pem('CERTIFICATE', it)).join('')

async function askOpenssl(path: RandomCase, prefix: string): Promise<readonly string[]> {
  writeFileSync(`${prefix}.leaf`, certificates([path.endEntity]))
  writeFileSync(`${prefix}.sent`, certificates(path.intermediates))
  writeFileSync(`${prefix}.trust`, certificates(path.trustAnchors))
  const words = [
    'verify',
    '-no-CApath',
    '-no-CAstore',
    '-CAfile',
    `${prefix}.trust`,
    '-auth_level',
    '2',
    '-attime',
    String(path.at.getTime() / 1000)
  ]
  if (path.intermediates.length > 0) words.push('-untrusted', `${prefix}.sent`)
  if (path.purpose !== 'any') words.push('-purpose', `ssl${path.purpose}`)
  if (path.maxDepth !== undefined) words.push('-verify_depth', String(path.maxDepth))
  if (path.partialChain) words.push('-partial_chain')
  if (path.crls.length > 0) {
    writeFileSync(`${prefix}.crls`, path.crls.map(it => pem('X509 CRL', it)).join(''))
    words.push('-crl_check', '-crl_check_all', '-CRLfile', `${prefix}.crls`)
  }
  const output = await run('openssl', [...words, `${prefix}.leaf`]).then(
    it => it.stdout + it.stderr,
    (failure: { stdout?: string; stderr?: string }) => `${failure.stdout}${failure.stderr}`
  )
  return [...output.matchAll(/error (\d+) at (\d+) depth lookup/g)].map(it => `${it[1]}@${it[2]}`)
}
