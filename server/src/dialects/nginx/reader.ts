import type { Problem } from '../../core/dialect.js'
import { type Location, locate, type SourceFile, type TextEdit } from '../../core/text.js'
import { type Configuration, isDynamic, type Node } from './configuration.js'
import { closestName, everywhere, type Form, formsFor, formsIn, isKnownName, placesOfChildren, takes } from './directives.js'
import { type Directive, type LexicalError, parse, parseText, type Word } from './parser.js'
import { repeatedListens } from './sockets.js'
import { locationName, type Refusal, refusedByOwnReader, refusedValue } from './values.js'

/** What nginx itself refuses while it reads. */
export interface ReaderError extends Location {
  readonly rule: 'syntax-error' | 'directive-not-allowed-here' | 'invalid-value' | 'duplicate-setting' | 'conflicting-settings'
  /** In nginx's words. */
  readonly message: string
  /** In the line that nginx names: that of the `;` or `{` that ends the directive. nginx stops at the first error. */
  readonly reportedAt: number
  /** Where nginx notices it, when that is later in the text than the line that it names. */
  readonly noticedAt?: number
  readonly hint?: string
  readonly related?: Problem['related']
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] }
}

export interface ReaderOptions {
  /** Where the first line of the root stands. */
  readonly places: string
  /**
   * One very nginx, with the modules as Debian packages them: then a name that is in no table is an error. Without it, what some version
   * or module might take is passed over.
   */
  readonly exactVersion?: string
  /** The root is the inside of a block of values, such as `map`. */
  readonly values?: boolean
}

interface Level {
  readonly nodes: readonly Node[]
  readonly places: string | undefined
  readonly around: readonly Directive[]
  readonly seen: Map<string, Node>
  next: number
}

/** Goes through a configuration as nginx does and gathers all that it would refuse. A template is no configuration yet: nothing then. */
export function readErrors(configuration: Configuration, options: ReaderOptions): readonly ReaderError[] {
  if (configuration.template && options.exactVersion === undefined) return []
  return unique(errorsOfFiles(configuration, options).concat(errorsBelow(topLevel(configuration, options), options)))
}

const errorsOfFiles = (configuration: Configuration, options: ReaderOptions): ReaderError[] =>
  configuration.files.flatMap(it => lexicalErrors(it, options)).concat(repeatedListens(configuration, options.exactVersion))

const topLevel = ({ nodes }: Configuration, { values, places }: ReaderOptions): Level => ({
  nodes,
  places: values ? undefined : places,
  around: [],
  seen: new Map(),
  next: 0
})

/** What is wrong in a level and in all blocks below; `enter` may keep it out of some of them. */
function errorsBelow(top: Level, options: ReaderOptions, enter: (block: Node, inside: Level) => boolean = () => true): ReaderError[] {
  const errors: ReaderError[] = []
  const stack = [top]
  while (stack.length > 0) {
    const level = stack[stack.length - 1]!
    const node = level.nodes[level.next++]
    if (!node) {
      stack.pop()
      continue
    }
    if (level.places === undefined) {
      const block = level.around[level.around.length - 1]?.name.value ?? (options.values ? 'map' : '')
      errors.push(...errorsAmongValues(node, block, level))
      continue
    }
    const found = errorOf(node, level, options)
    if (found) errors.push(found)
    if (node.directive.form !== 'block') continue
    if (options.exactVersion !== undefined) errors.push(...errorsAtEnd(node, level))
    if (node.children.length === 0) continue
    const places = placesOfChildren(node.name, level.places)
    const around = level.around.slice(-2).concat(node.directive)
    const inside: Level = { nodes: node.children, places, around, seen: new Map(), next: 0 }
    if (enter(node, inside)) stack.push(inside)
  }
  return errors
}

/** What nginx finds missing when a block ends. Only for an exact version, since other versions and modules fill such blocks in other ways. */
function errorsAtEnd(node: Node, { places, around }: Level): ReaderError[] {
  const { directive, file, children } = node
  const has = (name: string) => children.some(it => it.name === name)
  const report = (message: string, reportedAt: number, noticedAt = directive.close): ReaderError[] => [
    { ...locate(file, directive.name), rule: 'syntax-error', message, reportedAt, noticedAt }
  ]
  const isOpen = node.incomplete || directive.close >= file.text.length
  const end = around[around.length - 1]?.close
  if (node.name === 'upstream' && !isOpen && !has('server')) return report('no servers are inside upstream', directive.close)
  if (node.name === 'upstream' && !isOpen && children.every(isBackup))
    return report(`no servers in upstream "${directive.values[0] ?? ''}"`, directive.terminator, end)
  const handles = (it: Node) => /^(?:proxy_pass|return|pass|js_|echo|content_by_lua|mqtt|grpc)/.test(it.name)
  if (node.name === 'server' && places === 'H' && !isOpen && has('listen') && !children.some(handles)) {
    // All servers are looked through for that when the block around them ends.
    return report('no handler for server', directive.terminator, end)
  }
  if (node.name === 'server' && /[HA]/.test(places ?? '') && !isOpen && !has('listen'))
    return report('no "listen" is defined for server', directive.terminator)
  return []
}

