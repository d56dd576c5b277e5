/** nginx configurations as values, for tests: files by path, the first of them the root. */
import type { Lowered } from '../server/src/core/dialect.js'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { defaultSettings, type Settings } from '../server/src/core/settings.js'
import { type FileEntry, type Location, type Read, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { nginx } from '../server/src/dialects/nginx/index.js'

export type Files = Readonly<Record<string, string>>

export interface Lowering extends Lowered {
  readonly root: SourceFile
  readonly read: Read
  /** The text at a place. */
  text(at: Location): string
}

/** Reads a text as `/project/nginx.conf`, or several files of which the first is the root. */
export function lowerNginx(given: string | Files, settings: Partial<Settings> = {}): Lowering {
  const files = new Map(
    Object.entries(typeof given === 'string' ? { '/project/nginx.conf': given } : given).map(([path, text]) => [
      path,
      sourceFile(path, text)
    ])
  )
  const root = [...files.values()][0]!
  const read = readOf(files)
  const lowered = nginx.lower(root, { read, settings: { ...defaultSettings, ...settings }, declared: () => [] })
  return { ...lowered, root, read, text: at => files.get(at.path)?.text.slice(at.start, at.end) ?? '' }
}

export function readOf(files: ReadonlyMap<string, SourceFile>): Read {
  return path => {
    const file = files.get(path)
    if (file) return { kind: 'file', file }
    const inside = [...files.keys()].filter(it => it.startsWith(`${path}/`)).map(it => it.slice(path.length + 1).split('/')[0]!)
    return inside.length > 0 ? { kind: 'directory', names: [...new Set(inside)] } : ({ kind: 'missing' } satisfies FileEntry)
  }
}

export const servers = (it: Lowered): readonly TlsEndpoint[] => it.endpoints.filter(endpoint => endpoint.role === 'server')
export const clients = (it: Lowered): readonly TlsEndpoint[] => it.endpoints.filter(endpoint => endpoint.role === 'client')
