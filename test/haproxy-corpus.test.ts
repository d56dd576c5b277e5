/** Real configurations, where they are at hand: what HAProxy says of them, and that nothing in them makes us stumble. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '../server/src/core/settings.js'
import { type Location, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { haproxy } from '../server/src/dialects/haproxy/index.js'
import { haproxyConformance, hasCorpus } from './conformance/haproxy.js'

const absent = hasCorpus() ? false : '../shared/corpus is not here'
const folder = fileURLToPath(new URL('../../shared/corpus/haproxy/', import.meta.url))

test('verdict and line are those of haproxy -c', { skip: absent }, () => {
  const [files, mutants, users] = haproxyConformance()
  for (const { suite, cases, agreed, differences } of [files!, mutants!])
    assert.ok(agreed / cases >= 0.98, `${suite}: ${agreed} of ${cases}\n${differences.join('\n')}`)
  // `daemon` in a frontend is wrong in every version.
  assert.deepEqual(
    users!.differences.filter(it => !it.includes('wrong-section.cfg')),
    []
  )
})

test('every place lies inside its file', { skip: absent }, () => {
  for (const name of readdirSync(folder)) {
    const file = sourceFile(`/corpus/${name}`, readFileSync(folder + name, 'utf8'))
    for (const at of placesIn(lower(file)))
      assert.ok(at.path === file.path && 0 <= at.start && at.start <= at.end && at.end <= file.text.length, name)
    for (const it of haproxy.symbols!(file)) assert.ok(it.span.end <= file.text.length, name)
    for (let at = 0; at < file.text.length; at += 97) haproxy.describe!(file, at)
  }
})

test('cut off anywhere, they are read all the same', { skip: absent }, () => {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(folder + name, 'utf8')
    for (let cut = 1; cut <= 8; cut++) lower(sourceFile('/corpus/haproxy.cfg', text.slice(0, Math.floor((text.length * cut) / 9))))
  }
})

test('of all configurations in the corpus, only those of HAProxy are taken for such', { skip: absent }, () => {
  const root = fileURLToPath(new URL('../../shared/corpus/', import.meta.url))
  for (const kind of ['nginx', 'openssl', 'envoy', 'compose', 'caddy']) {
    for (const name of readdirSync(root + kind)) {
      const text = readFileSync(`${root}${kind}/${name}`, 'utf8')
      assert.equal(haproxy.detect(`/corpus/${name}`, text) && !/haproxy/i.test(name), false, name)
    }
  }
  const missed = readdirSync(folder).filter(it => /\.cfg$/.test(it) && !haproxy.detect(`/${it}`, readFileSync(folder + it, 'utf8')))
  assert.ok(missed.length <= 12, missed.join('\n'))
})

const lower = (file: SourceFile) =>
  haproxy.lower(file, { read: () => ({ kind: 'missing' }), settings: defaultSettings, declared: () => [] })

/** Everything in a value that looks like a place. */
function* placesIn(value: unknown): Generator<Location> {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return
  const { path, start, end, text } = value as Partial<Location & { text: string }>
  if (typeof start === 'number' && typeof end === 'number' && typeof path === 'string') yield { path, start, end }
  if (text !== undefined && path !== undefined) return
  for (const it of Object.values(value)) yield* placesIn(it)
}
