/** Real configurations, where they are at hand: what nginx says of them, and that nothing in them makes us stumble. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { DocumentSymbol } from '../server/src/core/dialect.js'
import { defaultSettings } from '../server/src/core/settings.js'
import { type Location, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { nginx } from '../server/src/dialects/nginx/index.js'
import { hasCorpus, nginxConformance } from './conformance/nginx.js'

const absent = hasCorpus() ? false : '../shared/corpus is not here'
const folder = fileURLToPath(new URL('../../shared/corpus/nginx/', import.meta.url))

test('verdict and line are those of nginx -t', { skip: absent }, () => {
  const [files, mutants, users] = nginxConformance()
  for (const { suite, cases, agreed, differences } of [files!, mutants!])
    assert.ok(agreed / cases >= 0.98, `${suite}: ${agreed} of ${cases}\n${differences.join('\n')}`)
  assert.deepEqual(users!.differences, [])
})

test('every place lies inside its file', { skip: absent }, () => {
  for (const name of readdirSync(folder)) {
    const file = sourceFile(`/corpus/${name}`, readFileSync(folder + name, 'utf8'))
    for (const at of placesIn(lower(file)))
      assert.ok(at.path === file.path && 0 <= at.start && at.start <= at.end && at.end <= file.text.length, name)
    for (const it of nginx.symbols!(file) as DocumentSymbol[]) assert.ok(it.span.end <= file.text.length, name)
  }
})

test('cut off anywhere, they are read all the same', { skip: absent }, () => {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(folder + name, 'utf8')
    for (let cut = 1; cut <= 8; cut++) lower(sourceFile('/corpus/nginx.conf', text.slice(0, Math.floor((text.length * cut) / 9))))
  }
})

const lower = (file: SourceFile) => nginx.lower(file, { read: () => ({ kind: 'missing' }), settings: defaultSettings, declared: () => [] })

/** Everything in a value that looks like a place. */
function* placesIn(value: unknown): Generator<Location> {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return
  const { path, start, end, text } = value as Partial<Location & { text: string }>
  if (typeof start === 'number' && typeof end === 'number' && typeof path === 'string') yield { path, start, end }
  if (text !== undefined && path !== undefined) return
  for (const it of Object.values(value)) yield* placesIn(it)
}
