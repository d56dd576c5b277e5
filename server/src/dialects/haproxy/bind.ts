import type { CredentialRef, Identity, PeerPolicy, Setting, TlsEndpoint, TrustRef } from '../../core/model.js'
import { type Location, locate, type Read, type SourceFile } from '../../core/text.js'
import { type Configuration, keywordOf, type ProxySection, spanOf } from './configuration.js'
import { credentialOf, identitiesOf, identityOf, type StoredCertificate } from './credentials.js'
import { type Entry, readCrtList } from './crt-list.js'
import { defaultsOf } from './defaults.js'
import { optionsOf } from './options.js'
import type { Line, Section, Word } from './parser.js'
import {
  addressesOf,
  asInherited,
  ciphersOf,
  credentials,
  groupsOf,
  lastPlaced,
  type PlacedOption,
  placed,
  settingOf,
  versionsOf,
  withGlobalOptions
} from './tls-options.js'

/** What a `bind` line belongs to. */
export interface Holder {
  readonly section: Section
  readonly protocol: TlsEndpoint['protocol']
  readonly incomplete: boolean
  /** `default-bind` of a `peers` section, above the line. */
  readonly inherited: readonly PlacedOption[]
}

export interface Lists {
  readonly configuration: Configuration
  readonly read: Read
  readonly stores: ReadonlyMap<string, StoredCertificate>
  /** The crt-list files that were found, to be shown with the root. */
  readonly files: SourceFile[]
}

/** A `bind` line with all that its crt-lists add. The first is what answers to an unknown name. */
export function lowerBind(line: Line, holder: Holder, lists: Lists): readonly TlsEndpoint[] {
  const { configuration } = lists
  const address = line.words[1]
  if (!address) return []
  const own = placed(optionsOf('bind', line, 2, configuration).options, 'written', configuration.at)
  const options = [...holder.inherited, ...own]
  const at = configuration.at(spanOf(line.words.slice(0, 2)))
  const endpoint = endpointOf(line, address, options, at, holder, lists)
  const named = options.filter(it => it.name === 'crt-list' && it.values[0])
  const entries = named.flatMap(it => entriesOf(it, lists) ?? [])
  const unread = named.find(it => entriesOf(it, lists) === undefined)
  // Names in a list that is not here may have options of their own.
  const whole: TlsEndpoint = unread
    ? { ...endpoint, identities: [...endpoint.identities, unknownIdentity(unread)], incomplete: true }
    : endpoint
  return entries.length === 0 ? [whole] : withEntries(whole, entries, options, lists)
}

function endpointOf(line: Line, address: Word, options: readonly PlacedOption[], at: Location, holder: Holder, lists: Lists): TlsEndpoint {
  const { configuration } = lists
  const tls = tlsOf(options, address, at)
  const { section } = holder
  const ciphers = ciphersOf(options, 'bind', configuration)
  const groups = groupsOf(options, configuration)
  const defaults = defaultsOf(configuration.version)
  return {
    dialect: 'haproxy',
    role: 'server',
    label: `bind ${address.value} of ${section.kind} ${section.header.words[1]?.value ?? ''}`.trimEnd(),
    verifier: 'openssl',
    protocol: holder.protocol,
    at,
    block: configuration.at(line),
    addresses: addressesOf(address, configuration.at(address), tls.value).map(it => ({ ...it, isDefault: true })),
    serverNames: [],
    tls,
    ...(isStrict(options) ? { rejectsUnknownNames: true } : {}),
    identities: [...options.filter(it => it.name === 'crt' || it.name === 'default-crt')].flatMap(it => presentedBy(it, lists)),
    peer: peerOf(options, at, configuration),
    ...versionsOf(withGlobalOptions('bind', options, configuration), defaults.bindMinVersion, at),
    ...(ciphers ? { ciphers } : {}),
    ...(groups ? { groups } : {}),
    acceptsPlaintext: { value: false, origin: 'default', at, name: 'bind' },
    parent: configuration.at(section.header),
    incomplete: holder.incomplete || configuration.tree.template || !line.certain
  }
}

/** QUIC is TLS in any case; otherwise the word `ssl` is it. */
function tlsOf(options: readonly PlacedOption[], address: Word, at: Location): Setting<boolean> {
  const option = lastPlaced(options, 'ssl')
  if (option) return { value: true, origin: option.origin, at: option.at, name: 'ssl' }
  if (/quic[46]@/.test(address.value)) return { value: true, origin: 'written', at, name: 'bind' }
  return { value: false, origin: 'default', at, name: 'ssl' }
}

const isStrict = (options: readonly PlacedOption[]): boolean => lastPlaced(options, 'strict-sni', 'no-strict-sni')?.name === 'strict-sni'

