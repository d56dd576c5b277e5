import { defineRule, nginx } from '../../core/rule.js'

export default defineRule({
  id: 'file-not-found',
  subject: 'path',
  title: 'A file that the configuration names is not there',
  category: 'hygiene',
  severity: 'warning',
  citations: [nginx('ngx_http_ssl_module', 'ssl_certificate')],
  check({ at, path, what, credential, guessed = false }, ctx) {
    if (path === undefined || ctx.read(path).kind !== 'missing') return
    const name = credential ? `${credential.name}: ` : ''
    if (ctx.inWorkspace(path) && !guessed) return ctx.report({ at, message: `${name}there is no file ${path}` })
    const content = what === 'include' ? 'what it adds' : 'what it holds'
    ctx.report({
      at,
      severity: 'information',
      message: guessed
        ? `${name}this file is not found, and the folder that its path counts from is not known: ${content} is not either`
        : `${name}${path} is not on this machine, so ${content} is not known here`
    })
  }
})
