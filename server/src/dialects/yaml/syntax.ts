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

const wrapDocument = (parsed: Parsed, source: Source): YamlDocument =>
  'failure' in parsed
    ? { span: { start: 0, end: source.text.length }, root: undefined, errors: [{ start: 0, end: 0, message: parsed.failure }] }
    : new LazyDocument(parsed.document, source)

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

class LazyDocument implements YamlDocument {
  private wrapped: YamlNode | undefined | null = null
  constructor(
    private readonly document: Document.Parsed,
    private readonly source: Source
  ) {}
  get span(): Span {
    const [start, , end] = this.document.range
    return { start, end }
  }
  get errors(): readonly YamlError[] {
    const { text, templated } = this.source
    return templated ? [] : this.document.errors.map(({ pos, message }) => ({ ...within(text, pos), message }))
  }
  get root(): YamlNode | undefined {
    const { document } = this
    if (this.wrapped === null) this.wrapped = wrap(document.contents, { ...this.source, document }, 0)
    return this.wrapped
  }
}

class LazySequence implements YamlSequence {
  private wrapped: readonly YamlNode[] | undefined
  constructor(
    private readonly node: YAMLSeq,
    private readonly around: Surroundings,
    private readonly depth: number
  ) {}
  get kind(): 'sequence' {
    return 'sequence'
  }
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get items(): readonly YamlNode[] {
    this.wrapped ??= (this.node.items as readonly Node[]).flatMap(it => wrap(it, this.around, this.depth) ?? [])
    return this.wrapped
  }
}

class LazyMap implements YamlMap {
  /** By position; `null` for what nobody has asked for. */
  private values: (YamlNode | undefined | null)[] | undefined
  private positions: ReadonlyMap<string, number> | undefined
  /** Where the key `<<` stands; below zero when there is none, zero before anybody has looked. */
  private merging = 0
  constructor(
    private readonly node: YAMLMap,
    private readonly around: Surroundings,
    private readonly depth: number
  ) {}
  get kind(): 'map' {
    return 'map'
  }
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get entries(): readonly YamlEntry[] {
    return this.node.items.map((_, position) => new LazyEntry(this, position))
  }
  entry(key: string): YamlEntry | undefined {
    const position = this.positionOf(key)
    return position < 0 ? this.merged(key) : new LazyEntry(this, position)
  }
  get(key: string): YamlNode | undefined {
    const position = this.positionOf(key)
    return position < 0 ? this.merged(key)?.value : this.valueAt(position)
  }
  valueAt(position: number): YamlNode | undefined {
    this.values ??= new Array(this.node.items.length).fill(null)
    let value = this.values[position]
    if (value === null) {
      value = wrap(this.pairs[position]!.value, this.around, this.depth)
      this.values[position] = value
    }
    return value
  }
  keyAt(position: number): string {
    const { key } = this.pairs[position]!
    const text = textOfKey(key)
    if (text !== undefined) return text
    if (isScalar(key)) return String(key.value ?? '')
    const { start, end } = spanOf(key, this.around.text)
    return this.around.text.slice(start, end)
  }
  keySpanAt(position: number): Span {
    return spanOf(this.pairs[position]!.key, this.around.text)
  }
  private get pairs(): readonly Pair<Node, Node | null>[] {
    // Of a document that was parsed, keys and values are nodes.
    return this.node.items as readonly Pair<Node, Node | null>[]
  }
  private merged(key: string): YamlEntry | undefined {
    if (this.merging < 0) return undefined
    this.merging = this.find('<<')
    return this.merging < 0 ? undefined : mergedEntry(this.valueAt(this.merging), key)
  }
  /** Most maps have few keys; to look through them is cheaper than an index. */
  private positionOf(key: string): number {
    if (this.node.items.length <= 12) return this.find(key)
    this.positions ??= new Map(this.pairs.map((_, position) => [this.keyAt(position), position]))
    return this.positions.get(key) ?? -1
  }
  private find(key: string): number {
    const { pairs } = this
    let position = pairs.length - 1
    while (position >= 0 && (textOfKey(pairs[position]!.key) ?? this.keyAt(position)) !== key) position--
    return position
  }
}

/** Nearly all keys are words. To ask first what kind of node it is would cost more than all the rest of a search. */
function textOfKey(key: Node): string | undefined {
  const { value } = key as Partial<Scalar>
  return typeof value === 'string' ? value : undefined
}

class LazyEntry implements YamlEntry {
  constructor(
    private readonly map: LazyMap,
    private readonly position: number
  ) {}
  get key(): string {
    return this.map.keyAt(this.position)
  }
  get keySpan(): Span {
    return this.map.keySpanAt(this.position)
  }
  get value(): YamlNode | undefined {
    return this.map.valueAt(this.position)
  }
}

function spanOf(node: Node, text: string): Span {
  // By index: to take an array apart by a pattern costs several times as much.
  const start = node.range ? node.range[0] : 0
  let end = node.range ? node.range[1] : 0
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return { start, end }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

class LazyScalar implements YamlScalar {
  constructor(
    private readonly node: Scalar,
    private readonly around: Surroundings
  ) {}
  get kind(): 'scalar' {
    return 'scalar'
  }
  get span(): Span {
    return spanOf(this.node, this.around.text)
  }
  get style(): YamlScalar['style'] {
    const { type } = this.node
    return type === 'PLAIN' || type === undefined ? 'plain' : type.startsWith('BLOCK') ? 'block' : 'quoted'
  }
  get text(): string {
    const { value } = this.node
    if (typeof value !== 'string') return String(value ?? '')
    return this.style === 'plain' && isNull(value) ? '' : value
  }
  get value(): YamlScalar['value'] {
    const { value, tag } = this.node
    if (typeof value === 'string') return tag === undefined && this.style === 'plain' ? plainValue(value) : value
    return isPlainValue(value) ? value : this.text
  }
  get dynamic(): boolean {
    const { holes } = this.around
    if (holes.length > 0 && overlapsAny(this.span, holes)) return true
    const { text } = this
    return text.includes('$') && /\$\{[^}]*\}|\$\([^)]*\)/.test(text)
  }
}

const isNull = (text: string): boolean => text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL'

/** What YAML 1.2 takes a plain scalar for: its core schema. */
function plainValue(text: string): YamlScalar['value'] {
  if (isNull(text)) return null
  // Most are words.
  if (!/^[-+.\dtTfF]/.test(text)) return text
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
