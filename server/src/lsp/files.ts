import type { FileEntry, Read } from '../core/text.js'
import { diskRead, largestFile, tooLarge } from '../files/disk.js'

/** What the editor holds, over what lies on disk. */
export interface Files {
  readonly read: Read
  /** The editor shows the document, or its text changed. */
  show(path: string, text: string, language: string): void
  close(path: string): void
  isOpen(path: string): boolean
  open(): Iterable<string>
  /** The editor's name for the language of an open document. */
  languageOf(path: string): string | undefined
  /** Something said that it changed: if it was ever read, the disk is looked at, whatever its times say. */
  lookAgain(path: string): void
  /** Where something else was read than before, since this was last asked. Whoever reads it first may want only one of its uses. */
  takeChanged(): readonly string[]
  /** All paths that were ever asked for, also those with nothing there. */
  known(): Iterable<string>
}

interface Shown {
  readonly language: string
  readonly entry: FileEntry
}

export function createFiles(): Files {
  const disk = diskRead()
  const open = new Map<string, Shown>()
  const handedOut = new Map<string, FileEntry>()
  const changed = new Set<string>()

  const entryAt: Read = path => open.get(path)?.entry ?? disk(path)

  const read: Read = path => {
    const entry = entryAt(path)
    const before = handedOut.get(path)
    if (entry === before) return entry
    if (before !== undefined) changed.add(path)
    handedOut.set(path, entry)
    return entry
  }

  return {
    read,
    // The editor tells of its own changes itself.
    show(path, text, language) {
      open.set(path, { language, entry: overlay(path, text, disk(path)) })
      handedOut.set(path, entryAt(path))
    },
    close(path) {
      open.delete(path)
      handedOut.set(path, entryAt(path))
    },
    isOpen: path => open.has(path),
    open: () => open.keys(),
    languageOf: path => open.get(path)?.language,
    lookAgain(path) {
      if (!handedOut.has(path)) return
      disk.forget(path)
      const shown = open.get(path)
      // Only the permissions of an open document can come from the disk; `overlay` keeps the object when they are the same.
      if (shown?.entry.kind === 'file') open.set(path, { ...shown, entry: withModeOf(shown.entry, disk(path)) })
      read(path)
    },
    takeChanged() {
      const paths = [...changed]
      changed.clear()
      return paths
    },
    known: () => handedOut.keys()
  }
}

/** The same object as on disk while the editor shows what lies there, so that opening a document changes nothing. */
function overlay(path: string, text: string, onDisk: FileEntry): FileEntry {
  if (onDisk.kind === 'file' && onDisk.file.text === text) return onDisk
  // What an editor makes of bytes that are no text is of no use to anybody.
  if (onDisk.kind === 'file' && onDisk.file.encoding === 'binary' && text.includes('\uFFFD')) return onDisk
  if (text.length > largestFile) return { kind: 'unreadable', reason: tooLarge(text.length) }
  return withModeOf({ kind: 'file', file: { path, text, encoding: 'utf8' } }, onDisk)
}

function withModeOf(entry: FileEntry & { readonly kind: 'file' }, onDisk: FileEntry): FileEntry {
  const mode = onDisk.kind === 'file' ? onDisk.file.mode : undefined
  return mode === undefined || mode === entry.file.mode ? entry : { kind: 'file', file: { ...entry.file, mode } }
}
