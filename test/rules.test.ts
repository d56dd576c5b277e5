import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { filesBelow } from './files.js'
import { judge, parsePage } from './page.js'

for (const path of filesBelow('server/src/rules', '.md')) {
  const rule = basename(path, '.md')
  describe(rule, () => {
    for (const example of parsePage(readFileSync(path, 'utf8')).cases) {
      test(`${rule}, ${example.section}: ${example.says}`, () => {
        assert.equal(judge(rule, example).join('\n'), '')
      })
    }
  })
}
