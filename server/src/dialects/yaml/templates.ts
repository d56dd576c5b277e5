import type { Span } from '../../core/text.js'

/** Text made ready for the YAML reader: as long as before, with the parts that a template engine fills in made harmless. */
export interface Untemplated {
  readonly text: string
  /** Where the engine writes, in order. What overlaps one is not known here. */
  readonly holes: readonly Span[]
}

const marks: readonly (readonly [open: string, close: string])[] = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>']
]

/** Helm, Jinja and ERB, whose actions are no YAML. A line that holds nothing else becomes blank; within a line a word stands in. */
export function untemplate(text: string): Untemplated {
  if (!marks.some(([open]) => text.includes(open))) return { text, holes: [] }
  const holes = findHoles(text)
  if (holes.length === 0) return { text, holes }
  const parts: string[] = []
  let at = 0
  for (const hole of holes) {
    parts.push(text.slice(at, hole.start), fill(text, hole))
    at = hole.end
  }
  parts.push(text.slice(at))
  return { text: parts.join(''), holes }
}

function findHoles(text: string): readonly Span[] {
  const holes: Span[] = []
  const opening = /\{\{|\{%|<%/g
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const close = marks.find(([open]) => open === match![0])![1]
    const end = text.indexOf(close, match.index + 2)
    if (end < 0) continue
    holes.push({ start: match.index, end: end + close.length })
    opening.lastIndex = end + close.length
  }
  return holes
}

function fill(text: string, hole: Span): string {
  const action = text.slice(hole.start, hole.end)
  return standsAlone(text, hole) ? action.replace(/[^\r\n]/g, ' ') : action.replace(/[^\r\n]/g, 'T')
}

/** Only other actions and blanks on its line: control flow, or an include that writes whole lines. */
function standsAlone(text: string, hole: Span): boolean {
  const before = text.slice(text.lastIndexOf('\n', hole.start - 1) + 1, hole.start)
  const lineEnd = text.indexOf('\n', hole.end)
  const after = text.slice(hole.end, lineEnd < 0 ? undefined : lineEnd)
  const blank = /^\s*(?:\{\{[^}]*\}\}\s*|\{%[^%]*%\}\s*)*$/
  return before.length < 1000 && after.length < 1000 && blank.test(before) && blank.test(after)
}
