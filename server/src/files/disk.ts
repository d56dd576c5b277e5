import { constants, readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import type { FileEntry, Read, SourceFile } from '../core/text.js'

/** Larger files are not read: no configuration, chain or trust bundle comes near, and reading them would stall the editor. */
export const largestFile = 16 * 1024 * 1024

/** Reads the disk. The same object for a path until the content or the permissions change. */
export type DiskRead = Read & {
  /** Reads it afresh next time: something said that it changed, and times can be too coarse to show it. */
  forget(path: string): void
}

/** The disk as one run sees it. */
export type DiskSnapshot = DiskRead & {
  /** What somebody else has listed already need not be listed again. */
  noteDirectory(path: string, names: readonly string[]): void
}

/** What tells that a file is still the one that was read. */
type Stamp = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>

interface Known {
  /** Absent where nothing stands, and where it is to be read afresh. */
  readonly stamp: Stamp | undefined
  readonly entry: FileEntry
  /** When it was looked at, in milliseconds. */
  readonly lookedAt: number
}

/** `trusted`: one check asks for the same file hundreds of times; for so many milliseconds what was seen is taken for what is there. */
export function diskRead(trusted = 200): DiskRead {
  const known = new Map<string, Known>()
  const read: Read = path => {
    const before = known.get(path)
    const now = performance.now()
    if (before && now - before.lookedAt < trusted) return before.entry
    const looked = look(path, before, now)
    known.set(path, looked)
    return looked.entry
  }
  const forget = (path: string) => {
    const before = known.get(path)
    if (before) known.set(path, { entry: before.entry, stamp: undefined, lookedAt: Number.NEGATIVE_INFINITY })
  }
  return Object.assign(read, { forget })
}

/** The disk as one run of a command sees it: each file as it was when it was first asked for. */
export function diskSnapshot(): DiskSnapshot {
  const known = new Map<string, FileEntry>()
  const read: Read = path => {
    const before = known.get(path)
    if (before) return before
    const entry = entryAt(path)
    known.set(path, entry)
    return entry
  }
  return Object.assign(read, {
    forget: (path: string) => void known.delete(path),
    noteDirectory: (path: string, names: readonly string[]) => void known.set(path, { kind: 'directory', names })
  })
}

function entryAt(path: string): FileEntry {
  const found = statPath(path)
  return 'kind' in found ? found : attempt(() => readEntry(path, found))
}

function look(path: string, before: Known | undefined, lookedAt: number): Known {
  const found = statPath(path)
  if ('kind' in found) return { stamp: undefined, entry: sameOr(before, found), lookedAt }
  if (before?.stamp && isUntouched(before.stamp, found)) return { ...before, lookedAt }
  const { ino, size, mtimeMs, ctimeMs } = found
  const now = attempt(() => readEntry(path, found))
  return { stamp: { ino, size, mtimeMs, ctimeMs }, entry: sameOr(before, now), lookedAt }
}

const isUntouched = (before: Stamp, now: Stamp): boolean =>
  before.ino === now.ino && before.size === now.size && before.mtimeMs === now.mtimeMs && before.ctimeMs === now.ctimeMs

const sameOr = (before: Known | undefined, now: FileEntry): FileEntry => (before && isSame(before.entry, now) ? before.entry : now)

/** A file that was only touched, or written again as it was, is no other file. */
function isSame(before: FileEntry, now: FileEntry): boolean {
  if (before.kind === 'file') {
    return now.kind === 'file' && before.file.mode === now.file.mode && before.file.text === now.file.text
  }
  if (before.kind === 'directory') return now.kind === 'directory' && before.names.join('/') === now.names.join('/')
  if (before.kind === 'unreadable') return now.kind === 'unreadable' && before.reason === now.reason
  return now.kind === 'missing'
}

/** A message's clause for content that is too large, from disk or from an editor. */
export const tooLarge = (size: number): string =>
  `it is ${Math.round(size / 1_000_000)} MB large, and files over ${largestFile / 1024 / 1024} MB are not read`

function statPath(path: string): Stats | FileEntry {
  // Documents that lie on no disk have URIs for paths.
  if (!path.startsWith('/') && !/^[a-z]:/i.test(path)) return { kind: 'missing' }
  return attempt((): Stats | FileEntry => statSync(path, { throwIfNoEntry: false }) ?? { kind: 'missing' })
}

function readEntry(path: string, stats: Stats): FileEntry {
  if (stats.isDirectory()) return { kind: 'directory', names: readdirSync(path).sort() }
  // Opening a pipe waits for its other end, and a device may never end.
  if (!stats.isFile()) return { kind: 'unreadable', reason: 'it is neither a file nor a directory' }
  if (stats.size > largestFile) return { kind: 'unreadable', reason: tooLarge(stats.size) }
  return readFile(path, stats)
}

// What stands at the path can be exchanged for a pipe between looking and opening, so nothing may wait here either.
// Node takes a number for this, of which its types do not know.
const flag = (constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)) as unknown as string

function readFile(path: string, stats: Stats): FileEntry {
  const text = readFileSync(path, { encoding: 'utf8', flag })
  const mode = process.platform === 'win32' ? undefined : stats.mode & 0o7777
  // What is no text is read again, as bytes: Node has a quick way to read text, and nearly all is.
  if (!isBinary(text)) return { kind: 'file', file: { path, text, encoding: 'utf8', ...(mode !== undefined && { mode }) } }
  const bytes = readFileSync(path, { encoding: 'latin1', flag })
  return { kind: 'file', file: { path, text: bytes, encoding: 'binary', ...(mode !== undefined && { mode }) } }
}

/** The same of bytes that are on no disk. */
export function fileOfBytes(path: string, bytes: Buffer): SourceFile {
  const text = bytes.toString('utf8')
  return isBinary(text) ? { path, text: bytes.toString('latin1'), encoding: 'binary' } : { path, text, encoding: 'utf8' }
}

/** DER starts with a SEQUENCE, whose length is over 127 in all but the smallest keys, and those hold a zero byte. */
const isBinary = (text: string): boolean => (text.startsWith('0') && text.charCodeAt(1) >= 0x80) || text.includes('\0')

function attempt<T>(act: () => T): T | FileEntry {
  try {
    return act()
  } catch (error) {
    return failure((error as NodeJS.ErrnoException).code ?? 'unknown error')
  }
}

function failure(code: string): FileEntry {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ERR_INVALID_ARG_VALUE':
      return { kind: 'missing' }
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unreadable', reason: 'permission is denied' }
    case 'ELOOP':
      return { kind: 'unreadable', reason: 'its symbolic links form a loop' }
    default:
      return { kind: 'unreadable', reason: `reading it failed (${code})` }
  }
}
