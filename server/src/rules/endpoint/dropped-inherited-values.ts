import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'dropped-inherited-values',
  subject: 'language',
  title: 'Headers that are set here drop the identity headers of the enclosing block',
  category: 'identity',
  severity: 'warning',
  citations: [nginx('ngx_http_proxy_module', 'proxy_set_header'), nginx('ngx_http_fastcgi_module', 'fastcgi_param')]
})
