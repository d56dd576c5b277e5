import path from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { type Severity, severities } from '../core/diagnostic.js'

/** Options that more than one command has. */
export const atOption = () => new Option('--at <date>', 'take this moment for now (ISO 8601)').argParser(parseDate)

function parseDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('That is no ISO 8601 date.')
  return date
}

export function parseSeverity(text: string): Severity {
  const found = severities.find(it => it === text)
  if (!found) throw new InvalidArgumentError(`It is one of ${severities.join(', ')}.`)
  return found
}

/** Absolute, with `/` on every platform, as the engine names files. */
export const absolute = (file: string): string => path.resolve(file).replaceAll('\\', '/')

/** Relative to the working directory where it lies below it, with `/`. */
export function relative(file: string): string {
  const below = belowHere()
  if (file.startsWith(below)) return file.slice(below.length)
  if (`${file}/` === below) return ''
  if (process.platform !== 'win32') return file
  const shown = path.relative(process.cwd(), file).replaceAll('\\', '/')
  return shown.startsWith('../') ? file : shown
}

/** Every finding asks for it several times, and it hardly ever changes. */
let here = { folder: '', below: '' }

function belowHere(): string {
  const folder = process.cwd()
  if (folder !== here.folder) here = { folder, below: `${absolute('.')}/` }
  return here.below
}
