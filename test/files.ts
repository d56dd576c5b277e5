import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, with `/` at its end. */
export const repository = fileURLToPath(new URL('../', import.meta.url))

/** All files below a folder of the repository, as absolute paths, in order. */
export function filesBelow(folder: string, extension: string): readonly string[] {
  const entries = readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter(it => it.isFile() && it.name.endsWith(extension)).map(it => join(it.parentPath ?? it.path, it.name))
  return files.sort()
}
