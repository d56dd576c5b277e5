/** What the TLS options of a line, and those of `global` behind it, amount to. */
import type { Address, CredentialRef, Setting, TlsVersion } from '../../core/model.js'
import { tlsVersions } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import type { Configuration } from './configuration.js'
import { type Base, credentialOf } from './credentials.js'
import { lookUp } from './look-up.js'
import { lastOf, type Option } from './options.js'
import type { Word } from './parser.js'

/** An option and where it was written. */
export interface PlacedOption extends Option {
  readonly at: Location
  readonly origin: 'written' | 'inherited'
}

export const placed = (
  options: readonly Option[],
  origin: PlacedOption['origin'],
  locate: (span: Word) => Location
): readonly PlacedOption[] => options.map(it => new Placement(it.name, it.word, it.values, origin, locate))

/** A large file has tens of thousands, and of most nobody asks where they stand. */
class Placement implements PlacedOption {
  constructor(
    readonly name: string,
    readonly word: Word,
    readonly values: readonly Word[],
    readonly origin: PlacedOption['origin'],
    private readonly locate: (span: Word) => Location
  ) {}

  get at(): Location {
    return this.locate(this.values[0] ?? this.word)
  }
}

/** The same to what takes it over from where it is written. */
export const asInherited = ({ name, word, values, at }: PlacedOption): PlacedOption => ({ name, word, values, at, origin: 'inherited' })

export const lastPlaced = (options: readonly PlacedOption[], ...names: readonly string[]): PlacedOption | undefined =>
  lastOf(options, ...names) as PlacedOption | undefined

/** The earlier of two options by one name says nothing more; lines below thousands of defaults shall not carry them all. */
export function lastOfEach(options: readonly PlacedOption[]): readonly PlacedOption[] {
  if (options.length === 0) return options
  const last = new Map(options.map((it, at) => [it.name, at]))
  return last.size === options.length ? options : options.filter((it, at) => last.get(it.name) === at)
}

export function settingOf<T>(
  option: PlacedOption | undefined,
  fallback: T,
  header: Location,
  name: string,
  read: (word: string) => T | undefined
): Setting<T> {
  if (!option) return { value: fallback, origin: 'default', at: header, name }
  const word = option.values[0] ?? option.word
  const value = word.dynamic ? undefined : read(word.value)
  return { value: value ?? fallback, origin: value === undefined ? 'unknown' : option.origin, at: option.at, name }
}

/** The last one alone: a later `ca-file` replaces an earlier one. */
export function credentials(
  options: readonly PlacedOption[],
  name: string,
  base: Base,
  configuration: Configuration
): readonly CredentialRef[] {
  const option = lastPlaced(options, name)
  const word = option?.values[0]
  return option && word ? [credentialOf(name, word, option.at, base, configuration)] : []
}

const versionsByWord: Readonly<Record<string, TlsVersion>> = {
  SSLv3: 'SSLv3',
  'TLSv1.0': 'TLSv1',
  'TLSv1.1': 'TLSv1.1',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3'
}
const versionsByFlag: Readonly<Record<string, TlsVersion>> = {
  sslv3: 'SSLv3',
  tlsv10: 'TLSv1',
  tlsv11: 'TLSv1.1',
  tlsv12: 'TLSv1.2',
  tlsv13: 'TLSv1.3'
}

export const versionWords: readonly string[] = Object.keys(versionsByWord)

/** The options of `global` come first, those of the line after them. */
export function versionsOf(
  options: readonly PlacedOption[],
  defaultMinimum: TlsVersion,
  header: Location
): { readonly minVersion: Setting<TlsVersion>; readonly maxVersion: Setting<TlsVersion> } {
  let minVersion: Setting<TlsVersion> = { value: defaultMinimum, origin: 'default', at: header, name: 'ssl-min-ver' }
  let maxVersion: Setting<TlsVersion> = { value: 'TLSv1.3', origin: 'default', at: header, name: 'ssl-max-ver' }
  let excluded: Map<TlsVersion, PlacedOption> | undefined
  const read = (word: string) => lookUp(versionsByWord, word)
  for (const it of options) {
    const { name } = it
    if (name === 'ssl-min-ver') minVersion = settingOf<TlsVersion>(it, defaultMinimum, header, name, read)
    else if (name === 'ssl-max-ver') maxVersion = settingOf<TlsVersion>(it, 'TLSv1.3', header, name, read)
    else if (name.startsWith('force-')) {
      const value = lookUp(versionsByFlag, name.slice(6))
      if (value) minVersion = maxVersion = { value, origin: it.origin, at: it.at, name }
    } else if (name.startsWith('no-')) {
      const value = lookUp(versionsByFlag, name.slice(3))
      if (value) excluded = (excluded ?? new Map()).set(value, it)
    }
  }
  // Measured: beside bounds, what excludes single versions is ignored, with a warning.
  if (excluded && minVersion.origin === 'default' && maxVersion.origin === 'default')
    return { minVersion: raised(minVersion, excluded), maxVersion: lowered(maxVersion, excluded) }
  // Measured as well: below the default minimum, a maximum is the minimum too.
  const isBelow = minVersion.origin === 'default' && isOlder(maxVersion.value, minVersion.value)
  return { minVersion: isBelow ? { ...maxVersion, name: 'ssl-min-ver' } : minVersion, maxVersion }
}

export const isOlder = (one: TlsVersion, other: TlsVersion): boolean => tlsVersions.indexOf(one) < tlsVersions.indexOf(other)

type Excluded = ReadonlyMap<TlsVersion, PlacedOption>

