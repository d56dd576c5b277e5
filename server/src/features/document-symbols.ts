import type { Dialect, DocumentSymbol } from '../core/dialect.js'
import type { SourceFile } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'

/** The outline of a file. */
export const documentSymbols = (workspace: Workspace, file: SourceFile): readonly DocumentSymbol[] =>
  dialectFor(workspace, file.path)?.symbols?.(file) ?? []

/** A part of a configuration that says nothing of itself has its dialect from the root that includes it. */
export function dialectFor(workspace: Workspace, path: string): Dialect | undefined {
  const own = workspace.dialectOf(path)
  if (own) return own
  const root = workspace.roots().find(it => workspace.lowered(it)?.files.some(file => file.path === path))
  return root === undefined ? undefined : workspace.dialectOf(root)
}
