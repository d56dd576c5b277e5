import type { Read, SourceFile } from '../core/text.js'
import { UsageError } from './exit.js'
import { absolute } from './options.js'

/** Is what the user named a folder? It must be there, and let itself be read. */
export function isFolder(path: string, read: Read): boolean {
  // A variable of a script that was never set: the working directory is not meant.
  const entry = path === '' ? undefined : read(absolute(path))
  if (!entry || entry.kind === 'missing') throw new UsageError(`${path}: there is no such file or folder`)
  if (entry.kind === 'unreadable') throw new UsageError(`${path}: ${entry.reason}`)
  return entry.kind === 'directory'
}

/** The file that the user named, as it is `shown` in what is said of it. */
export function requireFile(path: string, read: Read, shown = path): SourceFile {
  const entry = read(absolute(path))
  switch (entry.kind) {
    case 'file':
      return entry.file
    case 'missing':
      throw new UsageError(`${shown}: there is no such file`)
    case 'directory':
      throw new UsageError(`${shown}: a folder, not a file`)
    case 'unreadable':
      throw new UsageError(`${shown}: ${entry.reason}`)
  }
}
