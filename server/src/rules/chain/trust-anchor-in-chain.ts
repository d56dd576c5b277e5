import { endEntitiesOf, isSelfSigned, lineage, longestChain } from '../../core/chain.js'
import { isEditable, removeBlock } from '../../core/pem-edits.js'
import { defineRule, rfc } from '../../core/rule.js'
import { nameOf } from '../../core/words.js'

export default defineRule({
  id: 'trust-anchor-in-chain',
  subject: 'chain',
  title: 'The root is sent along with the chain',
  category: 'hygiene',
  severity: 'information',
  citations: [rfc(8446, '4.4.2'), rfc(5280, '6.1')],
  check({ certificates, file }, ctx) {
    const [endEntity] = certificates
    if (!endEntity || endEntity.isCa || certificates.length > longestChain || endEntitiesOf(certificates).length > 1) return
    const root = lineage(endEntity, certificates, ctx.signed)
      .slice(1)
      .find(it => isSelfSigned(it, ctx.signed))
    if (!root) return
    ctx.report({
      at: root.at(),
      message: `${nameOf(root)} is a root: peers that trust it have it, and to the others it says nothing`,
      fixes: isEditable(root.block) ? [{ title: `Remove ${nameOf(root)}`, edits: removeBlock(file, root.block) }] : []
    })
  }
})
