import { isEncrypted, keyBlocksOf, locationOf } from '../../core/credentials.js'
import { defineRule, nginx, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'private-key-encrypted',
  subject: 'endpoint',
  title: 'The private key is encrypted, and no passphrase is configured',
  category: 'key',
  severity: 'warning',
  citations: [rfc(5958, '3'), nginx('ngx_http_ssl_module', 'ssl_password_file')],
  check({ identities, incomplete }, ctx) {
    if (incomplete) return
    for (const { certificate, key = certificate, passphrase } of identities) {
      const opened = ctx.credential(key)
      const block = opened.kind === 'pem' ? keyBlocksOf(opened.file)[0] : undefined
      if (!block || passphrase || !isEncrypted(block)) continue
      ctx.report({
        at: key.at,
        message: 'this private key is encrypted and no passphrase is configured: without a terminal to ask at, the start fails',
        related: [{ ...locationOf(block), message: 'the encrypted key' }]
      })
    }
  }
})