const isBackup = (it: Node): boolean => it.name !== 'server' || it.directive.values.includes('backup')

function unique(errors: readonly ReaderError[]): readonly ReaderError[] {
  if (errors.length < 2) return errors
  const seen = new Set<string>()
  return errors.filter(it => {
    const key = `${it.path}\0${it.start}\0${it.message}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function lexicalErrors(file: SourceFile, { values }: ReaderOptions): ReaderError[] {
  const tree = parse(file)
  const errors = tree.errors.map(
    (it): ReaderError => ({
      ...locate(file, it),
      rule: 'syntax-error',
      message: it.message,
      reportedAt: it.reportedAt,
      ...insertion(file, it)
    })
  )
  return tree.hasByteOrderMark && !values ? [byteOrderMark(file), ...errors] : errors
}

function insertion(file: SourceFile, { insert, insertAt }: LexicalError): Pick<ReaderError, 'fix' | 'hint'> {
  if (insert === undefined || insertAt === undefined) return {}
  const edits = [{ ...locate(file, { start: insertAt, end: insertAt }), newText: insert }]
  return { hint: 'the directive before it has no ";"', fix: { title: 'Insert the missing ";"', edits } }
}

/** nginx takes the mark for part of the first word. */
function byteOrderMark(file: SourceFile): ReaderError {
  const asRead = parseText(`x${file.text.slice(1)}`).directives[0]
  const first = asRead?.name.value.slice(1) ?? ''
  return {
    ...locate(file, { start: 0, end: 1 }),
    rule: 'syntax-error',
    message: `unknown directive "\ufeff${first}"`,
    hint: 'the file begins with a byte order mark',
    reportedAt: asRead?.terminator ?? 0,
    fix: { title: 'Remove the byte order mark', edits: [{ ...locate(file, { start: 0, end: 1 }), newText: '' }] }
  }
}

/** The lines inside `map`, `types` and the like are no directives; only a block among them is refused. */
function errorsAmongValues(node: Node, block: string, level: Level): ReaderError[] {
  const { directive, file } = node
  if (!/^(?:map|types|geo|split_clients|charset_map)$/.test(block)) return []
  const report = (message: string): ReaderError[] => [
    { ...locate(file, directive.name), rule: 'syntax-error', message, reportedAt: directive.terminator }
  ]
  if (directive.form === 'block') return report('unexpected "{"')
  const [share] = directive.args
  if (block === 'split_clients' && share && directive.form === 'simple' && !/^(?:\*|\d+(?:\.\d{1,2})?%)$/.test(directive.name.value)) {
    return report(`invalid percent value "${directive.name.value}"`)
  }
  const isPair = directive.args.length === 1 || /^(?:hostnames|volatile)$/.test(directive.name.value)
  if (block !== 'map' || directive.form !== 'simple') return []
  return isPair ? sameKey(node, level) : report('invalid number of the map parameters')
}

/** Two values for one key of a `map`, whatever its letter case. */
function sameKey(node: Node, { seen }: Level): ReaderError[] {
  const { name, args } = node.directive
  if (args.length !== 1 || name.value === 'include' || /^~/.test(name.value) || isDynamic(name.value)) return []
  const key = name.value.toLowerCase()
  const first = seen.get(key)
  seen.set(key, node)
  if (!first) return []
  const message = name.value === 'default' ? 'duplicate default map parameter' : `conflicting parameter "${key.replace(/^\\/, '')}"`
  return [{ ...refusal(node, 'duplicate-setting', message, name), related: alreadyAt(first) }]
}

const alreadyAt = ({ file, directive }: Node): ReaderError['related'] => [
  { ...locate(file, directive.name), message: 'it stands here already' }
]

function errorOf(node: Node, level: Level, options: ReaderOptions): ReaderError | undefined {
  const { directive, name } = node
  const places = level.places!
  if (directive.form === 'unfinished' || name === '') return undefined
  const here = formsIn(places, name, options.exactVersion)
  if (!here) return unknownName(node, places, options)
  const taking = formsTaking(directive, here)
  if (taking.length === 0) return misuse(node, here, options)
  const conflict = name === 'ssl' || name === 'starttls' ? startTlsConflict(node, level) : undefined
  if (conflict) return conflict
  const first = level.seen.get(name)
  if (first && taking.every(it => it.once)) {
    return { ...refusal(node, 'duplicate-setting', `"${name}" directive is duplicate`, directive.name), related: alreadyAt(first) }
  }
  level.seen.set(name, node)
  const twin = name === 'upstream' || name === 'log_format' || name === 'location' ? sameName(node, level) : undefined
  if (twin) return twin
  if (options.exactVersion === undefined && isOpenValue(node, taking)) return undefined
  const wrong = refusedByAll(directive, taking) ?? refusedByOwnReader(directive, places, level.around)
  return wrong && refusal(node, 'invalid-value', wrong.message, wrong.at)
}

/** Which of these forms a directive has; most have one in a place, and are written so. */
const formsTaking = (directive: Directive, here: readonly Form[]): readonly Form[] =>
  here.length === 1 && isTaking(here[0]!, directive) ? here : formsLike(directive, here)

const formsLike = (directive: Directive, here: readonly Form[]): readonly Form[] => here.filter(it => isTaking(it, directive))

const isTaking = (form: Form, directive: Directive): boolean =>
  form.block === (directive.form !== 'simple') && takes(form, directive.values.length)

/** In a part of a configuration it is open whether this is http or stream: what one of them takes is taken. */
function refusedByAll(directive: Directive, forms: readonly Form[]): Refusal | undefined {
  const refused = refusedValue(directive, forms[0]!)
  for (let at = 1; at < forms.length; at++) if (!refused || !refusedValue(directive, forms[at]!)) return undefined
  return refused
}

const refusal = ({ directive, file }: Node, rule: ReaderError['rule'], message: string, at: Word): ReaderError => ({
  ...locate(file, at),
  rule,
  message,
  reportedAt: directive.terminator
})

/** Why none of the forms that a directive has will do here. One very version knows nothing of what others alone have. */
function misuse(node: Node, here: readonly Form[], { exactVersion }: ReaderOptions): ReaderError | undefined {
  const { name, form } = node.directive
  if (formsFor(name.value, exactVersion)!.length === 0) return refusal(node, 'syntax-error', `unknown directive "${name.value}"`, name)
  if (here.length === 0) return refusal(node, 'directive-not-allowed-here', `"${name.value}" directive is not allowed here`, name)
  const opens = form !== 'simple'
  if (here.some(it => it.block === opens)) return wrongCount(node)
  const message = opens ? `directive "${name.value}" is not terminated by ";"` : `directive "${name.value}" has no opening "{"`
  return refusal(node, 'syntax-error', message, name)
}

/** Two groups of one name, whatever its letter case; two log formats; two locations that answer for the same paths. */
function sameName(node: Node, level: Level): ReaderError | undefined {
  const { directive } = node
  const named = nameIn(directive)
  // Locations that stand alone in a file may be examples.
  if (!named || (directive.name.value === 'location' && level.around.length === 0)) return undefined
  const key = `${directive.name.value} ${named.key}`
  const first = level.seen.get(key)
  level.seen.set(key, node)
  if (!first) return undefined
  const related = [{ ...locate(first.file, first.directive.args[0]!), message: 'it stands here already' }]
  const error = refusal(
    node,
    'duplicate-setting',
    `duplicate ${named.said}`,
    directive.args[directive.args.length > 1 && named.isLast ? 1 : 0]!
  )
  // Locations are sorted when the block around the servers ends.
  const end = directive.name.value === 'location' ? level.around.find(it => it.name.value === 'http')?.close : undefined
  return { ...error, related, ...(end === undefined ? {} : { noticedAt: end }) }
}

function nameIn({ name, args }: Directive): { readonly key: string; readonly said: string; readonly isLast?: true } | undefined {
  const written = args[0]!.value
  if (name.value === 'upstream') return { key: written.toLowerCase(), said: `upstream "${written}"` }
  if (name.value === 'log_format') return { key: written, said: `"log_format" name "${written}"` }
  const location = locationName({ args })
  const isSorted = (location.kind === 'exact' || location.kind === 'prefix') && !isDynamic(location.text)
  return isSorted ? { key: `${location.kind} ${location.text}`, said: `location "${location.text}"`, isLast: true } : undefined
}

/** A variable may become anything, and nginx Plus takes any text for the server's signature. */
const isOpenValue = (node: Node, forms: readonly Form[]): boolean =>
  node.name === 'server_tokens' || (node.values.some(isDynamic) && forms.some(it => it.kind !== ''))

/** `ssl on;` and `starttls on;` stand against each other, whichever comes second. */
function startTlsConflict(node: Node, level: Level): ReaderError | undefined {
  const name = node.name
  if (name !== 'ssl' && name !== 'starttls') return undefined
  const other = level.seen.get(name === 'ssl' ? 'starttls' : 'ssl')
  const isOn = (it: Node) => /^(?:on|only)$/.test(it.directive.args[0]?.value ?? '')
  if (!other || !isOn(other) || !isOn(node) || !/[AB]/.test(level.places ?? '')) return undefined
  const message = name === 'ssl' ? '"starttls" directive conflicts with "ssl on"' : '"ssl" directive conflicts with "starttls"'
  return { ...locate(node.file, node.directive.name), rule: 'conflicting-settings', message, reportedAt: node.directive.terminator }
}

/** A name that no table has may be a module's; only one that is nearly the name of a directive is taken for a slip. */
function unknownName({ directive, file }: Node, places: string, { exactVersion }: ReaderOptions): ReaderError | undefined {
  const name = directive.name.value
  if (isKnownName(name) || (exactVersion === undefined && directive.form === 'opaque')) return undefined
  const blank = strangeBlanks.exec(name)
  if (blank) return strangeBlank({ directive, file }, blank)
  const meant = closestName(name, places)
  if (exactVersion === undefined && meant === undefined) return undefined
  return {
    ...locate(file, directive.name),
    rule: 'syntax-error',
    message: `unknown directive "${name}"`,
    reportedAt: directive.terminator,
    ...(meant
      ? {
          hint: `did you mean "${meant}"?`,
          fix: { title: `Change to ${meant}`, edits: [{ ...locate(file, directive.name), newText: meant }] }
        }
      : {})
  }
}

/** Blanks that look like a space in an editor and that nginx takes for letters. */
const strangeBlanks = /[\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/

function strangeBlank({ directive, file }: Pick<Node, 'directive' | 'file'>, found: RegExpExecArray): ReaderError {
  const start = directive.name.start + found.index
  return {
    ...locate(file, directive.name),
    rule: 'syntax-error',
    message: `unknown directive "${directive.name.value}"`,
    reportedAt: directive.terminator,
    hint: 'it holds a blank that is no space to nginx',
    fix: { title: 'Change to a space', edits: [{ ...locate(file, { start, end: start + 1 }), newText: ' ' }] }
  }
}

/** Too many arguments are often two directives with the `;` between them forgotten: then the finding stands there. */
function wrongCount({ directive, file }: Node): ReaderError {
  const message = `invalid number of arguments in "${directive.name.value}" directive`
  const next = directive.args.findIndex(it => !it.quoted && startsLine(file.text, it) && isKnownName(it.value))
  const shown = { rule: 'syntax-error', message, reportedAt: directive.terminator } as const
  if (next < 0) return { ...shown, ...locate(file, directive.args.length > 0 ? spanOf(directive) : directive.name) }
  const before = next === 0 ? directive.name : directive.args[next - 1]!
  return {
    ...shown,
    ...locate(file, before),
    hint: `there is no ";" before "${directive.args[next]!.value}"`,
    fix: { title: 'Insert the missing ";"', edits: [{ ...locate(file, { start: before.end, end: before.end }), newText: ';' }] }
  }
}

const spanOf = (directive: Directive) => ({ start: directive.name.start, end: directive.args[directive.args.length - 1]!.end })

function startsLine(text: string, word: Word): boolean {
  let at = word.start - 1
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t')) at--
  return text[at] === '\n' || text[at] === '\r'
}

/** Where the lines of a root can stand: a part may be meant for any block. */
export const placesOfRoot = (configuration: Configuration): string => (configuration.isPart ? everywhere : 'm')

/** What nginx refuses, in words for users; those about modules' directives are left out. */
export interface ReaderProblems {
  readonly around: readonly Problem[]
  /** What is refused inside one of the server blocks. */
  inside(server: Node): readonly Problem[]
}

/** What is refused around the server blocks is looked for at once, what is refused inside of one when somebody asks. */
export function readerProblems(configuration: Configuration, servers: ReadonlySet<Node>): ReaderProblems {
  if (configuration.template) return { around: [], inside: () => [] }
  const options = { places: placesOfRoot(configuration) }
  const levels = new Map<Node, Level>()
  const enter = (block: Node, inside: Level) => {
    if (!servers.has(block)) return true
    levels.set(block, inside)
    return false
  }
  const around = errorsOfFiles(configuration, options).concat(errorsBelow(topLevel(configuration, options), options, enter))
  return {
    around: unique(around).map(problemOf),
    inside(server) {
      const level = levels.get(server)
      return level ? unique(errorsBelow({ ...level, seen: new Map() }, options)).map(problemOf) : []
    }
  }
}

export function problemOf({ path, start, end, rule, message, hint, related, fix }: ReaderError): Problem {
  return {
    path,
    start,
    end,
    rule,
    message: hint ? `${message}: ${hint}` : message,
    ...(related ? { related } : {}),
    ...(fix ? { fixes: [{ ...fix, safe: false }] } : {})
  }
}
