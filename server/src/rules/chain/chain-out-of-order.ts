import { distinct, endEntitiesOf, hasIssued, isSameCertificate, lineage, longestChain } from '../../core/chain.js'
import { keyBlocksOf } from '../../core/credentials.js'
import { isEditable, reorder } from '../../core/pem-edits.js'
import { type Certificate, defineRule, nginx, type PresentedChain, type ProposedFix, type RuleContext, rfc } from '../../core/rule.js'
import { nameOf } from '../../core/words.js'

export default defineRule({
  id: 'chain-out-of-order',
  subject: 'chain',
  title: 'The certificates of a chain stand in the wrong order',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(8446, '4.4.2'), rfc(5246, '7.4.2'), nginx('ngx_http_ssl_module', 'ssl_certificate')],
  check(chain, ctx) {
    const { certificates } = chain
    if (certificates.length < 2 || certificates.length > longestChain || (chain.use && !chain.use.endpoint.tls.value)) return
    const endEntity = endEntityOf(chain, ctx)
    if (!endEntity) return
    const line = lineage(endEntity, certificates, ctx.signed)
    const [first] = certificates
    if (isSameCertificate(first!, endEntity)) reportIssuerBeforeSubject(chain, line, ctx)
    else if (line.length > 1 && (chain.use || line.length === distinct(certificates).length)) reportEndEntityLater(chain, line, ctx)
  }
})

/** The one that the key belongs to; by itself the file has to have just one that is no CA's. */
function endEntityOf({ certificates, file, use }: PresentedChain, ctx: RuleContext): Certificate | undefined {
  const holder = use?.identity.key ? ctx.credential(use.identity.key) : undefined
  const key = keyBlocksOf(holder?.kind === 'pem' ? holder.file : file)[0]
  const owner = key && certificates.find(it => ctx.keyMatches(it, key))
  if (owner) return owner
  const endEntities = endEntitiesOf(certificates)
  return endEntities.length === 1 ? endEntities[0] : undefined
}

function reportEndEntityLater(chain: PresentedChain, line: readonly Certificate[], ctx: RuleContext): void {
  const [endEntity] = line
  const [first] = chain.certificates
  ctx.report({
    at: first!.at(),
    message: chain.use
      ? `the first certificate has to be that of the key, ${nameOf(endEntity!)}, and it is ${nameOf(first!)}: the configuration does not load (key values mismatch)`
      : `${nameOf(first!)} stands before the certificate of the end entity, ${nameOf(endEntity!)}: whoever presents this file has to have that first`,
    ...(chain.use && { severity: 'error' as const }),
    related: [{ ...endEntity!.at(), message: nameOf(endEntity!) }],
    fixes: fixes(chain, line)
  })
}

function reportIssuerBeforeSubject(chain: PresentedChain, line: readonly Certificate[], ctx: RuleContext): void {
  const place = (it: Certificate) => chain.certificates.indexOf(it)
  const above = line.slice(1)
  const subjectOf = (issuer: Certificate) => above.find(it => place(it) > place(issuer) && isAbove(issuer, it, ctx))
  const early = above.find(subjectOf)
  if (!early) return
  const subject = subjectOf(early)!
  ctx.report({
    at: early.at(),
    message: `${nameOf(early)} stands before ${nameOf(subject)}, which it issued: peers that hold to the order of TLS 1.2 reject the chain`,
    related: [{ ...subject.at(), message: `${nameOf(subject)} is here` }],
    fixes: fixes(chain, line)
  })
}

/** Cross-signed certificates that issued each other have no order. */
const isAbove = (issuer: Certificate, subject: Certificate, ctx: RuleContext): boolean =>
  issuer !== subject && hasIssued(issuer, subject, ctx.signed) && !hasIssued(subject, issuer, ctx.signed)

/** The end entity, then each by its distance; what belongs to nobody goes last. */
function fixes({ certificates, file }: PresentedChain, line: readonly Certificate[]): readonly ProposedFix[] {
  if (!certificates.every(it => isEditable(it.block) && it.block.file === file.file)) return []
  const wanted = [...line, ...certificates.filter(it => !line.includes(it))]
  return [{ title: 'Put the chain in order', edits: reorder(file, certificates, wanted), safe: true }]
}
