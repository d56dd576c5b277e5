/** `curl` as a TLS client, with curl's own defaults: https://curl.se/docs/manpage.html */
import type { PathUse } from '../../core/dialect.js'
import type { Address, CredentialRef, Identity, PeerPolicy, Setting, TlsEndpoint, TlsVersion, TrustRef } from '../../core/model.js'
import type { Place } from './lower.js'
import { lastOf, type Option, type Options, part, readCurl } from './options.js'
import {
  addressAt,
  byDefault,
  isAddressLiteral,
  nameOf,
  notPlain,
  policy,
  readTarget,
  type Target,
  trust,
  type Versions,
  variableOf,
  written
} from './settings.js'
import type { Command, Word } from './shell.js'

/** One endpoint for each `https://` that the command asks for. */
export function lowerCurl(command: Command, environment: readonly Word[], place: Place): readonly TlsEndpoint[] {
  const all = readCurl(command)
  return requestsOf(all).flatMap(request =>
    urlsOf(request).flatMap(word => {
      const url = readUrl(word)
      return url ? [endpointOf(url, request, environment, command, place)].filter(isOfInterest) : []
    })
  )
}

/** What has no setting of TLS and leads to a public address is a download. */
const isOfInterest = ({ identities, peer, minVersion, maxVersion, addresses, ciphers }: TlsEndpoint): boolean =>
  identities.length > 0 ||
  peer.verifyChain.origin === 'written' ||
  peer.trustAnchors.some(it => it.kind !== 'system') ||
  minVersion.origin === 'written' ||
  maxVersion.origin === 'written' ||
  ciphers !== undefined ||
  addresses.some(({ host, port }) => host !== undefined && (port !== 443 || !host.includes('.') || /^127\./.test(host)))

/** `--next` starts over. */
function requestsOf({ options, rest, certain }: Options): readonly Options[] {
  const starts = options
    .filter(it => it.name === '--next')
    .map(it => it.word.start)
    .slice(0, mostUrls)
  if (starts.length === 0) return [{ options, rest, certain }]
  const bounds = [-1, ...starts, Number.POSITIVE_INFINITY]
  return bounds.slice(1).map((end, at) => {
    const isInside = (start: number) => start > bounds[at]! && start < end
    return { options: options.filter(it => isInside(it.word.start)), rest: rest.filter(it => isInside(it.start)), certain }
  })
}

/** More requests in one command than anybody writes. */
const mostUrls = 100

const urlsOf = ({ options, rest }: Options): readonly Word[] =>
  [...rest, ...options.flatMap(it => (it.name === '--url' && it.value ? [it.value] : []))].slice(0, mostUrls)

interface Url extends Target {
  readonly word: Word
  /** The word's part with host and port. */
  readonly authority: Word
  readonly path?: string
}

