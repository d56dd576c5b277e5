import { type Edited, editBetween } from '../../core/edited.js'
import type { SourceFile } from '../../core/text.js'
import { type Directive, type LexicalError, parse, parseText, remember, type SyntaxTree, type Word } from './parser.js'

/** What an edit inside one server block did to the tree: all but this block is as it was. */
export interface Replaced {
  readonly edited: Edited
  readonly before: Directive
  readonly after: Directive
}

const replacements = new WeakMap<SyntaxTree, Replaced>()

/** The block that alone differs from the text before the last edit; nothing when more may. */
export const replacedIn = (file: SourceFile): Replaced | undefined => replacements.get(parse(file))

/**
 * Parses an edited text by reading again only the server block that holds the edit. Where the edit may reach further than that
 * block nothing happens here, and `parse` will read the whole text.
 */
export function parseAgain(before: SourceFile, after: SourceFile): void {
  const tree = parse(before)
  const edited = editBetween(before, after)
  const place = !tree.template && !tree.errors.some(it => it.reportedAt >= before.text.length) && blockAround(tree, before.text, edited)
  if (!place) return
  const { block, around } = place
  const again = parseText(after.text.slice(block.start, block.end + edited.by))
  const parsed = onlyBlock(again, block.end + edited.by - block.start)
  if (!parsed) return
  const replacement = moveDirective(parsed, block.start)
  const swap = (level: readonly Directive[]) =>
    level.map(it => (it === block ? replacement : it.start > block.start ? moveDirective(it, edited.by) : it))
  const directives = around
    ? tree.directives.map(it =>
        it === around
          ? { ...it, end: it.end + edited.by, close: it.close + edited.by, children: swap(it.children) }
          : it.start > around.start
            ? moveDirective(it, edited.by)
            : it
      )
    : swap(tree.directives)
  const errors = [
    ...tree.errors.filter(it => it.start < block.start),
    ...again.errors.map(it => moveError(it, block.start)),
    ...tree.errors.filter(it => it.start >= block.end).map(it => moveError(it, edited.by))
  ]
  const next = { ...tree, directives, errors }
  remember(after, next)
  replacements.set(next, { edited, before: block, after: replacement })
}

interface Place {
  readonly block: Directive
  /** The `http`, `stream` or `mail` that it stands in; nothing at the top level. */
  readonly around?: Directive
}

/** The server block that the whole edit lies in, on lines that it has for itself, so that nothing beside it can change its meaning. */
function blockAround(tree: SyntaxTree, text: string, edited: Edited): Place | undefined {
  const holds = (it: Directive) =>
    it.form === 'block' && it.terminator < edited.start && edited.end <= it.close && text[it.close] === '}' && it.end === it.close + 1
  const outer = tree.directives.find(holds)
  const around = outer && /^(?:http|stream|mail)$/.test(outer.name.value) ? outer : undefined
  const block = around ? around.children.find(holds) : outer
  if (block?.name.value !== 'server' || !hasOwnLines(text, block)) return undefined
  return around ? { block, around } : { block }
}

function hasOwnLines(text: string, { start, end }: Directive): boolean {
  let from = start
  while (isInLine(text[from - 1])) from--
  let to = end
  while (isInLine(text[to])) to++
  return (from === 0 || text[from - 1] === '\n') && (to === text.length || text[to] === '\n')
}

const isInLine = (character: string | undefined): boolean => character === ' ' || character === '\t' || character === '\r'

/** The one block that a text of this length is; nothing when it does not end where the text ends, or a template engine is to run over it. */
function onlyBlock({ directives, errors, template }: SyntaxTree, length: number): Directive | undefined {
  const [block, ...more] = directives
  if (!block || more.length > 0 || template || errors.some(it => it.reportedAt >= length)) return undefined
  return block.form === 'block' && block.start === 0 && block.close === length - 1 && block.name.value === 'server' ? block : undefined
}

type Copy = { -readonly [Field in keyof Directive]: Directive[Field] }

/** Without recursion, since blocks may be nested as deep as the text is long. */
function moveDirective(directive: Directive, by: number): Directive {
  if (by === 0) return directive
  const top = copyOf(directive, by)
  const open = [top]
  for (let block = open.pop(); block; block = open.pop()) {
    block.children = block.children.map(it => {
      const copy = copyOf(it, by)
      if (copy.children.length > 0) open.push(copy)
      return copy
    })
  }
  return top
}

const copyOf = (it: Directive, by: number): Copy => ({
  name: moveWord(it.name, by),
  args: it.args.map(word => moveWord(word, by)),
  values: it.values,
  form: it.form,
  start: it.start + by,
  end: it.end + by,
  terminator: it.terminator + by,
  close: it.close + by,
  children: it.children
})

const moveWord = (it: Word, by: number): Word => ({ value: it.value, start: it.start + by, end: it.end + by, quoted: it.quoted })

const moveError = (it: LexicalError, by: number): LexicalError => ({
  ...it,
  start: it.start + by,
  end: it.end + by,
  reportedAt: it.reportedAt + by,
  ...(it.insertAt === undefined ? {} : { insertAt: it.insertAt + by })
})
