import type { Identity, PeerPolicy, Setting, TlsEndpoint } from '../../core/model.js'
import type { Location, Read } from '../../core/text.js'
import { trustOf } from './bind.js'
import { type Configuration, keywordOf, type ProxySection, spanOf } from './configuration.js'
import { credentialOf, identityOf } from './credentials.js'
import { defaultsOf } from './defaults.js'
import { optionsOf } from './options.js'
import type { Line, Section } from './parser.js'
import {
  addressesOf,
  ciphersOf,
  credentials,
  lastOfEach,
  lastPlaced,
  type PlacedOption,
  placed,
  settingOf,
  versionsOf,
  withGlobalOptions
} from './tls-options.js'

/** A `server` or `server-template` line with the options that hold for it. */
export interface ServerLine {
  readonly line: Line
  readonly section: Section
  /** Of `default-server` above it, then its own. */
  readonly options: readonly PlacedOption[]
  readonly own: readonly PlacedOption[]
}

const serverKeywords: ReadonlySet<string> = new Set(['server', 'server-template', 'peer'])

/** The servers of a section. `defaults` are the sections it inherits from, the nearest first. */
export function serversOf(section: Section, defaults: readonly Section[], configuration: Configuration): readonly ServerLine[] {
  const read = (line: Line, start: number, origin: PlacedOption['origin']) =>
    placed(optionsOf('server', line, start, configuration).options, origin, configuration.at)
  let inherited = lastOfEach(
    [...defaults]
      .reverse()
      .flatMap(it => it.lines)
      .filter(it => keywordOf(it) === 'default-server')
      .flatMap(it => read(it, 1, 'inherited'))
  )
  const found: ServerLine[] = []
  for (const line of section.lines) {
    const keyword = keywordOf(line)
    if (keyword === 'default-server') inherited = lastOfEach([...inherited, ...read(line, 1, 'inherited')])
    if (!serverKeywords.has(keyword) || line.words.length <= addressIndex(line)) continue
    const own = read(line, addressIndex(line) + 1, 'written')
    found.push({ line, section, own, options: inherited.length === 0 ? own : [...inherited, ...own] })
  }
  return found
}

/** `server-template` has the number of servers before the address. */
export const addressIndex = (line: Line): number => (keywordOf(line) === 'server-template' ? 3 : 2)

export const speaksTls = (options: readonly PlacedOption[]): PlacedOption | undefined => {
  const option = lastPlaced(options, 'ssl', 'no-ssl')
  return option?.name === 'ssl' ? option : undefined
}

export interface ServerPlace {
  readonly configuration: Configuration
  readonly read: Read
  readonly protocol: TlsEndpoint['protocol']
  readonly incomplete: boolean
}

export function lowerServer(server: ServerLine, place: ServerPlace): TlsEndpoint | undefined {
  const { line, section, options } = server
  const { configuration } = place
  const ssl = speaksTls(options)
  const address = line.words[addressIndex(line)]
  if (!ssl || !address) return undefined
  const at = configuration.at(spanOf(line.words.slice(0, addressIndex(line) + 1)))
  const verifyChain = verifySetting(options, at, configuration)
  const names = namesOf(options, at, place)
  const ciphers = ciphersOf(options, 'server', configuration)
  return {
    dialect: 'haproxy',
    role: 'client',
    label: `server ${section.header.words[1]?.value ?? section.kind}/${line.words[1]!.value}`,
    verifier: 'openssl',
    protocol: place.protocol,
    at,
    block: configuration.at(line),
    addresses: addressesOf(address, configuration.at(address), true),
    serverNames: names.sent,
    tls: { value: true, origin: ssl.origin, at: ssl.at, name: 'ssl' },
    identities: identitiesOf(options, place),
    peer: peerOf(options, verifyChain, names.verified, at, configuration),
    ...versionsOf(withGlobalOptions('server', options, configuration), defaultsOf(configuration.version).serverMinVersion, at),
    ...(ciphers ? { ciphers } : {}),
    acceptsPlaintext: { value: false, origin: 'default', at, name: keywordOf(line) },
    // HAProxy keeps the sessions of each server line apart.
    parent: configuration.at(section.header),
    incomplete: place.incomplete || configuration.tree.template || !line.certain
  }
}

/** Verification is on unless `ssl-server-verify none` turns it off for lines that say nothing. */
function verifySetting(options: readonly PlacedOption[], at: Location, configuration: Configuration): Setting<boolean> {
  const own = lastPlaced(options, 'verify')
  const general = configuration.globals.get('ssl-server-verify')?.words[1]
  if (own || !general) return settingOf(own, true, at, 'verify', it => (it === 'required' ? true : it === 'none' ? false : undefined))
  if (general.dynamic) return { value: true, origin: 'unknown', at: configuration.at(general), name: 'ssl-server-verify' }
  return { value: general.value !== 'none', origin: 'inherited', at: configuration.at(general), name: 'ssl-server-verify' }
}