function presentedBy(option: PlacedOption, { configuration, read, stores }: Lists): readonly Identity[] {
  const word = option.values[0]
  if (!word || word.value === '') return []
  const stored = stores.get(word.value)
  if (stored) return [{ ...stored.identity, certificate: { ...stored.identity.certificate, at: option.at } }]
  return identitiesOf(credentialOf('crt', word, option.at, 'crt-base', configuration), configuration, read)
}

export function peerOf(options: readonly PlacedOption[], at: Location, configuration: Configuration): PeerPolicy {
  const verify = lastPlaced(options, 'verify')
  const certificate = settingOf<PeerPolicy['certificate']['value']>(verify, 'ignore', at, 'verify', it =>
    it === 'required' ? 'require' : it === 'optional' ? 'request' : it === 'none' ? 'ignore' : undefined
  )
  const crls = credentials(options, 'crl-file', 'ca-base', configuration)
  return {
    certificate,
    verifyChain: verifyChainOf(options, certificate),
    verifyNames: [],
    trustAnchors: trustOf(options, crls, lastPlaced(options, 'no-ca-names') === undefined, configuration),
    crls,
    ...forgivenBy(options, configuration)
  }
}

export function trustOf(
  options: readonly PlacedOption[],
  crls: readonly CredentialRef[],
  announced: boolean,
  configuration: Configuration
): readonly TrustRef[] {
  const trusted = credentials(options, 'ca-file', 'ca-base', configuration)
  const unannounced = credentials(options, 'ca-verify-file', 'ca-base', configuration)
  return [
    ...trusted.map(it => ({ ...it, intended: true, announced })),
    // Alone it is what clients are verified against; beside a `ca-file` it is there to add anchors as well.
    ...unannounced.map(it => ({ ...it, intended: trusted.length === 0, announced: false })),
    ...crls.map(it => ({ ...it, intended: false, announced: false }))
  ]
}

function forgivenBy(options: readonly PlacedOption[], { version }: Configuration): Pick<PeerPolicy, 'forgiven'> {
  const endEntity = lastPlaced(options, 'crt-ignore-err')
  const above = lastPlaced(options, 'ca-ignore-err')
  const first = endEntity ?? above
  if (!first) return {}
  const name = endEntity && above ? 'crt-ignore-err and ca-ignore-err' : first.name
  return { forgiven: { endEntity: errorsIn(endEntity, version), above: errorsIn(above, version), at: first.at, name } }
}

function errorsIn(option: PlacedOption | undefined, version: string): ReadonlySet<number> | 'all' {
  const written = option?.values[0]?.value ?? ''
  const { namesOfErrors, highestError } = defaultsOf(version)
  const numbers =
    written === 'all' ? Array.from({ length: highestError }, (_, at) => at + 1) : written.split(',').flatMap(it => errorNumber(it) ?? [])
  // Measured on 2.6.12: it looks up a word of 64 bits and keeps the lower half, so that 32 to 63 are never forgiven.
  if (!namesOfErrors) return new Set(numbers.filter(it => it % 64 < 32))
  return written === 'all' ? written : new Set(numbers)
}

/** https://docs.haproxy.org/3.2/configuration.html#5.1-crt-ignore-err: by number, since 2.7 also by OpenSSL's name. */
const errorNames: Readonly<Record<string, number>> = {
  UNABLE_TO_GET_ISSUER_CERT: 2,
  UNABLE_TO_GET_CRL: 3,
  CERT_SIGNATURE_FAILURE: 7,
  CERT_NOT_YET_VALID: 9,
  CERT_HAS_EXPIRED: 10,
  CRL_NOT_YET_VALID: 11,
  CRL_HAS_EXPIRED: 12,
  DEPTH_ZERO_SELF_SIGNED_CERT: 18,
  SELF_SIGNED_CERT_IN_CHAIN: 19,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 20,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 21,
  CERT_CHAIN_TOO_LONG: 22,
  CERT_REVOKED: 23,
  PATH_LENGTH_EXCEEDED: 25,
  INVALID_PURPOSE: 26
}

function errorNumber(written: string): number | undefined {
  if (/^\d{1,3}$/.test(written)) return Number(written)
  const name = written.replace(/^X509_V_ERR_/, '')
  return Object.hasOwn(errorNames, name) ? errorNames[name] : undefined
}

/** Errors that are forgiven whatever they are make any certificate good. */
const forgivesAll = (option: PlacedOption | undefined): boolean => option?.values[0]?.value === 'all'

