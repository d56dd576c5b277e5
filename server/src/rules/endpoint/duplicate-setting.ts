import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'duplicate-setting',
  subject: 'language',
  title: 'The same setting is written twice in one block',
  category: 'syntax',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'ssl_client_certificate')]
})
