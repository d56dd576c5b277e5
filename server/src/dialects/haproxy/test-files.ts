/** What `haproxy -c` says, what stands in certificate files included. Texts are those of HAProxy 2.6 with OpenSSL 3.0. */
import { alone } from '../../core/alone.js'
import type { ConfigurationTest } from '../../core/answering.js'
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialRef, Identity, TlsEndpoint } from '../../core/model.js'
import { certificateError, keyError, keyFit, openFor, privateKeyIn, trustError, weakness } from '../../core/openssl-files.js'
import { type Location, lineIndex, type Read, type SourceFile } from '../../core/text.js'
import { bindLines } from './bind.js'
import { type Configuration, keywordOf, readConfiguration, wordsFrom } from './configuration.js'
import { credentialOf, identitiesOf } from './credentials.js'
import { readCrtList } from './crt-list.js'
import { lower } from './lower.js'
import { readOptions } from './options.js'
import type { Line, Section } from './parser.js'
import { addressIndex, serversOf } from './server.js'
import { testConfiguration } from './test-configuration.js'
import { type PlacedOption, placed } from './tls-options.js'

export function testWithFiles(root: SourceFile, around: LowerContext): ConfigurationTest {
  const ctx: LowerContext = { ...around, read: alone(root.path, around.read) }
  const configuration = readConfiguration(root, ctx)
  if (configuration.tree.template) return { ok: true }
  const text = testConfiguration(root, ctx)
  const inText = text.ok ? [] : text.errors.filter(it => !isNoticedLast(it.message)).map(it => fromReader(it.message, it.at, root))
  // Lines are read in order, files with them; what is missing altogether is noticed when all lines are good.
  const first = [...inText, ...fileErrors(configuration, ctx.read)].sort((a, b) => a.place.start - b.place.start)[0]
  const found = first ?? missingAltogether(root, configuration, ctx)
  return found ? { ok: false, ...found } : { ok: true }
}

interface Refusal {
  readonly message: string
  readonly place: Location
  readonly cause?: Location
}

const isNoticedLast = (message: string): boolean => /verify is enabled|no SSL certificate specified/.test(message)

const lineAt = (root: SourceFile, at: number): number => lineIndex(root).position(at).line + 1
const shownPlace = (root: SourceFile, at: number): string => `[${root.path.slice(root.path.lastIndexOf('/') + 1)}:${lineAt(root, at)}]`

function fromReader(message: string, at: number, root: SourceFile): Refusal {
  const place = shownPlace(root, at)
  const shown = message.startsWith('Missing LF') ? `parsing ${place}: ${message}` : `parsing ${place} : ${message}`
  return { message: shown, place: { path: root.path, start: at, end: at } }
}

function fileErrors(configuration: Configuration, read: Read): readonly Refusal[] {
  return configuration.proxies.flatMap(({ section, defaults }) => [
    ...bindLines(section).flatMap(line => (line.certain ? (bindError(line, section, configuration, read) ?? []) : [])),
    ...serversOf(section, defaults, configuration).flatMap(({ line, options }) =>
      line.certain ? (serverError(line, section, options, configuration, read) ?? []) : []
    )
  ])
}

/** HAProxy stops at the first option of a line that it cannot follow. */
function bindError(line: Line, section: Section, configuration: Configuration, read: Read): Refusal | undefined {
  const { file } = configuration
  const prefix = `parsing ${shownPlace(file, line.start)} : 'bind ${line.words[1]!.value}' in section '${section.kind}' : `
  for (const option of optionsOf('bind', line, 2, configuration)) {
    const found = bindOptionError(option, prefix, configuration, read)
    if (found) return { ...found, place: configuration.at(line) }
  }
  return undefined
}

const optionsOf = (kind: 'bind' | 'server', line: Line, from: number, configuration: Configuration): readonly PlacedOption[] =>
  placed(readOptions(kind, wordsFrom(line, from), configuration.version).options, 'written', configuration.at)

