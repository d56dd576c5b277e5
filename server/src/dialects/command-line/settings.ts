/** What commands of several programs have in common. */
import type { Address, CredentialRef, PeerPolicy, Setting, TlsEndpoint, TlsVersion, TrustRef } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import { part } from './options.js'
import type { Word } from './shell.js'

export const written = <T>(value: T, at: Location, name: string): Setting<T> => ({ value, origin: 'written', at, name })
export const byDefault = <T>(value: T, at: Location, name: string): Setting<T> => ({ value, origin: 'default', at, name })

export interface Target {
  /** Lower case, IPv6 without brackets; absent when a variable decides. */
  readonly host?: string
  readonly port?: number
}

/** `host:port`, `[::1]:port` or a host alone, each part as far as it is literal. */
export function readTarget(text: string, standardPort: number | undefined): Target {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text)
  if (!match) return {}
  const host = match[1]!.replace(/^\[|\]$/g, '')
  const port = match[2] === undefined || match[2] === '' ? standardPort : /^\d{1,5}$/.test(match[2]) ? Number(match[2]) : undefined
  return {
    ...(/^[\w.:-]+$/.test(host) && !isPlaceholder(host) ? { host: host.toLowerCase().replace(/\.$/, '') } : {}),
    ...(port === undefined ? {} : { port })
  }
}

/** Names that stand for the reader's own: `YOUR_HOST`. Host names have no underscores and are not all capitals. */
const isPlaceholder = (host: string): boolean => /^[A-Z][A-Z\d_-]*$/.test(host) || /_/.test(host)

export const isAddressLiteral = (host: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(':')

export const addressAt = (at: Location, { host, port }: Target): Address => ({
  at,
  ...(host === undefined ? {} : { host }),
  ...(port === undefined ? {} : { port }),
  transport: 'tcp',
  tls: true,
  isDefault: false
})

export const trust = (ref: CredentialRef): TrustRef => ({ ...ref, intended: true, announced: false })

/** The name that is asked for, and compared where the server is verified. */
export const nameOf = (host: string | undefined, word: Word, at: Location, name: string): Setting<string> =>
  host === undefined ? { value: word.value, origin: 'unknown', at, name } : written(host, at, name)

export interface Versions {
  readonly minVersion: Setting<TlsVersion>
  readonly maxVersion: Setting<TlsVersion>
}

export const policy = (at: Location, it: Omit<PeerPolicy, 'certificate'>): PeerPolicy => ({
  certificate: byDefault('require', at, it.verifyChain.name),
  ...it
})

export const notPlain = (at: Location): TlsEndpoint['acceptsPlaintext'] => byDefault(false, at, 'https')

/** What is set for the command alone: `SSL_CERT_FILE=ca.pem curl …`. */
export function variableOf(
  environment: readonly Word[],
  ...names: readonly string[]
): { readonly name: string; readonly value: Word } | undefined {
  for (const name of names) {
    const set = environment.find(it => it.value.startsWith(`${name}=`))
    if (set) return { name, value: part(set, name.length + 1, set.value.length) }
  }
  return undefined
}
