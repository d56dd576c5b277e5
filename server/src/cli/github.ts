import type { Diagnostic } from '../core/diagnostic.js'
import type { CheckReport } from './commands/check.js'
import { rangeOf } from './json.js'
import { relative } from './options.js'

const levels = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const

/** Workflow commands: GitHub shows each finding beside its line in a pull request. */
export function formatGithub({ diagnostics, read }: CheckReport): string {
  const command = (it: Diagnostic) => {
    const { start, end } = rangeOf(it, read)
    const place = {
      file: relative(it.path),
      line: start.line + 1,
      endLine: end.line + 1,
      col: start.character + 1,
      endColumn: end.character + 1,
      title: it.rule
    }
    const properties = Object.entries(place).map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    return `::${levels[it.severity]} ${properties.join(',')}::${escapeData(it.message)}\n`
  }
  return diagnostics.map(command).join('')
}

const escapeData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
