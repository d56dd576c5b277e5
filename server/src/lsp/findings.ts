import type { Diagnostic } from '../core/diagnostic.js'

/** What was found, by the root that it was found from and by the file that it stands in: one file can be read from several roots. */
export interface Findings {
  /** Replaces what was found from a root. Returns the files that this concerns. */
  replace(root: string, found: readonly Diagnostic[]): Iterable<string>
  /** What stands in a file, each finding once. */
  inFile(path: string): readonly Diagnostic[]
  /** Everything, each finding once. */
  all(): readonly Diagnostic[]
  /** Those from which something was found. */
  roots(): Iterable<string>
}

export function createFindings(): Findings {
  const byFile = new Map<string, Map<string, Diagnostic[]>>()
  const filesOf = new Map<string, ReadonlySet<string>>()

  const remove = (root: string, path: string) => {
    const there = byFile.get(path)
    there?.delete(root)
    if (there?.size === 0) byFile.delete(path)
  }

  const inFile = (path: string): readonly Diagnostic[] => {
    const once = new Map<string, Diagnostic>()
    for (const found of byFile.get(path)?.values() ?? []) {
      for (const it of found) {
        const key = `${it.start}\n${it.end}\n${it.rule}\n${it.message}`
        if (!once.has(key)) once.set(key, it)
      }
    }
    return [...once.values()].sort((a, b) => a.start - b.start || a.end - b.end)
  }

  return {
    replace(root, found) {
      const before = filesOf.get(root) ?? new Set<string>()
      for (const path of before) remove(root, path)
      const now = new Set<string>()
      for (const it of found) {
        if (it.suppressed !== undefined) continue
        now.add(it.path)
        const there = byFile.get(it.path) ?? new Map<string, Diagnostic[]>()
        byFile.set(it.path, there)
        const fromRoot = there.get(root)
        if (fromRoot) fromRoot.push(it)
        else there.set(root, [it])
      }
      if (now.size > 0) filesOf.set(root, now)
      else filesOf.delete(root)
      return new Set([...before, ...now])
    },
    inFile,
    all: () => [...byFile.keys()].flatMap(inFile),
    roots: () => filesOf.keys()
  }
}
