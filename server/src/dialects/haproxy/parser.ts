import { memo, type SourceFile, type Span } from '../../core/text.js'
import { type Condition, judgeCondition } from './conditions.js'

/** One word of a line. The span covers its quotes; the value is what HAProxy makes of it. */
export interface Word extends Span {
  readonly value: string
  /** True when a part of it comes from the environment, of which nothing is known here. */
  readonly dynamic: boolean
}

export interface Line extends Span {
  /** `no` or `default` before the keyword. */
  readonly modifier?: 'no' | 'default'
  /** At least one: the keyword. A modifier is not among them. */
  readonly words: readonly Word[]
  /** False inside of a `.if` block whose condition is known only where HAProxy runs. */
  readonly certain: boolean
}

export interface Section extends Span {
  /** `frontend`, `defaults`, … */
  readonly kind: string
  readonly header: Line
  /** What stands below the header. */
  readonly lines: readonly Line[]
}

/** What the reader itself refuses. */
export interface LexicalError extends Span {
  readonly message: string
  /** HAProxy reads no further. */
  readonly fatal?: true
}

export interface SyntaxTree {
  readonly sections: readonly Section[]
  /** Lines before the first section. */
  readonly outside: readonly Line[]
  readonly errors: readonly LexicalError[]
  /** True when a template engine has still to run over the text: then nothing is certain. */
  readonly template: boolean
  /** True when what a line says may hang on one far above: a condition, or a variable that `global` sets. */
  readonly conditional: boolean
}

export const sectionKinds: ReadonlySet<string> = new Set(
  'global defaults frontend listen backend peers ring resolvers userlist mailers cache program http-errors fcgi-app log-forward log-profile crt-store traces acme healthcheck aggregations dynamic-update udp-lb'.split(
    ' '
  )
)
/** Since 2.7; before, they are no sections. */
export const laterSections: ReadonlySet<string> = new Set('crt-store log-profile traces acme healthcheck'.split(' '))
/** Sections of HAProxy's commercial edition. */
export const enterpriseSections: ReadonlySet<string> = new Set('aggregations dynamic-update udp-lb'.split(' '))

/** The tree of a file, computed once for each content and version. Takes any text, in linear time and without recursion. */
export const parse = (file: SourceFile, version: string): SyntaxTree => {
  const known = treesOf(file)
  const found = known.get(version)
  if (found) return found
  const tree = parseText(file.text, version)
  known.set(version, tree)
  return tree
}

/** The trees of a file that are known, by version. */
export const treesOf = memo((_: SourceFile) => new Map<string, SyntaxTree>())

interface OpenSection {
  kind: string
  header: Line
  lines: Line[]
  start: number
  end: number
}

/** A `.if` block that is open. */
interface Block {
  readonly start: number
  /** What holds for the lines that follow. */
  state: 'taken' | 'skipped' | 'unknown'
  /** True once a branch was taken, so that those below are not. */
  settled: boolean
  sawElse: boolean
}

/** As many words as HAProxy takes in a line. */
const maxWords = 64