interface Names {
  readonly sent: readonly Setting<string>[]
  readonly verified: readonly Setting<string>[]
}

/** `sni` is sent and is the name that is verified, whatever `verifyhost` says. */
function namesOf(options: readonly PlacedOption[], at: Location, { configuration, protocol }: ServerPlace): Names {
  const sni = lastPlaced(options, 'sni', 'no-sni-auto', 'sni-auto')
  const host = lastPlaced(options, 'verifyhost', 'no-verifyhost')
  if (sni?.name === 'sni' && sni.values[0]) {
    const name = nameOf(sni)
    return { sent: [name], verified: [name] }
  }
  const automatic =
    sni?.name === 'sni-auto' || (sni === undefined && protocol === 'http' && defaultsOf(configuration.version).automaticServerName)
  const word = host?.values[0]
  const verified: readonly Setting<string>[] =
    host && word
      ? [{ value: word.value.toLowerCase(), origin: word.dynamic ? 'unknown' : host.origin, at: host.at, name: 'verifyhost' }]
      : []
  if (!automatic) return { sent: [], verified }
  const unknown: Setting<string> = { value: 'the Host header', origin: 'unknown', at: sni?.at ?? at, name: 'sni-auto' }
  return { sent: [unknown], verified: verified.length > 0 ? verified : [unknown] }
}

/** `str(name)` is the name; any other expression is known only at run time. */
function nameOf(sni: PlacedOption): Setting<string> {
  const word = sni.values[0]!
  const literal = /^str\((['"]?)([^()'"]*)\1\)$/.exec(word.value)?.[2]
  if (literal === undefined || word.dynamic) return { value: word.value, origin: 'unknown', at: sni.at, name: 'sni' }
  return { value: literal.toLowerCase(), origin: sni.origin, at: sni.at, name: 'sni' }
}

function identitiesOf(options: readonly PlacedOption[], { configuration, read }: ServerPlace): readonly Identity[] {
  const option = lastPlaced(options, 'crt')
  const word = option?.values[0]
  if (!option || !word || word.value === '') return []
  return [identityOf(credentialOf('crt', word, option.at, 'crt-base', configuration), configuration, read)]
}

function peerOf(
  options: readonly PlacedOption[],
  verifyChain: Setting<boolean>,
  verified: readonly Setting<string>[],
  at: Location,
  configuration: Configuration
): PeerPolicy {
  const crls = credentials(options, 'crl-file', 'ca-base', configuration)
  return {
    certificate: { value: 'require', origin: 'default', at, name: 'verify' },
    verifyChain,
    verifyNames: verifyChain.value ? verified : [],
    trustAnchors: trustOf(options, crls, false, configuration),
    crls
  }
}

/** HAProxy's own client, for Lua and for fetching OCSP responses. */
export function lowerHttpClient(configuration: Configuration): TlsEndpoint | undefined {
  const verify = configuration.globals.get('httpclient.ssl.verify')
  const word = verify?.words[1]
  if (!verify || !word) return undefined
  const at = configuration.at(spanOf(verify.words.slice(0, 1)))
  const ca = configuration.globals.get('httpclient.ssl.ca-file')?.words[1]
  const unset = (name: string) => ({ origin: 'default', at, name }) as const
  return {
    dialect: 'haproxy',
    role: 'client',
    label: 'httpclient',
    verifier: 'openssl',
    protocol: 'http',
    at,
    block: configuration.at(verify),
    addresses: [],
    serverNames: [{ value: 'the host of the URL', origin: 'unknown', at, name: 'httpclient' }],
    tls: { value: true, ...unset('httpclient') },
    identities: [],
    peer: {
      certificate: { value: 'require', ...unset('httpclient.ssl.verify') },
      verifyChain: {
        value: word.value !== 'none',
        origin: word.dynamic ? 'unknown' : 'written',
        at: configuration.at(word),
        name: 'httpclient.ssl.verify'
      },
      verifyNames: [],
      trustAnchors: ca
        ? [
            {
              ...credentialOf('httpclient.ssl.ca-file', ca, configuration.at(ca), 'ca-base', configuration),
              intended: true,
              announced: false
            }
          ]
        : [{ kind: 'system', at, name: 'httpclient.ssl.ca-file', intended: true, announced: false }],
      crls: []
    },
    minVersion: { value: 'TLSv1.2', ...unset('httpclient') },
    maxVersion: { value: 'TLSv1.3', ...unset('httpclient') },
    acceptsPlaintext: { value: false, ...unset('httpclient') },
    incomplete: configuration.tree.template || !verify.certain
  }
}

export const proxyPlace = (proxy: ProxySection, configuration: Configuration, read: Read): ServerPlace => ({
  configuration,
  read,
  protocol: proxy.mode === 'http' ? 'http' : 'tcp',
  incomplete: proxy.uncertain || configuration.isPart
})
