import { isTlsServer } from '../../core/endpoints.js'
import type { TlsEndpoint } from '../../core/model.js'
import { defineRule, manual, nginx, type RuleContext, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'certificate-error-forgiven',
  subject: 'endpoint',
  title: 'A missing or bad client certificate is answered with the normal content',
  category: 'trust',
  severity: 'error',
  citations: [
    rfc(8446, '4.4.2.4'),
    nginx('ngx_http_ssl_module', 'errors'),
    manual('HAProxy crt-ignore-err', 'https://docs.haproxy.org/3.2/configuration.html#5.1-crt-ignore-err')
  ],
  check(endpoint, ctx) {
    const { peer, result } = endpoint
    if (!isTlsServer(endpoint) || peer.certificate.value === 'ignore') return
    if (!result?.forgiven) return checkIgnoredErrors(endpoint, ctx)
    ctx.report({
      at: result.forgiven,
      message: `${endpoint.label} gives the normal content to clients whose certificate is missing or bad`,
      related: [{ ...peer.certificate.at, message: `${peer.certificate.name} is void through it` }]
    })
  }
})

/** Errors that verification passes over, while nothing that comes after it looks at what they were. */
function checkIgnoredErrors({ label, peer, result, incomplete }: TlsEndpoint, ctx: RuleContext): void {
  const { forgiven, certificate, verifyChain } = peer
  if (!forgiven || incomplete || !result || result.unknown || result.tested.length > 0 || result.handedOn.length > 0) return
  const isDemanded = certificate.value === 'require'
  // Where none is demanded, peer-not-verified says all there is to say.
  if (!verifyChain.value && !isDemanded) return
  if (verifyChain.value && !makesBadGood(forgiven.endEntity) && !makesBadGood(forgiven.above)) return
  ctx.report({
    at: forgiven.at,
    message: verifyChain.value
      ? `${label} gives the normal content to clients whose certificate fails verification: ${forgiven.name} passes errors over, and nothing here looks at the result`
      : `${label} demands a certificate and gives the normal content whatever is wrong with it: ${forgiven.name} passes every error over`,
    ...(verifyChain.value && { severity: 'warning' as const }),
    related: [{ ...certificate.at, message: `${certificate.name} asks for the certificate` }]
  })
}

const makesBadGood = (errors: ReadonlySet<number> | 'all'): boolean => errors === 'all' || [...errors].some(it => !ofLists.has(it))

/** Those of CRLs that are missing or out of date: the certificate itself may be as good as any. */
const ofLists: ReadonlySet<number> = new Set([3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44, 54])