/** `from` and `to` are the starts of lines, or the end: what stands there is read as if it were all. */
export function parseText(text: string, version: string, from = 0, to = text.length): SyntaxTree {
  const sections: OpenSection[] = []
  const outside: Line[] = []
  const errors: LexicalError[] = []
  const environment = new Map<string, string>()
  const blocks: Block[] = []
  // Counted, because conditions may be nested as deeply as somebody likes.
  const depths = { taken: 0, skipped: 0, unknown: 0 }
  let conditional = false
  const kinds = sectionsOf(version)
  // The end of the text is the end of its last line, which has to have one.
  for (let at = from; at < to; ) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    readLine(at, end)
    if (errors[errors.length - 1]?.fatal) break
    at = end + 1
  }
  const last = to < text.length ? text.length : text.lastIndexOf('\n') + 1
  if (last < text.length && !errors.some(it => it.fatal)) {
    errors.push({
      start: last,
      end: text.length,
      message: `Missing LF on last line, file might have been truncated at position ${text.length - last + 1}.`
    })
  }
  const open = blocks[blocks.length - 1]
  if (open) errors.push({ start: open.start, end: open.start + 3, message: "non-terminated '.if' block." })
  return { sections, outside, errors, template: isTemplate(from === 0 && to === text.length ? text : text.slice(from, to)), conditional }

  function readLine(lineStart: number, end: number): void {
    let start = lineStart
    while (start < end && isBlank(text.charCodeAt(start))) start++
    const first = text.charCodeAt(start)
    if (start === end || first === hash || first === bracket) return
    if (depths.skipped > 0 && first !== dot) return
    const found: Word[] = []
    const error = readWords(text, start, end, lineStart, found, environment)
    if (error) {
      errors.push(error)
      return
    }
    if (found.length === 0) return
    // Copied, because an array that has grown word by word takes several times the room.
    const words = found.slice()
    if (words[0]!.value.charCodeAt(0) === dot && readMacro(words, end)) {
      conditional = true
      return
    }
    if (depths.skipped > 0) return
    // Whoever reads the words stops at an empty one.
    const empty = words.findIndex(it => it.value === '' && !it.dynamic)
    if (empty !== 0) add(empty < 0 ? words : words.slice(0, empty))
  }

  function add(words: Word[]): void {
    const certain = depths.unknown === 0
    const start = words[0]!.start
    const end = words[words.length - 1]!.end
    const first = words[0]!.value
    const modifier = first === 'no' || first === 'default' ? first : undefined
    const line: Line =
      modifier && words.length > 1 ? { start, end, words: words.slice(1), certain, modifier } : { start, end, words, certain }
    const section = sections[sections.length - 1]
    const keyword = line.words[0]!.value
    if (kinds.has(keyword)) sections.push({ kind: keyword, header: line, lines: [], start, end })
    else if (section) {
      section.lines.push(line)
      section.end = end
    } else outside.push(line)
    if (keyword === 'setenv' && line.words.length > 2 && section?.kind === 'global') {
      conditional = true
      const value = line.words[2]!
      if (certain && !value.dynamic) environment.set(line.words[1]!.value, value.value)
      else environment.delete(line.words[1]!.value)
    }
  }

  function enter(block: Block, state: Block['state']): void {
    depths[block.state]--
    depths[state]++
    block.state = state
  }

  /** `.if`, `.elif`, `.else`, `.endif` and the messages; true when it was one. */
  function readMacro(words: readonly Word[], lineEnd: number): boolean {
    const { value, start } = words[0]!
    const fail = (message: string, fatal = true) =>
      void errors.push({ start, end: words[words.length - 1]!.end, message, ...(fatal ? { fatal: true as const } : {}) })
    const block = blocks[blocks.length - 1]
    const condition = (): Condition =>
      judgeCondition(text.slice(words[1]?.start ?? lineEnd, words[words.length - 1]!.end), version, environment)
    switch (value) {
      case '.if': {
        const outer = depths.skipped > 0
        const judged = outer ? 'false' : condition()
        blocks.push({ start, state: stateOf(judged), settled: outer || judged === 'true', sawElse: false })
        depths[stateOf(judged)]++
        return true
      }
      case '.elif':
        if (!block) fail("lone '.elif' with no matching '.if'.")
        else if (block.sawElse) fail("'.elif' after '.else' is not permitted.")
        else {
          const judged = block.settled ? 'false' : condition()
          enter(block, stateOf(judged))
          block.settled ||= judged === 'true'
        }
        return true
      case '.else':
        if (!block) fail("lone '.else' with no matching '.if'.")
        else if (block.sawElse) fail("'.else' after '.else' is not permitted.")
        else {
          enter(block, block.settled ? 'skipped' : block.state === 'unknown' ? 'unknown' : 'taken')
          block.sawElse = true
        }
        return true
      case '.endif':
        if (!block) fail("lone '.endif' with no matching '.if'.")
        if (block) depths[block.state]--
        blocks.pop()
        return true
      case '.alert':
      case '.notice':
      case '.warning':
      case '.diag':
        if (value === '.alert' && depths.skipped === 0 && depths.unknown === 0)
          fail(
            words
              .slice(1)
              .map(it => it.value)
              .join(' ')
          )
        return true
    }
    return false
  }
}

const stateOf = (condition: Condition): Block['state'] => (condition === 'true' ? 'taken' : condition === 'false' ? 'skipped' : 'unknown')

function sectionsOf(version: string): ReadonlySet<string> {
  const later = version === '' || Number(version.split('.')[0]) > 2 || Number(version.split('.')[1]) > 6
  return later ? sectionKinds : earlySections
}
const earlySections: ReadonlySet<string> = new Set([...sectionKinds].filter(it => !laterSections.has(it) && !enterpriseSections.has(it)))

const hash = 35
const bracket = 91
const dot = 46
const quote = 34
const apostrophe = 39
const backslash = 92
const dollar = 36
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

const escapes: Readonly<Record<string, string>> = { ' ': ' ', '#': '#', '\\': '\\', '"': '"', "'": "'", $: '$', n: '\n', r: '\r', t: '\t' }

/** Characters that end a word outside of quotes, and those that are not simply themselves. */
const [plainCharacter, endsWord, isSpecial] = [0, 1, 2]
const characterKinds = new Uint8Array(128)
for (const it of [9, 10, 11, 12, 13, 32, hash]) characterKinds[it] = endsWord
for (const it of [quote, apostrophe, backslash]) characterKinds[it] = isSpecial

