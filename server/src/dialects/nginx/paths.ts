import type { LowerContext } from '../../core/dialect.js'
import type { CredentialRef } from '../../core/model.js'
import { isGlob } from './glob.js'
import type { Word } from './parser.js'

/** Turns paths as they are written into paths on this machine. */
export interface Paths {
  /** For files that a directive names. */
  resolve(written: string): string
  /** What words refer to, so that each is looked up once however many servers inherit it. */
  readonly credentials: Map<Word, CredentialRef>
  /** Does the path count from a folder that can only be guessed? */
  isGuess(written: string): boolean
}

/** Where nginx.conf lies once deployed, by distribution. */
const deployedPrefixes = [
  '/etc/nginx/',
  '/usr/local/nginx/conf/',
  '/usr/local/openresty/nginx/conf/',
  '/usr/local/etc/nginx/',
  '/opt/nginx/conf/'
]
/** Folders beside nginx.conf that hold parts of it: a part opened for itself has its prefix one level higher. */
const partFolders =
  /\/(?:conf\.d|sites-(?:available|enabled)|snippets|vhosts?(?:\.d)?|stream\.d|http\.d|modules-enabled|streams?-(?:available|enabled)|servers)$/

/** nginx resolves relative paths against the folder of the main file, whichever file they stand in. */
export function pathsOf(root: string, isPart: boolean, ctx: LowerContext): Paths {
  const folder = parentOf(root)
  const prefix = isPart && partFolders.test(folder) ? parentOf(folder) : folder
  // The main file of a part that stands alone is likely to lie in one of the folders around it.
  const around = isPart ? foldersAround(folder) : []
  const resolved = new Map<string, string>()
  return {
    credentials: new Map(),
    isGuess: written => isPart && !isAbsolute(written),
    // Hundreds of servers name the same certificate.
    resolve(written) {
      const path = resolved.get(written) ?? find(written)
      resolved.set(written, path)
      return path
    }
  }

  function find(written: string): string {
    if (!isAbsolute(written)) {
      const here = normalize(`${prefix}/${written}`)
      if (!isPart || isGlob(written) || exists(here, ctx)) return here
      return around.map(it => normalize(`${it}/${written}`)).find(it => exists(it, ctx)) ?? here
    }
    const path = normalize(written)
    const mapped = mapPath(path, ctx.settings.paths)
    if (mapped !== undefined) return mapped
    const deployed = deployedPrefixes.find(it => path.startsWith(it))
    if (!deployed || exists(path, ctx)) return path
    const here = `${prefix}/${path.slice(deployed.length)}`
    return exists(here, ctx) ? here : path
  }
}

const maxFoldersUp = 4

function foldersAround(folder: string): string[] {
  const folders = [folder]
  while (folders.length <= maxFoldersUp && folders[folders.length - 1]!.includes('/')) folders.push(parentOf(folders[folders.length - 1]!))
  return folders.filter(it => it !== '')
}

/** A pattern exists when its folder does. */
function exists(path: string, ctx: LowerContext): boolean {
  const wild = path.search(/[*?[]/)
  return ctx.read(wild < 0 ? path : path.slice(0, path.lastIndexOf('/', wild))).kind !== 'missing'
}

function mapPath(path: string, map: Readonly<Record<string, string>>): string | undefined {
  const from = Object.keys(map)
    .filter(it => path === it || path.startsWith(it.endsWith('/') ? it : `${it}/`))
    .sort((a, b) => b.length - a.length)[0]
  return from === undefined ? undefined : normalize(`${map[from]}/${path.slice(from.length)}`)
}

export const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[a-z]:[\\/]/i.test(path)

export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

export function normalize(path: string): string {
  if (path.startsWith('/') && !/[\\]|\/(?:\/|\.\.?(?:\/|$)|$)/.test(path)) return path
  const parts: string[] = []
  const segments = path.replace(/\\/g, '/').split('/')
  const first = segments[0]!
  for (const it of segments.slice(1)) {
    if (it === '..') parts.pop()
    else if (it !== '' && it !== '.') parts.push(it)
  }
  return `${first}/${parts.join('/')}`
}
