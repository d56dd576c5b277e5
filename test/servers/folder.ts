import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Diagnostic, reaches } from '../../server/src/core/diagnostic.js'
import type { SourceFile } from '../../server/src/core/text.js'
import { openWorkspace, type Workspace } from '../../server/src/service.js'
import { applyEdits, readFrom } from '../page.js'

/** Everything in a folder, with keys that only their owner can read: a checkout cannot keep that, and it is not the story. */
function openFolder(folder: string): Workspace {
  const files = new Map<string, SourceFile>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    if (statSync(path).isFile()) files.set(path, { path, text: readFileSync(path, 'utf8'), encoding: 'utf8', mode: 0o600 })
  }
  return openWorkspace({ read: readFrom(files), files: files.keys(), folders: [folder] })
}

/** Errors and warnings of a folder, as `rule file`. */
export function findingsIn(folder: string): readonly string[] {
  const workspace = openFolder(folder)
  const found = workspace.roots().flatMap(root => workspace.check(root))
  return grave(found, it => `${it.rule} ${it.path.slice(folder.length + 1)}`)
}

/** Writes the first fix that a finding of the rule offers. */
export function applyFirstFix(folder: string, rule: string): void {
  const workspace = openFolder(folder)
  const found = workspace.roots().flatMap(root => workspace.check(root))
  const fix = found.filter(it => it.rule === rule).flatMap(it => it.fixes)[0]
  if (!fix) throw new Error(`${rule} offers no fix`)
  for (const path of new Set(fix.edits.map(it => it.path))) {
    const entry = workspace.read(path)
    if (entry.kind === 'file') writeFileSync(path, applyEdits(entry.file, fix.edits))
  }
}

/** The rules of the errors and warnings of one file of a folder. */
export const rulesIn = (folder: string, file: string): readonly string[] =>
  grave(openFolder(folder).check(join(folder, file)), it => it.rule)

function grave(found: readonly Diagnostic[], words: (it: Diagnostic) => string): readonly string[] {
  return [...new Set(found.filter(it => reaches(it.severity, 'warning')).map(words))].sort()
}
