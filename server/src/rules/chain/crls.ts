/** What the rules about revocation share: the CRLs that an endpoint's configuration names. */
import { hasIssued, isSelfSigned } from '../../core/chain.js'
import type { CredentialRef } from '../../core/model.js'
import { looksMeantFor } from '../../core/purposes.js'
import { type Certificate, type Crl, crlOf, isCrl, type PemFile, type RuleContext, type TrustBundle } from '../../core/rule.js'
import { peerOf } from '../../core/words.js'

export interface NamedCrl {
  readonly ref: CredentialRef
  readonly crl: Crl
}

/** All of them; nothing when none is named or one cannot be read. */
export function crlsOf({ endpoint }: TrustBundle, ctx: RuleContext): readonly NamedCrl[] | undefined {
  const { crls } = endpoint.peer
  const opened = crls.map(ref => ({ ref, credential: ctx.credential(ref) }))
  if (opened.length === 0 || opened.some(it => it.credential.kind !== 'pem')) return undefined
  return opened.flatMap(({ ref, credential }) => (credential.kind === 'pem' ? crlsIn(credential.file).map(crl => ({ ref, crl })) : []))
}

export const crlsIn = (file: PemFile): readonly Crl[] => file.blocks.map(crlOf).filter(isCrl)

/** Does it speak for this CA, by name and key identifier? */
export function isOf(crl: Crl, authority: Certificate): boolean {
  const wanted = crl.authorityKeyIdentifier?.keyIdentifier
  const has = authority.subjectKeyIdentifier
  return crl.issuer.canonical === authority.subject.canonical && (wanted === undefined || has === undefined || wanted === has)
}

/** CAs of the workspace below those of the bundle that issue what the peers of this endpoint present. */
export function issuingBelow({ endpoint }: TrustBundle, authorities: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  const purpose = peerOf(endpoint)
  const found: Certificate[] = []
  for (const authority of authorities) {
    for (const below of ctx.certificatesIssuedUnder(authority.subject).slice(0, mostLookedAt)) {
      if (!below.isCa || isSelfSigned(below, ctx.signed) || found.includes(below) || !hasIssued(authority, below, ctx.signed)) continue
      const leaves = ctx.certificatesIssuedUnder(below.subject).slice(0, mostLookedAt)
      if (leaves.some(it => looksMeantFor(it, purpose) && hasIssued(below, it, ctx.signed))) found.push(below)
    }
  }
  return found
}

/** Verifying signatures takes its time, and the first few tell. */
const mostLookedAt = 100
