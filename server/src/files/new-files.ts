import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What stands where a new file is to be written; nothing is written unless this is empty. */
export const inTheWay = (folder: string, names: Iterable<string>): readonly string[] => [...names].filter(it => isThere(join(folder, it)))

/** A symbolic link that leads nowhere is there too: writing would follow it. */
function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

/**
 * Writes files into a folder, which is made when it is missing. Never overwrites: when one cannot be written, those before
 * it are taken back, and the error is thrown on.
 */
export function writeNewFiles(
  folder: string,
  files: ReadonlyMap<string, { readonly content: string | Uint8Array; readonly secret: boolean }>
): void {
  mkdirSync(folder, { recursive: true })
  const written: string[] = []
  try {
    for (const [name, { content, secret }] of files) {
      const path = join(folder, name)
      writeFileSync(path, content, { flag: 'wx', mode: secret ? 0o600 : 0o644 })
      written.push(path)
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true })
    throw error
  }
}
