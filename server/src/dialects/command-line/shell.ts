/** The words of shell commands, as far as they are literal. Runs nothing, expands nothing, and ends on any text. */
import type { Span } from '../../core/text.js'

export interface Word extends Span {
  /** Without quotes and escapes; what only shows when it runs stands in it as written. */
  readonly value: string
  /** True when a variable, a substitution or something for the reader to fill in decides about it. */
  readonly dynamic: boolean
}

export type Command = readonly [Word, ...Word[]]

/** One nesting of commands: the text itself, `$(…)`, `(…)` or backquotes. */
interface Frame {
  readonly ends: ')' | '`' | ''
  words: Word[]
  word: Draft | undefined
  inQuotes: boolean
  /** The next word is the file of a redirection. */
  isTarget: boolean
}

interface Draft {
  readonly start: number
  value: string
  dynamic: boolean
}

/** All simple commands between two offsets, those inside of substitutions included, in the order of their ends. */
export function commandsIn(whole: string, { start, end }: Span): readonly Command[] {
  // What stands behind is never looked at, so that many blocks cost no more than one.
  const text = whole.slice(0, end)
  const commands: Command[] = []
  const frames: Frame[] = [newFrame('')]
  const hereDocuments: { readonly delimiter: string; readonly indented: boolean }[] = []
  let frame = frames[0]!
  // Where there is no further quote to close one, it is an apostrophe.
  let quotesEnd = false
  let at = start

  const draft = (): Draft => (frame.word ??= { start: at, value: '', dynamic: false })
  const append = (value: string, dynamic = false) => {
    const word = draft()
    word.value += value
    word.dynamic ||= dynamic
  }
  const endWord = () => {
    const { word } = frame
    frame.word = undefined
    if (!word) return
    if (frame.isTarget) frame.isTarget = false
    else frame.words.push(finished(text, word, at))
  }
  const endCommand = () => {
    endWord()
    frame.isTarget = false
    const [first, ...rest] = frame.words
    if (first) commands.push([first, ...rest])
    frame.words = []
  }
  const open = (ends: Frame['ends']) => {
    frame = newFrame(ends)
    frames.push(frame)
  }
  const close = () => {
    endCommand()
    frames.pop()
    frame = frames.at(-1)!
  }

  while (at < end) {
    const here = text[at]!
    const next = text[at + 1] ?? ''
    if (here === '\\') {
      const length = next === '\r' && text[at + 2] === '\n' ? 3 : 2
      if (next === '\n' || length === 3) {
        if (!frame.inQuotes) endWordBefore(text, at, endWord)
      } else append(frame.inQuotes && !/[$`"\\]/.test(next) ? `\\${next}` : next)
      at += length
    } else if (here === '$' && next === '(') {
      append('$(', true)
      at += 2
      open(')')
    } else if (here === '`') {
      if (frame.ends === '`' && !frame.inQuotes) {
        at++
        close()
      } else {
        append('`', true)
        at++
        open('`')
      }
    } else if (here === '$' && /[\w{@*#?!]/.test(next)) {
      const length = variableLength(text, at, end)
      append(text.slice(at, at + length), true)
      at += length
    } else if (here === '"') {
      draft()
      frame.inQuotes = !frame.inQuotes
      at++
    } else if (frame.inQuotes) {
      append(here)
      at++
    } else if (here === "'") {
      const closing = quotesEnd ? -1 : text.indexOf("'", at + 1)
      if (closing < 0) {
        quotesEnd = true
        append(here)
        at++
      } else {
        append(text.slice(at + 1, closing))
        at = closing + 1
      }
    } else if (here === '\n') {
      endCommand()
      at++
      for (const it of hereDocuments.splice(0)) at = afterHereDocument(text, at, end, it)
    } else if (/\s/.test(here)) {
      endWord()
      at++
    } else if (here === '#' && !frame.word) {
      at = lineEnd(text, at, end)
    } else if (here === '<' || here === '>') {
      const placeholder = here === '<' ? /^<[A-Za-z][\w.:/ -]{0,60}>/.exec(text.slice(at, Math.min(at + 64, end)))?.[0] : undefined
      if (placeholder) {
        append(placeholder, true)
        at += placeholder.length
        continue
      }
      if (frame.word && /^\d+$/.test(frame.word.value)) frame.word = undefined
      endWord()
      const operator = /^(?:<<-?(?!<)|<<<|[<>][<>&|(]?)/.exec(text.slice(at, at + 4))![0]
      at += operator.length
      if (operator.endsWith('(')) {
        append(operator, true)
        open(')')
      } else if (operator.startsWith('<<') && operator !== '<<<') {
        const delimiter = /^[ \t]*(\\?['"]?)([\w.-]+)\1?/.exec(text.slice(at, Math.min(at + 100, end)))
        if (delimiter) {
          hereDocuments.push({ delimiter: delimiter[2]!, indented: operator === '<<-' })
          at += delimiter[0].length
        }
      } else frame.isTarget = true
    } else if (here === '(') {
      endCommand()
      at++
      open(')')
    } else if (here === ')') {
      at++
      if (frame.ends === ')') close()
      else endCommand()
    } else if (here === ';' || here === '&' || here === '|') {
      endCommand()
      at++
    } else {
      append(here)
      at++
    }
  }
  while (frames.length > 1) close()
  endCommand()
  return commands
}

const newFrame = (ends: Frame['ends']): Frame => ({ ends, words: [], word: undefined, inQuotes: false, isTarget: false })

/** A backslash before the end of the line joins the lines; a word goes on only where nothing stands between. */
function endWordBefore(text: string, at: number, endWord: () => void): void {
  if (/\s/.test(text[at - 1] ?? ' ')) endWord()
}

/** Things for the reader to fill in: `{{ host }}`, `%HOST%`, `...`. */
const placeholders = /\{\{|%\w+%|\.\.\.|\u2026/

function finished(text: string, { start, value, dynamic }: Draft, end: number): Word {
  const isDynamic = dynamic || placeholders.test(value)
  const quote = text[start]
  // Where quotes surround all of it, the word is what stands between them.
  const isQuoted = (quote === '"' || quote === "'") && text[end - 1] === quote && end - start === value.length + 2
  return isQuoted ? { start: start + 1, end: end - 1, value, dynamic: isDynamic } : { start, end, value, dynamic: isDynamic }
}

/** `$NAME`, `${…}`, `$1`. */
function variableLength(text: string, at: number, end: number): number {
  if (text[at + 1] !== '{') return (/^\$(?:\w+|.)/.exec(text.slice(at, Math.min(at + 200, end)))?.[0] ?? '$').length
  const closing = text.slice(at, Math.min(at + 1000, end)).indexOf('}')
  return closing < 0 ? 2 : closing + 1
}

function lineEnd(text: string, at: number, end: number): number {
  const found = text.indexOf('\n', at)
  return found < 0 ? end : found
}

function afterHereDocument(
  text: string,
  at: number,
  end: number,
  { delimiter, indented }: { readonly delimiter: string; readonly indented: boolean }
): number {
  for (let from = at; from < end; ) {
    const to = lineEnd(text, from, end)
    const line = text.slice(from, to).replace(/\r$/, '')
    from = to + 1
    if ((indented ? line.replace(/^\t+/, '') : line) === delimiter) return from
  }
  return end
}
