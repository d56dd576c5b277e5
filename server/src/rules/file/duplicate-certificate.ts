import { isEditable, removeBlock } from '../../core/pem-edits.js'
import { type Certificate, defineRule, rfc } from '../../core/rule.js'
import { nameOf } from '../../core/words.js'

export default defineRule({
  id: 'duplicate-certificate',
  subject: 'file',
  title: 'The same certificate stands twice in one file',
  category: 'hygiene',
  severity: 'information',
  citations: [rfc(8446, '4.4.2')],
  check(file, ctx) {
    if (file.certificates.length < 2) return
    const first = new Map<string, Certificate>()
    for (const certificate of file.certificates) {
      const before = first.get(certificate.sha256)
      if (!before) first.set(certificate.sha256, certificate)
      else {
        const { block } = certificate
        ctx.report({
          at: certificate.at(),
          message: `${nameOf(certificate)} is in this file already`,
          related: [{ ...before.at(), message: 'the same certificate' }],
          fixes: isEditable(block) ? [{ title: 'Remove the second copy', edits: removeBlock(file, block), safe: true }] : []
        })
      }
    }
  }
})
