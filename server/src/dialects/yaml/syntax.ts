/** YAML and JSON with the place of everything: the `yaml` package, wrapped once for all dialects that are written in it. */
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, type Scalar } from 'yaml'
import { memo, type SourceFile, type Span } from '../../core/text.js'
import { untemplate } from './templates.js'

export interface YamlFile {
  readonly file: SourceFile
  readonly documents: readonly YamlDocument[]
  /** A template engine writes parts of it: what looks like an error may be none. */
  readonly templated: boolean
}

export interface YamlDocument {
  readonly span: Span
  readonly root: YamlNode | undefined
  /** Empty in a templated file. */
  readonly errors: readonly YamlError[]
}

export interface YamlError extends Span {
  readonly message: string
}

export type YamlNode = YamlMap | YamlSequence | YamlScalar

interface Placed {
  /** The value without trailing blanks; of an alias, what it stands for. */
  readonly span: Span
}

export interface YamlMap extends Placed {
  readonly kind: 'map'
  /** As written, merged keys (`<<`) not among them; of a key that is written twice, the last one counts for `get`. */
  readonly entries: readonly YamlEntry[]
  get(key: string): YamlNode | undefined
  entry(key: string): YamlEntry | undefined
}

export interface YamlEntry {
  readonly key: string
  readonly keySpan: Span
  /** Absent for a key with nothing behind it. */
  readonly value: YamlNode | undefined
}

export interface YamlSequence extends Placed {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
}

export interface YamlScalar extends Placed {
  readonly kind: 'scalar'
  readonly value: string | number | bigint | boolean | null
  /** The value as a string: of a plain scalar, as written. */
  readonly text: string
  readonly style: 'plain' | 'quoted' | 'block'
  /** A template or an environment variable fills it in: its value is not known here. */
  readonly dynamic: boolean
}

/** Reads all documents of a file. Never throws; remembered by the file. */
export const parseYaml: (file: SourceFile) => YamlFile = memo(file => {
  const { text, holes } = untemplate(file.text)
  const templated = holes.length > 0
  return { file, templated, documents: parseDocuments(text).map(it => wrapDocument(it, { text, holes, templated })) }
})

interface Source {
  readonly text: string
  readonly holes: readonly Span[]
  readonly templated: boolean
}

type Parsed = { readonly document: Document.Parsed } | { readonly failure: string }

function parseDocuments(text: string): readonly Parsed[] {
  try {
    // The package looks for duplicate keys by comparing each with each, which a large map makes slow.
    const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent', keepSourceTokens: false })
    return 'empty' in documents ? [] : documents.map(document => ({ document }))
  } catch (error) {
    // Nesting as deep as the stack.
    return [{ failure: error instanceof RangeError ? 'it is nested too deeply to be read' : 'it cannot be read' }]
  }
}

function wrapDocument(parsed: Parsed, source: Source): YamlDocument {
  if ('failure' in parsed)
    return { span: { start: 0, end: source.text.length }, root: undefined, errors: [{ start: 0, end: 0, message: parsed.failure }] }
  const { document } = parsed
  const [start, , end] = document.range
  let root: YamlNode | undefined | null = null
  return {
    span: { start, end },
    errors: source.templated ? [] : document.errors.map(({ pos, message }) => ({ ...within(source.text, pos), message })),
    get root() {
      if (root === null) root = wrap(document.contents, { ...source, document, depth: 0 })
      return root
    }
  }
}

/** Something missing at the end is said to stand behind it. */
const within = ({ length }: string, [start, end]: readonly [number, number]): Span => ({
  start: Math.min(start, length),
  end: Math.min(end, length)
})

interface Surroundings extends Source {
  readonly document: Document.Parsed
  readonly depth: number
}

// An alias can stand in what it stands for; deeper than this nothing is meant.
const deepest = 200

function wrap(node: Node | null | undefined, around: Surroundings): YamlNode | undefined {
  if (!node || around.depth > deepest) return undefined
  if (isAlias(node)) return wrap(resolveAlias(node, around.document), deeper(around))
  const span = spanOf(node, around.text)
  if (isScalar(node)) return wrapScalar(node, span, around)
  if (isSeq(node)) return new LazySequence(node.items as readonly Node[], span, deeper(around))
  if (isMap(node)) return new LazyMap(node.items as readonly Pair<Node, Node | null>[], span, deeper(around))
  return undefined
}

const deeper = (around: Surroundings): Surroundings => ({ ...around, depth: around.depth + 1 })

// Classes, because a file of a megabyte has a hundred thousand of these: getters on a prototype cost neither time nor memory,
// and what nobody asks for is never made.

class LazySequence implements YamlSequence {
  readonly kind = 'sequence'
  private wrapped: readonly YamlNode[] | undefined
  constructor(
    private readonly nodes: readonly Node[],
    readonly span: Span,
    private readonly around: Surroundings
  ) {}
  get items(): readonly YamlNode[] {
    this.wrapped ??= this.nodes.flatMap(it => wrap(it, this.around) ?? [])
    return this.wrapped
  }
}

