import type { Diagnostic } from './diagnostic.js'
import { lineIndex, memo, type SourceFile } from './text.js'

// The comment sign belongs to the language; before a PEM block there is none that a reader would mind, so it is optional.
const comment =
  /^(.*?)(?:#|\/\/|;|!|<!--)?[ \t]*mtls-lens-ignore[ \t]+([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)[ \t]*(?::[ \t]*(.*?))?[ \t]*(?:-->)?$/

type Ignored = ReadonlyMap<string, string>

/** For each line, the rules that are ignored on it, with the reason given. */
const ignoredByLine: (file: SourceFile) => ReadonlyMap<number, Ignored> = memo(file => {
  const byLine = new Map<number, Map<string, string>>()
  if (!file.text.includes('mtls-lens-ignore')) return byLine
  let pending = new Map<string, string>()
  file.text.split(/\r\n|\r|\n/).forEach((line, number) => {
    const match = line.length < 2000 ? comment.exec(line) : null
    const here = new Map(pending)
    if (match) for (const id of match[2]!.split(',')) here.set(id.trim(), match[3]?.trim() || 'ignored by a comment')
    if (here.size > 0) byLine.set(number, here)
    // A line that holds nothing but the comment speaks for the line below it; several may be stacked.
    const aloneOnItsLine = match !== null && match[1]!.trim() === ''
    pending = aloneOnItsLine ? here : new Map()
  })
  return byLine
})

/** The reason why an ignore comment silences this finding, if one does. */
export function suppression(file: SourceFile, diagnostic: Pick<Diagnostic, 'rule' | 'start'>): string | undefined {
  const ignored = ignoredByLine(file)
  if (ignored.size === 0) return undefined
  const at = (offset: number) => ignored.get(lineIndex(file).position(offset).line)?.get(diagnostic.rule)
  return at(diagnostic.start) ?? at(blockStart(file.text, diagnostic.start))
}

/** Nothing can be written inside of a PEM block, so a comment above the block speaks for all of it. */
function blockStart(text: string, offset: number): number {
  const begin = text.lastIndexOf('-----BEGIN ', offset)
  return begin > text.lastIndexOf('-----END ', offset) ? begin : offset
}

/** The text that `Ignore this finding` inserts above a line. */
export const ignoreComment = (commentSign: string, rule: string): string => `${commentSign} mtls-lens-ignore ${rule}: `