function raised(minimum: Setting<TlsVersion>, excluded: Excluded): Setting<TlsVersion> {
  const by = excluded.get(minimum.value)
  const next = tlsVersions[tlsVersions.indexOf(minimum.value) + 1]
  return by && next ? raised({ value: next, origin: by.origin, at: by.at, name: by.name }, excluded) : minimum
}

function lowered(maximum: Setting<TlsVersion>, excluded: Excluded): Setting<TlsVersion> {
  const by = excluded.get(maximum.value)
  const next = tlsVersions[tlsVersions.indexOf(maximum.value) - 1]
  return by && next ? lowered({ value: next, origin: by.origin, at: by.at, name: by.name }, excluded) : maximum
}

/** With `ssl-default-bind-options` or `ssl-default-server-options` in front, read like options of a line. */
export function withGlobalOptions(
  kind: 'bind' | 'server',
  options: readonly PlacedOption[],
  configuration: Configuration
): readonly PlacedOption[] {
  const general = globalOptions(kind, configuration)
  return general.length === 0 ? options : [...general, ...options]
}

function globalOptions(kind: 'bind' | 'server', configuration: Configuration): readonly PlacedOption[] {
  const line = configuration.globals.get(`ssl-default-${kind}-options`)
  if (!line) return []
  const found: PlacedOption[] = []
  for (let at = 1; at < line.words.length; at++) {
    const word = line.words[at]!
    const takes = word.value === 'ssl-min-ver' || word.value === 'ssl-max-ver'
    const values = takes ? line.words.slice(at + 1, at + 2) : []
    found.push({ name: word.value, word, values, origin: 'inherited', at: configuration.at(values[0] ?? word) })
    if (takes) at++
  }
  return found
}

export function ciphersOf(
  options: readonly PlacedOption[],
  kind: 'bind' | 'server',
  configuration: Configuration
): Setting<string> | undefined {
  const own = lastPlaced(options, 'ciphers')
  const word = own?.values[0]
  if (own && word) return { value: word.value, origin: word.dynamic ? 'unknown' : own.origin, at: own.at, name: 'ciphers' }
  const name = `ssl-default-${kind}-ciphers`
  const general = configuration.globals.get(name)?.words[1]
  return general && { value: general.value, origin: general.dynamic ? 'unknown' : 'inherited', at: configuration.at(general), name }
}

/** `ecdhe` names one curve, `curves` several; OpenSSL keeps what it was told last, which is `curves`. */
export function groupsOf(options: readonly PlacedOption[], configuration: Configuration): Setting<string> | undefined {
  const own = lastPlaced(options, 'curves') ?? lastPlaced(options, 'ecdhe')
  const word = own?.values[0]
  if (own && word) return { value: word.value, origin: word.dynamic ? 'unknown' : own.origin, at: own.at, name: own.name }
  const name = 'ssl-default-bind-curves'
  const general = configuration.globals.get(name)?.words[1]
  return general && { value: general.value, origin: general.dynamic ? 'unknown' : 'inherited', at: configuration.at(general), name }
}

const prefixes =
  /^(?:(?:stream\+|dgram\+|tcp@|udp@)?(?:ipv4@|ipv6@|tcp4@|tcp6@|udp4@|udp6@|quic4@|quic6@|unix@|uxst@|uxdg@|abns@|abnsz@|fd@|sockpair@|mptcp@|mptcp4@|mptcp6@|tcp@|udp@|rhttp@))+/

/** The addresses of a `bind` line, or the one of a `server` line; nothing for those that no other can reach. */
export function addressesOf(word: Word, at: Location, tls: boolean): readonly Address[] {
  if (!word.value.includes(',')) return addressOf(word.value, word.dynamic, at, tls)
  const parts = word.value.split(',')
  let from = at.start
  return parts.flatMap(part => {
    // Quotes and variables make the place of a part uncertain; the whole word will do then.
    const exact = at.end - at.start === word.value.length && parts.length > 1
    const place = exact ? { path: at.path, start: from, end: from + part.length } : at
    from += part.length + 1
    return addressOf(part, word.dynamic, place, tls)
  })
}

function addressOf(part: string, dynamic: boolean, at: Location, tls: boolean): readonly Address[] {
  const prefix = /[@+]/.test(part) ? (prefixes.exec(part)?.[0] ?? '') : ''
  const rest = part.slice(prefix.length)
  const transport = /quic|udp|dgram/.test(prefix) ? 'udp' : 'tcp'
  const common = { at, transport, tls, isDefault: false } as const
  if (dynamic || /\$|\{\{|__/.test(rest)) return [common]
  if (rest.startsWith('/') || /unix@|uxst@|uxdg@|abns/.test(prefix))
    return [{ ...common, host: prefix.includes('abns') ? `abns@${rest}` : rest, port: 0 }]
  if (/fd@|sockpair@|rhttp@/.test(prefix)) return []
  const colon = rest.lastIndexOf(':')
  const written = colon < 0 ? rest : rest.slice(0, colon)
  const host = (written.startsWith('[') ? written.replace(/^\[(.*)\]$/, '$1') : written).toLowerCase()
  const ports = colon < 0 ? '' : rest.slice(colon + 1)
  const [first, last] = ports.split('-')
  // A range is known by its first port; nobody pairs the others.
  const port = /^\d+$/.test(first!) && (last === undefined || /^\d+$/.test(last)) ? Number(first) : undefined
  return [{ ...common, host: host === '' || host === '0.0.0.0' || host === '*' ? '*' : host, ...(port === undefined ? {} : { port }) }]
}
