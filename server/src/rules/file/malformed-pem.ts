import { locationOf } from '../../core/credentials.js'
import { defineRule, manual, rfc } from '../../core/rule.js'

export default defineRule({
  id: 'malformed-pem',
  subject: 'file',
  title: 'A PEM block cannot be read',
  category: 'syntax',
  severity: 'error',
  citations: [rfc(7468, '2'), manual('OpenSSL PEM_read_bio', 'https://docs.openssl.org/3.0/man3/PEM_read_bio/')],
  check({ file, blocks, errors }, ctx) {
    for (const { message, start, end } of [...errors, ...blocks.flatMap(it => it.errors)]) {
      ctx.report({ at: { path: file.path, start, end }, message })
    }
  },
  also: {
    path({ credential }, ctx) {
      const opened = credential && ctx.credential(credential)
      if (opened?.kind !== 'pem') return
      const damaged = opened.file.blocks.find(it => it.errors.length > 0)
      if (damaged) ctx.report({ at: locationOf(damaged), message: `this file cannot be read: ${damaged.errors[0]!.message}` })
    }
  }
})