function readUrl(word: Word): Url | undefined {
  const match = /^(https:\/\/(?:[^/?#@]*@)?)([^/?#]*)(.*)$/is.exec(word.value)
  if (!match) return undefined
  const [, before, authority, rest] = match
  const path = /^\/[^?#]*/.exec(rest!)?.[0] ?? '/'
  return {
    word,
    authority: part(word, before!.length, before!.length + authority!.length),
    ...readTarget(authority!, 443),
    ...(/[${}<>`]/.test(path) ? {} : { path })
  }
}

function endpointOf(url: Url, request: Options, environment: readonly Word[], command: Command, place: Place): TlsEndpoint {
  const { locate } = place
  const at = locate(command[0])
  const urlAt = locate(url.word)
  const insecure = lastOf(request, '--insecure', '--no-insecure')
  const verifyChain: Setting<boolean> =
    insecure?.name === '--insecure' ? written(false, locate(insecure.word), '--insecure') : byDefault(true, at, '--insecure')
  const name = nameOf(url.host, url.authority, locate(url.authority), 'the URL')
  const ciphers = lastOf(request, '--ciphers')?.value
  const host = hostHeader(request) ?? url.host
  return {
    dialect: 'command-line',
    product: 'curl',
    role: 'client',
    label: `curl https://${url.authority.value}`,
    verifier: 'openssl',
    trial: place.trial,
    protocol: 'http',
    at,
    block: locate({ start: command[0].start, end: command.at(-1)!.end }),
    addresses: [addressOf(url, request, place)],
    serverNames: url.host !== undefined && isAddressLiteral(url.host) ? [] : [name],
    ...(host === undefined ? {} : { requestHost: host }),
    ...(url.path === undefined ? {} : { requestPath: url.path }),
    tls: written(true, urlAt, 'https'),
    identities: identitiesOf(request, place),
    peer: peerOf(request, environment, verifyChain, name, at, place),
    ...versionsOf(request, at, place),
    ...(ciphers && !ciphers.dynamic ? { ciphers: written(ciphers.value, locate(ciphers), '--ciphers') } : {}),
    acceptsPlaintext: notPlain(at),
    incomplete: !request.certain || elsewhere.some(it => lastOf(request, it) !== undefined)
  }
}

/** With these something else connects, or more is written in a file. */
const elsewhere = ['--config', '--proxy', '--preproxy', '--socks4', '--socks4a', '--socks5', '--socks5-hostname', '--engine']

function hostHeader(request: Options): string | undefined {
  const headers = request.options.filter(it => it.name === '--header' && it.value && !it.value.dynamic)
  const host = headers.flatMap(it => /^host:\s*(\S+)$/i.exec(it.value!.value)?.[1] ?? [])[0]
  return host?.toLowerCase()
}

/** `--resolve` and `--connect-to` lead elsewhere than the URL says; the name that is verified stays. */
function addressOf(url: Url, request: Options, { locate }: Place): Address {
  const socket = lastOf(request, '--unix-socket', '--abstract-unix-socket')
  if (socket?.value)
    return addressAt(
      locate(socket.value),
      socket.value.dynamic || socket.name !== '--unix-socket' ? {} : { host: socket.value.value, port: 0 }
    )
  const { host, port } = url
  const own = addressAt(locate(url.authority), url)
  for (const { name, value } of request.options) {
    if (!value || (name !== '--resolve' && name !== '--connect-to')) continue
    const match = /^\+?(\[[^\]]*\]|[^:]*):(\d*):(.*)$/.exec(value.value)
    if (!match) continue
    const [, forHost, forPort, target] = match
    const isMeant = (forHost === '' || forHost === '*' || bare(forHost!) === host) && (forPort === '' || Number(forPort) === port)
    if (!isMeant || host === undefined) continue
    if (value.dynamic) return addressAt(locate(value), port === undefined ? {} : { port })
    const to = name === '--resolve' ? { host: bare(target!.split(',')[0]!), port: port! } : readTarget(target!, port)
    return addressAt(locate(value), { ...(name === '--connect-to' && host !== undefined ? { host } : {}), ...to })
  }
  return own
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

function identitiesOf(request: Options, place: Place): readonly Identity[] {
  const cert = lastOf(request, '--cert')
  if (!cert?.value) return []
  const { file, hasPassword } = splitPassword(cert.value)
  const key = lastOf(request, '--key')
  const kind = (name: string) => lastOf(request, name)?.value?.value.toUpperCase() ?? 'PEM'
  return [
    {
      certificate: credential(file, cert, kind('--cert-type'), 'certificate', place),
      ...(key?.value ? { key: credential(key.value, key, kind('--key-type'), 'key', place) } : {}),
      passphrase: hasPassword || lastOf(request, '--pass') !== undefined
    }
  ]
}

/** PEM and DER can be looked into; a PKCS#12 file and an engine's keys cannot. */
function credential(word: Word, { name }: Option, kind: string, what: PathUse['what'], place: Place): CredentialRef {
  const at = place.locate(word)
  return kind === 'PEM' || kind === 'DER' ? place.file(word, name, what) : { kind: 'dynamic', text: word.value, at, name }
}

/** `client.pem:secret`; a backslash keeps a colon in the name, and a drive keeps its own. */
function splitPassword(word: Word): { readonly file: Word; readonly hasPassword: boolean } {
  const colon = /^(?:[A-Za-z]:[\\/]|pkcs11:)/.test(word.value) ? -1 : word.value.search(/(?<!\\):/)
  return colon < 0 ? { file: word, hasPassword: false } : { file: part(word, 0, colon), hasPassword: true }
}

function peerOf(
  request: Options,
  environment: readonly Word[],
  verifyChain: Setting<boolean>,
  name: Setting<string>,
  at: ReturnType<Place['locate']>,
  place: Place
): PeerPolicy {
  const crl = lastOf(request, '--crlfile')
  return policy(at, {
    verifyChain,
    verifyNames: verifyChain.value ? [name] : [],
    trustAnchors: trustOf(request, environment, at, place),
    crls: crl?.value ? [place.file(crl.value, crl.name, 'crl')] : []
  })
}

/** `--cacert` takes the place of the bundle that curl was built with, and `--capath` that of its folder. */
function trustOf(request: Options, environment: readonly Word[], at: ReturnType<Place['locate']>, place: Place): readonly TrustRef[] {
  const file = lastOf(request, '--cacert')
  const folder = lastOf(request, '--capath')
  const own = [file, folder].flatMap(it => (it?.value ? [trust(place.file(it.value, it.name, 'trust'))] : []))
  if (own.length > 0) return own
  const set = variableOf(environment, 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR')
  if (set) return [trust(place.file(set.value, set.name, 'trust'))]
  return [trust({ kind: 'system', at, name: '--cacert' })]
}

const lowest: Readonly<Record<string, TlsVersion>> = {
  '--tlsv1': 'TLSv1',
  '--tlsv1.0': 'TLSv1',
  '--tlsv1.1': 'TLSv1.1',
  '--tlsv1.2': 'TLSv1.2',
  '--tlsv1.3': 'TLSv1.3'
}
const highest: Readonly<Record<string, TlsVersion>> = { '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }

/** `--tlsv1.2` is the lowest since curl 7.54; nothing below it is spoken by OpenSSL 3 unless asked for. */
function versionsOf(request: Options, at: ReturnType<Place['locate']>, { locate }: Place): Versions {
  const min = lastOf(request, ...Object.keys(lowest))
  const max = lastOf(request, '--tls-max')
  const most = max?.value && highest[max.value.value]
  return {
    minVersion: min ? written(lowest[min.name]!, locate(min.word), min.name) : byDefault('TLSv1.2', at, '--tlsv1.2'),
    maxVersion: !max?.value
      ? byDefault('TLSv1.3', at, '--tls-max')
      : {
          value: most ?? 'TLSv1.3',
          origin: most ? 'written' : max.value.value === 'default' ? 'default' : 'unknown',
          at: locate(max.value),
          name: '--tls-max'
        }
  }
}
