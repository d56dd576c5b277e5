import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'inverted-guard',
  subject: 'language',
  title: 'A test of the client certificate lets in whom it means to keep out',
  category: 'trust',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'var_ssl_client_verify'), nginx('ngx_http_ssl_module', 'var_ssl_client_s_dn')]
})
