import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import ignore, { type Ignore } from 'ignore'

/** More files than any project of configurations has; a home directory opened by mistake must not take the machine. */
const mostFiles = 20_000
const mostEntries = 500_000
const neverEntered = new Set(['.git', '.hg', '.svn', 'node_modules'])

/** What a walk tells on its way. */
export interface Telling {
  /** Why part of the folder is passed over. */
  notice?(message: string): void
  /** A folder that cannot be listed. */
  passedOver?(path: string, reason: string): void
  /** The names in a folder, sorted. */
  listed?(path: string, names: readonly string[]): void
}

/** The files of a folder that are wanted and that git would not ignore: sorted, absolute, with `/` on every platform. */
export function walk(folder: string, wanted: (path: string) => boolean, tell?: Telling): string[] {
  const found: string[] = []
  for (const it of walkSteps(folder, wanted, tell)) if (it !== undefined) found.push(it)
  return found.sort()
}

/** The same in steps, one a directory entry, so that a caller with other duties can pause. Unsorted across folders. */
export function* walkSteps(folder: string, wanted: (path: string) => boolean, tell: Telling = {}): Generator<string | undefined> {
  const top = slashes(folder)
  const pending: Folder[] = [{ path: top, ignores: ignoresAbove(top) }]
  let entries = 0
  let files = 0
  for (let here = pending.pop(); here; here = pending.pop()) {
    const listed = list(here.path, tell)
    const ignores = listed.some(it => mayIgnore.has(it.name)) ? [...ignoresIn(here.path), ...here.ignores] : here.ignores
    const below: Folder[] = []
    for (const entry of listed) {
      if (++entries > mostEntries) return tell.notice?.(`${top || '/'} holds over ${mostEntries} files; only part of it is checked`)
      const path = `${here.path}/${entry.name}`
      if (entry.isDirectory()) {
        if (!neverEntered.has(entry.name) && !isIgnored(`${path}/`, ignores)) below.push({ path, ignores })
      } else if (wanted(path) && isFile(entry, path, top) && !isIgnored(path, ignores)) {
        if (++files > mostFiles)
          return tell.notice?.(`${top || '/'} holds over ${mostFiles} certificates and configurations; only these are checked`)
        yield path
        continue
      }
      yield undefined
    }
    pending.push(...below.reverse())
  }
}

/** What a walk of `folder` would find at a path inside it, or below: for a file or a folder that appeared since. */
export function walkPart(folder: string, path: string, wanted: (path: string) => boolean): readonly string[] {
  const stats = attempt(() => statSync(path, { throwIfNoEntry: false }))
  if (!stats || !isEntered(slashes(folder), path, stats.isDirectory())) return []
  if (stats.isDirectory()) return walk(path, wanted)
  return stats.isFile() && wanted(path) ? [path] : []
}

function isEntered(top: string, path: string, isDirectory: boolean): boolean {
  let ignores = ignoresAbove(top)
  const parts = path.slice(top.length + 1).split('/')
  return parts.every((part, index) => {
    const parent = [top, ...parts.slice(0, index)].join('/')
    ignores = [...ignoresIn(parent), ...ignores]
    const folded = isDirectory || index < parts.length - 1
    return !(folded && neverEntered.has(part)) && !isIgnored(`${parent}/${part}${folded ? '/' : ''}`, ignores)
  })
}

interface Folder {
  readonly path: string
  /** Innermost first. */
  readonly ignores: readonly Ignores[]
}

interface Ignores {
  /** With a slash at the end. */
  readonly base: string
  readonly patterns: Ignore
}

const slashes = (path: string): string => {
  const forward = process.platform === 'win32' ? path.replaceAll('\\', '/') : path
  return forward.replace(/\/+$/, '')
}

function list(path: string, tell: Telling): readonly Dirent[] {
  try {
    const found = readdirSync(path || '/', { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    tell.listed?.(
      path,
      found.map(it => it.name)
    )
    return found
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    tell.passedOver?.(path, code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : `listing it failed (${code})`)
    return []
  }
}

/**
 * Links to directories are not followed, as git does not, so no loop of links can catch the walk. A link to a file is
 * followed when it leads out of the folder; inside, the file is met at its own place.
 */
function isFile(entry: Dirent, path: string, top: string): boolean {
  if (entry.isFile()) return true
  if (!entry.isSymbolicLink()) return false
  const leadsOut = () => !slashes(realpathSync(path)).startsWith(`${slashes(realpathSync(top || '/'))}/`)
  return attempt(() => statSync(path).isFile() && leadsOut()) ?? false
}

/** What the folders above say, up to the root of the repository; unless they ignore the very folder that was asked for. */
function ignoresAbove(top: string): readonly Ignores[] {
  const found: Ignores[] = []
  let path = top
  while (!existsSync(`${path}/.git`)) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    // Outside of any repository nobody else's patterns apply.
    if (parent === path || parent === '') return []
    path = parent
    found.push(...ignoresIn(path))
  }
  return isIgnored(`${top}/`, found) ? [] : found
}

/** Without one of these in it, a folder ignores nothing. */
const mayIgnore = new Set(['.gitignore', '.git'])

function ignoresIn(path: string): readonly Ignores[] {
  const text = ['.gitignore', '.git/info/exclude'].map(it => readText(`${path}/${it}`)).join('\n')
  return text.trim() === '' ? [] : [{ base: `${path}/`, patterns: ignore({ allowRelativePaths: true }).add(text) }]
}

function readText(path: string): string {
  const read = () => (statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : '')
  return attempt(read) ?? ''
}

/** The innermost file that speaks of the path decides. */
function isIgnored(path: string, ignores: readonly Ignores[]): boolean {
  for (const { base, patterns } of ignores) {
    const verdict = testPattern(patterns, path.slice(base.length))
    if (verdict.ignored) return true
    if (verdict.unignored) return false
  }
  return false
}

function testPattern(patterns: Ignore, path: string): { readonly ignored: boolean; readonly unignored: boolean } {
  // A pattern that makes no sense ignores nothing.
  return attempt(() => patterns.test(path)) ?? { ignored: false, unignored: false }
}

/** Nothing when the disk, or a library, refuses. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