type Fault = Pick<Refusal, 'message' | 'cause'>

function bindOptionError(option: PlacedOption, prefix: string, configuration: Configuration, read: Read): Fault | undefined {
  const { name, values, at } = option
  const word = values[0]
  if (!word || word.dynamic) return undefined
  switch (name) {
    case 'crt':
    case 'default-crt': {
      const found = firstIdentityError(
        identitiesOf(credentialOf('crt', word, at, 'crt-base', configuration), configuration, read),
        configuration,
        read
      )
      return found && { ...found, message: `${prefix}${found.message}` }
    }
    case 'ca-file':
    case 'ca-verify-file':
    case 'crl-file': {
      const ref = credentialOf(name, word, at, 'ca-base', configuration)
      const found = trustFault(ref, configuration, read)
      return found && { ...found, message: `${found.message}\n${prefix}'${name}' : unable to load ${shownPath(ref, configuration)}` }
    }
    case 'crt-list': {
      const path = configuration.paths.resolve(word.value, undefined)
      const entry = read(path)
      if (entry.kind === 'missing')
        return { message: `${prefix}'crt-list' : cannot open file '${word.value}' : No such file or directory`, cause: at }
      const stopped =
        entry.kind === 'file' ? readCrtList(entry.file, configuration.version).find(it => it.stopped?.why === 'unknown') : undefined
      if (!stopped?.stopped || entry.kind !== 'file') return undefined
      const line = lineAt(entry.file, stopped.start)
      const cause = { path: entry.file.path, start: stopped.stopped.word.start, end: stopped.stopped.word.end }
      return { message: `${prefix}'crt-list' : parsing [${word.value}:${line}]: unknown ssl keyword ${stopped.stopped.word.value}`, cause }
    }
    default:
      return undefined
  }
}

function serverError(
  line: Line,
  section: Section,
  options: readonly PlacedOption[],
  configuration: Configuration,
  read: Read
): Refusal | undefined {
  const prefix = `${shownPlace(configuration.file, line.start)} : 'server ${section.header.words[1]?.value ?? ''}/${line.words[1]!.value}' : `
  if (keywordOf(line) !== 'server' || !line.words[addressIndex(line)]) return undefined
  for (const { name, values, at } of options) {
    const word = values[0]
    if (!word || word.dynamic) continue
    const found =
      name === 'ca-file' || name === 'crl-file'
        ? serverTrustFault(credentialOf(name, word, at, 'ca-base', configuration), name, prefix, configuration, read)
        : name === 'crt'
          ? serverIdentityFault(credentialOf('crt', word, at, 'crt-base', configuration), prefix, configuration, read)
          : undefined
    if (found) return { ...found, place: configuration.at(line) }
  }
  return undefined
}

function serverTrustFault(ref: CredentialRef, name: string, prefix: string, configuration: Configuration, read: Read): Fault | undefined {
  const found = trustFault(ref, configuration, read)
  return found && { ...found, message: `${prefix}${found.message}\n'${name}' : unable to load ${shownPath(ref, configuration)}.` }
}

function serverIdentityFault(ref: CredentialRef, prefix: string, configuration: Configuration, read: Read): Fault | undefined {
  const found = firstIdentityError(identitiesOf(ref, configuration, read), configuration, read)
  return found && { ...found, message: `${prefix}${found.message}` }
}

/** As HAProxy puts it together: what is written, behind the folder that holds for it. */
function shownPath(ref: CredentialRef, { globals }: Configuration): string {
  if (ref.kind !== 'file' && ref.kind !== 'directory') return ''
  const base = globals.get(ref.name === 'crt' ? 'crt-base' : 'ca-base')?.words[1]?.value
  return base === undefined || ref.written.startsWith('/') ? ref.written : `${base}/${ref.written}`
}