/** Splits a line into its words; the error that makes HAProxy drop the line, if there is one. */
function readWords(
  text: string,
  from: number,
  end: number,
  lineStart: number,
  words: Word[],
  environment: ReadonlyMap<string, string>
): LexicalError | undefined {
  let at = from
  while (at < end) {
    while (at < end && isBlank(text.charCodeAt(at))) at++
    if (at >= end || text.charCodeAt(at) === hash) return undefined
    const start = at
    let kind = plainCharacter
    // Most words are nothing but themselves.
    for (; at < end; at++) {
      const code = text.charCodeAt(at)
      kind = code < 128 ? characterKinds[code]! : plainCharacter
      if (kind !== plainCharacter) break
    }
    if (at === end || kind === endsWord) words.push({ start, end: at, value: text.slice(start, at), dynamic: false })
    else {
      const word = readQuoted(text, start, at, end, environment)
      if ('problem' in word) return failure(word.problem, word.place, text, from, end, lineStart)
      words.push(word)
      at = word.end
    }
    if (words.length > maxWords) {
      const word = words[maxWords - 1]!
      return {
        start: word.start,
        end: word.end,
        message: `too many words, truncating after word ${maxWords}, position ${word.start - lineStart + 1}: <${word.value}>.`
      }
    }
  }
  return undefined
}

const failure = (problem: string, place: number, text: string, from: number, end: number, lineStart: number): LexicalError => ({
  start: place,
  end: Math.min(end, place + 1),
  message: `${problem} at position ${place - lineStart + 1}: ${text.slice(from, Math.min(end, from + 80)).replace(/\r$/, '')}`
})

interface WrongWord {
  readonly problem: string
  readonly place: number
}

/** A word with quotes or escapes in it, the first of them at `from`. */
function readQuoted(text: string, start: number, from: number, end: number, environment: ReadonlyMap<string, string>): Word | WrongWord {
  let value = ''
  let plain = start
  let dynamic = false
  let quoted = 0
  let opened = from
  let at = from
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (quoted === 0 && (isBlank(code) || code === hash)) break
    if (code !== quote && code !== apostrophe && code !== backslash && (code !== dollar || quoted !== quote)) continue
    if (quoted === apostrophe && code !== apostrophe) continue
    if ((code === quote && quoted !== apostrophe) || code === apostrophe) {
      if (code === apostrophe && quoted === quote) continue
      value += text.slice(plain, at)
      plain = at + 1
      if (quoted === 0) opened = at
      quoted = quoted === 0 ? code : 0
    } else if (code === backslash) {
      const escaped = at + 1 < end ? text[at + 1]! : ''
      // A dollar sign means something between double quotes only, so that only there it needs an escape.
      const known = escaped === '$' ? quoted === quote : Object.hasOwn(escapes, escaped)
      if (escaped === 'x') {
        const digits = /^[\da-fA-F]{2}/.exec(text.slice(at + 2, Math.min(end, at + 4)))
        if (!digits) return { problem: 'truncated or invalid hexadecimal sequence', place: at }
        value += text.slice(plain, at) + String.fromCharCode(Number.parseInt(digits[0], 16))
        at += 3
        plain = at + 1
      } else if (known) {
        value += text.slice(plain, at) + escapes[escaped]!
        at++
        plain = at + 1
      }
    } else {
      const variable = readVariable(text, at, end, environment)
      if (typeof variable === 'string')
        return { problem: variable, place: variable.startsWith('unmatched') ? at + 1 : at + (text[at + 1] === '{' ? 2 : 1) }
      value += text.slice(plain, at) + variable.value
      dynamic ||= variable.dynamic
      at = variable.end - 1
      plain = variable.end
    }
  }
  if (quoted !== 0) return { problem: 'unmatched quote', place: opened }
  return { start, end: at, value: plain === start ? text.slice(start, at) : value + text.slice(plain, at), dynamic }
}

interface Variable {
  readonly value: string
  readonly dynamic: boolean
  readonly end: number
}

/** `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}`; or what is wrong with it. */
function readVariable(text: string, at: number, end: number, environment: ReadonlyMap<string, string>): Variable | string {
  const braced = text[at + 1] === '{' && at + 1 < end
  const from = braced ? at + 2 : at + 1
  let to = from
  while (to < end && /\w/.test(text[to]!)) to++
  const first = text[from] ?? ''
  if (to === from || /\d/.test(first)) {
    // A `.` is allowed first, for HAProxy's own variables.
    if (first !== '.') return 'forbidden first char in environment variable name'
    while (to < end && /[\w.]/.test(text[to]!)) to++
  }
  const name = text.slice(from, to)
  const known = environment.get(name)
  if (!braced) return { value: known ?? `$${name}`, dynamic: known === undefined, end: to }
  let close = to
  while (close < end && text[close] !== '}') close++
  if (close === end) return 'unmatched brace in environment variable name'
  return { value: known ?? text.slice(at, close + 1), dynamic: known === undefined, end: close + 1 }
}

/** Jinja, ERB, Go and Mustache. HAProxy's own `%[…]` and `%{+Q}` are none. */
export const isTemplate = (text: string): boolean =>
  (text.includes('{{') || text.includes('{%') || text.includes('<%')) &&
  /\{\{[^\n]*\}\}|\{%-?\s[^\n]*%\}|<%[^\n]*%>|\{\{-?\s*(?:range|if|with|define|end)\b/.test(text)
