import { endEntitiesOf, isSameCertificate, isSelfSigned, longestChain, pathUp } from '../../core/chain.js'
import { keyBlocksOf } from '../../core/credentials.js'
import type { Severity } from '../../core/diagnostic.js'
import { appendAfter, isEditable } from '../../core/pem-edits.js'
import { type Certificate, defineRule, type PresentedChain, type ProposedFix, type RuleContext, rfc } from '../../core/rule.js'
import { memo } from '../../core/text.js'
import { brief, listed, nameOf, nameText, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'missing-intermediate',
  subject: 'chain',
  title: 'An intermediate certificate is not sent along',
  category: 'trust',
  severity: 'error',
  citations: [rfc(8446, '4.4.2'), rfc(5280, '6.1')],
  check(chain, ctx) {
    const endEntity = chain.certificates[0]
    if (!endEntity || endEntity.isCa || chain.certificates.length > longestChain || isSomethingElse(chain)) return
    const path = pathUp(endEntity, chain.certificates, ctx.signed)
    const top = path.at(-1)!
    if (isSelfSigned(top, ctx.signed)) return
    // An issuer that stands there under the right name and did not sign is another matter: issuer-key-mismatch.
    if (chain.certificates.some(it => it !== top && it.subject.canonical === top.issuer.canonical)) return
    const missing = missingAbove(top, ctx)
    if (missing.length > 0) reportFound(chain, path, missing, ctx)
    else if (isKnownToBeMissing(chain, path)) reportAddress(chain, top, ctx)
  }
})

/** In a file by itself, several end entities are a collection. */
const isSomethingElse = ({ use, certificates }: PresentedChain): boolean =>
  use ? !use.endpoint.tls.value : endEntitiesOf(certificates).length > 1

/** The intermediates between this certificate and its root, as far as the workspace has them; none when a root is next. */
function missingAbove(top: Certificate, ctx: RuleContext): readonly Certificate[] {
  const missing: Certificate[] = []
  for (let at = top; missing.length < longestChain; at = missing.at(-1)!) {
    const issuers = issuersOf(at, ctx).filter(it => it.isCa && !missing.some(known => isSameCertificate(known, it)))
    if (issuers.length === 0 || issuers.some(it => isSelfSigned(it, ctx.signed))) break
    const valid = issuers.find(it => it.notBefore <= ctx.now && ctx.now <= it.notAfter)
    missing.push(valid ?? issuers[0]!)
  }
  return missing
}

/** Where every certificate of the issuer's name is a root, nobody has to verify signatures to know that nothing is missing. */
const issuersOf = (certificate: Certificate, ctx: RuleContext): readonly Certificate[] =>
  areRoots(ctx.certificatesNamed(certificate.issuer)) ? [] : ctx.issuersInWorkspace(certificate)

const areRoots = memo((named: readonly Certificate[]) => named.every(it => it.selfIssued))

function reportFound(chain: PresentedChain, path: readonly Certificate[], missing: readonly Certificate[], ctx: RuleContext): void {
  const endEntity = path[0]!
  const next = missing[0]!
  const top = path.at(-1)!
  // A lone end entity beside the rest of its chain is half of a pair of settings as often as a mistake.
  const isLone = !chain.use && path.length === 1 && keyBlocksOf(chain.file).length === 0
  if (isLone && isSentFromElsewhere(endEntity, next, ctx)) return
  const names = listed(missing.map(nameOf))
  const title = `${names} (found in ${shownPath(next, ctx)})`
  ctx.report({
    at: top.at('issuer'),
    message: isLone
      ? `${nameOf(endEntity)} stands here without ${names}, which links it to its root: whoever presents this file is rejected (${openssl('unable-to-get-local-issuer-certificate')})`
      : `${nameOf(next)}, which issued ${nameOf(top)}, is not sent along: ${consequence(chain, path)}`,
    ...(isLone && { severity: severityAlone(endEntity, next, ctx) }),
    related: missing.map(it => ({ message: `${nameOf(it)} is here`, ...it.at() })),
    fixes: appendFix(top, missing, title, !isLone)
  })
}

