import type { Change, TlsEndpoint, TlsVersion } from '../../core/model.js'
import { locate, type Read, type SourceFile, type TextEdit } from '../../core/text.js'
import { keywordOf } from './configuration.js'
import { readCrtList } from './crt-list.js'
import { latestVersion } from './defaults.js'
import { type Option, readOptions } from './options.js'
import { type Line, parse } from './parser.js'
import { addressIndex } from './server.js'
import { isOlder } from './tls-options.js'

/**
 * Writes a change as a person would: in place where the line says it, else at the end of the line. What is inherited is
 * overridden there, because other lines may count on it.
 */
export function edit(endpoint: TlsEndpoint, change: Change, read: Read): readonly TextEdit[] | undefined {
  const wanted = wantedOf(endpoint, change)
  const file = fileAt(endpoint.block.path, read)
  if (!wanted || !file) return undefined
  const place = placeOf(file, endpoint)
  return place && setOption(file, place, wanted)
}

interface Wanted {
  readonly name: string
  /** Absent for a word that takes no value. */
  readonly value?: string
  /** Options that say the opposite. */
  readonly drop?: readonly string[]
  /** What has to go with it. */
  readonly also?: Wanted
}

function wantedOf(endpoint: TlsEndpoint, change: Change): Wanted | undefined {
  const { role } = endpoint
  switch (change.set) {
    case 'certificate':
      return role === 'server' ? { name: 'verify', value: 'required' } : undefined
    case 'verifyChain':
      // A certificate that is asked for and forgiven everything is demanded already.
      return endpoint.peer.verifyChain.name.includes('-ignore-err')
        ? {
            name: 'verify',
            value: endpoint.peer.certificate.value === 'request' ? 'optional' : 'required',
            drop: ['crt-ignore-err', 'ca-ignore-err']
          }
        : { name: 'verify', value: 'required' }
    case 'minVersion':
      return { name: 'ssl-min-ver', value: wordOf(change.value), drop: versionFlags, ...raisedMaximum(endpoint, change.value) }
    case 'verifyName':
      return role === 'client' ? verifyName(endpoint, change.value) : undefined
    case 'tls':
      return { name: 'ssl' }
    case 'serverNameIndication':
      return role === 'client' ? serverName(endpoint) : undefined
    case 'maxDepth':
    case 'sessionReuse':
      return undefined
  }
}

/** Where a name is sent, that is the one that counts. */
const verifyName = (endpoint: TlsEndpoint, name: string): Wanted =>
  endpoint.serverNames.length > 0 ? { name: 'sni', value: `str(${name})` } : { name: 'verifyhost', value: name }

function serverName(endpoint: TlsEndpoint): Wanted | undefined {
  const expected = endpoint.peer.verifyNames[0]?.value ?? endpoint.addresses[0]?.host
  if (expected === undefined || !/[a-z]/i.test(expected) || /[:/]/.test(expected)) return undefined
  return { name: 'sni', value: `str(${expected})` }
}

const wordOf = (version: TlsVersion): string => (version === 'TLSv1' ? 'TLSv1.0' : version)

/** Below a maximum that stays, no version would be left. */
function raisedMaximum({ maxVersion }: TlsEndpoint, minimum: TlsVersion): Pick<Wanted, 'also'> {
  const goes = maxVersion.origin === 'written' && versionFlags.includes(maxVersion.name)
  return goes || !isOlder(maxVersion.value, minimum) ? {} : { also: { name: 'ssl-max-ver', value: 'TLSv1.3' } }
}

/** These would say something else of the lowest version. */
const versionFlags = ['force-sslv3', 'force-tlsv10', 'force-tlsv11', 'force-tlsv12', 'force-tlsv13']

/** The text that an option is written in: a line of the configuration, or between the brackets of a crt-list. */
interface Place {
  readonly options: readonly Option[]
  /** Where a new option goes. */
  readonly end: number
  /** What has to stand around it there. */
  readonly before: string
  readonly after: string
}

function placeOf(file: SourceFile, endpoint: TlsEndpoint): Place | undefined {
  for (const section of parse(file, latestVersion).sections) {
    if (section.end < endpoint.block.start || section.start > endpoint.block.start) continue
    const line = section.lines.find(it => it.start === endpoint.block.start)
    if (line) return placeIn(line)
  }
  return listPlace(file, endpoint)
}

function placeIn(line: Line): Place | undefined {
  const keyword = keywordOf(line)
  if (keyword !== 'bind' && keyword !== 'server' && keyword !== 'server-template' && keyword !== 'peer') return undefined
  const kind = keyword === 'bind' ? 'bind' : 'server'
  const { options } = readOptions(kind, line.words.slice(kind === 'bind' ? 2 : addressIndex(line) + 1), latestVersion)
  return { options, end: line.end, before: ' ', after: '' }
}

function listPlace(file: SourceFile, endpoint: TlsEndpoint): Place | undefined {
  const entry = readCrtList(file, latestVersion).find(it => it.start === endpoint.block.start)
  if (!entry) return undefined
  const last = entry.options.at(-1)
  if (!last) return { options: [], end: entry.certificate.end, before: ' [', after: ']' }
  return { options: entry.options, end: endOf(last), before: ' ', after: '' }
}

const endOf = ({ word, values }: Option): number => (values.at(-1) ?? word).end

function setOption(file: SourceFile, place: Place, wanted: Wanted): readonly TextEdit[] {
  const all = wanted.also ? [wanted, wanted.also] : [wanted]
  const removed = place.options.filter(it => wanted.drop?.includes(it.name)).map(it => removal(file, it))
  const missing = all.filter(({ name }) => !place.options.some(it => it.name === name))
  const replaced = all.flatMap(({ name, value }) => {
    const written = place.options.findLast(it => it.name === name)?.values[0]
    // A word that stands there already is all that was wanted.
    return written && value !== undefined ? [{ ...locate(file, written), newText: value }] : []
  })
  if (missing.length === 0) return [...removed, ...replaced]
  const text = missing.map(({ name, value }) => (value === undefined ? name : `${name} ${value}`)).join(' ')
  const end = locate(file, { start: place.end, end: place.end })
  return [...removed, ...replaced, { ...end, newText: `${place.before}${text}${place.after}` }]
}

/** The option with the blanks before it. */
function removal(file: SourceFile, option: Option): TextEdit {
  let { start } = option.word
  while (start > 0 && /[ \t]/.test(file.text[start - 1]!)) start--
  return { ...locate(file, { start, end: endOf(option) }), newText: '' }
}

function fileAt(path: string, read: Read): SourceFile | undefined {
  const entry = read(path)
  return entry.kind === 'file' ? entry.file : undefined
}
