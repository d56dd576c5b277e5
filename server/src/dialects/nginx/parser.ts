import type { SourceFile, Span } from '../../core/text.js'
import { trimmed } from '../../core/trimmed.js'

/** One word of a directive. The span covers its quotes; the value is what nginx makes of it. */
export interface Word extends Span {
  readonly value: string
  readonly quoted: boolean
}

/** A directive as it stands in the text, whether nginx knows it or not. */
export interface Directive extends Span {
  readonly name: Word
  readonly args: readonly Word[]
  /** What the words of `args` say. */
  readonly values: readonly string[]
  /** How it ends: `;`, a block, the body of a Lua block that is not nginx's language, or not at all. */
  readonly form: 'simple' | 'block' | 'opaque' | 'unfinished'
  /** Where its `;` or `{` stands: nginx reports most errors at the line of this place. */
  readonly terminator: number
  /** Where the closing brace stands; the end of the text when it is missing. */
  readonly close: number
  readonly children: readonly Directive[]
}

/** What the reader itself refuses. `span` is the text to show, `reportedAt` lies in the line that nginx names. */
export interface LexicalError extends Span {
  readonly message: string
  readonly reportedAt: number
  /** What is missing, and where. */
  readonly insert?: string
  readonly insertAt?: number
}

export interface SyntaxTree {
  readonly directives: readonly Directive[]
  readonly errors: readonly LexicalError[]
  /** True when a template engine has still to run over the text: then nothing is certain. */
  readonly template: boolean
  readonly hasByteOrderMark: boolean
}

const trees = new WeakMap<SourceFile, SyntaxTree>()

/** The tree of a file, computed once for each content. Takes any text, in linear time and without recursion. */
export function parse(file: SourceFile): SyntaxTree {
  const known = trees.get(file)
  if (known) return known
  const tree = parseText(file.text)
  trees.set(file, tree)
  return tree
}

/** Spares `parse` the work where somebody knows the tree already. */
export const remember = (file: SourceFile, tree: SyntaxTree): void => void trees.set(file, tree)

interface OpenDirective {
  name: Word
  args: Word[]
  values: string[]
  form: Directive['form']
  start: number
  end: number
  terminator: number
  close: number
  children: OpenDirective[]
}

/** nginx reads a file through a buffer of this many bytes; a longer word does not fit. */
const bufferSize = 4096
/** For all directives that are no blocks, and those without arguments. */
const none: never[] = []

