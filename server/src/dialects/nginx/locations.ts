import { childrenOf, type Node } from './configuration.js'
import { safePattern } from './patterns.js'

interface Candidate {
  readonly node: Node
  readonly kind: 'exact' | 'prefix' | 'before-patterns' | 'pattern'
  readonly text: string
  readonly ignoresCase: boolean
}

/** The location that nginx chooses for a path: exact, else patterns in order, else the longest beginning. */
export function findLocation(block: Node, path: string): Node | 'unknown' | undefined {
  const found = search(block, path, 0)
  return found === 'unknown' ? found : found?.node
}

interface Found {
  readonly node: Node
  /** No pattern of the levels around comes before it. */
  readonly final: boolean
}

const mostLevels = 20

function search(block: Node, path: string, level: number): Found | 'unknown' | undefined {
  if (level > mostLevels) return 'unknown'
  const candidates = childrenOf(block, 'location').flatMap(it => readLocation(it) ?? [])
  const exact = candidates.find(it => it.kind === 'exact' && it.text === path)
  if (exact) return { node: exact.node, final: true }
  const longest = candidates
    .filter(it => (it.kind === 'prefix' || it.kind === 'before-patterns') && path.startsWith(it.text))
    .reduce<Candidate | undefined>((best, it) => (best && best.text.length >= it.text.length ? best : it), undefined)
  const inner = longest && search(longest.node, path, level + 1)
  if (inner === 'unknown' || inner?.final) return inner
  const plain: Found | undefined = inner ?? (longest && { node: longest.node, final: false })
  if (longest?.kind === 'before-patterns') return plain && { ...plain, final: true }
  for (const it of candidates) {
    if (it.kind !== 'pattern') continue
    const pattern = safePattern(it.text, it.ignoresCase)
    if (!pattern) return 'unknown'
    if (!pattern.test(path)) continue
    const nested = search(it.node, path, level + 1)
    return nested === 'unknown' ? nested : { node: nested?.node ?? it.node, final: true }
  }
  return plain
}

function readLocation(node: Node): Candidate | undefined {
  const [first = '', second] = node.values
  const make = (kind: Candidate['kind'], text: string, ignoresCase = false): Candidate => ({ node, kind, text, ignoresCase })
  if (second === undefined) {
    const glued = /^(=|\^~|~\*|~)(.+)$/s.exec(first)
    if (glued) return readWords(glued[1]!, glued[2]!, make)
    return first.startsWith('@') || first === '' ? undefined : make('prefix', first)
  }
  return readWords(first, second, make)
}

function readWords(
  modifier: string,
  text: string,
  make: (kind: Candidate['kind'], text: string, ignoresCase?: boolean) => Candidate
): Candidate | undefined {
  switch (modifier) {
    case '=':
      return make('exact', text)
    case '^~':
      return make('before-patterns', text)
    case '~':
      return make('pattern', text)
    case '~*':
      return make('pattern', text, true)
    default:
      return undefined
  }
}
