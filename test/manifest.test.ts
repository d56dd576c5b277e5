/** What package.json promises to VS Code, held against the code that keeps the promise. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { documentSelector } from '../client/src/document-selector.js'
import { severities } from '../server/src/core/diagnostic.js'
import { defaultSettings } from '../server/src/core/settings.js'
import { dialects } from '../server/src/dialects/index.js'
import { rules } from '../server/src/rules/index.js'

const root = new URL('../', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const { contributes } = manifest
const properties: Readonly<
  Record<string, { default: unknown; propertyNames?: { enum: string[] }; additionalProperties?: { enum: string[] } }>
> = contributes.configuration.properties

test('the setting mtlsLens.rules offers every rule and every severity', () => {
  const setting = properties['mtlsLens.rules']!
  assert.deepEqual(setting.propertyNames?.enum, ['*', ...rules.map(it => it.id).sort()], 'npm run rules brings them up to date')
  assert.deepEqual(setting.additionalProperties?.enum, [...severities, 'off'])
})

test('the defaults of settings are those of the engine', () => {
  const shown = Object.entries(properties).filter(([name]) => name !== 'mtlsLens.trace.server')
  assert.deepEqual(
    Object.fromEntries(shown.map(([name, it]) => [name, it.default])),
    Object.fromEntries(Object.entries(defaultSettings).flatMap(([name, value]) => flatten(`mtlsLens.${name}`, value)))
  )
})

test('every language of a dialect starts the extension', () => {
  const missing = dialects.flatMap(it => it.languageIds).filter(it => !manifest.activationEvents.includes(`onLanguage:${it}`))
  assert.deepEqual(missing, [])
})

test('the server gets to see every language of a dialect', () => {
  const seen = new Set(documentSelector.map(it => ('language' in it ? it.language : undefined)))
  assert.deepEqual(
    dialects.flatMap(it => it.languageIds).filter(it => !seen.has(it)),
    []
  )
})

test('every command that a menu names is declared', () => {
  const declared = new Set(contributes.commands.map((it: { command: string }) => it.command))
  const named = Object.values(contributes.menus as Record<string, { command: string }[]>).flatMap(it => it.map(({ command }) => command))
  assert.deepEqual(
    named.filter(it => !declared.has(it)),
    []
  )
})

test('every file that the manifest names is there', () => {
  const named = [manifest.icon, ...JSON.stringify(contributes).matchAll(/"(\.\/[^"]+)"/g)].map(it => (typeof it === 'string' ? it : it[1]!))
  assert.ok(named.length > 5)
  assert.deepEqual(
    named.filter(it => !existsSync(new URL(it, root))),
    []
  )
})

/** Only groups of settings, such as `nginx`, are taken apart; maps that users fill are values. */
function flatten(name: string, value: unknown): [string, unknown][] {
  const isGroup = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  return isGroup ? Object.entries(value).flatMap(([key, inner]) => flatten(`${name}.${key}`, inner)) : [[name, value]]
}