/** Expressions that look on from one place: they pass a whole run of characters in one step, where each character on its own costs a call. */
const blanks = /[ \t\r\n]+/y
const plainCharacters = /[^ \t\r\n;{<\\]+/y

export function parseText(text: string): SyntaxTree {
  const root: OpenDirective[] = []
  const open: OpenDirective[] = []
  const errors: LexicalError[] = []
  const markers = templateMarkers(text)
  let template = false
  let siblings = root
  // The words since the last directive.
  let name: Word | undefined
  let args: Word[] = none
  let values: string[] = none

  const fail = (message: string, start: number, end: number, reportedAt = start, insertAt?: number) => {
    errors.push({ message, start, end, reportedAt, ...(insertAt === undefined ? {} : { insert: ';', insertAt }) })
  }
  const lastWord = () => args[args.length - 1] ?? name
  const finish = (form: Directive['form'], at: number): OpenDirective => {
    const named = name ?? { value: '', start: at, end: at, quoted: false }
    const directive: OpenDirective = {
      name: named,
      args: args.length > 1 ? trimmed(args) : args,
      values: values.length > 1 ? trimmed(values) : values,
      form,
      start: named.start,
      end: form === 'unfinished' ? (lastWord()?.end ?? at) : at + 1,
      terminator: at,
      close: at,
      children: form === 'block' ? [] : none
    }
    template ||= looksGenerated(named, open[open.length - 1])
    siblings.push(directive)
    name = undefined
    args = none
    values = none
    return directive
  }

  const hasByteOrderMark = text.charCodeAt(0) === 0xfeff
  let at = hasByteOrderMark ? 1 : 0
  let afterQuote = false
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === space) {
      afterQuote = false
      at++
      continue
    }
    if (code === lineFeed || code === carriageReturn || code === tab) {
      afterQuote = false
      blanks.lastIndex = at
      blanks.test(text)
      at = blanks.lastIndex
      continue
    }
    if (afterQuote && code !== semicolon && code !== openBrace) {
      afterQuote = false
      // A closing parenthesis may follow a quoted word directly: `if ($a = "b")`.
      if (code !== closeParenthesis) fail(`unexpected "${text[at]}"`, at, at + 1)
    }
    const marker = code === openBrace || code === lessThan ? markers.at(at) : undefined
    if (marker && !marker.value) {
      template = true
      at = marker.end
      continue
    }
    if (code === hash) {
      const end = endOfLine(text, at)
      template ||= markers.within(at, end)
      at = end
      continue
    }
    if (code === semicolon) {
      if (name) finish('simple', at)
      else fail('unexpected ";"', at, at + 1)
      afterQuote = false
      at++
      continue
    }
    if (code === openBrace && !marker) {
      afterQuote = false
      if (!name) fail('unexpected "{"', at, at + 1)
      const directive = finish('block', at)
      if (directive.name.value.endsWith('_by_lua_block')) {
        const close = luaBodyEnd(text, at + 1)
        directive.form = 'opaque'
        directive.close = close
        directive.end = Math.min(close + 1, text.length)
        if (close === text.length) {
          const message = 'unexpected end of file, expecting terminating characters for lua code block'
          fail(message, directive.start, directive.terminator + 1, directive.terminator)
        }
        at = directive.end
        continue
      }
      open.push(directive)
      siblings = directive.children
      at++
      continue
    }
    if (code === closeBrace) {
      const last = lastWord()
      if (last) {
        fail('unexpected "}"', at, at + 1, at, last.end)
        finish('unfinished', last.end)
      }
      const closed = open.pop()
      if (closed) {
        closed.children = trimmed(closed.children)
        closed.close = at
        closed.end = at + 1
        siblings = open[open.length - 1]?.children ?? root
      } else if (errors[errors.length - 1]?.start !== at) fail('unexpected "}"', at, at + 1)
      at++
      continue
    }
    let word = readPlain(text, at, code)
    let isUnterminated = false
    if (!word) {
      const read = readWord(text, at, markers)
      template ||= read.template
      isUnterminated = read.unterminated
      const tooLong = longerThanBuffer(text, read)
      if (tooLong) fail(tooLong, at, Math.min(at + 40, endOfLine(text, at)), at)
      if (isUnterminated && !tooLong) {
        const expecting = 'unexpected end of file, expecting ";" or "}"'
        fail(expecting, read.start, Math.min(read.end, endOfLine(text, read.start)), text.length)
      }
      word = { value: read.value, start: read.start, end: read.end, quoted: read.quoted }
      afterQuote = read.quoted && !isUnterminated
    }
    if (!name) name = word
    else if (args === none) {
      args = [word]
      values = [word.value]
    } else {
      args.push(word)
      values.push(word.value)
    }
    at = word.end
    // What follows the first unterminated quote was swallowed by it.
    if (isUnterminated) break
  }

  const last = lastWord()
  if (last) {
    if (!errors.some(it => it.reportedAt === text.length)) {
      fail('unexpected end of file, expecting ";" or "}"', last.start, last.end, text.length, last.end)
    }
    finish('unfinished', last.end)
  }
  if (open.length > 0 && !errors.some(it => it.reportedAt === text.length)) {
    const innermost = open[open.length - 1]!
    fail('unexpected end of file, expecting "}"', innermost.start, innermost.terminator + 1, text.length)
  }
  for (const it of open) {
    it.close = text.length
    it.end = text.length
  }
  return { directives: root, errors, template, hasByteOrderMark }
}

