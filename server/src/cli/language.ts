import type { Read } from '../core/text.js'

/** Who names a file on the command line says that it is a configuration, however little of its name and text shows that. */
export function languageByText(path: string, read: Read): string | undefined {
  const entry = read(path)
  const text = entry.kind === 'file' ? entry.file.text : ''
  if (/^[ \t]*(?:global|defaults|frontend|listen|backend)\b/m.test(text)) return 'haproxy'
  return /\b(?:http|stream|mail|server|events)\s*\{/.test(text) ? 'nginx' : undefined
}
