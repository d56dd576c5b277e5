/** Writes docs/rules.md, the list of all rules, from the rules and their pages: `npm run rules`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rulesTable } from '../test/rules-table.js'

writeFileSync(fileURLToPath(new URL('../docs/rules.md', import.meta.url)), rulesTable())
