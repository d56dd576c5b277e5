import type { LowerContext, PathUse, Problem } from '../../core/dialect.js'
import { type Location, locate, memo, type SourceFile, type Span } from '../../core/text.js'
import { trimmed } from '../../core/trimmed.js'
import { expandGlob, isGlob } from './glob.js'
import { type Directive, parse, type Word } from './parser.js'
import { type Paths, pathsOf } from './paths.js'
import { stockDirective } from './stock.js'

/** A directive in the place where nginx sees it: includes are replaced by what they bring. */
export interface Node {
  readonly name: string
  /** What its arguments say. */
  readonly values: readonly string[]
  readonly directive: Directive
  readonly file: SourceFile
  readonly parent: Node | undefined
  children: Node[]
  /** All names that are written anywhere in the configuration: most of those that are asked for are none of them. */
  readonly names: ReadonlySet<string>
  /** Its position in `Configuration.all`, and the one behind the last node in it. */
  readonly position: number
  end: number
  /** True when an include in this very block cannot be read, so that more may stand here. */
  incomplete: boolean
}

/** A root with all its files. */
export interface Configuration {
  /** Those of the top level. */
  readonly nodes: readonly Node[]
  /** Those of all levels, in the order of the text. */
  readonly all: readonly Node[]
  readonly names: ReadonlySet<string>
  readonly files: readonly SourceFile[]
  readonly paths: Paths
  readonly includes: readonly PathUse[]
  readonly problems: readonly Problem[]
  /** True when a template engine has still to run over one of the files. */
  readonly template: boolean
  /** True when something at the top level is unknown. */
  readonly incomplete: boolean
  /** True when something in one of the blocks is. */
  readonly hasGaps: boolean
  /** True for a part of a configuration that stands alone: it has no `http`, `stream` or `mail` around its servers. */
  readonly isPart: boolean
  /** True when there is more of it than is read. */
  readonly isCut: boolean
}

interface Frame {
  readonly directives: readonly Directive[]
  readonly file: SourceFile
  readonly parent: Node | undefined
  /** Are these all that stand in the parent, and not what an include there brings? */
  readonly isBlock: boolean
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

/** In blocks of so many directives a name is looked up. */
const long = 16

/** The directives of one name in a block. In a long one looked up: a block `http` may hold thousands of servers that all ask. */
export function childrenOf(it: Node, name: string): readonly Node[] {
  if (!it.names.has(name)) return none
  const { children } = it
  if (children.length >= long) return childrenByName(it).get(name) ?? none
  let found: Node[] | undefined
  for (let at = 0; at < children.length; at++) {
    const child = children[at]!
    if (child.name !== name) continue
    if (found) found.push(child)
    else found = [child]
  }
  return found ?? none
}

/** The first of them that will do. Most are alone, and need no list. */
export function childOf(it: Node, name: string, isMeant: (child: Node) => boolean = () => true): Node | undefined {
  if (!it.names.has(name)) return undefined
  const { children } = it
  if (children.length >= long) return childrenByName(it).get(name)?.find(isMeant)
  for (let at = 0; at < children.length; at++) {
    const child = children[at]!
    if (child.name === name && isMeant(child)) return child
  }
  return undefined
}

const none: readonly Node[] = []
/** For the many directives that are no blocks. */
const noChildren: Node[] = []

const childrenByName = memo((it: Node) => {
  const found = new Map<string, Node[]>()
  for (const child of it.children) {
    const known = found.get(child.name)
    if (known) known.push(child)
    else found.set(child.name, [child])
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
export const isDynamic = (value: string): boolean => dynamic.test(value)

/** A variable of nginx, or what template engines write. */
const dynamic = /\$|\{[{%]|<%|%%|@@/

export function readConfiguration(root: SourceFile, ctx: LowerContext): Configuration {
  const rootTree = parse(root)
  const isPart = !rootTree.directives.some(it => mainBlocks.has(it.name.value))
  const paths = pathsOf(root.path, isPart, ctx)
  const nodes: Node[] = []
  const all: Node[] = []
  const names = new Set<string>()
  const files: SourceFile[] = [root]
  const includes: PathUse[] = []
  const problems: Problem[] = []
  let template = rootTree.template
  let incomplete = false
  let hasGaps = false
  let included = 0

  const stack: Frame[] = [
    { directives: rootTree.directives, file: root, parent: undefined, isBlock: false, chain: { path: root.path }, next: 0 }
  ]
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!
    const { file, parent } = frame
    const directive = frame.directives[frame.next++]
    if (!directive || all.length > maxNodes) {
      stack.pop()
      if (parent && frame.isBlock) {
        parent.end = all.length
        parent.children = trimmed(parent.children)
      }
      continue
    }
    const name = directive.name.value
    const { values } = directive
    const position = all.length
    const children = directive.children.length > 0 ? [] : noChildren
    const node: Node = { name, values, directive, file, parent, children, names, position, end: position + 1, incomplete: false }
    all.push(node)
    names.add(name)
    if (parent) parent.children.push(node)
    else nodes.push(node)
    if (name === 'include' && values.length === 1 && directive.form !== 'block') {
      const unknown = follow(frame, directive.args[0]!)
      if (unknown && parent) {
        parent.incomplete = true
        hasGaps = true
      } else if (unknown) incomplete = true
    } else if (directive.children.length > 0 && stack.length < maxDepth) {
      stack.push({ directives: directive.children, file, parent: node, isBlock: true, chain: frame.chain, next: 0 })
    }
  }
  const isCut = all.length > maxNodes || included > maxIncludedFiles
  return { nodes, all, names, files, paths, includes, problems, template, incomplete, hasGaps, isPart, isCut }

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
      const isAround = frame.parent === undefined || /^(?:http|stream|mail)$/.test(frame.parent.name)
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
      isBlock: false,
      chain: { path: entry.file.path, from: frame.chain },
      next: 0
    })
    return false
  }
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** What stands at the top level of a main file only. */
const mainBlocks = new Set(['http', 'stream', 'mail', 'events'])
