import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'invalid-value',
  subject: 'language',
  title: 'A TLS setting has a value that is refused',
  category: 'syntax',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'ssl_verify_client'), nginx('ngx_http_ssl_module', 'ssl_verify_depth')]
})
