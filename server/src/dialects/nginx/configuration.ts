import type { LowerContext, PathUse, Problem } from '../../core/dialect.js'
import { type Location, locate, memo, type SourceFile, type Span } from '../../core/text.js'
import { expandGlob, isGlob } from './glob.js'
import { type Directive, parse, type Word } from './parser.js'
import { type Paths, pathsOf } from './paths.js'
import { stockDirective } from './stock.js'

/** A directive in the place where nginx sees it: includes are replaced by what they bring. */
export interface Node {
  readonly directive: Directive
  readonly file: SourceFile
  readonly parent: Node | undefined
  readonly children: Node[]
  /** True when an include in this very block cannot be read, so that more may stand here. */
  incomplete: boolean
}

/** A root with all its files. */
export interface Configuration {
  readonly nodes: readonly Node[]
  readonly files: readonly SourceFile[]
  readonly paths: Paths
  readonly includes: readonly PathUse[]
  readonly problems: readonly Problem[]
  /** True when a template engine has still to run over one of the files. */
  readonly template: boolean
  /** True when something at the top level is unknown. */
  readonly incomplete: boolean
  /** True for a part of a configuration that stands alone: it has no `http`, `stream` or `mail` around its servers. */
  readonly isPart: boolean
  /** True when there is more of it than is read. */
  readonly isCut: boolean
}

interface Frame {
  readonly directives: readonly Directive[]
  readonly file: SourceFile
  readonly parent: Node | undefined
  /** The files that include each other down to this one. */
  readonly chain: Chain
  next: number
}
interface Chain {
  readonly path: string
  readonly from?: Chain
}

/** An include of includes of includes can mean any number of files; more than this many is nobody's configuration. */
const maxIncludedFiles = 2000
const maxNodes = 1_000_000
/** Blocks further down than this are not looked into: nginx itself would be out of its stack. */
const maxDepth = 200

export const nameOf = (it: Node | Directive): string => ('directive' in it ? it.directive.name.value : it.name.value)
export const argumentsOf = (it: Node): readonly string[] => it.directive.values
/** The directives of one name in a block. In a long one looked up: a block `http` may hold thousands of servers that all ask. */
export function childrenOf(it: Node, name: string): readonly Node[] {
  if (it.children.length >= 16) return childrenByName(it).get(name) ?? none
  let found: Node[] | undefined
  for (const child of it.children) {
    if (child.directive.name.value !== name) continue
    if (found) found.push(child)
    else found = [child]
  }
  return found ?? none
}

const none: readonly Node[] = []
/** For the many directives that are no blocks. */
const noChildren: Node[] = []

const childrenByName = memo((it: Node) => {
  const found = new Map<string, Node[]>()
  for (const child of it.children) {
    const known = found.get(nameOf(child))
    if (known) known.push(child)
    else found.set(nameOf(child), [child])
  }
  return found
})

export const wordAt = (it: Node, word: Span): Location => locate(it.file, word)

/** From the first to the last word: what a reader takes for the block's title or the setting. */
export const headerAt = (it: Node): Location => {
  const { name, args } = it.directive
  return locate(it.file, { start: name.start, end: args[args.length - 1]?.end ?? name.end })
}
/** The arguments alone, or the name where there are none. */
export const valueAt = (it: Node): Location => {
  const { name, args } = it.directive
  return locate(it.file, { start: args[0]?.start ?? name.start, end: args[args.length - 1]?.end ?? name.end })
}
export const blockOf = (it: Node): Location => locate(it.file, it.directive)

