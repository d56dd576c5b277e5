import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { VerifierId } from '../../server/src/core/model.js'
import { verifyPath } from '../../server/src/path/verify.js'
import { questionOf } from './questions.js'
import { type RandomCase, randomCase } from './random-chains.js'

/** Settings that only OpenSSL has are left out. */
export function plainCase(seed: number): RandomCase {
  const { maxDepth: _maxDepth, ...rest } = randomCase(seed)
  return { ...rest, crls: [], partialChain: false, purpose: rest.purpose === 'any' ? 'client' : rest.purpose }
}

export interface Comparison {
  readonly verifier: VerifierId
  /** The program and its arguments; it reads questions line by line and answers `ok` or `no` with a reason. */
  readonly command: readonly [string, ...string[]]
  readonly count: number
  /** Cases about which the installed release is known to differ from the one that is modelled, and why. */
  leaveOut(path: RandomCase, answer: string): boolean
}

/** Asks the real verifier about random paths and holds our answers against its. */
export async function compareVerdicts({ verifier, command, count, leaveOut }: Comparison): Promise<{ compared: number; verified: number }> {
  const cases = Array.from({ length: count }, (_, seed) => plainCase(seed))
  const answers = await ask(command, cases.map(lineOf))
  let compared = 0
  let verified = 0
  for (const [index, path] of cases.entries()) {
    const answer = answers[index] ?? 'no answer'
    if (leaveOut(path, answer)) continue
    const ours = verifyPath(questionOf(path, verifier))
    const said = ours.reported.map(it => `${it.code}@${it.depth}`).join(' ')
    assert.equal(
      ours.verified,
      answer === 'ok',
      `seed ${path.seed}: ${path.story.join('; ')}: ${command[0]} says ${answer}, we say ${said || 'ok'}`
    )
    compared++
    if (ours.verified) verified++
  }
  return { compared, verified }
}

const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64')
const list = (ders: readonly Uint8Array[]) => ders.map(base64).join(',') || '-'
const lineOf = (it: RandomCase) =>
  [it.purpose, it.at.getTime() / 1000, base64(it.endEntity), list(it.intermediates), list(it.trustAnchors)].join(' ')

function ask([program, ...words]: readonly [string, ...string[]], lines: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(output.trim().split('\n')) : reject(new Error(`${program} ended with ${code}`))))
    child.stdin.end(`${lines.join('\n')}\n`)
  })
}