function trustFault(ref: CredentialRef, configuration: Configuration, read: Read): Fault | undefined {
  const shown = shownPath(ref, configuration)
  if (ref.kind === 'file' && read(ref.path).kind === 'directory') return undefined
  const opened = openFor(ref, shown, read)
  const error = opened && ('error' in opened ? opened.error : trustError(opened.file))
  return error && { message: `Couldn't open the ca-file '${shown}' (${error.reason}).`, cause: error.at }
}

function firstIdentityError(identities: readonly Identity[], configuration: Configuration, read: Read): Fault | undefined {
  for (const it of identities) {
    const found = identityError(it, configuration, read)
    if (found) return found
  }
  return undefined
}

function identityError({ certificate, key }: Identity, configuration: Configuration, read: Read): Fault | undefined {
  const shown = shownPath(certificate, configuration)
  const opened = openFor(certificate, shown, read)
  if (!opened) return undefined
  if ('error' in opened)
    return { message: `unable to stat SSL certificate from file '${shown}' : ${opened.error.reason}.`, cause: certificate.at }
  const { file } = opened
  const unreadable = certificateError(file)
  if (unreadable) return { message: `unable to load certificate from file '${shown}'.`, cause: unreadable.at }
  const beside = key && openFor(key, shown, read)
  const keyFile = beside && 'file' in beside ? beside.file : file
  // A key that asks for a passphrase is none to HAProxy.
  const badKey = keyError(keyFile, false)
  if (badKey) return { message: `No Private Key found in '${shown}.key'.`, cause: badKey.at }
  const [first] = file.certificates
  if (!first) return undefined
  if (keyFit(first, privateKeyIn(keyFile)!) !== 'fits')
    return { message: `inconsistencies between private key and certificate loaded '${shown}'.`, cause: first.at() }
  const weak = weakness(file.certificates)
  return weak && { message: `unable to load SSL certificate into SSL Context '${shown}'.`, cause: weak.at }
}

/** A certificate for every TLS address, a CA wherever something is verified. */
function missingAltogether(root: SourceFile, configuration: Configuration, ctx: LowerContext): Refusal | undefined {
  for (const it of lower(root, ctx).endpoints) {
    if (!it.tls.value || it.incomplete) continue
    const message = it.role === 'server' ? missingOnBind(it, root, configuration) : missingOnServer(it, root)
    if (message !== undefined) return { message, place: it.role === 'server' ? (it.addresses[0]?.at ?? it.at) : it.at, cause: it.at }
  }
  return undefined
}

const hasCa = ({ peer }: TlsEndpoint): boolean => peer.trustAnchors.some(it => it.name !== 'crl-file')

function missingOnBind(endpoint: TlsEndpoint, root: SourceFile, configuration: Configuration): string | undefined {
  // Also for a line of a crt-list the place is the bind line.
  const at = endpoint.addresses[0]?.at ?? endpoint.at
  const proxy = configuration.proxies.find(it => bindLines(it.section).some(line => line.start <= at.start && at.end <= line.end))
  const written = root.text.slice(at.start, at.end)
  const of = `for bind '${written}' at ${shownPlace(root, at.start)}`
  if (endpoint.identities.length === 0) return `Proxy '${proxy?.name}': no SSL certificate specified ${of} (use 'crt').`
  return endpoint.peer.certificate.value !== 'ignore' && !hasCa(endpoint)
    ? `Proxy '${proxy?.name}': verify is enabled but no CA file specified ${of}.`
    : undefined
}

function missingOnServer(endpoint: TlsEndpoint, root: SourceFile): string | undefined {
  if (!endpoint.peer.verifyChain.value || hasCa(endpoint)) return undefined
  const advice =
    "If you're running on a LAN where you're certain to trust the server's certificate, please set an explicit 'verify none' statement on the 'server' line, or use 'ssl-server-verify none' in the global section to disable server-side verifications by default."
  return `${shownPlace(root, endpoint.at.start)} : '${endpoint.label}' : verify is enabled by default but no CA file specified. ${advice}`
}
