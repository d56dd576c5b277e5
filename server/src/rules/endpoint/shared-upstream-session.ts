import { addressName } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'shared-upstream-session',
  subject: 'configuration',
  title: 'TLS sessions to one upstream are shared by different client certificates',
  category: 'identity',
  severity: 'warning',
  citations: [rfc(8446, '2.2'), rfc(5246, 'F.1.4'), nginx('ngx_http_proxy_module', 'proxy_ssl_session_reuse')],
  check({ endpoints }, ctx) {
    for (const sharing of bySession(endpoints)) {
      const first = sharing[0]!
      if (sharing.length < 2) continue
      const byIdentity = new Map(sharing.map(it => [identityOf(it), it] as const).reverse())
      if (byIdentity.size < 2) continue
      for (const endpoint of sharing.slice(1)) {
        const other = [...byIdentity].find(([identity]) => identity !== identityOf(endpoint))![1]
        ctx.report({
          at: endpoint.at,
          message: `${endpoint.label} and ${first.label === endpoint.label ? 'another place' : first.label} share TLS sessions but not the client certificate: one is taken for the other`,
          related: [{ ...other.at, message: `${presented(other)} is presented here` }],
          fixes: [{ title: 'Make a new session for each connection', endpoint, change: { set: 'sessionReuse', value: false } }]
        })
      }
    }
  }
})

/** Endpoints that keep their sessions in one place: those of one kind that connect to the very same upstream. */
function bySession(endpoints: readonly TlsEndpoint[]): readonly (readonly TlsEndpoint[])[] {
  const keeping = endpoints.filter(keepsSessions)
  if (keeping.length < 2) return []
  const groups = new Map<string, TlsEndpoint[]>()
  for (const endpoint of keeping) {
    const key = sessionKey(endpoint)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(endpoint)
    else groups.set(key, [endpoint])
  }
  return [...groups.values()]
}

const keepsSessions = ({ role, tls, sessionReuse, incomplete, identities }: TlsEndpoint): boolean =>
  role === 'client' &&
  tls.value &&
  sessionReuse?.value === true &&
  sessionReuse.origin !== 'unknown' &&
  !incomplete &&
  identities.every(it => it.certificate.kind !== 'dynamic')

/** Two groups of servers with the same address are two places all the same, so where the address is written counts. */
function sessionKey({ addresses, protocol, block }: TlsEndpoint): string | undefined {
  const names = addresses.map(addressName)
  if (names.length === 0 || names.includes(undefined)) return undefined
  const shared = addresses.every(it => it.at.path !== block.path || it.at.start < block.start || it.at.end > block.end)
  return [protocol, ...addresses.map((it, at) => (shared ? `${it.at.path}:${it.at.start}` : names[at]))].join(' ')
}

const identityOf = ({ identities }: TlsEndpoint): string => identities.map(({ certificate }) => describe(certificate)).join(' ')
const presented = (endpoint: TlsEndpoint): string => identityOf(endpoint) || 'no certificate'

function describe(certificate: TlsEndpoint['identities'][number]['certificate']): string {
  switch (certificate.kind) {
    case 'file':
    case 'directory':
      return certificate.written
    case 'secret':
      return certificate.secret
    case 'inline':
      return `${certificate.at.path}:${certificate.at.start}`
    case 'system':
    case 'dynamic':
      return certificate.kind
  }
}
