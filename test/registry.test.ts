import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Rule } from '../server/src/core/rule.js'
import { languages, loadDialects } from '../server/src/dialects/languages.js'
import { rules } from '../server/src/rules/index.js'
import { dialects } from '../server/src/service.js'
import { filesBelow, repository } from './files.js'
import { type Page, parsePage } from './page.js'
import { ruleCells, rulesTable } from './rules-table.js'

const ruleFiles = filesBelow('server/src/rules', '.ts').filter(it => /export default defineRule\(/.test(readFileSync(it, 'utf8')))
const pageFiles = filesBelow('server/src/rules', '.md')
const idOf = (path: string) => basename(path).replace(/\.(ts|md)$/, '')
const sorted = (ids: Iterable<string>) => [...ids].sort()
const difference = (a: readonly string[], b: readonly string[]) => a.filter(it => !b.includes(it)).map(it => relative(repository, it))
const pages = new Map<string, Page>(pageFiles.map(path => [idOf(path), parsePage(readFileSync(path, 'utf8'))]))

test('there are rules', () => {
  assert.ok(rules.length > 0)
})

test('every rule file is in the index, once, and the reverse', () => {
  assert.deepEqual(sorted(rules.map(it => it.id)), sorted(ruleFiles.map(idOf)))
})

test('the id of a rule is the name of its file, in kebab case', async () => {
  for (const path of ruleFiles) {
    const { default: rule } = (await import(pathToFileURL(path).href)) as { readonly default: Rule }
    assert.equal(rule.id, idOf(path))
    assert.match(rule.id, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(rules.includes(rule), `${rule.id} in the index is the one of its file`)
  }
})

test('every rule has a page beside it, and the reverse', () => {
  const pagesWanted = ruleFiles.map(it => it.replace(/\.ts$/, '.md'))
  assert.deepEqual(
    { missing: difference(pagesWanted, pageFiles), spurious: difference(pageFiles, pagesWanted) },
    { missing: [], spurious: [] }
  )
})

test('every page explains, and shows when the rule fires and when it is silent', () => {
  for (const [id, page] of pages) {
    assert.equal(page.id, id)
    assert.ok(page.prose.length > 80, `${id}: the page explains nothing`)
    for (const section of ['Fires', 'Silent']) {
      assert.ok(
        page.cases.some(it => it.section === section),
        `${id}: no case under ${section}`
      )
    }
    for (const it of page.cases) assert.ok(it.says.length > 0 && it.fences.length > 0, `${id}: a case is a sentence and its files`)
  }
})

/** Of what only connects, most of what can be wrong with a listener says nothing. */
const answered = ['pem', 'envoy', 'haproxy', 'nginx', 'istio']

test('in every language a page shows when the rule fires and when it is silent, or says why it never fires', () => {
  const open = ruleCells()
    .filter(it => answered.includes(it.dialect) && !(it.fires ? it.silent : it.reason !== undefined))
    .map(it => `${it.rule} in ${it.dialect}: ${it.fires ? 'no silent case' : 'neither a case that fires nor a reason'}`)
  assert.deepEqual(open, [])
})

test('no page says that a rule never fires in a language where it does', () => {
  const contradicted = ruleCells().filter(it => it.fires && it.reason !== undefined)
  assert.deepEqual(
    contradicted.map(it => `${it.rule} in ${it.dialect}: ${it.reason}`),
    []
  )
})

test('reasons why a rule never fires are clauses, about languages that there are', () => {
  const ids = dialects.map(it => it.id as string)
  for (const [id, { elsewhere }] of pages)
    for (const [dialect, reason] of elsewhere) {
      assert.ok(ids.includes(dialect), `${id}: there is no language ${dialect}`)
      assert.match(reason, /^(?:[a-z`].*|[A-Z]\w+.*)[^.]$/, `${id}, ${dialect}: ${reason}`)
    }
})

test('every rule cites what it rests on', () => {
  for (const { id, citations, title } of rules) {
    assert.ok(citations.length > 0, id)
    for (const it of citations) assert.ok(it.title !== '' && URL.canParse(it.url), `${id}: ${it.url}`)
    assert.match(title, /^[A-Z].*[^.]$/, `${id}: a title is a sentence without full stop`)
  }
})

test('what is loaded by need is all that there is, in the same order', async () => {
  assert.deepEqual(
    languages.map(it => it.id),
    dialects.map(it => it.id)
  )
  assert.deepEqual(await loadDialects(() => true), dialects)
  assert.deepEqual(await loadDialects(it => it.id === 'haproxy'), [dialects.find(it => it.id === 'haproxy')])
})

const catalogue = join(repository, '../shared/rules.md')
/** Groups of the catalogue that need more than one configuration, or languages that are not read yet. */
const laterGroups: readonly string[] = []

test('every rule of the catalogue exists', t => {
  if (!existsSync(catalogue)) return t.skip('the catalogue of rules (../shared/rules.md) is not here')
  const known = new Set(rules.map(it => it.id))
  const missing = catalogueIds(readFileSync(catalogue, 'utf8')).filter(it => !known.has(it))
  assert.deepEqual(missing, [])
})

/** The ids in the first cells of its tables. */
function catalogueIds(markdown: string): readonly string[] {
  const ids: string[] = []
  let skipped = true
  for (const line of markdown.split('\n')) {
    if (line.startsWith('## ')) skipped = laterGroups.some(it => line.slice(3).startsWith(it))
    else if (!skipped && line.startsWith('| `')) for (const [, id] of line.split('|')[1]!.matchAll(/`([a-z-]+)`/g)) ids.push(id!)
  }
  assert.ok(ids.length > 40, 'the catalogue was read')
  return ids
}

test('docs/rules.md lists every rule as it is (npm run rules)', () => {
  assert.equal(readFileSync(join(repository, 'docs/rules.md'), 'utf8'), rulesTable())
})
