import type { Read } from '../core/text.js'
import { type PemFile, parsePem } from '../service.js'
import { UsageError } from './exit.js'
import { absolute } from './options.js'

/** A file that the user named for what is in it. */
export function readPem(file: string, read: Read): PemFile {
  const entry = read(absolute(file))
  switch (entry.kind) {
    case 'file':
      return parsePem(entry.file)
    case 'missing':
      throw new UsageError(`${file}: there is no such file`)
    case 'directory':
      throw new UsageError(`${file}: a folder, not a file`)
    case 'unreadable':
      throw new UsageError(`${file}: ${entry.reason}`)
  }
}
