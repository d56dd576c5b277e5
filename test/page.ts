/**
 * A rule's page is its test. Under `## Fires` and `## Silent`, a paragraph says what a case shows and fences give it:
 *
 * - ```` ```nginx [file] ````, `haproxy`, `yaml`, `pem`, or any other language with a file name: a file. A line of carets
 *   below a line, commented or not, expects a finding on exactly that text: `# ^^^^ [rule] [severity] "part of the message"`.
 * - ```` ```certs ````: files made by `pki.ts`. In YAML, `$base64(file)` stands for what is in one of them.
 * - ```` ```findings ````: for files that were made, `leaf.pem: "…"`, or `chain.pem@2: warning "…"` for its second block.
 * - ```` ```nginx fixed [file] ````, ```` ```certs fixed ````: the file's text after the first fix of the first finding. Whether or
 *   not it is written, every fix that a finding offers has to leave one finding less.
 * - ```` ```settings ````: what to set, and `now`.
 *
 * Under `## Elsewhere`, a line such as `- haproxy, pem: why` says why the rule cannot fire in a dialect.
 *
 * Checked is the first configuration and, with or without it, the made files that a finding is expected in; in a silent
 * case without a configuration every file. Findings of the page's own rule are matched both ways.
 */
import { parse } from 'yaml'
import { type Diagnostic, type Fix, type Severity, severities } from '../server/src/core/diagnostic.js'
import { defaultSettings, type Settings } from '../server/src/core/settings.js'
import { type FileEntry, lineIndex, type Read, type SourceFile, type TextEdit } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { makeFiles } from './pki.js'

export interface Page {
  /** From the heading. */
  readonly id: string
  /** What stands between the heading and the first section. */
  readonly prose: string
  readonly cases: readonly Case[]
  /** Why the rule cannot fire, by dialect. */
  readonly elsewhere: ReadonlyMap<string, string>
}

export interface Case {
  readonly section: string
  /** The paragraph that introduces it. */
  readonly says: string
  readonly fences: readonly Fence[]
}

interface Fence {
  readonly language: string
  readonly words: readonly string[]
  readonly text: string
}

