import fs from 'node:fs'
import type { TextEdit } from '../core/text.js'
import type { Workspace } from '../open-workspace.js'
import { UsageError } from './exit.js'
import { relative } from './options.js'

/** Each fix can uncover the next; a pair that undoes one another must not go on for ever. */
const mostRounds = 10

export interface Fixed {
  readonly title: string
  readonly path: string
}

/** Applies the safe fixes to the files on disk, round by round until there is none left. `forget` makes the workspace's `read` look again. */
export function applyFixes(workspace: Workspace, forget: (path: string) => void): readonly Fixed[] {
  const fixed: Fixed[] = []
  for (let round = 0; round < mostRounds; round++) {
    const { edits, titles } = chooseFixes(workspace)
    if (edits.size === 0) break
    for (const path of edits.keys()) requireWritable(path)
    for (const [path, list] of edits) {
      rewrite(path, list, workspace)
      forget(path)
    }
    fixed.push(...titles)
    workspace.changed([...edits.keys()])
  }
  return fixed
}

/** The first safe fix of each finding, as long as it touches nothing that another one of this round touches. */
function chooseFixes(workspace: Workspace): {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>
  readonly titles: readonly Fixed[]
} {
  const edits = new Map<string, TextEdit[]>()
  const titles: Fixed[] = []
  for (const root of workspace.roots()) {
    for (const it of workspace.check(root)) {
      const fix = it.suppressed === undefined ? it.fixes.find(each => each.safe) : undefined
      if (!fix || fix.edits.some(edit => !isWritable(edit.path, workspace) || overlaps(edit, edits.get(edit.path)))) continue
      for (const edit of fix.edits) edits.set(edit.path, [...(edits.get(edit.path) ?? []), edit])
      titles.push({ title: fix.title, path: it.path })
    }
  }
  return { edits, titles }
}

const overlaps = (edit: TextEdit, others: readonly TextEdit[] = []): boolean =>
  others.some(it => edit.start <= it.end && it.start <= edit.end)

/** Only where text and bytes say the same: a binary file, or one with bytes that are no UTF-8, would come back changed. */
function isWritable(path: string, workspace: Workspace): boolean {
  const entry = workspace.read(path)
  return entry.kind === 'file' && entry.file.encoding === 'utf8' && Buffer.from(entry.file.text).equals(fs.readFileSync(path))
}

/** Asked of all files before the first is written, so that none is left out without a word. */
function requireWritable(path: string): void {
  try {
    fs.accessSync(path, fs.constants.W_OK)
  } catch (error) {
    throw new UsageError(`${relative(path)}: its fix cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
}

function rewrite(path: string, edits: readonly TextEdit[], workspace: Workspace): void {
  const entry = workspace.read(path)
  if (entry.kind !== 'file') return
  let { text } = entry.file
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) text = text.slice(0, edit.start) + edit.newText + text.slice(edit.end)
  fs.writeFileSync(path, text)
}
