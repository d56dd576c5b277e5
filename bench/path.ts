/**
 * Verifying a path of three against `node:crypto`'s bare verify() of the same two signatures; searches that are made to be
 * endless; and one leaf in a bundle of thousands.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { sourceFile } from '../server/src/core/text.js'
import { verifierIds } from '../server/src/path/verifiers/index.js'
import { verifyPath } from '../server/src/path/verify.js'
import type { Certificate } from '../server/src/x509/certificate.js'
import { parsePem } from '../server/src/x509/pem.js'
import { keyObject } from '../server/src/x509/signature.js'
import { hasData, limboCases } from '../test/conformance/suites.js'
import { makePki } from '../test/pki.js'

const at = new Date('2026-06-01T00:00:00Z')
const micro = (value: number) => `${value.toFixed(1)} µs`
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** Parses anew each time, so that nothing is remembered of it. */
const read = (pem: string): Certificate => parsePem(sourceFile('', pem)).certificates[0]!

/** Every path has keys of its own: a key that was met before is not imported again. */
function paths(kind: string, count: number, prefix: string): readonly (readonly [string, string, string])[] {
  const lines: string[] = []
  for (let index = 0; index < count; index++) {
    lines.push(`${prefix}root${index}.pem: {key: ${kind}}`)
    lines.push(`${prefix}ca${index}.pem: {issuer: ${prefix}root${index}, key: ${kind}}`)
    lines.push(`${prefix}leaf${index}.pem: {issuer: ${prefix}ca${index}, sameKeyAs: ${prefix}ca${index}, eku: client}`)
  }
  const files = makePki(lines.join('\n'))
  const text = (name: string) => files.get(`${name}.pem`)!
  return Array.from(
    { length: count },
    (_, index) => [text(`${prefix}leaf${index}`), text(`${prefix}ca${index}`), text(`${prefix}root${index}`)] as const
  )
}

function timed(run: () => unknown): number {
  const start = performance.now()
  run()
  return (performance.now() - start) * 1000
}

function bare(certificate: Certificate, key: KeyObject): void {
  if (!verify('sha256', certificate.tbs, key, certificate.signature)) throw new Error('the signature is bad')
}

const importKey = (issuer: Certificate) => createPublicKey({ key: Buffer.from(issuer.publicKey.spki), format: 'der', type: 'spki' })

/**
 * Both sides do the same work: where a key was never met, `verify()` gets it as it stands in the certificate and has to import
 * it as well; where keys are known, as those of CAs soon are, `verify()` gets them ready.
 */
function pathOfThree(kind: string, count: number, warmUp: number): void {
  const times = { cold: [], withImport: [], keysKnown: [], ready: [], remembered: [] } as Record<string, number[]>
  const take = (name: string, run: () => unknown) => () => times[name]!.push(timed(run))
  for (const [index, [leafText, caText, rootText]] of paths(kind, count, 'first-').entries()) {
    const [leaf, ca, root] = [read(leafText), read(caText), read(rootText)]
    const ask = () => {
      const { verified } = verifyPath({
        endEntity: leaf,
        intermediates: [ca],
        trustAnchors: [root],
        purpose: 'client',
        verifier: 'openssl',
        at
      })
      if (!verified) throw new Error('the path is bad')
    }
    inTurn(index, [
      take('cold', ask),
      take('withImport', () => {
        bare(leaf, importKey(ca))
        bare(ca, importKey(root))
      })
    ])
    take('remembered', () => {
      for (let count = 0; count < 100; count++) ask()
    })()
  }
  for (const [index, [leafText, caText, rootText]] of paths(kind, count, 'second-').entries()) {
    const [leaf, ca, root] = [read(leafText), read(caText), read(rootText)]
    const keys = [importKey(ca), importKey(root)] as const
    // Other objects with the same keys: that these were imported is all that is known.
    for (const text of [caText, rootText]) keyObject(read(text).publicKey)
    inTurn(index, [
      take('keysKnown', () =>
        verifyPath({ endEntity: leaf, intermediates: [ca], trustAnchors: [root], purpose: 'client', verifier: 'openssl', at })
      ),
      take('ready', () => {
        bare(leaf, keys[0])
        bare(ca, keys[1])
      })
    ])
  }
  // The first ones warm the compiler up.
  const of = (name: string) => median(times[name]!.slice(warmUp))
  const against = (one: string, other: string) =>
    `${micro(of(one))}, ${(of(one) / of(other)).toFixed(2)} × the ${micro(of(other))} of verify() for its two signatures`
  const remembered = of('remembered') / 100
  console.log(`path of three, ${kind}`)
  console.log(`  keys met for the first time: ${against('cold', 'withImport')}, imports included on both sides`)
  console.log(`  keys known:                  ${against('keysKnown', 'ready')}`)
  console.log(
    `  first time against ready keys: ${(of('cold') / of('ready')).toFixed(2)} ×; remembered: ${remembered.toFixed(3)} µs, ${(of('ready') / remembered).toFixed(0)} × faster than verify()`
  )
}

/** Turn about, so that neither profits from what the other left in the processor. */
function inTurn(index: number, runs: readonly (() => void)[]): void {
  for (const run of index % 2 === 0 ? runs : [...runs].reverse()) run()
}

function endlessSearches(): void {
  if (!hasData()) {
    console.log('skipped: the pathological suite: ../shared/x509 is not there')
    return
  }
  for (const it of limboCases().filter(it => it.id.startsWith('pathological::'))) {
    const times = verifierIds.map(verifier => {
      const first = timed(() => it.ask(verifier))
      // Asked again with the signatures remembered, what is left is the search.
      return `${verifier} ${(timed(() => it.ask(verifier)) / 1000).toFixed(1)} (first ${(first / 1000).toFixed(1)})`
    })
    console.log(`${it.id}: ms beside signatures: ${times.join(', ')}`)
  }
}

function bundleOfThousands(): void {
  const count = 6600
  const lines = ['root.pem:', 'ca.pem: {issuer: root}', 'leaf.pem: {issuer: ca, eku: client}']
  for (let index = 0; index < count; index++)
    lines.push(`s${index}.pem: {subject: "CN=Stranger ${index % 3000}", issuer: root, sameKeyAs: ca, ca: true, serial: ${index + 1}}`)
  const files = makePki(lines.join('\n'))
  const leaf = read(files.get('leaf.pem')!)
  const bundle = [...files].filter(([name]) => name !== 'leaf.pem').map(([, text]) => read(text))
  for (const verifier of verifierIds) {
    const ask = (intermediates: readonly Certificate[], trustAnchors: readonly Certificate[]) => () =>
      verifyPath({ endEntity: leaf, intermediates, trustAnchors, purpose: 'client', verifier, at })
    const trusted = timed(ask([], [...bundle]))
    const sent = timed(ask([...bundle], [bundle[0]!]))
    console.log(
      `one leaf, ${bundle.length} certificates, ${verifier}: trusted ${(trusted / 1000).toFixed(2)} ms, sent ${(sent / 1000).toFixed(2)} ms`
    )
  }
}

pathOfThree('p256', 300, 150)
pathOfThree('rsa2048', 40, 5)
endlessSearches()
bundleOfThousands()
