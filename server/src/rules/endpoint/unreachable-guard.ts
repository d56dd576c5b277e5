import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'unreachable-guard',
  subject: 'language',
  title: 'A test of the client certificate is never reached or never holds',
  category: 'trust',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'var_ssl_client_verify'), nginx('ngx_http_rewrite_module', 'if')]
})
