import type { Read } from '../core/text.js'
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
