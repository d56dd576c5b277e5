import { type Edited, editBetween } from '../../core/edited.js'
import type { SourceFile } from '../../core/text.js'
import { isTemplate, type LexicalError, type Line, parse, parseText, type Section, type SyntaxTree, treesOf, type Word } from './parser.js'

/** What an edit inside one section did to the tree: all but this section is as it was. */
export interface Replaced {
  readonly edited: Edited
  /** Its place among the sections. */
  readonly index: number
}

const replacements = new WeakMap<SyntaxTree, Replaced>()

/** The section that alone differs from the text before the last edit; nothing when more may. */
export const replacedIn = (file: SourceFile, version: string): Replaced | undefined => replacements.get(parse(file, version))

/**
 * Parses an edited text by reading again only the section that holds the edit. Where the edit may reach further than that section
 * nothing happens here, and `parse` will read the whole text.
 */
export function parseAgain(before: SourceFile, after: SourceFile): void {
  // A text comes back when an edit is undone: what led to it the last time says nothing of this time.
  for (const tree of treesOf(after).values()) replacements.delete(tree)
  const trees = treesOf(before)
  if (trees.size === 0) return
  const edited = editBetween(before, after)
  for (const [version, tree] of trees) {
    const again = replaceSection(tree, before.text, after.text, edited, version)
    if (!again) continue
    treesOf(after).set(version, again.tree)
    replacements.set(again.tree, { edited, index: again.index })
  }
}

function replaceSection(
  tree: SyntaxTree,
  before: string,
  after: string,
  edited: Edited,
  version: string
): { readonly tree: SyntaxTree; readonly index: number } | undefined {
  if (tree.template || tree.conditional) return undefined
  const index = lastStartingBefore(tree.sections, edited.start)
  const section = tree.sections[index]
  if (!section) return undefined
  const next = tree.sections[index + 1]
  const from = lineStart(before, section.start)
  const to = next ? lineStart(before, next.start) : before.length
  const headerEnd = before.indexOf('\n', section.start)
  // The line ends above and below stay what they are, so that no line beside the section can become another.
  if (headerEnd < 0 || edited.start <= headerEnd || (next ? edited.end >= to : edited.end > to)) return undefined
  const again = parseText(after, version, from, to + edited.by)
  const [only, ...more] = again.sections
  if (!only || more.length > 0 || again.conditional) return undefined
  // What a template engine takes for its own may reach into the next line.
  if (isTemplate(after.slice(from, next ? lineEnd(after, next.start + edited.by) : after.length))) return undefined
  const { by } = edited
  const sections = tree.sections.map((it, at) => (at < index ? it : at === index ? only : movedSection(it, by)))
  const errors = [
    ...tree.errors.filter(it => it.start < from),
    ...again.errors,
    ...tree.errors.filter(it => it.start >= to).map(it => movedError(it, by))
  ]
  return { tree: { ...tree, sections, errors }, index }
}

function lastStartingBefore(sections: readonly Section[], offset: number): number {
  let low = -1
  let high = sections.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (sections[middle]!.start < offset) low = middle
    else high = middle - 1
  }
  return low
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at) + 1
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** A section further up or down than it was. Its lines follow when somebody asks for them: most are of no concern to an edit. */
class MovedSection implements Section {
  readonly kind: string
  readonly start: number
  readonly end: number
  #header?: Line
  #lines?: readonly Line[]

  constructor(
    readonly original: Section,
    readonly by: number
  ) {
    this.kind = original.kind
    this.start = original.start + by
    this.end = original.end + by
  }

  get header(): Line {
    this.#header ??= movedLine(this.original.header, this.by)
    return this.#header
  }

  get lines(): readonly Line[] {
    this.#lines ??= this.original.lines.map(it => movedLine(it, this.by))
    return this.#lines
  }
}

/** The section as it was first read, wherever it has moved since: what does not hang on places may be remembered of it. */
export const originalOf = (section: Section): Section => (section instanceof MovedSection ? section.original : section)

function movedSection(section: Section, by: number): Section {
  if (by === 0) return section
  return section instanceof MovedSection ? new MovedSection(section.original, section.by + by) : new MovedSection(section, by)
}

const movedLine = (line: Line, by: number): Line => ({
  ...line,
  start: line.start + by,
  end: line.end + by,
  words: line.words.map(it => movedWord(it, by))
})

const movedWord = (it: Word, by: number): Word => ({ start: it.start + by, end: it.end + by, value: it.value, dynamic: it.dynamic })

const movedError = (it: LexicalError, by: number): LexicalError => ({ ...it, start: it.start + by, end: it.end + by })
