import type { Diagnostic, Severity } from '../core/diagnostic.js'

/** What was found, by the root that it was found from and by the file that it stands in: one file can be read from several roots. */
export interface Findings {
  /** Replaces what was found from a root. Returns the files that this concerns. */
  replace(root: string, found: readonly Diagnostic[]): Iterable<string>
  /** What stands in a file, each finding once. */
  inFile(path: string): readonly Diagnostic[]
  /** How many there are, each counted once. */
  count(severity: Severity): number
  /** Those from which something was found. */
  roots(): Iterable<string>
}

export function createFindings(): Findings {
  const byFile = new Map<string, Map<string, Diagnostic[]>>()
  /** What was counted and still holds, by file. */
  const counts = new Map<string, Record<Severity, number>>()
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
      const concerned = new Set([...before, ...now])
      for (const path of concerned) counts.delete(path)
      return concerned
    },
    inFile,
    count(severity) {
      let sum = 0
      for (const path of byFile.keys()) {
        const known = counts.get(path) ?? countBySeverity(inFile(path))
        counts.set(path, known)
        sum += known[severity]
      }
      return sum
    },
    roots: () => filesOf.keys()
  }
}

function countBySeverity(found: readonly Diagnostic[]): Record<Severity, number> {
  const counted = { error: 0, warning: 0, information: 0, hint: 0 }
  for (const { severity } of found) counted[severity]++
  return counted
}
