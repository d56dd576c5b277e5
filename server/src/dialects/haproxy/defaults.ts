import type { TlsVersion } from '../../core/model.js'
import { compare } from './conditions.js'

/** The release that is taken where no setting says which one runs. */
export const latestVersion = '3.2.0'

/** What holds when nothing is written, with the versions that it holds for, and where that is said. */
export interface Defaults {
  /** `bind`: since 2.2. https://docs.haproxy.org/3.2/configuration.html#5.1-ssl-min-ver */
  readonly bindMinVersion: TlsVersion
  /** A `server` line leaves it to the library. */
  readonly serverMinVersion: TlsVersion
  /** Names in `crt-ignore-err`: since 2.7. https://docs.haproxy.org/3.2/configuration.html#5.1-crt-ignore-err */
  readonly namesOfErrors: boolean
  /** The Host header is sent as SNI without a word: since 3.3. https://docs.haproxy.org/3.3/configuration.html#5.2-sni-auto */
  readonly automaticServerName: boolean
  /** The highest number that `crt-ignore-err` takes. */
  readonly highestError: number
}

const byVersion = new Map<string, Defaults>()

export function defaultsOf(version: string): Defaults {
  const known = byVersion.get(version) ?? readDefaults(version)
  byVersion.set(version, known)
  return known
}

const readDefaults = (version: string): Defaults => ({
  bindMinVersion: 'TLSv1.2',
  serverMinVersion: 'TLSv1',
  namesOfErrors: compare(version, '2.7') >= 0,
  automaticServerName: compare(version, '3.3') >= 0,
  highestError: compare(version, '2.7') >= 0 ? 127 : 94
})
