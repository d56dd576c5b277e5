/** Where commands stand: in the whole of a script, or in the fenced blocks of a page. */
import type { SourceFile, Span } from '../../core/text.js'

const pages = /\.(?:md|markdown)$/i
const scripts = /\.(?:sh|bash|zsh|ksh|bats)$/i
/** A script without an extension says in its first line what it is. */
const bareNames = /(?:^|\/)[\w-]+$/
const shebang = /^#![^\n]{0,100}\b(?:ba|da|z|k)?sh\b/

export const isPage = (path: string): boolean => pages.test(path)

export const mayBe = (path: string): boolean => pages.test(path) || scripts.test(path) || bareNames.test(path)

/** Generated pages and logs of megabytes are no documentation. */
const largest = 1_000_000

export function detect(path: string, text: string): boolean {
  if (text.length > largest || !mayBe(path)) return false
  if (!text.includes('s_client') && !(text.includes('curl') && text.includes('https:'))) return false
  return isPage(path) ? /^[ \t]*(?:```|~~~)/m.test(text) : scripts.test(path) || shebang.test(text)
}

export const regionsOf = (file: SourceFile): readonly Span[] =>
  isPage(file.path) ? shellBlocks(file.text) : [{ start: 0, end: file.text.length }]

const shells = /^(?:sh|bash|shell|zsh|ksh|console|shell-?session|sh-session|terminal|)$/i

/** Fenced blocks in a shell's language, or in none. */
function shellBlocks(text: string): readonly Span[] {
  const found: Span[] = []
  let open: { readonly fence: string; readonly start: number; readonly isShell: boolean } | undefined
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const match = /^[ \t]*(`{3,}|~{3,})[ \t]*\{?([^\s`,}]*)/.exec(text.slice(at, Math.min(end, at + 200)))
    if (match && !open) open = { fence: match[1]!, start: Math.min(end + 1, text.length), isShell: shells.test(match[2]!) }
    else if (match && open && match[2] === '' && match[1]!.startsWith(open.fence)) {
      if (open.isShell) found.push({ start: open.start, end: at })
      open = undefined
    }
    at = end + 1
  }
  return found
}
