import { Command, InvalidArgumentError, Option } from 'commander'
import { type Diagnostic, reaches, type Severity } from '../../core/diagnostic.js'
import type { Read } from '../../core/text.js'
import { diskSnapshot, fileOfBytes, largestFile } from '../../files/disk.js'
import { findSettings, parseRuleSeverity, severityWords } from '../../files/settings.js'
import { walk } from '../../files/walk.js'
import { wantedBy } from '../../files/wanted.js'
import { languages, openWorkspaceOf, verifySignaturesAhead, type Workspace } from '../../open-workspace.js'
import { readBaseline, withoutBaseline } from '../baseline.js'
import { exitCodes, UsageError } from '../exit.js'
import { applyFixes } from '../fix.js'
import { formatGithub } from '../github.js'
import { formatJson } from '../json.js'
import { dialectsFor, requireLanguage } from '../language.js'
import { isFolder } from '../named.js'
import { notice, noticePassedOver } from '../notice.js'
import { absolute, atOption, parseSeverity, relative } from '../options.js'
import { showProgress } from '../progress.js'
import { formatSarif } from '../sarif.js'
import { isRule, loadSettings } from '../settings.js'
import { expectShortRun } from '../short-run.js'
import { readStdin } from '../stdin.js'
import { formatText } from '../text.js'

interface CheckOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  readonly minSeverity: Severity
  readonly failOn: Severity
  readonly rule: Readonly<Record<string, Severity | 'off'>>
  readonly baseline?: string
  readonly stdin?: boolean
  readonly stdinFilename?: string
  readonly fix?: boolean
  readonly at?: Date
}

/** What one run of `check` found, for the printers. */
export interface CheckReport {
  readonly diagnostics: readonly Diagnostic[]
  readonly suppressed: readonly Diagnostic[]
  readonly files: number
  readonly certificates: number
  readonly endpoints: number
  readonly elapsedMs: number
  readonly read: Read
}

export const checkCommand = (): Command =>
  new Command('check')
    .description('Find what will break a TLS handshake, in files and folders')
    .argument('[path...]', 'files and folders; folders are walked as .gitignore allows', ['.'])
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json', 'sarif', 'github']).default('text'))
    .addOption(new Option('--min-severity <severity>', 'leave out what is milder').argParser(parseSeverity).default('hint'))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 at a finding this grave').argParser(parseSeverity).default('error'))
    .addOption(new Option('--rule <id=severity>', 'set the severity of a rule, or off; repeatable').argParser(collectRule).default({}))
    .addOption(new Option('--baseline <file>', 'leave out what an earlier --format json run has found'))
    .addOption(new Option('--stdin', 'check what comes on standard input'))
    .addOption(new Option('--stdin-filename <name>', 'the name under which standard input is checked').implies({ stdin: true }))
    .addOption(new Option('--fix', 'apply the fixes that cannot break a working configuration').conflicts('stdin'))
    .addOption(atOption())
    .action(check)

function collectRule(text: string, before: Readonly<Record<string, Severity | 'off'>>): Readonly<Record<string, Severity | 'off'>> {
  const [id, word] = text.split('=', 2)
  const severity = parseRuleSeverity(word)
  if (!id || !severity) throw new InvalidArgumentError(`Write --rule id=severity, where severity is ${severityWords}.`)
  if (!isRule(id)) throw new InvalidArgumentError(`There is no rule ${id}.`)
  return { ...before, [id]: severity }
}

async function check(paths: readonly string[], options: CheckOptions, command: Command): Promise<void> {
  if (options.stdin && command.args.length > 0) throw new UsageError('--stdin: only standard input is checked then, and no path')
  const started = performance.now()
  expectShortRun()
  const { workspace, read, chosen, files, forget } = await (options.stdin ? openStdin(options) : open(paths, options))
  await prepare(workspace, files)
  if (options.fix) reportFixed(applyFixes(workspace, forget))
  const report = { ...(await gather(workspace, chosen, options)), elapsedMs: Math.round(performance.now() - started), read }
  process.exitCode = report.diagnostics.some(it => reaches(it.severity, options.failOn)) ? exitCodes.found : exitCodes.nothingFound
  endWith(print(report, options.format))
}

/** Leaves as soon as everything is written: to take down all that a large folder has put into memory takes longer than to print it. */
function endWith(text: string): void {
  process.stderr.write('', () =>
    process.stdout.write(text, error => {
      if (!error) process.exit()
    })
  )
}

interface Opened {
  readonly workspace: Workspace
  readonly files: readonly string[]
  readonly read: Read
  readonly forget: (path: string) => void
  /** The files named one by one: only what is found in them, or from them, is asked for. */
  readonly chosen: readonly string[]
}

