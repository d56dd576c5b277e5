import type { Diagnostic } from '../server/src/core/diagnostic.js'
import { type FileEntry, type SourceFile, sourceFile } from '../server/src/core/text.js'
import type { Workspace } from '../server/src/core/workspace.js'
import { openWorkspace } from '../server/src/service.js'

/** Texts by their names in the folder of the workspace. */
export type Texts = Readonly<Record<string, string>>

/** A workspace of them, in which one may be written anew. */
export function open(texts: Texts): { readonly workspace: Workspace; readonly write: (name: string, text: string) => readonly string[] } {
  const files = new Map<string, SourceFile>()
  const put = (name: string, text: string) => files.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  for (const [name, text] of Object.entries(texts)) put(name, text)
  const read = (path: string): FileEntry => {
    const file = files.get(path)
    return file ? { kind: 'file', file } : { kind: 'missing' }
  }
  const workspace = openWorkspace({ read, now: () => new Date('2026-01-01'), files: files.keys(), folders: ['/w'] })
  return {
    workspace,
    write(name, text) {
      put(name, text)
      return workspace.changed([`/w/${name}`]).again.map(path => path.slice(3))
    }
  }
}

export const checkAll = (texts: Texts): readonly Diagnostic[] => {
  const { workspace } = open(texts)
  return workspace.roots().flatMap(root => workspace.check(root))
}
