import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { verifierIds } from '../server/src/path/verifiers/index.js'
import { verifyPath } from '../server/src/path/verify.js'
import { type Certificate, certificateOf, isCertificateError } from '../server/src/x509/certificate.js'
import { derBlock, type PemBlock, parsePem } from '../server/src/x509/pem.js'
import { repository } from './files.js'
import { random, randomCase } from './path/random-chains.js'

const file = { path: '/hostile.der', text: '', encoding: 'binary' } as const
const at = new Date('2026-06-01T00:00:00Z')

/** Longer than any answer should take on a busy machine. */
const patience = 3000

/** Every certificate as end entity, as CA and as anchor at once: whatever is in it gets looked at. */
function askAll(certificates: readonly Certificate[], crls: readonly PemBlock[], verifier: (typeof verifierIds)[number]): void {
  const [endEntity] = certificates
  if (!endEntity) return
  const started = performance.now()
  const names = [{ type: 'dns', value: 'api.example.com' }] as const
  const question = { endEntity, intermediates: certificates, trustAnchors: certificates, purpose: 'client', verifier, at, names } as const
  const verdict = verifyPath({ ...question, partialChain: true, ...(crls.length > 0 && { crls }) })
  assert.equal(verdict.verified, verdict.errors.length === 0 && verdict.undecided === undefined)
  assert.ok(performance.now() - started < patience, `${verifier} took too long`)
}

const mutants = Number(process.env.MUTANTS ?? 3000)

test(`${mutants} mutated paths end in a verdict`, () => {
  let readable = 0
  for (let seed = 0; seed < mutants; seed++) {
    const any = random(seed)
    const path = randomCase(seed % 150)
    const mutate = (der: Uint8Array): Uint8Array => {
      const copy = Uint8Array.from(der)
      for (let count = any.below(3); count >= 0; count--)
        copy[any.below(copy.length)] = any.chance(0.3) ? any.pick([0x00, 0x30, 0x80, 0xff]) : any.below(256)
      return copy
    }
    const ders = [path.endEntity, ...path.intermediates, ...path.trustAnchors].map(it => (any.chance(0.6) ? mutate(it) : it))
    const certificates = ders
      .map(it => certificateOf(derBlock(file, it, 'certificate')))
      .filter(it => it !== undefined && !isCertificateError(it))
    readable += certificates.length
    const crls = path.crls.map(it => derBlock(file, mutate(it), 'crl'))
    askAll(certificates as Certificate[], crls, verifierIds[seed % verifierIds.length]!)
  }
  assert.ok(readable > mutants, 'most mutants should get past the reader')
})

test('odd and hostile files end in a verdict', t => {
  const folder = join(repository, '../shared/x509/odd')
  if (!existsSync(folder)) return t.skip('../shared/x509/odd is not there')
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(it => it.isFile())
  const all: Certificate[] = []
  const crls: PemBlock[] = []
  for (const it of paths) {
    const bytes = readFileSync(join(it.parentPath ?? it.path, it.name))
    if (bytes.length > 1_000_000) continue
    const text = bytes.toString('latin1')
    const { blocks, certificates } = parsePem(text.includes('-----BEGIN') ? sourceFile(`/${it.name}`, text) : { ...file, text })
    all.push(...certificates)
    crls.push(...blocks.filter(block => block.kind === 'crl'))
  }
  assert.ok(all.length > 50, `${all.length} certificates`)
  for (const certificate of all) for (const verifier of verifierIds) askAll([certificate, ...all], crls, verifier)
})
