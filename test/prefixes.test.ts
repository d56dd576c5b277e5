/** Somebody is always in the middle of typing: every prefix of every sample, and of every example in a rule's page, is read. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Dialect } from '../server/src/core/dialect.js'
import { defaultSettings } from '../server/src/core/settings.js'
import { type FileEntry, type Location, type Read, sourceFile } from '../server/src/core/text.js'
import { dialects } from '../server/src/dialects/index.js'
import { filesBelow } from './files.js'

const samples = new Map(filesBelow('samples', '').map(path => [path, readFileSync(path, 'utf8')]))
const documents = /\.(?:md|json)$/

test('every sample is of a language', () => {
  const unknown = [...samples].filter(([path, text]) => !documents.test(path) && !dialectOf(path, text))
  assert.deepEqual(
    unknown.map(([path]) => path),
    []
  )
})

for (const dialect of dialects) {
  const own = [...samples].filter(([path, text]) => !documents.test(path) && dialectOf(path, text) === dialect)
  const texts = [...own, ...examplesFor(dialect)]
  if (texts.length === 0) continue
  test(`${dialect.id}: ${own.length} samples and ${texts.length - own.length} examples`, () => {
    const entries = new Map<string, FileEntry>([...samples].map(([path, text]) => [path, { kind: 'file', file: sourceFile(path, text) }]))
    let cuts = 0
    for (const [path, length, text] of distinctPrefixes(texts)) {
      const file = sourceFile(path, text.slice(0, length))
      const read: Read = asked => (asked === path ? { kind: 'file', file } : (entries.get(asked) ?? { kind: 'missing' }))
      const said = dialect.lower(file, { read, settings: defaultSettings, declared: () => [] })
      for (const at of placesIn([said.endpoints, said.problems, said.paths]))
        if (at.path === path)
          assert.ok(0 <= at.start && at.start <= at.end && at.end <= length, `${path} up to ${length}: ${JSON.stringify(at)}`)
      cuts++
    }
    assert.ok(cuts > 500, `only ${cuts} prefixes`)
  })
}

function dialectOf(path: string, text: string): Dialect | undefined {
  // What a configuration of nginx includes does not say by itself what it is.
  return dialects.find(it => it.mayBe(path) && it.detect(path, text)) ?? dialects.find(it => it.id === 'nginx' && path.endsWith('.conf'))
}

/** The fenced blocks of the rules' pages that are written in a language. */
function examplesFor(dialect: Dialect): readonly (readonly [path: string, text: string])[] {
  return filesBelow('server/src/rules', '.md').flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].flatMap(([, language, text]) =>
      language === dialect.id ? [[`/project/${dialect.id}`, text!] as const] : []
    )
  )
}

/** Texts that begin alike have prefixes in common, which are read once. Of base64, which is one like the other, every 16th. */
function* distinctPrefixes(
  texts: readonly (readonly [path: string, text: string])[]
): Generator<readonly [path: string, length: number, text: string]> {
  let before = ''
  for (const [path, text] of [...texts].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    let length = 0
    while (length < before.length && before[length] === text[length]) length++
    for (; length <= text.length; length++) if (length % 16 === 0 || !isInBase64(text, length)) yield [path, length, text]
    before = text
  }
}

const isInBase64 = (text: string, at: number): boolean => at >= 40 && /^[\w+/]{40}$/.test(text.slice(at - 20, at + 20))

/** Everything in a value that looks like a place. */
function* placesIn(value: unknown): Generator<Location> {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return
  const { path, start, end, text } = value as Partial<Location & { text: string }>
  if (typeof start === 'number' && typeof end === 'number' && typeof path === 'string') yield { path, start, end }
  if (text !== undefined && path !== undefined) return
  for (const it of Object.values(value)) yield* placesIn(it)
}