/**
 * Who has the key presents the certificate, and with the rest of the chain in the same folder it may well be named in a
 * setting of its own. Without the key it may be a CA's record of what it issued.
 */
function severityAlone(endEntity: Certificate, next: Certificate, ctx: RuleContext): Severity {
  if (!hasKeyBeside(endEntity, ctx)) return 'information'
  return folderOf(endEntity) === folderOf(next) ? 'warning' : 'error'
}

function hasKeyBeside(certificate: Certificate, ctx: RuleContext): boolean {
  const folder = folderOf(certificate)
  const listing = ctx.read(folder)
  if (listing.kind !== 'directory') return false
  const names = listing.names.filter(it => keyName.test(it)).slice(0, 50)
  return names.some(name => {
    const path = `${folder}/${name}`
    const opened = ctx.credential({ kind: 'file', path, written: name, name, at: certificate.at() })
    return opened.kind === 'pem' && keyBlocksOf(opened.file).some(it => ctx.keyMatches(certificate, it))
  })
}

const keyName = /key|\.p8$/i

const folderOf = ({ block }: Certificate): string => block.file.path.slice(0, block.file.path.lastIndexOf('/'))

function appendFix(top: Certificate, missing: readonly Certificate[], title: string, safe: boolean): readonly ProposedFix[] {
  return isEditable(top.block) ? [{ title: `Append ${title}`, edits: appendAfter(top.block, missing), safe }] : []
}

/** Does another file of the workspace hold both? */
function isSentFromElsewhere(endEntity: Certificate, next: Certificate, ctx: RuleContext): boolean {
  const copies = filesOf(ctx.certificatesIssuedUnder(endEntity.issuer)).get(endEntity.sha256)
  const issuers = filesOf(ctx.certificatesNamed(next.subject)).get(next.sha256)
  return issuers !== undefined && copies?.some(it => issuers.includes(it)) === true
}

/** The files in which each of these certificates lies, by its fingerprint. */
const filesOf = memo((certificates: readonly Certificate[]): ReadonlyMap<string, readonly string[]> => {
  const files = new Map<string, string[]>()
  for (const { sha256, block } of certificates) {
    const known = files.get(sha256)
    if (known) known.push(block.file.path)
    else files.set(sha256, [block.file.path])
  }
  return files
})

/** From the folder that the user opened; where that is not known, the last parts. */
function shownPath({ block }: Certificate, ctx: RuleContext): string {
  const { path } = block.file
  if (!ctx.inWorkspace('/')) {
    for (let slash = path.indexOf('/', path.indexOf('/') + 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (ctx.inWorkspace(path.slice(0, slash))) return brief(path.slice(slash + 1))
    }
  }
  return brief(path.split('/').slice(-3).join('/'))
}

/** Public CAs never issue from their roots, and clients know the roots alone. */
function isKnownToBeMissing({ use }: PresentedChain, path: readonly Certificate[]): boolean {
  const [endEntity] = path
  return use !== undefined && endEntity!.hasTimestamps && path.length === 1 && endEntity!.issuerUrls.length > 0
}

function reportAddress(chain: PresentedChain, top: Certificate, ctx: RuleContext): void {
  ctx.report({
    at: top.at('issuer'),
    message: `${nameText(top.issuer)}, which issued ${nameOf(top)}, is not sent along: ${consequence(chain, [top])}; it can be had from ${brief(top.issuerUrls[0]!)}`
  })
}

function consequence({ use }: PresentedChain, path: readonly Certificate[]): string {
  const whom = use ? peersOf(use.endpoint) : 'peers'
  const lone = use?.endpoint.role === 'client' && path.length === 1 ? `, or ${openssl('unable-to-verify-the-first-certificate')}` : ''
  return `${whom} that know only its root reject it (${openssl('unable-to-get-local-issuer-certificate')}${lone})`
}
