import type { TlsVersion } from '../../core/model.js'

/**
 * What holds when a directive is not written. Each value with the versions that it holds for, and where that is said.
 * Versions are `major.minor.patch`.
 */
export interface Defaults {
  /** `ssl_verify_client off`, `proxy_ssl_verify off`: since they exist. https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client */
  readonly verifyDepth: 1
  /** `ssl_protocols` and `proxy_ssl_protocols`. https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols */
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  /** Does `ssl_protocols` work in a server that is not its address's default? https://nginx.org/en/CHANGES (1.29.2) */
  readonly protocolsPerServer: boolean
  /** Is `ssl_trusted_certificate` alone enough for `ssl_verify_client on`? https://nginx.org/en/CHANGES (1.27.2) */
  readonly trustedCertificateSuffices: boolean
}

const known = new Map<string, Defaults>()

/** The same object for the same version: every configuration of a project asks. */
export function defaultsOf(version: string): Defaults {
  const found = known.get(version)
  if (found) return found
  const defaults = readDefaults(version)
  known.set(version, defaults)
  return defaults
}

function readDefaults(version: string): Defaults {
  return {
    verifyDepth: 1,
    // TLSv1 and TLSv1.1 are off since 1.27.3.
    minVersion: isAtLeast(version, '1.27.3') ? 'TLSv1.2' : isAtLeast(version, '1.9.1') ? 'TLSv1' : 'SSLv3',
    // TLSv1.3 is on since 1.23.4.
    maxVersion: isAtLeast(version, '1.23.4') ? 'TLSv1.3' : 'TLSv1.2',
    protocolsPerServer: isAtLeast(version, '1.29.2'),
    trustedCertificateSuffices: isAtLeast(version, '1.27.2')
  }
}

export function isAtLeast(version: string, wanted: string): boolean {
  const have = version.split('.').map(Number)
  const want = wanted.split('.').map(Number)
  for (let at = 0; at < 3; at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
