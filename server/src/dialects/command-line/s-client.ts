/** `openssl s_client` as a TLS client: https://docs.openssl.org/3.5/man1/openssl-s_client/ */
import type { Address, CredentialRef, Identity, Setting, TlsEndpoint, TlsVersion, TrustRef } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import type { Place } from './lower.js'
import { lastOf, type Options, readOpenssl } from './options.js'
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

export function lowerSClient(command: Command, environment: readonly Word[], place: Place): readonly TlsEndpoint[] {
  const options = readOpenssl(command)
  const { locate } = place
  const at = locate({ start: command[0].start, end: command[1]!.end })
  const target = lastOf(options, '-connect', '-host')?.value ?? (lastOf(options, '-unix') ? undefined : options.rest[0])
  const connected = target ? readTarget(target.value, portOf(options)) : {}
  const ciphers = lastOf(options, '-cipher')?.value
  return [
    {
      dialect: 'command-line',
      product: 's_client',
      role: 'client',
      label: target ? `openssl s_client -connect ${target.value}` : 'openssl s_client',
      verifier: 'openssl',
      trial: place.trial,
      protocol: 'tcp',
      at,
      block: locate({ start: command[0].start, end: command.at(-1)!.end }),
      addresses: addressesOf(options, target, connected, place),
      serverNames: serverNamesOf(options, target, connected, place),
      tls: byDefault(true, at, 's_client'),
      identities: identitiesOf(options, place),
      peer: policy(at, {
        verifyChain: verifySetting(options, at, place),
        verifyNames: verifiedNames(options, place),
        trustAnchors: trustOf(options, environment, at, place),
        crls: []
      }),
      ...versionsOf(options, at, place),
      ...(ciphers && !ciphers.dynamic ? { ciphers: written(ciphers.value, locate(ciphers), '-cipher') } : {}),
      acceptsPlaintext: notPlain(at),
      // With these it speaks something else first, another protocol, or judges by what is not modelled.
      incomplete: !options.certain || elsewhere.some(it => lastOf(options, it) !== undefined)
    }
  ]
}

const elsewhere = [
  '-starttls',
  '-proxy',
  '-dtls',
  '-dtls1',
  '-dtls1_2',
  '-psk',
  '-crl_check',
  '-crl_check_all',
  '-no_check_time',
  '-attime',
  '-partial_chain'
]

function portOf(options: Options): number {
  const port = lastOf(options, '-port')?.value
  return port && /^\d{1,5}$/.test(port.value) ? Number(port.value) : 4433
}

function addressesOf(options: Options, word: Word | undefined, target: Target, { locate }: Place): readonly Address[] {
  const socket = lastOf(options, '-unix')?.value
  if (socket) return [addressAt(locate(socket), socket.dynamic ? {} : { host: socket.value, port: 0 })]
  return word ? [addressAt(locate(word), target)] : []
}

/** Since OpenSSL 1.1.1 the host of `-connect` is asked for, unless it is an address. */
function serverNamesOf(options: Options, target: Word | undefined, { host }: Target, { locate }: Place): readonly Setting<string>[] {
  if (lastOf(options, '-noservername')) return []
  const own = lastOf(options, '-servername')?.value
  if (own) return [nameOf(own.dynamic ? undefined : own.value.toLowerCase(), own, locate(own), '-servername')]
  if (!target || (host !== undefined && isAddressLiteral(host))) return []
  return [nameOf(host, target, locate(target), '-connect')]
}

/** Without `-cert_chain` the end entity alone is sent. */
function identitiesOf(options: Options, place: Place): readonly Identity[] {
  const cert = lastOf(options, '-cert')
  if (!cert?.value) return []
  const key = lastOf(options, '-key')
  const chain = lastOf(options, '-cert_chain')
  const file = (word: Word, name: string, form: string, what: 'certificate' | 'key'): CredentialRef =>
    /^(?:P12|ENGINE)$/i.test(lastOf(options, form)?.value?.value ?? '')
      ? { kind: 'dynamic', text: word.value, at: place.locate(word), name }
      : place.file(word, name, what)
  return [
    {
      certificate: file(cert.value, cert.name, '-certform', 'certificate'),
      ...(key?.value ? { key: file(key.value, key.name, '-keyform', 'key') } : {}),
      chain: chain?.value ? place.file(chain.value, chain.name, 'certificate') : 'nothing',
      passphrase: lastOf(options, '-pass') !== undefined
    }
  ]
}

/** It always looks, and goes on whatever it finds unless it is told not to. */
function verifySetting(options: Options, at: Location, { locate }: Place): Setting<boolean> {
  const own = lastOf(options, '-verify_return_error')
  return own ? written(true, locate(own.word), own.name) : byDefault(false, at, '-verify_return_error')
}

function verifiedNames(options: Options, { locate }: Place): readonly Setting<string>[] {
  const own = lastOf(options, '-verify_hostname', '-verify_ip', '-verify_email')
  return own?.value ? [nameOf(own.value.dynamic ? undefined : own.value.value, own.value, locate(own.value), own.name)] : []
}

function trustOf(options: Options, environment: readonly Word[], at: Location, place: Place): readonly TrustRef[] {
  const own = ['-CAfile', '-CApath', '-CAstore', '-verifyCAfile', '-verifyCApath'].flatMap(name => {
    const option = lastOf(options, name)
    return option?.value ? [trust(place.file(option.value, name, 'trust'))] : []
  })
  if (own.length > 0) return own
  if (lastOf(options, '-no-CAfile') && lastOf(options, '-no-CApath')) return []
  const set = variableOf(environment, 'SSL_CERT_FILE', 'SSL_CERT_DIR')
  return [trust(set ? place.file(set.value, set.name, 'trust') : { kind: 'system', at, name: '-CAfile' })]
}

const single: Readonly<Record<string, TlsVersion>> = { '-tls1': 'TLSv1', '-tls1_1': 'TLSv1.1', '-tls1_2': 'TLSv1.2', '-tls1_3': 'TLSv1.3' }
const named: Readonly<Record<string, TlsVersion>> = {
  tlsv1: 'TLSv1',
  'tlsv1.0': 'TLSv1',
  'tlsv1.1': 'TLSv1.1',
  'tlsv1.2': 'TLSv1.2',
  'tlsv1.3': 'TLSv1.3'
}

function versionsOf(options: Options, at: Location, { locate }: Place): Versions {
  const only = lastOf(options, ...Object.keys(single))
  if (only) {
    const setting = written(single[only.name]!, locate(only.word), only.name)
    return { minVersion: setting, maxVersion: setting }
  }
  const bound = (name: string, otherwise: TlsVersion): Setting<TlsVersion> => {
    const value = lastOf(options, name)?.value
    if (!value) return byDefault(otherwise, at, name)
    const version = named[value.value.toLowerCase()]
    return { value: version ?? otherwise, origin: version ? 'written' : 'unknown', at: locate(value), name }
  }
  const without = (name: string) => lastOf(options, name) !== undefined
  return {
    minVersion: bound('-min_protocol', without('-no_tls1_2') ? 'TLSv1.3' : 'TLSv1.2'),
    maxVersion: bound('-max_protocol', without('-no_tls1_3') ? 'TLSv1.2' : 'TLSv1.3')
  }
}
