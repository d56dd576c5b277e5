/** Where the files of a command lie. The folder that it is run in can only be guessed. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialRef } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import type { Word } from './shell.js'

/** A page tells readers to change folders; a variable leaves them anywhere. */
export interface WorkingFolder {
  /** Relative to where the page's commands are run, or absolute; absent when it is not known. */
  readonly changes?: string
}

export const here: WorkingFolder = { changes: '' }

/** Commands of a page are run in its folder, or in one of those around it. */
const mostFoldersUp = 3

export function changeFolder(folder: WorkingFolder, target: Word | undefined, text: string): WorkingFolder {
  if (!target) return {}
  if (target.dynamic) {
    // `cd "$(dirname "$0")/.."` counts from where the script lies.
    const own = /^"?\$\(\s*dirname\s[^)]{1,60}\)\/?([\w./-]*)"?$/.exec(text.slice(target.start, Math.min(target.end, target.start + 200)))
    return own ? { changes: own[1]! } : {}
  }
  if (target.value.startsWith('/')) return { changes: target.value }
  if (folder.changes === undefined || /^[~-]/.test(target.value)) return {}
  return { changes: folder.changes === '' ? target.value : `${folder.changes}/${target.value}` }
}

export interface Found {
  readonly ref: CredentialRef
  /** Is something there? */
  readonly exists: boolean
}

export function fileOf(word: Word, name: string, at: Location, folder: WorkingFolder, ctx: LowerContext): Found {
  const { value } = word
  if (word.dynamic || value === '' || value.startsWith('~') || /^[a-z][a-z\d+.-]+:/i.test(value))
    return { ref: { kind: 'dynamic', text: value, at, name }, exists: false }
  const paths = candidates(value, at.path, folder)
  if (paths.length === 0) return { ref: { kind: 'dynamic', text: value, at, name }, exists: false }
  for (const path of paths) {
    const { kind } = ctx.read(path)
    if (kind !== 'missing')
      return { ref: { kind: kind === 'directory' ? 'directory' : 'file', path, written: value, at, name }, exists: true }
  }
  return { ref: { kind: 'file', path: paths[0]!, written: value, at, name }, exists: false }
}

function candidates(written: string, from: string, { changes }: WorkingFolder): readonly string[] {
  if (written.startsWith('/')) return [normalize(written)]
  if (changes === undefined) return []
  if (changes.startsWith('/')) return [normalize(`${changes}/${written}`)]
  const found: string[] = []
  for (let folder = parentOf(from); folder !== '' && found.length <= mostFoldersUp; folder = parentOf(folder))
    found.push(normalize(`${folder}/${changes}/${written}`))
  return found
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

function normalize(path: string): string {
  const parts: string[] = []
  for (const it of path.split('/')) {
    if (it === '..') parts.pop()
    else if (it !== '' && it !== '.') parts.push(it)
  }
  return path.startsWith('/') ? `/${parts.join('/')}` : parts.join('/')
}