const space = 32
const tab = 9
const lineFeed = 10
const carriageReturn = 13
const lessThan = 60
const semicolon = 59
const openBrace = 123
const closeBrace = 125
const closeParenthesis = 41
const hash = 35
const backslash = 92
const dollar = 36
const doubleQuote = 34
const singleQuote = 39

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

/** A word without quotes, escapes, markers and braces, which most are; nothing for any other, and for one that may be too long. */
function readPlain(text: string, start: number, first: number): Word | undefined {
  if (first === doubleQuote || first === singleQuote) return undefined
  plainCharacters.lastIndex = start
  if (!plainCharacters.test(text)) return undefined
  const end = plainCharacters.lastIndex
  const code = text.charCodeAt(end)
  if (code === openBrace || code === lessThan || code === backslash || end - start >= bufferSize / 3) return undefined
  return { value: text.slice(start, end), start, end, quoted: false }
}

interface ReadWord extends Word {
  readonly unterminated: boolean
  readonly template: boolean
  /** Where nginx begins to count: after an opening quote. */
  readonly contentStart: number
}

function readWord(text: string, start: number, markers: TemplateMarkers): ReadWord {
  const quote = text.charCodeAt(start)
  return quote === doubleQuote || quote === singleQuote ? readQuoted(text, start, quote, markers) : readBare(text, start, markers)
}

function readQuoted(text: string, start: number, quote: number, markers: TemplateMarkers): ReadWord {
  let at = start + 1
  let escaped = false
  while (at < text.length && text.charCodeAt(at) !== quote) {
    if (text.charCodeAt(at) === backslash) {
      escaped = true
      at++
    }
    at++
  }
  const unterminated = at >= text.length
  const contentEnd = Math.min(at, text.length)
  const raw = text.slice(start + 1, contentEnd)
  return {
    value: escaped ? removeEscapes(raw) : raw,
    start,
    end: unterminated ? text.length : at + 1,
    quoted: true,
    unterminated,
    template: markers.within(start, contentEnd),
    contentStart: start + 1
  }
}

function readBare(text: string, start: number, markers: TemplateMarkers): ReadWord {
  let at = start
  let escaped = false
  let template = false
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const marker = markers.at(at)
    if (marker) {
      template = true
      at = marker.end
      continue
    }
    if (isBlank(code) || code === semicolon || code === openBrace) break
    if (code === backslash) {
      escaped = true
      at += 2
      continue
    }
    // nginx takes `${` as part of the word; the `}` is an ordinary character there.
    if (code === dollar && text.charCodeAt(at + 1) === openBrace) at++
    at++
  }
  const end = Math.min(at, text.length)
  const raw = text.slice(start, end)
  template ||= raw.includes('${') && /\$\{[\w-]*[.:][^}\s]*\}/.test(raw)
  return { value: escaped ? removeEscapes(raw) : raw, start, end, quoted: false, unterminated: false, template, contentStart: start }
}

