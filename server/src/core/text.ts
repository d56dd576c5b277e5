/** Text, and places in it. Everything inside counts in offsets (UTF-16 units); lines and columns exist only at the edges. */

/** A half-open range of offsets in one text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A span in a file. */
export interface Location extends Span {
  readonly path: string
}

/**
 * The content of a file at one moment. Never changes: an edit makes a new object, so whatever is computed from it can be
 * remembered by the object's identity (see `memo`).
 */
export interface SourceFile {
  /** Absolute, with `/` on every platform; or the URI of a document that lies on no disk. */
  readonly path: string
  /** For a `binary` file one character a byte, so that offsets are byte offsets. */
  readonly text: string
  readonly encoding: 'utf8' | 'binary'
  /** POSIX permission bits; absent where the platform has none or the content is an editor's buffer of an unsaved file. */
  readonly mode?: number
}

/** What stands at a path. */
export type FileEntry =
  | { readonly kind: 'file'; readonly file: SourceFile }
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  /** There, but not to be read: no permission, too large, a device, a loop of links. `reason` is a clause for a message. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** How files come in. The same object until the content changes. */
export type Read = (path: string) => FileEntry

export interface TextEdit extends Location {
  readonly newText: string
}

export const sourceFile = (path: string, text: string): SourceFile => ({ path, text, encoding: 'utf8' })

export const locate = (file: { readonly path: string }, span: Span): Location => ({ path: file.path, start: span.start, end: span.end })

/** Computes once for each object, e.g. the syntax tree of a `SourceFile`. Needs no eviction: the entry dies with its object. */
export function memo<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, Remembered<V>>()
  return key => {
    const found = known.get(key)
    if (found !== undefined) return found === nothing ? (undefined as V) : found
    const value = compute(key)
    known.set(key, value === undefined ? nothing : value)
    return value
  }
}

/** Stands for an answer that is `undefined`. */
const nothing = Symbol('nothing')
type Remembered<V> = V | typeof nothing

/**
 * The same for many objects that live briefly, such as PEM blocks: the answer stands in the object, in a slot that nobody else
 * sees and no copy takes along. Collecting the entries of a WeakMap would cost more than reading a certificate.
 */
export function memoInside<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const slot = Symbol('memo')
  return key => {
    const found = (key as { readonly [slot]?: Remembered<V> })[slot]
    if (found !== undefined) return found === nothing ? (undefined as V) : found
    const value = compute(key)
    if (Object.isExtensible(key)) Object.defineProperty(key, slot, { value: value === undefined ? nothing : value })
    return value
  }
}

/** Zero-based line and character (UTF-16 units), as LSP counts them. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface LineIndex {
  position(offset: number): Position
  offset(position: Position): number
  /** The offset at which the line starts. */
  lineStart(line: number): number
  readonly lineCount: number
}

/** Lines end at LF, CRLF or a lone CR, as in LSP. */
export const lineIndex: (file: SourceFile) => LineIndex = memo(file => {
  const { text } = file
  const starts = lineStarts(text)
  const lineStart = (line: number) => starts[Math.min(Math.max(line, 0), starts.length - 1)]!
  return {
    lineCount: starts.length,
    lineStart,
    position(offset) {
      const clamped = Math.min(Math.max(offset, 0), text.length)
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (starts[middle]! <= clamped) low = middle
        else high = middle - 1
      }
      return { line: low, character: clamped - starts[low]! }
    },
    offset({ line, character }) {
      if (line >= starts.length) return text.length
      const end = line + 1 < starts.length ? starts[line + 1]! : text.length
      return Math.min(lineStart(line) + Math.max(character, 0), end)
    }
  }
})

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  // `indexOf` finds the next line many times as fast as a loop over its characters.
  let feed = text.indexOf('\n')
  let carriage = text.indexOf('\r')
  while (feed >= 0 || carriage >= 0) {
    const isLoneCarriage = carriage >= 0 && (feed < 0 || carriage < feed - 1)
    const end = isLoneCarriage ? carriage : feed
    starts.push(end + 1)
    if (!isLoneCarriage) feed = text.indexOf('\n', end + 1)
    if (carriage >= 0 && carriage <= end) carriage = text.indexOf('\r', end + 1)
  }
  return starts
}
