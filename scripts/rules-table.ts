/**
 * Lists all rules where people and editors look for them, in docs/rules.md and in the setting `mtlsLens.rules`, and what
 * verifiers differ in, in docs/verifiers.md: `npm run rules`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rules } from '../server/src/rules/index.js'
import { rulesTable } from '../test/rules-table.js'
import { verifiersTable } from '../test/verifiers-table.js'

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

writeFileSync(pathOf('docs/rules.md'), rulesTable())
writeFileSync(pathOf('docs/verifiers.md'), verifiersTable())

const manifest = JSON.parse(readFileSync(pathOf('package.json'), 'utf8'))
manifest.contributes.configuration.properties['mtlsLens.rules'].propertyNames.enum = ['*', ...rules.map(it => it.id).sort()]
writeFileSync(pathOf('package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
