import { type Diagnostic, type Severity, severities } from '../core/diagnostic.js'
import { type Location, lineIndex, type Read, type SourceFile } from '../core/text.js'
import type { CheckReport } from './commands/check.js'
import { relative } from './options.js'

/** How a terminal begins and ends a style. Node has words for them only since 20.12. */
type Style = readonly [begin: number, end: number]
const bold: Style = [1, 22]
const red: Style = [31, 39]
const colours: Readonly<Record<Severity, Style>> = { error: red, warning: [33, 39], information: [36, 39], hint: [90, 39] }

/** Colour only for a person at a terminal who has not asked for none. */
const paint = ([begin, end]: Style, text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${begin}m${text}\u001b[${end}m` : text

/** As compilers do it: the finding, its place, the line with carets, what else has part in it. */
export function formatText(report: CheckReport): string {
  return [...report.diagnostics.map(it => `${describe(it, report.read)}\n`), summary(report)].join('\n')
}

function describe(it: Diagnostic, read: Read): string {
  const head = `${paint(colours[it.severity], `${it.severity}[${it.rule}]`)}: ${paint(bold, visible(it.message))}`
  const notes = [
    ...it.related.map(each => `   = see ${whereIs(each, read)}: ${visible(each.message)}`),
    ...it.fixes.map(fix => `   = fix: ${visible(fix.title)}`)
  ]
  return [head, `  --> ${whereIs(it, read)}`, ...excerpt(it, read), ...notes].join('\n')
}

function whereIs(it: Location, read: Read): string {
  const entry = read(it.path)
  const file = visible(relative(it.path))
  if (entry.kind !== 'file') return file
  const { line, character } = lineIndex(entry.file).position(it.start)
  return `${file}:${line + 1}:${character + 1}`
}

/** What a file says must not steer the terminal. One character stays one, for the carets. */
const visible = (text: string): string => text.replace(/(?!\t)\p{Cc}/gu, '\u{FFFD}')

const longestExcerpt = 200

function excerpt(it: Location, read: Read): readonly string[] {
  const entry = read(it.path)
  if (entry.kind !== 'file' || entry.file.encoding === 'binary' || isInsidePem(entry.file, it.start)) return []
  const lines = lineIndex(entry.file)
  const { line, character } = lines.position(it.start)
  const start = lines.lineStart(line)
  const whole = entry.file.text.slice(start, line + 1 < lines.lineCount ? lines.lineStart(line + 1) : undefined).replace(/[\r\n]+$/, '')
  const text = withoutPemBody(whole)
  if (text.trim() === '' || whole.length > longestExcerpt || character >= text.length) return []
  const number = String(line + 1)
  const gutter = ' '.repeat(number.length)
  const length = Math.max(1, Math.min(it.end - start, text.length) - character)
  // Tabs stay tabs, so that the carets stand where the text does.
  const indent = text.slice(0, character).replace(/[^\t]/g, ' ')
  return [`${gutter} |`, `${number} | ${visible(text)}`, `${gutter} | ${indent}${paint(red, '^'.repeat(length))}`]
}

/** Base64 tells a reader nothing, and that of a private key must never be shown: only the BEGIN line is. */
function isInsidePem(file: SourceFile, offset: number): boolean {
  const begin = file.text.lastIndexOf('-----BEGIN ', offset)
  if (begin < 0 || begin >= offset) return false
  const end = file.text.indexOf('-----END ', begin)
  return end < 0 || end >= offset
}

/** The same where PEM is written on one line, or is itself in base64, as Secrets have it. */
function withoutPemBody(line: string): string {
  const body = line.search(/(?<=-----BEGIN [^-]*-----)\s*\S|LS0tLS1CRUdJTi/)
  return body < 0 ? line : `${line.slice(0, body)}…`
}

function summary({ diagnostics, files, certificates, endpoints }: CheckReport): string {
  const counts = severities.flatMap(severity => {
    const count = diagnostics.filter(it => it.severity === severity).length
    return count > 0 ? [paint(colours[severity], plural(count, severity))] : []
  })
  const read = `${plural(files, 'file')}, ${plural(certificates, 'certificate')}, ${plural(endpoints, 'TLS endpoint')}`
  return `${counts.length > 0 ? counts.join(', ') : 'No findings'} in ${read}\n`
}

/** `1 error`, `2 errors`; information has no plural. */
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 || word === 'information' ? '' : 's'}`