function verifyChainOf(options: readonly PlacedOption[], certificate: PeerPolicy['certificate']): Setting<boolean> {
  const ofCertificate = lastPlaced(options, 'crt-ignore-err')
  const ofAuthorities = lastPlaced(options, 'ca-ignore-err')
  const asked = certificate.value !== 'ignore'
  const culprit = asked && forgivesAll(ofCertificate) ? ofCertificate : undefined
  // A stranger's lone certificate is refused at its own depth, so that only forgiving that makes any certificate good.
  if (culprit)
    return {
      value: false,
      origin: culprit.origin,
      at: culprit.at,
      name: forgivesAll(ofAuthorities) ? 'crt-ignore-err and ca-ignore-err' : 'crt-ignore-err'
    }
  return { ...certificate, value: asked }
}

interface PlacedEntry {
  readonly entry: Entry
  readonly file: SourceFile
  readonly option: PlacedOption
}

const unknownIdentity = ({ at, values }: PlacedOption): Identity => ({
  certificate: { kind: 'dynamic', at, name: 'crt-list', text: values[0]!.value },
  passphrase: false
})

/** The lines of a list; nothing when it is not here. */
function entriesOf(option: PlacedOption, { configuration, read, files }: Lists): readonly PlacedEntry[] | undefined {
  const word = option.values[0]
  const list = word && credentialOf('crt-list', word, option.at, 'crt-base', configuration)
  if (list?.kind !== 'file' || !word) return undefined
  // HAProxy looks for the list itself in its working directory.
  const path = configuration.paths.resolve(word.value, undefined)
  const entry = read(path)
  if (entry.kind !== 'file') return undefined
  if (!files.includes(entry.file)) files.push(entry.file)
  return readCrtList(entry.file, configuration.version).map(it => ({ entry: it, file: entry.file, option }))
}

/** Lines with options of their own are listeners of their own; the others only add what is presented. */
function withEntries(
  endpoint: TlsEndpoint,
  entries: readonly PlacedEntry[],
  options: readonly PlacedOption[],
  lists: Lists
): readonly TlsEndpoint[] {
  const plain = entries.filter(it => it.entry.options.length === 0)
  const own = entries.filter(it => it.entry.options.length > 0)
  const bindIsDefault = endpoint.identities.length > 0 || plain[0] === entries[0]
  const main: TlsEndpoint = {
    ...endpoint,
    identities: [...endpoint.identities, ...plain.map(it => entryIdentity(it, lists))],
    addresses: endpoint.addresses.map(it => ({ ...it, isDefault: bindIsDefault }))
  }
  const others = own.map(it => entryEndpoint(it, endpoint, options, !bindIsDefault && it === entries[0], lists))
  return main.identities.length > 0 ? [main, ...others] : others
}

function entryIdentity({ entry, file }: PlacedEntry, { configuration, read, stores }: Lists): Identity {
  const stored = stores.get(entry.certificate.value)
  const at = locate(file, entry.certificate)
  const names = entry.names.length > 0 ? { names: entry.names.map(it => it.value.toLowerCase()) } : {}
  if (stored) return { ...stored.identity, ...names, certificate: { ...stored.identity.certificate, at } }
  return { ...identityOf(credentialOf('crt', entry.certificate, at, 'crt-base', configuration), configuration, read), ...names }
}

function entryEndpoint(
  placedEntry: PlacedEntry,
  bind: TlsEndpoint,
  options: readonly PlacedOption[],
  isDefault: boolean,
  lists: Lists
): TlsEndpoint {
  const { entry, file } = placedEntry
  const { configuration } = lists
  const at = locate(file, entry)
  const above = options.map(asInherited)
  const merged = [...above, ...placed(entry.options, 'written', span => locate(file, span))]
  const names = entry.names.filter(it => !it.value.startsWith('!') && it.value !== '*')
  const ciphers = ciphersOf(merged, 'bind', configuration)
  return {
    ...bind,
    label: `${entry.certificate.value} in ${bind.label}`,
    at,
    block: at,
    addresses: bind.addresses.map(it => ({ ...it, isDefault })),
    serverNames: names.map(it => ({ value: it.value.toLowerCase(), origin: 'written', at: locate(file, it), name: 'crt-list' })),
    identities: [entryIdentity(placedEntry, lists)],
    peer: peerOf(merged, bind.at, configuration),
    ...versionsOf(withGlobalOptions('bind', merged, configuration), defaultsOf(configuration.version).bindMinVersion, bind.at),
    ...(ciphers ? { ciphers } : {})
  }
}

/** The lines of a section that listen. */
export const bindLines = (section: Section): readonly Line[] => section.lines.filter(it => keywordOf(it) === 'bind' && it.words.length > 1)

export const holderOf = (proxy: ProxySection, configuration: Configuration): Holder => ({
  section: proxy.section,
  protocol: proxy.mode === 'http' ? 'http' : 'tcp',
  incomplete: proxy.uncertain || configuration.isPart,
  inherited: []
})
