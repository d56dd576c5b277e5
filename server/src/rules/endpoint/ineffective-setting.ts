import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'ineffective-setting',
  subject: 'language',
  title: 'A TLS setting is silently ignored',
  category: 'hygiene',
  severity: 'warning',
  citations: [nginx('ngx_http_proxy_module', 'proxy_ssl_certificate'), nginx('ngx_http_ssl_module', 'ssl_protocols')]
})
