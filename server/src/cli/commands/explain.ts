import { Command, Option } from 'commander'
import type { Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import { walk } from '../../files/walk.js'
import { wantedBy } from '../../files/wanted.js'
import { type CauseHere, causesHere, dialects, type Explained, explainError, openWorkspace } from '../../service.js'
import { exitCodes } from '../exit.js'
import { rangeOf } from '../json.js'
import { isFolder } from '../named.js'
import { absolute, atOption, relative } from '../options.js'
import { loadSettings } from '../settings.js'
import { readStdin } from '../stdin.js'

interface ExplainOptions {
  readonly format: 'text' | 'json'
  readonly workspace: string
  readonly at?: Date
}

export const explainCommand = (): Command =>
  new Command('explain')
    .description('Say what a line of a log means, which side said it, and which of the usual causes the workspace shows')
    .argument('<line>', 'the line, in quotes; - reads standard input')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .addOption(new Option('--workspace <path>', 'the file or folder in which the causes are looked for').default('.'))
    .addOption(atOption())
    .addHelpText('after', '\nExit codes: 0 the error is known, 1 it is not.')
    .action(explain)

function explain(line: string, options: ExplainOptions): void {
  const explained = explainError(line === '-' ? readStdin(mostRead).toString('utf8') : line)
  const { here, read } = lookAround(explained, options)
  process.stdout.write(options.format === 'json' ? formatJson(explained, here, read) : formatText(explained, here, read))
  process.exitCode = explained.explanations.length > 0 ? exitCodes.nothingFound : exitCodes.found
}

/** More than this is no error message; only the beginning is looked at anyway. */
const mostRead = 1024 * 1024

function lookAround(
  { explanations, text }: Explained,
  options: ExplainOptions
): { readonly here: readonly CauseHere[]; readonly read: Read } {
  const read = diskRead()
  const isWhole = isFolder(options.workspace, read)
  if (explanations.length === 0) return { here: [], read }
  const path = absolute(options.workspace)
  const folder = isWhole ? path : path.slice(0, path.lastIndexOf('/'))
  const workspace = openWorkspace({
    read,
    settings: loadSettings(folder, {}),
    files: isWhole ? walk(path, wantedBy(dialects)) : [path],
    folders: [folder],
    ...(options.at && { now: () => options.at! })
  })
  return { here: causesHere(workspace, explanations, text), read }
}

function formatJson(explained: Explained, here: readonly CauseHere[], read: Read): string {
  const { line, explanations, note } = explained
  const found = here.map(({ finding, named }) => ({
    rule: finding.rule,
    severity: finding.severity,
    file: relative(finding.path),
    range: rangeOf(finding, read),
    message: finding.message,
    named
  }))
  return `${JSON.stringify({ known: explanations.length > 0, line, note: note ?? null, explanations, here: found }, null, 2)}\n`
}

function formatText({ line, explanations, note }: Explained, here: readonly CauseHere[], read: Read): string {
  const [first, ...others] = explanations
  if (!first) return `${note ?? 'No error that mTLS Lens knows stands in this text'}. Nothing is guessed.\n`
  const found = new Set(here.map(it => it.finding.rule))
  const lines = [
    line,
    '',
    first.meaning,
    `  who       ${first.who}`,
    `  change    ${first.change}`,
    '',
    ...(here.length > 0 ? ['In this workspace:'] : ['In this workspace no finding is among the usual causes.']),
    ...here.map(it => `  ${place(it, read)}: ${it.finding.message} [${it.finding.rule}]${because(it)}`),
    '',
    ...(first.causes.length > 0 ? ['Usual causes, most likely first:'] : []),
    ...first.causes.map(
      ({ words, rules }, index) =>
        `  ${index + 1}. ${words}${rules.length > 0 ? ` [${rules.join(', ')}]` : ''}${rules.some(it => found.has(it)) ? ' (found here)' : ''}`
    ),
    ...others.slice(0, 5).flatMap((it, index) => [...(index === 0 ? ['', 'Also in this text:'] : []), `  ${it.meaning} ${it.who}`]),
    '',
    `Source: ${first.citation}`,
    ...(note ? [`${note}.`] : [])
  ]
  return `${lines.join('\n')}\n`
}

const because = ({ named }: CauseHere): string => (named.length > 0 ? ` (the line names ${named.join(', ')})` : '')

function place({ finding }: CauseHere, read: Read): string {
  const { start } = rangeOf(finding, read)
  return `${relative(finding.path)}:${start.line + 1}:${start.character + 1}`
}
