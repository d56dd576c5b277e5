import { listenersOf } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'missing-certificate',
  subject: 'configuration',
  title: 'A TLS listener has no certificate to present',
  category: 'identity',
  severity: 'error',
  citations: [rfc(8446, '4.4.2'), nginx('ngx_http_ssl_module', 'ssl_certificate')],
  check({ endpoints }, ctx) {
    for (const { name, servers } of listenersOf(endpoints)) {
      const speaking = servers.filter(it => it.address.tls)
      if (speaking.some(it => it.endpoint.incomplete)) continue
      // A server that is not the default one may do without: the default's certificate is presented in its name.
      const byDefault = speaking.find(it => it.address.isDefault)
      const needing = byDefault?.endpoint.rejectsHandshake
        ? speaking
        : speaking.filter(it => it.address.isDefault || it.endpoint.needsOwnIdentity)
      for (const { endpoint } of needing.filter(it => presentsNothing(it.endpoint)))
        ctx.report({
          at: endpoint.at,
          message: `${endpoint.label} has no certificate to present on ${name}: the configuration is refused`
        })
    }
  }
})

const presentsNothing = ({ identities, rejectsHandshake, tls }: TlsEndpoint): boolean =>
  identities.length === 0 && !rejectsHandshake && tls.value && tls.origin !== 'unknown'
