/** YAML and JSON with the place of everything: the `yaml` package, wrapped once for all dialects that are written in it. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq
} from 'yaml'
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

const options = {
  prettyErrors: false,
  // The package looks for duplicate keys by comparing each with each, which a large map makes slow.
  uniqueKeys: false,
  logLevel: 'silent',
  // What kind of value a plain scalar is we find out for those that somebody asks for.
  schema: 'failsafe'
} as const

function parseDocuments(text: string): readonly Parsed[] {
  try {
    const documents = parseAllDocuments(text, options)
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
      if (root === null) root = wrap(document.contents, { ...source, document }, 0)
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
}

// An alias can stand in what it stands for; deeper than this nothing is meant.
const deepest = 200

function wrap(node: Node | null | undefined, around: Surroundings, depth: number): YamlNode | undefined {
  if (!node || depth > deepest) return undefined
  if (isScalar(node)) return new LazyScalar(node, around)
  if (isMap(node)) return new LazyMap(node, around, depth + 1)
  if (isSeq(node)) return new LazySequence(node, around, depth + 1)
  if (isAlias(node)) return wrap(node.resolve(around.document), around, depth + 1)
  return undefined
}

// Classes, because a file of a megabyte has a hundred thousand of these: getters on a prototype cost neither time nor memory,
// and what nobody asks for is never made.

class LazySequence implements YamlSequence {
  readonly kind = 'sequence'
  private wrapped: readonly YamlNode[] | undefined
  constructor(
    private readonly node: YAMLSeq,
    private readonly around: Surroundings,
    private readonly depth: number
  ) {}
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get items(): readonly YamlNode[] {
    this.wrapped ??= (this.node.items as readonly Node[]).flatMap(it => wrap(it, this.around, this.depth) ?? [])
    return this.wrapped
  }
}

class LazyMap implements YamlMap {
  readonly kind = 'map'
  /** By position; those that nobody has asked for are missing. */
  private readonly wrapped: (YamlEntry | undefined)[] = []
  private positions: ReadonlyMap<string, number> | undefined
  constructor(
    private readonly node: YAMLMap,
    private readonly around: Surroundings,
    private readonly depth: number
  ) {}
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get entries(): readonly YamlEntry[] {
    return this.pairs.map((_, position) => this.wrapAt(position))
  }
  entry(key: string): YamlEntry | undefined {
    return this.own(key) ?? mergedEntry(this.own('<<')?.value, key)
  }
  get(key: string): YamlNode | undefined {
    return this.entry(key)?.value
  }
  private get pairs(): readonly ParsedPair[] {
    // Of a document that was parsed, keys and values are nodes.
    return this.node.items as readonly ParsedPair[]
  }
  private wrapAt(position: number): YamlEntry {
    this.wrapped[position] ??= new LazyEntry(this.pairs[position]!, this.around, this.depth)
    return this.wrapped[position]
  }
  /** Most maps have few keys; to look through them is cheaper than an index. */
  private own(key: string): YamlEntry | undefined {
    const { pairs } = this
    if (pairs.length > 12) {
      this.positions ??= new Map(pairs.map((it, position) => [nameOf(it, this.around), position]))
      const position = this.positions.get(key)
      return position === undefined ? undefined : this.wrapAt(position)
    }
    for (let position = pairs.length - 1; position >= 0; position--)
      if (nameOf(pairs[position]!, this.around) === key) return this.wrapAt(position)
    return undefined
  }
}

type ParsedPair = Pair<Node, Node | null>

function nameOf({ key }: ParsedPair, { text }: Surroundings): string {
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : String(key.value ?? '')
  const { start, end } = spanOf(key, text)
  return text.slice(start, end)
}

class LazyEntry implements YamlEntry {
  private wrapped: YamlNode | undefined | null = null
  constructor(
    private readonly pair: ParsedPair,
    private readonly around: Surroundings,
    private readonly depth: number
  ) {}
  get key(): string {
    return nameOf(this.pair, this.around)
  }
  get keySpan(): Span {
    return spanOf(this.pair.key, this.around.text)
  }
  get value(): YamlNode | undefined {
    if (this.wrapped === null) this.wrapped = wrap(this.pair.value, this.around, this.depth)
    return this.wrapped
  }
}

function spanOf(node: Node, text: string): Span {
  const [start, valueEnd] = node.range ?? [0, 0]
  let end = valueEnd
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return { start, end }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

class LazyScalar implements YamlScalar {
  readonly kind = 'scalar'
  private known: string | undefined
  private filled: boolean | undefined
  constructor(
    private readonly node: Scalar,
    private readonly around: Surroundings
  ) {}
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get style(): YamlScalar['style'] {
    const { type } = this.node
    return type === 'PLAIN' || type === undefined ? 'plain' : type.startsWith('BLOCK') ? 'block' : 'quoted'
  }
  get text(): string {
    this.known ??= this.style === 'plain' ? this.plainText() : String(this.node.value ?? '')
    return this.known
  }
  get value(): YamlScalar['value'] {
    const { value, tag } = this.node
    if (tag === undefined && this.style === 'plain') return plainValue(sliceOf(this.span, this.around.text))
    return isPlainValue(value) ? value : this.text
  }
  get dynamic(): boolean {
    this.filled ??=
      (this.around.holes.length > 0 && overlapsAny(this.span, this.around.holes)) ||
      (/\$[{(]/.test(this.text) && /\$\{[^}]*\}|\$\([^)]*\)/.test(this.text))
    return this.filled
  }
  private plainText(): string {
    const written = sliceOf(this.span, this.around.text)
    return isNull(written) ? '' : written
  }
}

const sliceOf = ({ start, end }: Span, text: string): string => text.slice(start, end)

const isNull = (text: string): boolean => text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL'

/** What YAML 1.2 takes a plain scalar for: its core schema. */
function plainValue(text: string): YamlScalar['value'] {
  if (isNull(text)) return null
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return text.toLowerCase() === 'true'
  if (/^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/.test(text)) return Number(text)
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(text)) return Number(text)
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text
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

type Step = string | number

/** Follows keys and indices from a node: `at(root, 'spec', 'servers', 0, 'tls')`. */
export const at = (node: YamlNode | undefined, ...path: readonly Step[]): YamlNode | undefined => follow(node, path)

function follow(node: YamlNode | undefined, path: readonly Step[]): YamlNode | undefined {
  let here = node
  for (let index = 0; here && index < path.length; index++) {
    const step = path[index]!
    if (typeof step === 'string') here = here.kind === 'map' ? here.get(step) : undefined
    else here = here.kind === 'sequence' ? here.items[step] : undefined
  }
  return here
}

export function scalarAt(node: YamlNode | undefined, ...path: readonly Step[]): YamlScalar | undefined {
  const found = follow(node, path)
  return found?.kind === 'scalar' ? found : undefined
}

/** The text of a scalar that is known: no template, not null. */
export function textAt(node: YamlNode | undefined, ...path: readonly Step[]): string | undefined {
  const found = follow(node, path)
  return found?.kind === 'scalar' && !found.dynamic && found.value !== null ? found.text : undefined
}

export function itemsAt(node: YamlNode | undefined, ...path: readonly Step[]): readonly YamlNode[] {
  const found = follow(node, path)
  return found?.kind === 'sequence' ? found.items : []
}

export function mapAt(node: YamlNode | undefined, ...path: readonly Step[]): YamlMap | undefined {
  const found = follow(node, path)
  return found?.kind === 'map' ? found : undefined
}
