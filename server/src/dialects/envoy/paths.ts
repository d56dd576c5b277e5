import type { LowerContext } from '../../core/dialect.js'

/** Turns paths as they are written into paths on this machine. */
export interface Paths {
  resolve(written: string): string
  /** A relative path counts from the folder that Envoy is started in, which no file tells. */
  isGuess(written: string): boolean
}

const deployedPrefixes = ['/etc/envoy/', '/config/', '/etc/envoy/config/']
const maxFoldersUp = 4

export function pathsOf(root: string, ctx: LowerContext): Paths {
  const folder = parentOf(root)
  return { resolve, isGuess: written => !isAbsolute(written) }

  function resolve(written: string): string {
    if (!isAbsolute(written)) {
      const possible = foldersFrom(folder).map(it => normalize(`${it}/${written}`))
      return possible.find(exists) ?? possible[0]!
    }
    const path = normalize(written)
    const mapped = mapPath(path, ctx.settings.paths)
    if (mapped !== undefined) return mapped
    if (exists(path)) return path
    const here = deployedPrefixes.filter(it => path.startsWith(it)).map(it => `${folder}/${path.slice(it.length)}`)
    return here.find(exists) ?? path
  }

  function exists(path: string): boolean {
    return ctx.read(path).kind !== 'missing'
  }
}

function foldersFrom(folder: string): readonly string[] {
  const folders = [folder]
  while (folders.length <= maxFoldersUp && folders[folders.length - 1]!.includes('/')) folders.push(parentOf(folders[folders.length - 1]!))
  return folders.filter(it => it !== '')
}

function mapPath(path: string, map: Readonly<Record<string, string>>): string | undefined {
  const from = Object.keys(map)
    .filter(it => path === it || path.startsWith(it.endsWith('/') ? it : `${it}/`))
    .sort((a, b) => b.length - a.length)[0]
  return from === undefined ? undefined : normalize(`${map[from]}/${path.slice(from.length)}`)
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[a-z]:[\\/]/i.test(path)
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

function normalize(path: string): string {
  const parts: string[] = []
  const [first, ...segments] = path.replace(/\\/g, '/').split('/')
  for (const it of segments) {
    if (it === '..') parts.pop()
    else if (it !== '' && it !== '.') parts.push(it)
  }
  return `${first}/${parts.join('/')}`
}