/** Is the value known only when nginx, or a template engine, runs? */
export function isDynamic(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code === 36) return true
    // `{`, `<`, `%` and `@` begin what templates write.
    if ((code === 123 || code === 60 || code === 37 || code === 64) && /^(?:\{\{|<%|\{%|%%|@@)/.test(value.slice(at, at + 2))) return true
  }
  return false
}

export function readConfiguration(root: SourceFile, ctx: LowerContext): Configuration {
  const rootTree = parse(root)
  const isPart = !rootTree.directives.some(it => /^(?:http|stream|mail|events)$/.test(it.name.value))
  const paths = pathsOf(root.path, isPart, ctx)
  const nodes: Node[] = []
  const files: SourceFile[] = [root]
  const includes: PathUse[] = []
  const problems: Problem[] = []
  let template = rootTree.template
  let incomplete = false
  let included = 0
  let made = 0

  const stack: Frame[] = [{ directives: rootTree.directives, file: root, parent: undefined, chain: { path: root.path }, next: 0 }]
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!
    const directive = frame.directives[frame.next++]
    if (!directive || made > maxNodes) {
      stack.pop()
      continue
    }
    made++
    const children = directive.children.length > 0 ? [] : noChildren
    const node: Node = { directive, file: frame.file, parent: frame.parent, children, incomplete: false }
    ;(frame.parent?.children ?? nodes).push(node)
    const pattern = directive.args[0]
    if (directive.name.value === 'include' && pattern && directive.args.length === 1 && directive.form !== 'block') {
      const unknown = follow(frame, pattern)
      if (unknown && frame.parent) frame.parent.incomplete = true
      else if (unknown) incomplete = true
    } else if (directive.children.length > 0 && stack.length < maxDepth) {
      stack.push({ directives: directive.children, file: frame.file, parent: node, chain: frame.chain, next: 0 })
    }
  }
  return { nodes, files, paths, includes, problems, template, incomplete, isPart, isCut: made > maxNodes || included > maxIncludedFiles }

  /** Puts the included files on the stack; true when not all that is meant can be read. */
  function follow(frame: Frame, pattern: Word): boolean {
    const at = locate(frame.file, pattern)
    if (isDynamic(pattern.value)) {
      includes.push({ at, what: 'include' })
      return true
    }
    const path = paths.resolve(pattern.value)
    if (isGlob(pattern.value)) {
      const found = expandGlob(path, ctx.read)
      // A folder that is not here may well hold a policy for this server where it is deployed; around servers it holds servers.
      const isAround = frame.parent === undefined || /^(?:http|stream|mail)$/.test(nameOf(frame.parent))
      if (found.length === 0 && !isAround && ctx.read(path.slice(0, path.lastIndexOf('/'))).kind === 'missing') return true
      // Pushed in reverse, because the last one pushed is read first.
      return found
        .reverse()
        .map(it => open(frame, it, at))
        .some(Boolean)
    }
    const isStock = stockDirective(path) !== undefined && ctx.read(path).kind === 'missing'
    if (isStock) return false
    includes.push({ at, path, what: 'include', ...(paths.isGuess(pattern.value) ? { guessed: true } : {}) })
    return open(frame, path, at)
  }

  function open(frame: Frame, path: string, at: Location): boolean {
    const entry = ctx.read(path)
    if (entry.kind !== 'file' || ++included > maxIncludedFiles) return true
    for (let it: Chain | undefined = frame.chain; it; it = it.from) {
      if (it.path !== entry.file.path) continue
      problems.push({
        ...at,
        rule: 'syntax-error',
        message: `this include leads back to ${baseName(path)}: nginx stops with too many open files`
      })
      return false
    }
    const tree = parse(entry.file)
    template ||= tree.template
    if (!files.includes(entry.file)) files.push(entry.file)
    stack.push({
      directives: tree.directives,
      file: entry.file,
      parent: frame.parent,
      chain: { path: entry.file.path, from: frame.chain },
      next: 0
    })
    return false
  }
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** These nodes and all below them, in the order of the text, without recursion. Remembered, since many ask for the same. */
export const walk: (nodes: readonly Node[]) => readonly Node[] = memo(nodes => {
  const found: Node[] = []
  const stack: Node[] = [...nodes].reverse()
  for (let node = stack.pop(); node; node = stack.pop()) {
    found.push(node)
    for (let at = node.children.length - 1; at >= 0; at--) stack.push(node.children[at]!)
  }
  return found
})