export function parsePage(markdown: string): Page {
  const cases: { section: string; says: string; fences: Fence[] }[] = []
  const prose: string[] = []
  const elsewhere: string[] = []
  let id = ''
  let section = ''
  const lines = markdown.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const fence = /^(`{3,})(\S+)\s*(.*)$/.exec(line)
    if (fence) {
      const [, ticks, language, words] = fence
      const end = lines.indexOf(ticks!, at + 1)
      if (end < 0) throw new Error(`a fence without end: ${line}`)
      const text = lines.slice(at + 1, end).map(it => `${it}\n`)
      if (cases.at(-1)?.section !== section) cases.push({ section, says: '', fences: [] })
      cases.at(-1)!.fences.push({ language: language!, words: words!.split(/\s+/).filter(it => it !== ''), text: text.join('') })
      at = end
    } else if (line.startsWith('# ')) id = line.slice(2).trim()
    else if (line.startsWith('## ')) section = line.slice(3).trim()
    else if (line.trim() === '') continue
    else if (section === '') prose.push(line)
    else if (section === 'Elsewhere') elsewhere.push(line)
    else {
      const last = cases.at(-1)
      if (last && last.section === section && last.fences.length === 0) last.says += ` ${line.trim()}`
      else cases.push({ section, says: line.trim(), fences: [] })
    }
  }
  return {
    id,
    prose: prose.join('\n'),
    cases: cases.filter(it => it.section === 'Fires' || it.section === 'Silent'),
    elsewhere: readReasons(elsewhere)
  }
}

/** A reason may go on in further lines, which are indented. */
function readReasons(lines: readonly string[]): ReadonlyMap<string, string> {
  if (lines.length === 0) return new Map()
  const [before, ...items] = lines.join('\n').split(/^- /m)
  if (before !== '') throw new Error(`cannot read the reason ${before}`)
  const reasons = items.flatMap(item => {
    const [, dialects, reason] = /^([a-z, ]+): (.+)$/.exec(item.trim().replace(/\s+/g, ' ')) ?? []
    if (!dialects || !reason) throw new Error(`cannot read the reason ${item}`)
    return dialects.split(', ').map(it => [it, reason] as const)
  })
  return new Map(reasons)
}

/** What differs from what the page says, in words; empty when all is as it says. */
export function judge(rule: string, example: Case): readonly string[] {
  const scene = setScene(rule, example)
  const own = scene.expected.filter(it => it.rule === rule)
  if (example.section === 'Fires' && own.length === 0) return ['a case that fires expects no finding']
  if (example.section === 'Silent' && own.length > 0) return ['a silent case expects a finding']
  if (scene.roots.length === 0) return ['nothing to check']
  const { findings, problems } = check(scene, scene.files)
  return [...problems, ...compare(rule, scene, findings), ...judgeFixes(rule, scene, findings)]
}

const folder = '/project/'
const absolute = (path: string) => (path.startsWith('/') ? path : folder + path)
export const shown = (path: string) => (path.startsWith(folder) ? path.slice(folder.length) : path)

type Files = ReadonlyMap<string, SourceFile>

/** A case made ready for checking. */
export interface Scene {
  readonly files: Files
  readonly roots: readonly string[]
  readonly expected: readonly Expected[]
  readonly fixed: ReadonlyMap<string, string>
  readonly settings: Partial<Settings>
  readonly now: Date
}

export interface Expected {
  readonly rule: string
  readonly severity?: Severity
  readonly message: string
  readonly path: string
  /** Exactly where; absent: anywhere in the file. */
  readonly place?: { readonly line: number; readonly from: number; readonly to: number }
  /** Counted from one. */
  readonly block?: number
}

const defaultNames: Readonly<Record<string, string>> = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg', yaml: 'config.yaml', pem: 'file.pem' }

export function setScene(rule: string, { section, fences }: Case): Scene {
  const files = new Map<string, SourceFile>()
  const fixed = new Map<string, string>()
  const expected: Expected[] = []
  const made: string[] = []
  let configuration: string | undefined
  let settings: Partial<Settings> & { now?: string } = {}
  const certs = fences.find(it => it.language === 'certs' && it.words[0] !== 'fixed')?.text ?? ''
  for (const [name, it] of makeFiles(certs)) {
    const path = absolute(name)
    files.set(path, { path, text: it.text, encoding: it.binary ? 'binary' : 'utf8', mode: it.mode })
    made.push(path)
  }
  for (const fence of fences) {
    const isFixed = fence.words[0] === 'fixed'
    if (fence.language === 'settings') settings = parse(fence.text)
    else if (fence.language === 'findings') expected.push(...readFindings(rule, fence.text))
    else if (fence.language === 'certs') {
      if (isFixed)
        for (const name of Object.keys(parse(fence.text))) fixed.set(absolute(name), makeFiles(certs, fence.text).get(name)!.text)
    } else {
      const options = fence.words.filter(it => it.includes('='))
      const name = fence.words.find(it => it !== 'fixed' && !it.includes('=')) ?? defaultNames[fence.language]
      if (name === undefined) throw new Error(`a fence in ${fence.language} needs a file name`)
      const path = absolute(name)
      if (isFixed) {
        fixed.set(path, fence.text)
        continue
      }
      const mode = options.find(it => it.startsWith('mode='))?.slice(5) ?? '0644'
      const { text: written, carets } = readCarets(rule, path, fence.text)
      const text = fence.language === 'yaml' ? withContents(written, files) : written
      files.set(path, { path, text, encoding: 'utf8', mode: Number.parseInt(mode, 8) })
      expected.push(...carets)
      if (fence.language === 'pem') made.push(path)
      else if (fence.language !== 'text') configuration ??= path
    }
  }
  const { now = '2026-01-01', ...set } = settings
  return { files, fixed, expected, settings: set, now: new Date(now), roots: rootsOf(section, configuration, made, expected) }
}

const withContents = (text: string, files: Files): string =>
  text.replace(/\$base64\(([^)]+)\)/g, (_, name: string) => {
    const file = files.get(absolute(name))
    if (!file) throw new Error(`no file ${name} is made for this case`)
    return Buffer.from(file.text, 'latin1').toString('base64')
  })

function rootsOf(
  section: string,
  configuration: string | undefined,
  made: readonly string[],
  expected: readonly Expected[]
): readonly string[] {
  const named = made.filter(path => expected.some(it => it.path === path))
  if (configuration !== undefined) return [configuration, ...named]
  return section === 'Silent' || named.length === 0 ? made : named
}

const caretLine = /^([\s#;/]*)(\^+)\s*(.*)$/

function readCarets(rule: string, path: string, marked: string): { readonly text: string; readonly carets: readonly Expected[] } {
  const kept: string[] = []
  const carets: Expected[] = []
  for (const line of marked.split('\n')) {
    const match = caretLine.exec(line)
    if (!match) {
      kept.push(line)
      continue
    }
    const from = match[1]!.length
    const place = { line: kept.length - 1, from, to: from + match[2]!.length }
    carets.push({ ...readExpectation(rule, match[3]!), path, place })
  }
  return { text: kept.join('\n'), carets }
}

function readFindings(rule: string, text: string): readonly Expected[] {
  const lines = text.split('\n').filter(it => it.trim() !== '')
  return lines.map(line => {
    const match = /^([^\s@]+?)(?:@(\d+))?:(?:\s+(.*))?$/.exec(line)
    if (!match) throw new Error(`cannot read the expected finding ${line}`)
    const expectation = { ...readExpectation(rule, match[3] ?? ''), path: absolute(match[1]!) }
    return match[2] === undefined ? expectation : { ...expectation, block: Number(match[2]) }
  })
}

function readExpectation(rule: string, text: string): { readonly rule: string; readonly severity?: Severity; readonly message: string } {
  const match = /^([^"]*?)\s*(?:"(.*)")?\s*$/.exec(text)
  if (!match) throw new Error(`cannot read the expectation ${text}`)
  const words = match[1]!.split(/\s+/).filter(it => it !== '')
  const severity = severities.find(it => words.includes(it))
  const id = words.find(it => it !== severity) ?? rule
  return { rule: id, message: match[2] ?? '', ...(severity && { severity }) }
}

interface Outcome {
  readonly findings: readonly Diagnostic[]
  readonly problems: readonly string[]
}

function check(scene: Scene, files: Files): Outcome {
  const settings = { ...defaultSettings, ...scene.settings }
  const workspace = openWorkspace({ read: readFrom(files), now: () => scene.now, settings, files: files.keys(), folders: [folder] })
  const findings = new Map<string, Diagnostic>()
  const problems: string[] = []
  for (const root of scene.roots) {
    if (!workspace.dialectOf(root)) problems.push(`${shown(root)} is of no language that is known`)
    for (const it of workspace.check(root)) {
      if (it.rule === 'internal-error') problems.push(it.message)
      if (it.suppressed === undefined) findings.set(`${it.path} ${it.start} ${it.end} ${it.rule} ${it.message}`, it)
    }
  }
  return { findings: [...findings.values()], problems }
}

/** Folders exist as far as files lie in them. */
export function readFrom(files: Files): Read {
  const entries = new Map<string, FileEntry>()
  const names = new Map<string, Set<string>>()
  for (const file of files.values()) {
    entries.set(file.path, { kind: 'file', file })
    for (let path = file.path; path !== ''; ) {
      const slash = path.lastIndexOf('/')
      const parent = path.slice(0, slash)
      const siblings = names.get(parent || '/') ?? new Set()
      names.set(parent || '/', siblings.add(path.slice(slash + 1)))
      path = parent
    }
  }
  for (const [path, inside] of names) entries.set(path, { kind: 'directory', names: [...inside].sort() })
  return path => entries.get(path === '/' ? path : path.replace(/\/$/, '')) ?? { kind: 'missing' }
}

function compare(rule: string, scene: Scene, findings: readonly Diagnostic[]): readonly string[] {
  const unclaimed = new Set(findings)
  const missed: string[] = []
  for (const expected of scene.expected) {
    const found = [...unclaimed].find(it => matches(expected, it, scene.files))
    if (found) unclaimed.delete(found)
    else missed.push(`missed: ${describeExpected(expected, scene.files)}`)
  }
  const spurious = [...unclaimed].filter(it => it.rule === rule).map(it => `spurious: ${describe(it, scene.files)}`)
  return [...missed, ...spurious]
}

function matches(expected: Expected, it: Diagnostic, files: Files): boolean {
  if (it.rule !== expected.rule || it.path !== expected.path || !it.message.includes(expected.message)) return false
  if (expected.severity !== undefined && it.severity !== expected.severity) return false
  const file = files.get(it.path)
  if (!file) return false
  if (expected.block !== undefined) return expected.block === blockAt(file, it.start)
  if (!expected.place) return true
  const start = lineIndex(file).lineStart(expected.place.line)
  // What goes on over several lines is marked on its first.
  const end = Math.min(it.end, endOfLine(file, it.start))
  return it.start === start + expected.place.from && end === start + expected.place.to
}

const blockAt = (file: SourceFile, offset: number): number => [...file.text.matchAll(/-----BEGIN/g)].filter(it => it.index <= offset).length

function endOfLine(file: SourceFile, offset: number): number {
  const end = file.text.indexOf('\n', offset)
  return end < 0 ? file.text.length : end
}

function describeExpected({ path, place, block, rule, severity, message }: Expected, files: Files): string {
  const text = place ? files.get(path)?.text.split('\n')[place.line]?.slice(place.from, place.to) : undefined
  const where = place ? `:${place.line + 1}:${place.from + 1} (${text})` : block === undefined ? '' : `@${block}`
  return `${shown(path)}${where} ${rule} ${severity ?? ''} "${message}"`
}

function describe(it: Diagnostic, files: Files): string {
  const file = files.get(it.path)
  const start = file ? lineIndex(file).position(it.start) : { line: 0, character: 0 }
  const text = file?.text.slice(it.start, Math.min(it.end, endOfLine(file, it.start)))
  return `${shown(it.path)}:${start.line + 1}:${start.character + 1} (${text}) ${it.rule} ${it.severity} "${it.message}"`
}

/** The first fix of the first finding gives the text that is written; every fix leaves one finding less, and no broken text. */
function judgeFixes(rule: string, scene: Scene, findings: readonly Diagnostic[]): readonly string[] {
  const own = findings.filter(it => it.rule === rule)
  const fixes = own.flatMap(it => it.fixes)
  if (fixes.length === 0) return scene.fixed.size === 0 ? [] : ['no finding offers a fix']
  const problems = [...scene.fixed].flatMap(([path, text]) => {
    const actual = applyFix(scene.files, fixes[0]!).get(path)?.text
    return actual === text ? [] : [`“${fixes[0]!.title}” makes ${shown(path)}\n${actual}\ninstead of\n${text}`]
  })
  return [...problems, ...fixes.flatMap(it => judgeOutcome(rule, scene, findings, it))]
}

const applyFix = (files: Files, { edits }: Fix): Files =>
  new Map([...files].map(([path, file]) => [path, { ...file, text: applyEdits(file, edits) }]))

const brokenText = [
  'syntax-error',
  'directive-not-allowed-here',
  'invalid-value',
  'duplicate-setting',
  'malformed-pem',
  'malformed-certificate'
]

function judgeOutcome(rule: string, scene: Scene, before: readonly Diagnostic[], fix: Fix): readonly string[] {
  const files = applyFix(scene.files, fix)
  const { findings, problems } = check(scene, files)
  const count = (all: readonly Diagnostic[], id: string) => all.filter(it => it.rule === id).length
  const broken = brokenText.filter(id => id !== rule && count(findings, id) > count(before, id))
  const left = count(findings, rule) < count(before, rule) ? [] : findings.filter(it => it.rule === rule)
  return [
    ...problems,
    ...broken.map(id => `“${fix.title}” leads to ${id}`),
    ...left.map(it => `“${fix.title}” leaves ${describe(it, files)}`)
  ]
}

/** Later edits first, so that the offsets of the earlier ones stay true; of those at one place the last first, as LSP has it. */
export function applyEdits(file: SourceFile, edits: readonly TextEdit[]): string {
  const own = edits.filter(it => it.path === file.path).reverse()
  return own.sort((a, b) => b.start - a.start).reduce((text, it) => text.slice(0, it.start) + it.newText + text.slice(it.end), file.text)
}
