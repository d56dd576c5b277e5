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
