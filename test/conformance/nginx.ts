/**
 * Holds our reader against recorded outcomes of `nginx -t` (nginx 1.22.1 with the modules of Debian). Alone:
 * `node --import tsx test/conformance/nginx.ts [--all]`.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '../../server/src/core/settings.js'
import { lineIndex, type SourceFile, sourceFile } from '../../server/src/core/text.js'
import { nginx } from '../../server/src/dialects/nginx/index.js'
import { testConfiguration } from '../../server/src/dialects/nginx/test-configuration.js'

export interface ConformanceRow {
  readonly suite: string
  readonly cases: number
  readonly agreed: number
  /** The names of the cases where our answer differs, with both answers. */
  readonly differences: readonly string[]
}

import { corpus, type Edit, mutate, readLines, textOf } from './recorded.js'

interface Outcome {
  readonly outcome: 'ok' | 'syntax' | 'semantic' | 'environment' | 'template' | 'fragment'
  readonly line: number | null
  readonly message: string | null
  readonly context?: string
  readonly error_in_other_file?: string
  /** Names that it refused, too, and that were taken out to see what it says of the rest; words follow each. */
  readonly unknown_to_1_22_1?: readonly string[]
}
interface Recorded extends Outcome {
  readonly file: string
}
interface Mutant extends Outcome, Edit {
  readonly base: string
}

export const hasCorpus = (): boolean => existsSync(`${corpus}nginx-t.jsonl`)

const places: Readonly<Record<string, string>> = {
  http: 'h',
  server: 's',
  location: 'l',
  upstream: 'u',
  stream: 'H',
  mail: 'A',
  events: 'e',
  'main+events': 'm'
}

/** The verdict and the line of every file that is no template and lacks nothing; the mutants; and what users would be told of files that nginx takes. */
export function nginxConformance(): readonly ConformanceRow[] {
  const files = readLines<Recorded>('nginx-t.jsonl')
  const decided = files.filter(it => !['environment', 'template', 'fragment'].includes(it.outcome) && !it.error_in_other_file)
  const mutants = readLines<Mutant>('nginx-mutants.jsonl').filter(it => !['environment', 'template', 'fragment'].includes(it.outcome))
  return [
    row(
      'nginx -t: verdict and line',
      decided,
      it => it.file.slice(6),
      it => difference(it, textOf(it.file))
    ),
    row(
      'nginx -t: verdict and line of mutants',
      mutants,
      it => `${it.base.slice(6)} ${it.mutation}`,
      it => difference(it, mutate(textOf(it.base), it))
    ),
    row(
      'nginx -t: no false syntax finding for users in accepted files and templates',
      files.filter(it => it.outcome === 'ok' || it.outcome === 'template'),
      it => it.file.slice(6),
      it => falseAlarm(sourceFile(`/corpus/${it.file}`, textOf(it.file)))
    )
  ]
}

function row<T>(suite: string, cases: readonly T[], name: (it: T) => string, compare: (it: T) => string | undefined): ConformanceRow {
  const differences = cases.flatMap(it => {
    const found = compare(it)
    return found === undefined ? [] : [`${name(it)}: ${found}`]
  })
  return { suite, cases: cases.length, agreed: cases.length - differences.length, differences }
}

function difference(recorded: Outcome, text: string): string | undefined {
  const file = sourceFile('/corpus/nginx.conf', text)
  const context = recorded.context ?? ''
  const answer = testConfiguration(file, {
    settings: { ...defaultSettings, nginx: { version: '1.22.1' } },
    read: () => ({ kind: 'missing' }),
    declared: () => [],
    ...(places[context] ? { within: { places: places[context] } } : context ? { within: { places: '', values: true } } : {})
  })
  const line = answer.ok || answer.at === undefined ? null : lineIndex(file).position(answer.at).line + 1
  const expected = recorded.outcome === 'ok' ? 'ok' : `line ${recorded.line}`
  const got = answer.ok ? 'ok' : `line ${line}`
  const isTakenOut = recorded.unknown_to_1_22_1?.some(it => !answer.ok && answer.message === `unknown directive "${it.split(' ')[0]}"`)
  if (expected === got || isTakenOut) return undefined
  return `nginx ${expected} (${recorded.message}), we ${got}${answer.ok ? '' : ` (${answer.message})`}`
}

const readerRules = new Set(['syntax-error', 'directive-not-allowed-here', 'invalid-value', 'duplicate-setting', 'conflicting-settings'])

function falseAlarm(file: SourceFile): string | undefined {
  const found = nginx
    .lower(file, { read: () => ({ kind: 'missing' }), declared: () => [], settings: defaultSettings })
    .problems.find(it => readerRules.has(it.rule))
  return found && `${found.rule}: ${found.message} (line ${lineIndex(file).position(found.start).line + 1})`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!hasCorpus()) console.log('SKIPPED nginx conformance: ../shared/corpus is not here')
  else {
    for (const { suite, cases, agreed, differences } of nginxConformance()) {
      console.log(`${suite}: ${agreed} of ${cases} (${((100 * agreed) / cases).toFixed(1)} %)`)
      if (process.argv.includes('--all')) for (const it of differences) console.log(`  ${it}`)
    }
  }
}
