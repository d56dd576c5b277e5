import { type TlsVersion, tlsVersions } from '../core/model.js'

interface Range {
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
}

const rank = (it: TlsVersion): number => tlsVersions.indexOf(it)

/** The highest that both sides speak. Below TLS 1.2 nothing works at the security level that OpenSSL 3 has by default. */
export function commonVersion(client: Range, server: Range): TlsVersion | undefined {
  const highest = Math.min(rank(client.maxVersion), rank(server.maxVersion))
  const lowest = Math.max(rank(client.minVersion), rank(server.minVersion), rank('TLSv1.2'))
  return highest >= lowest ? tlsVersions[highest] : undefined
}

export const versionText = (version: TlsVersion): string =>
  version.replace(/^TLSv(\d)(?:\.(\d))?$/, (_, major, minor) => `TLS ${major}.${minor ?? 0}`)
