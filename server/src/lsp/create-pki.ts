import { inTheWay, writeNewFiles } from '../files/new-files.js'
import { createDevelopmentPki, defaultWishes, readWishes } from '../service.js'
import type { CreatePkiAnswer, CreatePkiParams } from './protocol.js'
import { pathOf, uriOf } from './uris.js'

/** Makes certificates and keys for development where the user wants them. */
export async function createPki({ folder, serverNames, clientName }: CreatePkiParams, now: Date): Promise<CreatePkiAnswer> {
  const wanted = readWishes({
    ...defaultWishes,
    ...(serverNames && { serverNames }),
    ...(clientName !== undefined && { clientName }),
    now
  })
  if ('fault' in wanted) return { kind: 'error', message: `No certificates are made: ${wanted.fault}` }
  if (!folder.startsWith('file:')) return { kind: 'error', message: 'No certificates are made: the folder is not on a disk' }
  const path = pathOf(folder)
  const { files, password } = await createDevelopmentPki(wanted)
  const present = inTheWay(path, files.keys())
  if (present.length > 0) return { kind: 'error', message: `Nothing is written, for there is ${present.join(', ')} already` }
  try {
    writeNewFiles(path, files)
  } catch (error) {
    return { kind: 'error', message: `Nothing is written: ${error instanceof Error ? error.message : String(error)}` }
  }
  return {
    kind: 'made',
    files: Array.from(files, ([name, { what }]) => ({ uri: uriOf(`${path.replace(/\/$/, '')}/${name}`), what })),
    password
  }
}
