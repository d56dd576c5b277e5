import { type Change, type Setting, type TlsEndpoint, tlsVersions } from '../../core/model.js'
import { type Location, locate, type Read, type SourceFile, type TextEdit } from '../../core/text.js'
import { directivesAt } from './find.js'
import { type Directive, parse } from './parser.js'

/** Writes a change as a person would: in place where the setting stands in the block, else as a line beside its relatives. */
export function edit(endpoint: TlsEndpoint, change: Change, read: Read): readonly TextEdit[] | undefined {
  if (change.set === 'tls') return addToListen(change.address.at, read)
  const wanted = settingFor(endpoint, change)
  if (!wanted) return undefined
  const { name, value, present } = wanted
  if (present?.origin === 'unknown') return undefined
  // What stands in a block around is changed there, where the finding stands, and not once more in each block that inherits it.
  const inPlace =
    present?.origin === 'written' || (present?.origin === 'inherited' && change.set !== 'sessionReuse' && change.set !== 'verifyName')
  if (present && inPlace) return [{ ...present.at, newText: value }]
  return insertLine(endpoint, name, `${name} ${value};`, read)
}

interface WantedSetting {
  readonly name: string
  readonly value: string
  /** What decides now. */
  readonly present?: Setting<unknown>
}

function settingFor(endpoint: TlsEndpoint, change: Exclude<Change, { set: 'tls' }>): WantedSetting | undefined {
  const { peer, role } = endpoint
  if (role === 'server') return settingOfServer(endpoint, change)
  const prefix = peer.verifyChain.name.replace(/verify$/, '')
  switch (change.set) {
    case 'certificate':
      return undefined
    case 'verifyChain':
      return { name: `${prefix}verify`, value: 'on', present: peer.verifyChain }
    case 'maxDepth':
      return { name: `${prefix}verify_depth`, value: `${change.value}`, ...(peer.maxDepth ? { present: peer.maxDepth } : {}) }
    case 'minVersion':
      return { name: `${prefix}protocols`, value: versionsFrom(endpoint, change.value), present: endpoint.minVersion }
    case 'serverNameIndication':
      // `proxy_ssl_server_name off;` leaves no trace in the model; the insertion below finds it.
      return isAddressLiteral(endpoint) ? undefined : { name: `${prefix}server_name`, value: 'on' }
    case 'verifyName':
      return { name: `${prefix}name`, value: change.value, ...(peer.verifyNames[0] ? { present: peer.verifyNames[0] } : {}) }
    case 'sessionReuse':
      return { name: `${prefix}session_reuse`, value: 'off', ...(endpoint.sessionReuse ? { present: endpoint.sessionReuse } : {}) }
  }
}

/** An address is never sent as a name. */
const isAddressLiteral = ({ label }: TlsEndpoint): boolean => /^\S+ (?:\w+:\/\/)?(?:[\d.]+|\[[\da-f:.]+\])(?::\d+)?(?:\/|$)/i.test(label)

function settingOfServer(endpoint: TlsEndpoint, change: Exclude<Change, { set: 'tls' }>): WantedSetting | undefined {
  const { peer } = endpoint
  switch (change.set) {
    case 'certificate':
    case 'verifyChain':
      return { name: 'ssl_verify_client', value: 'on', present: peer.certificate }
    case 'maxDepth':
      return { name: 'ssl_verify_depth', value: `${change.value}`, ...(peer.maxDepth ? { present: peer.maxDepth } : {}) }
    case 'minVersion':
      return { name: 'ssl_protocols', value: versionsFrom(endpoint, change.value), present: endpoint.minVersion }
    case 'serverNameIndication':
    case 'verifyName':
    case 'sessionReuse':
      return undefined
  }
}

/** nginx lists the versions: all from the lowest to the highest that is in use already. */
function versionsFrom({ maxVersion }: TlsEndpoint, lowest: (typeof tlsVersions)[number]): string {
  const from = tlsVersions.indexOf(lowest)
  const to = Math.max(tlsVersions.indexOf(maxVersion.value), from)
  return tlsVersions.slice(from, to + 1).join(' ')
}

function addToListen(at: Location, read: Read): readonly TextEdit[] | undefined {
  const file = fileAt(at.path, read)
  const listen = file && directivesAt(parse(file), at.start).at(-1)
  if (!file || listen?.name.value !== 'listen' || listen.args.length === 0) return undefined
  const first = listen.args[0]!
  return [{ ...locate(file, { start: first.end, end: first.end }), newText: ' ssl' }]
}

function insertLine(endpoint: TlsEndpoint, name: string, line: string, read: Read): readonly TextEdit[] | undefined {
  const file = fileAt(endpoint.block.path, read)
  const block = file && directivesAt(parse(file), endpoint.block.start).find(it => it.start === endpoint.block.start && it.form === 'block')
  if (!file || !block) return undefined
  const written = block.children.find(it => it.name.value === name && it.args.length > 0)
  if (written)
    return [
      {
        ...locate(file, { start: written.args[0]!.start, end: written.args[written.args.length - 1]!.end }),
        newText: argumentsIn(line, name)
      }
    ]
  const after = relativeOf(block, name, endpoint)
  return [after ? lineAfter(file, after, line) : firstLine(file, block, line)]
}

const argumentsIn = (line: string, name: string): string => line.slice(name.length + 1, -1)

/** The directive that the new one belongs beside: the last of its family, else what it is about. */
function relativeOf(block: Directive, name: string, { at, role }: TlsEndpoint): Directive | undefined {
  const family = /^(?:\w+?_)?ssl_/.exec(name)?.[0] ?? name
  const own = block.children.filter(it => it.form === 'simple')
  const about = role === 'client' ? own.find(it => it.start === at.start) : own.filter(it => it.name.value === 'listen').at(-1)
  return own.filter(it => it.name.value.startsWith(family)).at(-1) ?? about ?? own.at(-1)
}

function lineAfter(file: SourceFile, directive: Directive, line: string): TextEdit {
  const { text } = file
  const indentation = indentationBefore(text, directive.start)
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(directive.end, endOfLine(text, directive.end)))
  // Several directives on one line stay on one line.
  if (indentation === undefined || !rest) return { ...locate(file, { start: directive.end, end: directive.end }), newText: ` ${line}` }
  const end = directive.end + rest[0].length
  return { ...locate(file, { start: end, end }), newText: `${lineEnding(text)}${indentation}${line}` }
}

function firstLine(file: SourceFile, block: Directive, line: string): TextEdit {
  const { text } = file
  const at = block.terminator + 1
  const next = block.children[0]
  const indentation = next ? indentationBefore(text, next.start) : undefined
  const own = indentationBefore(text, block.start) ?? ''
  const inner = indentation ?? `${own}${text.includes('\n\t') ? '\t' : '    '}`
  const isOneLine = !text.slice(at, block.close).includes('\n')
  const newText = isOneLine ? ` ${line}` : `${lineEnding(text)}${inner}${line}`
  return { ...locate(file, { start: at, end: at }), newText }
}

/** The blanks at the start of the line, when nothing else stands before this offset. */
function indentationBefore(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(start, offset)
  return /^[ \t]*$/.test(before) ? before : undefined
}

const endOfLine = (text: string, from: number): number => {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at + 1
}

const lineEnding = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

function fileAt(path: string, read: Read): SourceFile | undefined {
  const entry = read(path)
  return entry.kind === 'file' ? entry.file : undefined
}
