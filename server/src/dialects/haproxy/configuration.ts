import type { LowerContext } from '../../core/dialect.js'
import { type Location, locate, memo, type SourceFile, type Span } from '../../core/text.js'
import type { ReadOptions } from './options.js'
import { originalOf } from './parse-again.js'
import { type Line, parse, type Section, type SyntaxTree, type Word } from './parser.js'
import { type Paths, parentOf, pathsOf } from './paths.js'

/** A `frontend`, `backend` or `listen` with the `defaults` that it inherits from. */
export interface ProxySection {
  readonly section: Section
  readonly name: string
  /** The nearest first. */
  readonly defaults: readonly Section[]
  readonly mode: 'http' | 'tcp'
  /** True when a line of it, or of its defaults, counts only under a condition that is not known here. */
  readonly uncertain: boolean
}

/** A setting of `global`. */
export interface GlobalLine {
  readonly line: Line
  readonly value: string
}

export interface Configuration {
  readonly file: SourceFile
  readonly tree: SyntaxTree
  readonly version: string
  readonly paths: Paths
  readonly proxies: readonly ProxySection[]
  /** Proxies that accept connections or have servers, by name. */
  readonly backends: ReadonlyMap<string, ProxySection>
  readonly globals: ReadonlyMap<string, Line>
  readonly bySection: ReadonlyMap<Section, ProxySection>
  readonly options: Map<Line, ReadOptions>
  /** Where the last of those sections ends that any other may take settings from, one above it, too. */
  readonly commonEnd: number
  /** True for a file beside others without any `global`: HAProxy reads all files of a folder as one. */
  readonly isPart: boolean
  at(span: Span): Location
}

export const keywordOf = (line: Line): string => line.words[0]!.value
export const linesOf = (section: Section, keyword: string): readonly Line[] => section.lines.filter(it => keywordOf(it) === keyword)
export const wordsFrom = (line: Line, start: number): readonly Word[] => line.words.slice(start)
/** From the first to the last of these words. */
export const spanOf = (words: readonly Word[]): Span => ({ start: words[0]!.start, end: words[words.length - 1]!.end })

export function readConfiguration(file: SourceFile, ctx: LowerContext): Configuration {
  const version = ctx.settings.haproxy.version
  const tree = parse(file, version)
  const proxies: ProxySection[] = []
  const backends = new Map<string, ProxySection>()
  const globals = new Map<string, Line>()
  const bySection = new Map<Section, ProxySection>()
  const chains = new Map<Section, readonly Section[]>()
  const named = new Map<string, Section>()
  let nearest: Section | undefined
  let commonEnd = 0
  for (const section of tree.sections) {
    if (section.kind === 'global' || section.kind === 'crt-store') commonEnd = section.end
    if (section.kind === 'global') for (const line of section.lines) globals.set(keywordOf(line), line)
    else if (section.kind === 'defaults') {
      const name = nameOf(section)
      const parent = parentDefaults(section, named)
      chains.set(section, [section, ...(parent ? (chains.get(parent) ?? []) : [])])
      nearest = section
      if (name !== '') named.set(name, section)
    } else if (isProxy(section)) {
      const from = fromOf(section)
      const own = from === undefined ? nearest : named.get(from)
      const defaults = own ? (chains.get(own) ?? [own]) : []
      const mode = modeOf(section) ?? defaults.map(modeOf).find(it => it !== undefined) ?? 'tcp'
      const uncertain = isUncertain(section) || defaults.some(isUncertain)
      const proxy: ProxySection = { section, name: nameOf(section), defaults, mode, uncertain }
      proxies.push(proxy)
      bySection.set(section, proxy)
      if (section.kind !== 'frontend') backends.set(proxy.name, proxy)
    }
  }
  return {
    file,
    tree,
    version,
    paths: pathsOf(file.path, ctx),
    proxies,
    backends,
    globals,
    bySection,
    options: new Map(),
    commonEnd,
    isPart: isPart(file, globals, ctx),
    at: span => locate(file, span)
  }
}

const isProxy = ({ kind }: Section): boolean => kind === 'frontend' || kind === 'backend' || kind === 'listen'

/** What a section says wherever it stands in the text. */
interface Facts {
  readonly name: string
  /** The name of the `defaults` that it asks for. */
  readonly from: string | undefined
  readonly mode: ProxySection['mode'] | undefined
  readonly uncertain: boolean
}

const factsOf = (section: Section): Facts => factsOfOriginal(originalOf(section))

const factsOfOriginal = memo(({ header, lines }: Section): Facts => {
  const name = header.words[1]?.value ?? ''
  const from = header.words.findIndex((it, index) => index > 0 && it.value === 'from')
  const mode = lines.findLast(it => keywordOf(it) === 'mode')?.words[1]?.value
  return {
    name: name === 'from' && header.words[0]!.value === 'defaults' ? '' : name,
    from: from < 0 ? undefined : header.words[from + 1]?.value,
    mode: mode === undefined ? undefined : mode === 'http' ? 'http' : 'tcp',
    uncertain: !header.certain || lines.some(it => !it.certain)
  }
})

export const nameOf = (section: Section): string => factsOf(section).name
const fromOf = (section: Section): string | undefined => factsOf(section).from
const modeOf = (section: Section): ProxySection['mode'] | undefined => factsOf(section).mode
const isUncertain = (section: Section): boolean => factsOf(section).uncertain

const parentDefaults = (section: Section, named: ReadonlyMap<string, Section>): Section | undefined => {
  const from = fromOf(section)
  return from === undefined ? undefined : named.get(from)
}

/** HAProxy takes a folder of files as one configuration. */
const partFolders = /\/(?:conf\.d|haproxy\.d|cfg\.d|conf-available|conf-enabled|sites-(?:available|enabled)|fragments|parts)$/

function isPart(file: SourceFile, globals: ReadonlyMap<string, Line>, ctx: LowerContext): boolean {
  if (globals.size > 0) return false
  const folder = parentOf(file.path)
  if (partFolders.test(folder)) return true
  const entry = ctx.read(folder)
  return entry.kind === 'directory' && entry.names.filter(it => it.endsWith('.cfg')).length > 1
}