/** nginx removes the backslash before quotes and backslashes, knows \t \r \n, and keeps any other. */
function removeEscapes(raw: string): string {
  return raw.replace(/\\(["'\\trn])/g, (_, it: string) => (it === 't' ? '\t' : it === 'r' ? '\r' : it === 'n' ? '\n' : it))
}

/** Blocks whose lines are no directives: a line of a `map` may begin with anything. */
const blocksOfValues = /^(?:map|types|geo|split_clients|charset_map|match|geoip2|num_map|perl|echo)$/

/** `${core.enabled}listen`, `> if`, `!`, `...`: a line that no nginx would take, but a template engine or an author still has to fill. */
function looksGenerated(name: Word, block: OpenDirective | undefined): boolean {
  const first = name.value.charCodeAt(0)
  const isLetter = first >= 97 && first <= 122
  return !isLetter && !name.quoted && generated.test(name.value) && !blocksOfValues.test(block?.name.value ?? '')
}

const generated = /^(?:\$\{|[>!<]|@@|%%|---|\.\.\.)/

interface TemplateMarkers {
  /** Where the marker that starts here ends. `value`: `{{ x }}` and `<%= x %>` stand for text, `{% if %}` and `<% if %>` for nothing. */
  at(start: number): { readonly end: number; readonly value: boolean } | undefined
  within(start: number, end: number): boolean
}

const markerClosings: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}', '<%': '%>' }
const controlWords = /^-?\s*(?:if|else|end|range|with|define|template|block|include|\/\*|\$[\w.]+\s*:?=|#|\/|!)/

const noMarkers: TemplateMarkers = { at: () => undefined, within: () => false }

/** Finds what template engines leave in a file. A marker begins and ends in one line. */
function templateMarkers(text: string): TemplateMarkers {
  if (!/\{[{%#]|<%/.test(text)) return noMarkers
  // Closings are looked for once: the answer for one offset holds for all up to the one found.
  const known: Record<string, { from: number; found: number }> = {}
  const closingAfter = (closing: string, from: number): number => {
    const last = known[closing]
    if (last && from >= last.from && from <= last.found) return last.found
    const found = text.indexOf(closing, from)
    known[closing] = { from, found: found < 0 ? Number.POSITIVE_INFINITY : found }
    return known[closing].found
  }
  let lineEnd = -1
  const at = (start: number) => {
    const first = text.charCodeAt(start)
    if (first !== openBrace && first !== lessThan) return undefined
    const pair = text.slice(start, start + 2)
    const closing = markerClosings[pair]
    if (!closing) return undefined
    if (lineEnd < start) lineEnd = endOfLine(text, start)
    const found = closingAfter(closing, start + 2)
    if (found > lineEnd) return undefined
    const control = pair === '{{' ? controlWords.test(text.slice(start + 2, start + 40)) : text[start + 2] !== '='
    return { end: found + 2, value: !control }
  }
  const within = (start: number, end: number) => {
    for (let it = start; it < end; it++) {
      const marker = at(it)
      if (marker && marker.end <= end) return true
    }
    return false
  }
  return { at, within }
}

function longerThanBuffer(text: string, word: ReadWord): string | undefined {
  if (word.end - word.contentStart < bufferSize / 3) return undefined
  const end = word.quoted && !word.unterminated ? word.end - 1 : word.end
  if (byteLength(text, word.contentStart, end) < bufferSize) return undefined
  if (!word.quoted) return `too long parameter "${word.value.slice(0, 10)}..." started`
  return `too long parameter, probably missing terminating "${text[word.start]}" character`
}

function byteLength(text: string, start: number, end: number): number {
  let bytes = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return bytes
}

/** Finds the brace that ends a Lua body, by Lua's strings, long brackets and comments. */
function luaBodyEnd(text: string, start: number): number {
  let depth = 1
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === openBrace) depth++
    else if (code === closeBrace && --depth === 0) return at
    else if (code === doubleQuote || code === singleQuote) at = luaStringEnd(text, at, code)
    else if (code === 45 && text.charCodeAt(at + 1) === 45) at = luaCommentEnd(text, at)
    else if (code === 91) at = longBracketEnd(text, at) ?? at
    at++
  }
  return text.length
}

/** A Lua string ends at its quote, or, unfinished, at the end of the line. */
function luaStringEnd(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote || code === 10) return at
  }
  return text.length
}

function luaCommentEnd(text: string, start: number): number {
  return longBracketEnd(text, start + 2) ?? endOfLine(text, start)
}

/** The last character of `[==[ … ]==]` that starts here, if one does. */
function longBracketEnd(text: string, start: number): number | undefined {
  if (text.charCodeAt(start) !== 91) return undefined
  let level = 0
  while (text.charCodeAt(start + 1 + level) === 61) level++
  if (text.charCodeAt(start + 1 + level) !== 91) return undefined
  const closing = `]${'='.repeat(level)}]`
  const found = text.indexOf(closing, start + 2 + level)
  return found < 0 ? text.length : found + closing.length - 1
}
