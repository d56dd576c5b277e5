/**
 * Reads every Envoy configuration of the corpus: nothing may be thrown, nothing may take long, and every range has to lie
 * inside its text. Counts the findings of each rule. Alone: `node --import tsx test/conformance/envoy.ts [--list [rule]]`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Diagnostic } from '../../server/src/core/diagnostic.js'
import { defaultSettings } from '../../server/src/core/settings.js'
import { type FileEntry, lineIndex, type SourceFile, sourceFile } from '../../server/src/core/text.js'
import { openWorkspace } from '../../server/src/service.js'

const corpus = fileURLToPath(new URL('../../../shared/corpus/envoy/', import.meta.url))
export const hasEnvoyCorpus = (): boolean => existsSync(corpus)

export interface EnvoyConformance {
  readonly files: number
  /** Of these, taken for Envoy's. */
  readonly detected: number
  readonly endpoints: { readonly server: number; readonly client: number }
  /** Of each rule, how many findings. */
  readonly findings: ReadonlyMap<string, readonly Diagnostic[]>
  /** What must not happen, in words. */
  readonly failures: readonly string[]
  readonly slowest: { readonly file: string; readonly milliseconds: number }
}

/** Each file is looked at alone, as if it were all that there is: the corpus is no one's workspace. */
export function envoyConformance(): EnvoyConformance {
  const failures: string[] = []
  const findings = new Map<string, Diagnostic[]>()
  const endpoints = { server: 0, client: 0 }
  const names = readdirSync(corpus).sort()
  let detected = 0
  let slowest = { file: '', milliseconds: 0 }
  for (const name of names) {
    const file = sourceFile(`/corpus/${name}`, readFileSync(corpus + name, 'utf8'))
    const started = performance.now()
    const outcome = look(file)
    const milliseconds = performance.now() - started
    if (milliseconds > slowest.milliseconds) slowest = { file: name, milliseconds }
    failures.push(...outcome.failures.map(it => `${name}: ${it}`))
    if (!outcome.detected) continue
    detected++
    endpoints.server += outcome.servers
    endpoints.client += outcome.clients
    for (const it of outcome.diagnostics) findings.set(it.rule, [...(findings.get(it.rule) ?? []), it])
  }
  return { files: names.length, detected, endpoints, findings, failures, slowest }
}

function look(file: SourceFile) {
  const nothing = { detected: false, servers: 0, clients: 0, diagnostics: [] as readonly Diagnostic[] }
  const read = (path: string): FileEntry => (path === file.path ? { kind: 'file', file } : { kind: 'missing' })
  try {
    const workspace = openWorkspace({
      read,
      now: () => new Date('2026-01-01'),
      settings: defaultSettings,
      files: [file.path],
      folders: ['/corpus/']
    })
    if (workspace.dialectOf(file.path)?.id !== 'envoy') return { ...nothing, failures: [] }
    const endpoints = workspace.lowered(file.path)?.endpoints ?? []
    const diagnostics = workspace.check(file.path)
    return {
      detected: true,
      servers: endpoints.filter(it => it.role === 'server' && it.tls.value).length,
      clients: endpoints.filter(it => it.role === 'client').length,
      diagnostics,
      failures: [
        ...diagnostics.filter(it => it.rule === 'internal-error').map(it => it.message),
        ...diagnostics
          .flatMap(it => [it, ...it.related])
          .filter(it => !isInside(it, file))
          .map(it => `${it.message} stands outside of the text`)
      ]
    }
  } catch (error) {
    return { ...nothing, failures: [String(error)] }
  }
}

const isInside = ({ path, start, end }: { path: string; start: number; end: number }, file: SourceFile): boolean =>
  path === file.path && start >= 0 && start <= end && end <= file.text.length

function print(): void {
  const { files, detected, endpoints, findings, failures, slowest } = envoyConformance()
  const out = (line: string) => process.stdout.write(`${line}\n`)
  out(`${files} files, ${detected} of Envoy; ${endpoints.server} servers and ${endpoints.client} clients with TLS`)
  out(`slowest: ${slowest.file}, ${slowest.milliseconds.toFixed(0)} ms; failures: ${failures.length}`)
  for (const it of failures) out(`  ${it}`)
  for (const [rule, all] of [...findings].sort((a, b) => b[1].length - a[1].length))
    out(`${String(all.length).padStart(5)} ${rule} (${all[0]!.severity})`)
  const wanted = process.argv[3]
  if (process.argv[2] !== '--list') return
  for (const it of [...findings.values()].flat()) {
    if (wanted !== undefined && it.rule !== wanted) continue
    const text = readFileSync(corpus + it.path.slice('/corpus/'.length), 'utf8')
    const { line } = lineIndex(sourceFile(it.path, text)).position(it.start)
    out(`${it.path.slice('/corpus/'.length)}:${line + 1} ${it.severity} ${it.rule}: ${it.message}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (hasEnvoyCorpus()) print()
  else process.stderr.write('the corpus (../shared/corpus/envoy) is not here\n')
}
