import { asksForNothing, demandsCertificate, listenersOf } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, manual, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'default-name-unverified',
  subject: 'configuration',
  title: 'Without a known name, clients reach the same content without a certificate',
  category: 'trust',
  severity: 'error',
  citations: [
    rfc(6066, '3'),
    rfc(6066, '11.1'),
    manual('nginx server names', 'https://nginx.org/en/docs/http/request_processing.html#mixed_name_ip_based_servers')
  ],
  check({ endpoints }, ctx) {
    for (const { name, servers } of listenersOf(endpoints)) {
      const first = servers.find(it => it.address.isDefault && it.address.tls)
      if (!first || !asksForNothing(first.endpoint) || isGuarded(first.endpoint)) continue
      for (const { endpoint } of servers) {
        const shared = demandsCertificate(endpoint) ? sharedContent(first.endpoint, endpoint) : undefined
        if (shared === undefined) continue
        ctx.report({
          at: first.address.at,
          message: `clients that send no name, or an unknown one, to ${name} reach ${shared} without the certificate that ${endpoint.label} demands for it`,
          related: [{ ...endpoint.peer.certificate.at, message: `${endpoint.label} demands a certificate here` }]
        })
        break
      }
    }
  }
})

const isGuarded = ({ result }: TlsEndpoint): boolean => result !== undefined && (result.tested.length > 0 || result.unknown)

/** Only what both surely give: a server whose content is unknown, or that gives its own, opens nothing. */
const sharedContent = (first: TlsEndpoint, named: TlsEndpoint): string | undefined => first.content?.find(it => named.content?.includes(it))
