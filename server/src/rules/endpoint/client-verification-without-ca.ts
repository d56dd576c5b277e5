import { isInside, isKnown, isTlsServer } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'client-verification-without-ca',
  subject: 'configuration',
  title: 'A client certificate is verified, but there is no CA to verify it with',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1.1'), nginx('ngx_http_ssl_module', 'ssl_client_certificate')],
  check({ endpoints }, ctx) {
    for (const endpoint of endpoints) {
      const { certificate, verifyChain, trustAnchors } = endpoint.peer
      if (!isTlsServer(endpoint) || endpoint.incomplete) continue
      if (certificate.value === 'ignore' || !isKnown(endpoint, certificate) || verifyChain.origin === 'unknown') continue
      if (!verifyChain.value || trustAnchors.some(it => it.intended)) continue
      if (endpoint.peer.withoutAnchors === 'not asked') {
        const message = `${endpoint.label} lets clients in without a certificate: ${certificate.name} has no effect without a CA, nobody is asked for one`
        ctx.report({ at: certificate.at, message })
        continue
      }
      if (!hasIdentity(endpoint, endpoints)) continue
      const other = trustAnchors[0]
      const instead = other ? `, and ${other.name} is there for another purpose` : ''
      ctx.report({
        at: certificate.at,
        message: `${endpoint.label} has no CA to verify client certificates with${instead}: the configuration is refused`
      })
    }
  }
})

/** A server that is served under the certificate of another one has no TLS settings of its own that could be refused. */
const hasIdentity = (endpoint: TlsEndpoint, endpoints: readonly TlsEndpoint[]): boolean =>
  endpoint.identities.some(
    ({ certificate: { at } }) =>
      isInside(at, endpoint.block) || !endpoints.some(it => it !== endpoint && it.role === 'server' && isInside(at, it.block))
  )