class LazyMap implements YamlMap {
  readonly kind = 'map'
  private wrapped: readonly YamlEntry[] | undefined
  private byKey: ReadonlyMap<string, YamlEntry> | undefined
  constructor(
    private readonly pairs: readonly Pair<Node, Node | null>[],
    readonly span: Span,
    private readonly around: Surroundings
  ) {}
  get entries(): readonly YamlEntry[] {
    this.wrapped ??= this.pairs.map(it => wrapEntry(it, this.around))
    return this.wrapped
  }
  entry(key: string): YamlEntry | undefined {
    return this.own(key) ?? mergedEntry(this.own('<<')?.value, key)
  }
  get(key: string): YamlNode | undefined {
    return this.entry(key)?.value
  }
  /** Most maps have few keys; to look through them is cheaper than an index. */
  private own(key: string): YamlEntry | undefined {
    const { entries } = this
    if (entries.length > 12) {
      this.byKey ??= new Map(entries.map(it => [it.key, it]))
      return this.byKey.get(key)
    }
    for (let index = entries.length - 1; index >= 0; index--) if (entries[index]!.key === key) return entries[index]
    return undefined
  }
}

class LazyEntry implements YamlEntry {
  private wrapped: YamlNode | undefined | null = null
  constructor(
    readonly key: string,
    readonly keySpan: Span,
    private readonly node: Node | null,
    private readonly around: Surroundings
  ) {}
  get value(): YamlNode | undefined {
    if (this.wrapped === null) this.wrapped = wrap(this.node, this.around)
    return this.wrapped
  }
}

function resolveAlias(node: Alias, document: Document.Parsed): Node | undefined {
  return node.resolve(document)
}

function spanOf(node: Node, text: string): Span {
  const [start, valueEnd] = node.range ?? [0, 0]
  let end = valueEnd
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return { start, end }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

function wrapScalar(node: Scalar, span: Span, { holes, text: all }: Source): YamlScalar {
  const { value } = node
  const isPlain = node.type === 'PLAIN' || node.type === undefined
  const text = isPlain ? all.slice(span.start, span.end) : String(value ?? '')
  return {
    kind: 'scalar',
    span,
    value: isPlainValue(value) ? value : text,
    text: isPlain && value === null ? '' : text,
    style: isPlain ? 'plain' : node.type?.startsWith('BLOCK') ? 'block' : 'quoted',
    dynamic: overlapsAny(span, holes) || /\$\{[^}]*\}|\$\([^)]*\)/.test(text)
  }
}

const isPlainValue = (value: unknown): value is YamlScalar['value'] =>
  value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)

/** `holes` are in order; a file has few documents and thousands of scalars, so they are searched by halves. */
export function overlapsAny(span: Span, holes: readonly Span[]): boolean {
  let low = 0
  let high = holes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holes[middle]!.end <= span.start) low = middle + 1
    else high = middle
  }
  const next = holes[low]
  return next !== undefined && next.start < Math.max(span.end, span.start + 1)
}

function mergedEntry(merged: YamlNode | undefined, key: string): YamlEntry | undefined {
  if (merged?.kind === 'map') return merged.entry(key)
  if (merged?.kind !== 'sequence') return undefined
  for (const it of merged.items) {
    const found = it.kind === 'map' ? it.entry(key) : undefined
    if (found) return found
  }
  return undefined
}

function wrapEntry({ key, value }: Pair<Node, Node | null>, inner: Surroundings): YamlEntry {
  const keySpan = spanOf(key, inner.text)
  const name = isScalar(key) ? String(key.value ?? '') : inner.text.slice(keySpan.start, keySpan.end)
  return new LazyEntry(name, keySpan, value, inner)
}

/** Follows keys and indices from a node: `at(root, 'spec', 'servers', 0, 'tls')`. */
export function at(node: YamlNode | undefined, ...path: readonly (string | number)[]): YamlNode | undefined {
  let here = node
  for (const step of path) {
    if (typeof step === 'string') here = here?.kind === 'map' ? here.get(step) : undefined
    else here = here?.kind === 'sequence' ? here.items[step] : undefined
  }
  return here
}

export const scalarAt = (node: YamlNode | undefined, ...path: readonly (string | number)[]): YamlScalar | undefined => {
  const found = at(node, ...path)
  return found?.kind === 'scalar' ? found : undefined
}

/** The text of a scalar that is known: no template, not null. */
export const textAt = (node: YamlNode | undefined, ...path: readonly (string | number)[]): string | undefined => {
  const found = scalarAt(node, ...path)
  return found && !found.dynamic && found.value !== null ? found.text : undefined
}

export const itemsAt = (node: YamlNode | undefined, ...path: readonly (string | number)[]): readonly YamlNode[] => {
  const found = at(node, ...path)
  return found?.kind === 'sequence' ? found.items : []
}

export const mapAt = (node: YamlNode | undefined, ...path: readonly (string | number)[]): YamlMap | undefined => {
  const found = at(node, ...path)
  return found?.kind === 'map' ? found : undefined
}
