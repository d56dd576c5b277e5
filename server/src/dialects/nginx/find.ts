import type { Directive, SyntaxTree } from './parser.js'

/** The directives around an offset, the outermost first; the last is the one that it stands in. */
export function directivesAt(tree: SyntaxTree, offset: number): readonly Directive[] {
  const found: Directive[] = []
  let level: readonly Directive[] = tree.directives
  for (;;) {
    const inside = lastStartingBefore(level, offset)
    if (!inside || offset > inside.end) return found
    found.push(inside)
    level = inside.children
  }
}

function lastStartingBefore(level: readonly Directive[], offset: number): Directive | undefined {
  let low = 0
  let high = level.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (level[middle]!.start <= offset) low = middle + 1
    else high = middle - 1
  }
  return level[high]
}
