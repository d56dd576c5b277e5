import { isKnown, locateWord } from '../../core/endpoints.js'
import { tlsVersions } from '../../core/model.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'obsolete-tls-version',
  subject: 'endpoint',
  title: 'A version of TLS below 1.2 is enabled',
  category: 'protocol',
  severity: 'warning',
  citations: [rfc(8996, '4'), rfc(8996, '5'), rfc(7568, '3'), nginx('ngx_http_ssl_module', 'ssl_protocols')],
  check(endpoint, ctx) {
    const { minVersion, maxVersion, role, tls, trial } = endpoint
    // Who asks for an old version by hand wants to see it refused.
    if (!tls.value || trial || !isKnown(endpoint, minVersion) || !isOlder(minVersion.value, 'TLSv1.2')) return
    if (minVersion.origin !== 'default') {
      const alone = isOlder(maxVersion.value, 'TLSv1.2') ? ' and none of those in use' : ''
      ctx.report({
        at: locateWord(minVersion.value, minVersion.at, ctx.read),
        message: `${minVersion.name} enables ${minVersion.value}${alone}: all versions below TLSv1.2 are broken or forbidden`,
        fixes: [{ title: 'Enable TLSv1.2 and newer only', endpoint, change: { set: 'minVersion', value: 'TLSv1.2' } }]
      })
    } else if (role === 'server') {
      // Modern TLS libraries refuse these versions whatever the product's default says, so this is worth knowing and no more.
      ctx.report({
        at: minVersion.at,
        severity: 'information',
        message: `${endpoint.label} enables ${minVersion.value} unless ${minVersion.name} says otherwise: that is the default of this version`,
        fixes: [{ title: 'Enable TLSv1.2 and newer only', endpoint, change: { set: 'minVersion', value: 'TLSv1.2' } }]
      })
    }
  }
})

const isOlder = (version: (typeof tlsVersions)[number], than: (typeof tlsVersions)[number]): boolean =>
  tlsVersions.indexOf(version) < tlsVersions.indexOf(than)
