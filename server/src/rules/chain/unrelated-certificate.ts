import { endEntitiesOf, isAmong, isSelfSigned, longestChain } from '../../core/chain.js'
import { isEditable, removeBlock } from '../../core/pem-edits.js'
import { type Certificate, defineRule, type PresentedChain, type RuleContext, rfc } from '../../core/rule.js'
import { nameOf, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'unrelated-certificate',
  subject: 'chain',
  title: 'A certificate is sent along that has nothing to do with the chain',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(8446, '4.4.2')],
  check(chain, ctx) {
    const { certificates, file, use } = chain
    const endEntity = certificates[0]!
    if (certificates.length < 2 || certificates.length > longestChain || endEntity.isCa || (use && !use.endpoint.tls.value)) return
    // By itself, a file with several end entities, or with one that pins itself, is a collection or a trust store.
    if (!use && (endEntitiesOf(certificates).length > 1 || isSelfSigned(endEntity, ctx.signed))) return
    const related = namedAbove(endEntity, certificates, ctx)
    for (const certificate of certificates) {
      if (isAmong(certificate, related)) continue
      ctx.report({
        at: certificate.at(),
        message: `${nameOf(certificate)} is no issuer of ${nameOf(endEntity)}, directly or through others: ${consequence(chain)}`,
        fixes: isEditable(certificate.block)
          ? [{ title: `Remove ${nameOf(certificate)}`, edits: removeBlock(file, certificate.block) }]
          : []
      })
    }
  }
})

/**
 * What the end entity may descend from, by name alone: a signature that does not fit is issuer-key-mismatch. Where an
 * intermediate is missing in between, the workspace may have it. Ends as soon as all of the chain are among them.
 */
function namedAbove(endEntity: Certificate, certificates: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  const found: Certificate[] = [endEntity]
  for (let at = 0; at < found.length && found.length <= 2 * longestChain; at++) {
    const name = found[at]!.issuer.canonical
    const named = certificates.filter(it => it.subject.canonical === name)
    const next = named.length > 0 ? named : ctx.certificatesNamed(found[at]!.issuer).slice(0, 4)
    for (const it of next) if (!isAmong(it, found)) found.push(it)
    if (certificates.every(it => isAmong(it, found))) break
  }
  return found
}

const consequence = ({ use }: PresentedChain): string =>
  `${use ? peersOf(use.endpoint) : 'peers'} do not need it, and some reject a chain with it`
