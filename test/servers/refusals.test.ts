/** The pages of what nginx refuses say it in the words of nginx, about the same line. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { filesBelow } from '../files.js'
import { type Case, parsePage, type Scene, setScene, shown } from '../page.js'
import { nginxMissing, testConfiguration } from './nginx.js'

const ids = ['syntax-error', 'directive-not-allowed-here', 'invalid-value', 'duplicate-setting']
/** A directive of another module, or of a later nginx, says nothing about the text. */
const refusal = /unexpected|terminated|not allowed here|invalid (?:value|number|parameter)|is duplicate/

for (const path of filesBelow('server/src/rules', '.md').filter(it => ids.includes(basename(it, '.md')))) {
  const id = basename(path, '.md')
  for (const example of parsePage(readFileSync(path, 'utf8')).cases.filter(isOneConfiguration)) {
    test(`${id}, ${example.section}: ${example.says}`, { skip: nginxMissing }, () => {
      const scene = setScene(id, example)
      const { ok, message } = run(scene)
      if (example.section === 'Silent') {
        assert.doesNotMatch(message, refusal)
        return
      }
      assert.equal(ok, false)
      const [expected] = scene.expected
      assert.ok(message.includes(expected!.message), message)
      assert.ok(message.includes(`nginx.conf:${expected!.place!.line + 1}\n`), message)
    })
  }
}

function isOneConfiguration({ fences }: Case): boolean {
  return fences.filter(it => it.language === 'nginx' && it.words.length === 0).length === 1 && fences.length === 1
}

function run(scene: Scene): { readonly ok: boolean; readonly message: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  try {
    for (const file of scene.files.values()) {
      const path = join(folder, shown(file.path))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, file.text)
    }
    return testConfiguration(join(folder, 'nginx.conf'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
