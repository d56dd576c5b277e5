import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Language } from '../core/dialect.js'

/** As much of a file as shows whether it is one of ours: what projects are full of is not read to its end for that. */
const enough = 256 * 1024

/**
 * The files that a walk is for. By name where that says enough; of languages that every project is full of only those whose
 * text shows that they matter, so that a thousand pages and scripts are neither kept nor counted.
 */
export const wantedBy =
  (languages: readonly Language[]) =>
  (path: string): boolean => {
    if (languages.some(it => !it.common && it.mayBe(path))) return true
    const possible = languages.filter(it => it.common && it.mayBe(path))
    const text = possible.length > 0 ? startOf(path) : undefined
    return text !== undefined && possible.some(it => it.detect(path, text))
  }

function startOf(path: string): string | undefined {
  try {
    // A pipe has nobody at its other end.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!fstatSync(descriptor).isFile()) return undefined
      const bytes = Buffer.allocUnsafe(enough)
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, enough, 0))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}
