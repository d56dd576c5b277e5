import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'conflicting-settings',
  subject: 'language',
  title: 'Two settings are refused together',
  category: 'syntax',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'ssl_ocsp')]
})
