import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'file-not-found',
  subject: 'path',
  title: 'A file that the configuration names is not there',
  category: 'hygiene',
  severity: 'warning',
  citations: [nginx('ngx_http_ssl_module', 'ssl_certificate')],
  check({ at, path, what, credential }, ctx) {
    if (path === undefined || ctx.read(path).kind !== 'missing') return
    const name = credential ? `${credential.name}: ` : ''
    const inside = ctx.inWorkspace(path)
    ctx.report({
      at,
      severity: inside ? 'warning' : 'information',
      message: inside
        ? `${name}there is no file ${path}`
        : `${name}${path} is not on this machine, so ${what === 'include' ? 'what it adds' : 'what it holds'} is not known here`
    })
  }
})
