/**
 * Holds our reader against recorded outcomes of `haproxy -c` (HAProxy 2.6.12). Alone:
 * `node --import tsx test/conformance/haproxy.ts [--all]`.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '../../server/src/core/settings.js'
import { lineIndex, type SourceFile, sourceFile } from '../../server/src/core/text.js'
import { haproxy } from '../../server/src/dialects/haproxy/index.js'
import { testConfiguration } from '../../server/src/dialects/haproxy/test-configuration.js'
import type { ConformanceRow } from './nginx.js'
import { corpus, type Edit, mutate, readLines, textOf } from './recorded.js'

interface Outcome {
  readonly outcome: 'ok' | 'syntax' | 'environment' | 'template' | 'not-a-main-config'
  readonly line: number | null
  readonly message: string | null
  readonly class?: string
}
interface Recorded extends Outcome {
  readonly file: string
}
interface Mutant extends Outcome, Edit {
  readonly base: string
}

export const hasCorpus = (): boolean => existsSync(`${corpus}haproxy-c.jsonl`)

/** The verdict and the first line of every file that is no template and lacks nothing; the mutants; and what users would be told of files that HAProxy takes. */
export function haproxyConformance(): readonly ConformanceRow[] {
  const files = readLines<Recorded>('haproxy-c.jsonl')
  const isDecided = (it: Outcome) => it.outcome === 'ok' || it.outcome === 'syntax'
  return [
    row(
      'haproxy -c: verdict and line',
      files.filter(isDecided),
      it => it.file.slice(8),
      it => difference(it, textOf(it.file))
    ),
    row(
      'haproxy -c: verdict and line of mutants',
      readLines<Mutant>('haproxy-mutants.jsonl').filter(isDecided),
      it => `${it.base.slice(8)} ${it.mutation}`,
      it => difference(it, mutate(textOf(it.base), it))
    ),
    row(
      'haproxy -c: no false syntax finding for users in accepted files and templates, nor of keywords of newer versions',
      files.filter(it => it.outcome === 'ok' || it.outcome === 'template' || it.class === 'needs-newer-haproxy'),
      it => it.file.slice(8),
      it => falseAlarm(it, sourceFile(`/corpus/${it.file}`, textOf(it.file)))
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
  const file = sourceFile('/corpus/haproxy.cfg', text)
  const answer = testConfiguration(file, {
    settings: { ...defaultSettings, haproxy: { version: '2.6.12' } },
    read: () => ({ kind: 'missing' }),
    declared: () => []
  })
  const first = answer.ok ? undefined : answer.errors[0]!
  const expected = recorded.outcome === 'ok' ? 'ok' : `line ${recorded.line}`
  const got = first ? `line ${lineIndex(file).position(first.at).line + 1}` : 'ok'
  return expected === got ? undefined : `haproxy ${expected} (${recorded.message}), we ${got}${first ? ` (${first.message})` : ''}`
}

const readerRules = new Set(['syntax-error', 'directive-not-allowed-here', 'invalid-value', 'duplicate-setting'])

/** Of files that also hold what every version refuses, only lines that 2.6 accepted or did not know count. */
function falseAlarm(
  recorded: Recorded & { readonly errors?: readonly { readonly line: number | null }[] },
  file: SourceFile
): string | undefined {
  const refused = new Set(recorded.errors?.map(it => it.line))
  return haproxy
    .lower(file, { read: () => ({ kind: 'missing' }), declared: () => [], settings: defaultSettings })
    .problems.filter(it => readerRules.has(it.rule))
    .map(it => ({ ...it, line: lineIndex(file).position(it.start).line + 1 }))
    .filter(it => !refused.has(it.line))
    .map(it => `${it.rule}: ${it.message} (line ${it.line})`)[0]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!hasCorpus()) console.log('SKIPPED haproxy conformance: ../shared/corpus is not here')
  else {
    for (const { suite, cases, agreed, differences } of haproxyConformance()) {
      console.log(`${suite}: ${agreed} of ${cases} (${((100 * agreed) / cases).toFixed(1)} %)`)
      if (process.argv.includes('--all')) for (const it of differences) console.log(`  ${it}`)
    }
  }
}