async function open(paths: readonly string[], options: CheckOptions): Promise<Opened> {
  const read = diskSnapshot()
  const folders: string[] = []
  const files: string[] = []
  for (const path of paths) {
    if (isFolder(path, read)) folders.push(absolute(path))
    else files.push(absolute(path))
  }
  const named = new Map(files.map(file => [file, requireLanguage(file, read)]))
  const walked = folders.flatMap(folder =>
    walk(folder, wantedBy(languages), { notice, passedOver: noticePassedOver, listed: read.noteDirectory })
  )
  for (const file of walked) noticeUnreadable(file, read)
  // Those of the project that a file is in, from wherever it is named.
  const settings = loadSettings(folders[0] ?? files.find(it => findSettings(it)) ?? process.cwd(), options.rule)
  const all = [...new Set([...files, ...walked])]
  const workspace = openWorkspaceOf(await dialectsFor(walked, named, read), {
    read,
    settings,
    files: all,
    languageOf: path => named.get(path),
    folders: [...folders, ...files.map(it => (it.startsWith(`${absolute('.')}/`) ? absolute('.') : it.slice(0, it.lastIndexOf('/'))))],
    ...(options.at && { now: () => options.at! })
  })
  return { workspace, read, files: all, forget: read.forget, chosen: folders.length > 0 ? [] : files }
}

/** Other threads are worth their trouble from here on. */
const manyCertificates = 100

/** Reads the configurations while other threads verify signatures. */
async function prepare(workspace: Workspace, files: readonly string[]): Promise<void> {
  const pem = files.filter(it => workspace.dialectOf(it)?.id === 'pem')
  const certificates = pem.flatMap(it => workspace.lowered(it)!.pem.flatMap(file => file.certificates))
  if (certificates.length < manyCertificates) return
  const verified = verifySignaturesAhead(certificates)
  workspace.roots()
  await verified
}

function noticeUnreadable(file: string, read: Read): void {
  const entry = read(file)
  if (entry.kind === 'unreadable') noticePassedOver(file, entry.reason)
}

async function openStdin(options: CheckOptions): Promise<Opened> {
  const path = absolute(options.stdinFilename ?? 'stdin')
  const bytes = readStdin(largestFile + 1)
  if (bytes.length > largestFile) throw new UsageError(`${relative(path)}: files over ${largestFile / 1024 / 1024} MB are not read`)
  const file = fileOfBytes(path, bytes)
  const disk = diskSnapshot()
  const read: Read = it => (it === path ? { kind: 'file', file } : disk(it))
  const named = new Map([[path, requireLanguage(path, read)]])
  const settings = loadSettings(process.cwd(), options.rule)
  const workspace = openWorkspaceOf(await dialectsFor([], named, read), {
    read,
    settings,
    files: [path],
    languageOf: () => named.get(path),
    folders: [absolute('.')],
    ...(options.at && { now: () => options.at! })
  })
  return { workspace, read, files: [path], forget: disk.forget, chosen: [path] }
}

async function gather(
  workspace: Workspace,
  chosen: readonly string[],
  options: CheckOptions
): Promise<Omit<CheckReport, 'elapsedMs' | 'read'>> {
  const roots = workspace.roots()
  const progress = await showProgress('Checking', roots.length)
  const found = new Map<string, Diagnostic>()
  const files = new Set<string>()
  let endpoints = 0
  for (const root of roots) {
    for (const it of workspace.check(root)) found.set(`${it.path}\n${it.start}\n${it.end}\n${it.rule}\n${it.message}`, it)
    const lowered = workspace.lowered(root)
    for (const file of lowered?.files ?? []) files.add(file.path)
    endpoints += lowered?.endpoints.length ?? 0
    progress.step()
  }
  progress.done()
  const all = [...found.values()].filter(it => reaches(it.severity, options.minSeverity) && isAskedFor(it, chosen, workspace))
  const known = options.baseline ? readBaseline(options.baseline) : undefined
  const shown = all.filter(it => it.suppressed === undefined)
  return {
    diagnostics: known ? withoutBaseline(shown, known, workspace.read) : shown,
    suppressed: all.filter(it => it.suppressed !== undefined),
    files: files.size,
    certificates: workspace.certificates().length,
    endpoints
  }
}

const isAskedFor = (it: Diagnostic, chosen: readonly string[], workspace: Workspace): boolean =>
  chosen.length === 0 || chosen.includes(it.path) || chosen.some(path => workspace.lowered(path)?.files.some(file => file.path === it.path))

function print(report: CheckReport, format: CheckOptions['format']): string {
  switch (format) {
    case 'text':
      return formatText(report)
    case 'json':
      return formatJson(report)
    case 'sarif':
      return formatSarif(report)
    case 'github':
      return formatGithub(report)
  }
}

function reportFixed(fixed: ReturnType<typeof applyFixes>): void {
  for (const { title, path } of fixed) console.error(`fixed ${relative(path)}: ${title}`)
}
