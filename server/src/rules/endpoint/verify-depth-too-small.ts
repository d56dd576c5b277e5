import { distinct, hasIssued, isSameCertificate, isSelfSigned, longestChain } from '../../core/chain.js'
import { isKnown, isVerifying } from '../../core/endpoints.js'
import { looksMeantFor } from '../../core/purposes.js'
import { type Certificate, defineRule, nginx, type RuleContext, rfc, type TlsEndpoint, verifiers } from '../../core/rule.js'
import { memo } from '../../core/text.js'
import { nameOf, openssl, peerOf, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'verify-depth-too-small',
  subject: 'endpoint',
  title: 'Chains are longer than the configured depth',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1'), nginx('ngx_http_ssl_module', 'ssl_verify_depth')],
  check(endpoint, ctx) {
    const { maxDepth } = endpoint.peer
    if (!maxDepth || !isVerifying(endpoint) || !isKnown(endpoint, maxDepth)) return
    const bundle = ctx.trustBundle(endpoint)
    const trusted = distinct(bundle.sources.flatMap(it => it.certificates))
    if (trusted.every(it => it.selfIssued) && longestLine(ctx.authoritiesInWorkspace()) <= maxDepth.value) return
    const isTrusted = ({ authority }: Placed) => trusted.some(it => isSameCertificate(it, authority))
    const deepest = authoritiesBelow(trusted, endpoint.verifier, ctx)
      .filter(it => it.depth > maxDepth.value && (isTrusted(it) || issuesForPeers(it.authority, endpoint, ctx)))
      .at(-1)
    if (!deepest) return
    const { authority, depth, root } = deepest
    const code = trusted.some(it => isSameCertificate(it, authority))
      ? 'unable-to-get-issuer-certificate'
      : 'unable-to-get-local-issuer-certificate'
    const allowed = `${maxDepth.name} ${maxDepth.origin === 'default' ? `is ${maxDepth.value} by default` : `allows ${maxDepth.value}`}`
    ctx.report({
      at: maxDepth.at,
      message: `${peersOf(endpoint)} with a certificate from ${nameOf(authority)} are rejected (${openssl(code)}): ${depth} CA certificates lie between them and ${nameOf(root)}, and ${allowed}`,
      related: [{ ...authority.at(), message: nameOf(authority) }],
      fixes: [{ title: `Allow ${depth}`, endpoint, change: { set: 'maxDepth', value: depth } }]
    })
  }
})

/** How many of these CAs may stand one below the other at most, by their names; no chain is longer than what ends it. */
const longestLine = memo((authorities: readonly Certificate[]): number => {
  let length = 0
  for (let row = authorities; row.length > 0 && length < longestChain; length++) {
    const names = new Set(row.map(it => it.subject.canonical))
    row = row.filter(it => names.has(it.issuer.canonical))
  }
  return length < longestChain ? length : Number.POSITIVE_INFINITY
})

interface Placed {
  readonly authority: Certificate
  readonly root: Certificate
  /** How many CA certificates lie between what it issues and the root, itself counted. */
  readonly depth: number
}

/** Intermediate CAs below the trust anchors, each by its shortest way, nearest first. */
function authoritiesBelow(trusted: readonly Certificate[], verifier: TlsEndpoint['verifier'], ctx: RuleContext): readonly Placed[] {
  const isAnchor = (it: Certificate) => verifiers[verifier].anchors !== 'self-signed' || isSelfSigned(it, ctx.signed)
  const queue: Placed[] = trusted.filter(isAnchor).map(it => ({ authority: it, root: it, depth: 0 }))
  const seen = new Set(queue.map(it => it.authority.sha256))
  for (let at = 0; at < queue.length && queue.length < mostLookedAt; at++) {
    const { authority, root, depth } = queue[at]!
    for (const candidates of [trusted, ctx.certificatesIssuedUnder(authority.subject)]) {
      for (const below of authoritiesFrom(authority, candidates, ctx)) {
        if (seen.has(below.sha256)) continue
        seen.add(below.sha256)
        queue.push({ authority: below, root, depth: depth + 1 })
      }
    }
  }
  return queue
}

/** The CAs among the candidates that this one certified, itself excepted. */
function authoritiesFrom(authority: Certificate, candidates: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  const { authorities, from } = authoritiesIn(candidates)
  if (authorities.length === 0) return authorities
  const known = from.get(authority.content)
  if (known) return known
  const found = authorities.filter(it => hasIssued(authority, it, ctx.signed))
  from.set(authority.content, found)
  return found
}

/** Many servers trust the same CAs; the list of what a CA issued stays the same object until one of them changes. */
const authoritiesIn = memo((certificates: readonly Certificate[]) => ({
  authorities: distinct(certificates.filter(it => it.isCa && !it.selfIssued)),
  from: new Map<object, readonly Certificate[]>()
}))

/** Does the workspace hold a certificate from it that a client would use? Of the many servers there are, few are the one that is meant. */
const issuesForPeers = (authority: Certificate, endpoint: TlsEndpoint, ctx: RuleContext): boolean =>
  endpoint.role === 'server' &&
  ctx
    .certificatesIssuedUnder(authority.subject)
    .slice(0, mostLookedAt)
    .some(it => looksMeantFor(it, peerOf(endpoint)) && hasIssued(authority, it, ctx.signed))

const mostLookedAt = 500
