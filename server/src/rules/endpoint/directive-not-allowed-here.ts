import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'directive-not-allowed-here',
  subject: 'language',
  title: 'A TLS setting stands where it is refused or ignored',
  category: 'syntax',
  severity: 'error',
  citations: [nginx('ngx_http_ssl_module', 'ssl_verify_client')]
})
