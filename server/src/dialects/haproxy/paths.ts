import type { LowerContext } from '../../core/dialect.js'

/** Where haproxy.cfg lies once deployed. */
const deployedFolders = ['/etc/haproxy/', '/usr/local/etc/haproxy/']

/** Turns paths as they are written into paths on this machine. */
export interface Paths {
  /** `base` is what `crt-base` or `ca-base` say, if they do. */
  resolve(written: string, base: string | undefined): string
}

/** HAProxy resolves relative paths against `crt-base` or `ca-base`, else against its working directory: the folder of the file is the best guess. */
export function pathsOf(root: string, ctx: LowerContext): Paths {
  const folder = parentOf(root)
  const known = new Map<string, string>()
  const here = (written: string): string => {
    const found = known.get(written)
    if (found !== undefined) return found
    const path = normalize(isAbsolute(written) ? written : `${folder}/${written}`)
    const mapped = mapPath(normalize(written), ctx.settings.paths) ?? mapPath(path, ctx.settings.paths)
    const deployed = mapped === undefined ? deployedFolders.find(it => path.startsWith(it)) : undefined
    if (!deployed) {
      known.set(written, mapped ?? path)
      return mapped ?? path
    }
    // Whoever asks has to be seen to have looked, so that this is never remembered.
    if (exists(path)) return path
    const beside = `${folder}/${path.slice(deployed.length)}`
    return exists(beside) ? beside : path
  }
  const exists = (path: string): boolean => ctx.read(path).kind !== 'missing'
  return { resolve: (written, base) => here(base === undefined || isAbsolute(written) ? written : `${base}/${written}`) }
}

function mapPath(path: string, map: Readonly<Record<string, string>>): string | undefined {
  const from = Object.keys(map)
    .filter(it => path === it || path.startsWith(it.endsWith('/') ? it : `${it}/`))
    .sort((a, b) => b.length - a.length)[0]
  return from === undefined ? undefined : normalize(`${map[from]}/${path.slice(from.length)}`)
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[a-z]:[\\/]/i.test(path)

export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

function normalize(path: string): string {
  const parts: string[] = []
  const segments = path.replace(/\\/g, '/').split('/')
  const first = segments[0]!
  for (const it of segments.slice(1)) {
    if (it === '..') parts.pop()
    else if (it !== '' && it !== '.') parts.push(it)
  }
  return `${first}/${parts.join('/')}`
}
