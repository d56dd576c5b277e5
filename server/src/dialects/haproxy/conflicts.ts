/** What HAProxy refuses together. */
import type { Problem } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import { isOlder } from './tls-options.js'

/** In the words of `haproxy -c`: every version is above the one bound or below the other, or each is excluded by itself. */
export function conflictProblems({ tls, minVersion, maxVersion, label, incomplete }: TlsEndpoint): readonly Problem[] {
  const isKnown = tls.value && !incomplete && minVersion.origin !== 'unknown' && maxVersion.origin !== 'unknown'
  if (!isKnown || !isOlder(maxVersion.value, minVersion.value)) return []
  const [first, second] = minVersion.at.start <= maxVersion.at.start ? [minVersion, maxVersion] : [maxVersion, minVersion]
  const message = `all SSL/TLS versions are disabled for ${label}: ${second.name} leaves none of what ${first.name} leaves`
  return [{ rule: 'conflicting-settings', ...second.at, message, related: [{ ...first.at, message: `${first.name} is here` }] }]
}
