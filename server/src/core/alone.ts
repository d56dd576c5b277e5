import type { Read } from './text.js'

/** The same files, but for others of its kind beside `path`: who names one configuration means it to be whole. */
export function alone(path: string, read: Read): Read {
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, slash)
  const extension = /\.[^./]*$/.exec(path)?.[0] ?? ''
  return asked => {
    const entry = read(asked)
    if (asked !== folder || entry.kind !== 'directory' || extension === '') return entry
    return { kind: 'directory', names: entry.names.filter(it => !it.endsWith(extension) || `${folder}/${it}` === path) }
  }
}
