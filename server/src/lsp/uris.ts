import { fileURLToPath, pathToFileURL } from 'node:url'

/** The path of a file's URI, with `/` on every platform; a document that lies on no disk keeps its URI as its path. */
export function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) return uri
  try {
    const path = fileURLToPath(uri)
    return process.platform === 'win32' ? path.replaceAll('\\', '/').replace(/^[A-Z]:/, it => it.toLowerCase()) : path
  } catch {
    // Another host, or an escaped slash: nothing of ours lies there.
    return uri
  }
}

export function uriOf(path: string): string {
  return isOnDisk(path) ? pathToFileURL(path).toString() : path
}

/** False for the URI of an untitled document and the like. */
export const isOnDisk = (path: string): boolean => path.startsWith('/') || /^[a-z]:\//i.test(path)

/** Is the path the folder itself, or below it? */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** A path as people name it: from its folder on, with the folder's name where several are open. */
export function shownPath(path: string, folders: readonly string[]): string {
  const folder = folders.find(it => isInside(path, it))
  if (folder === undefined || folder === path) return path
  const below = path.slice(folder.endsWith('/') ? folder.length : folder.length + 1)
  return folders.length > 1 ? `${folder.split('/').filter(Boolean).at(-1) ?? ''}/${below}` : below
}
