/** What endpoints present and whom they trust, as ties to CAs. */
import { openCredential } from '../core/credentials.js'
import { isKnown } from '../core/endpoints.js'
import type { CredentialRef, Identity, TlsEndpoint, TrustRef } from '../core/model.js'
import { brief, nameOf } from '../core/words.js'
import { nameOf as nameOfRef } from '../handshake/presented.js'
import type { Certificate } from '../x509/certificate.js'
import type { Detail } from './map.js'
import { plain, type Sketch, validityOf, warning } from './sketch.js'

/** A bundle of more CAs than these is one node, but for those that something here leads to. */
const mostOfBundle = 6

/** Certificates that are no CA's and trusted all the same, by content: what is presented may be just one of them. */
export function trustedEndEntities({ read }: Sketch, endpoints: readonly TlsEndpoint[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const ref of new Set(endpoints.flatMap(it => it.peer.trustAnchors))) {
    const opened = openCredential(ref, read)
    if (opened.kind !== 'pem' || opened.file.certificates.length > mostOfBundle) continue
    for (const it of opened.file.certificates) if (!it.isCa) found.add(it.sha256)
  }
  return found
}

export function addIdentities(sketch: Sketch, endpoint: TlsEndpoint, pinned: ReadonlySet<string>): void {
  for (const it of endpoint.identities) addIdentity(sketch, endpoint, it, pinned)
}

function addIdentity(sketch: Sketch, endpoint: TlsEndpoint, { certificate: ref }: Identity, pinned: ReadonlySet<string>): void {
  const from = sketch.endpointId(endpoint)
  const opened = openCredential(ref, sketch.read)
  const [first, ...rest] = opened.kind === 'pem' ? opened.file.certificates : []
  const common = { kind: 'presents' as const, from, at: ref.at }
  if (!first) {
    const says = `${brief(endpoint.label)} presents ${brief(nameOfRef(ref))}, which is not to be looked into here`
    sketch.edge({ ...common, to: addElsewhere(sketch, ref), label: '', says, tone: 'plain' })
    return
  }
  const validity = validityOf(first, sketch.at)
  const name = nameOf(first)
  const isItself = pinned.has(first.sha256) || (first.selfIssued && sketch.authorities.issuerOf(first, [first]) === first)
  const issuer = isItself ? undefined : sketch.authorities.issuerOf(first, rest)
  const unsent =
    issuer !== undefined && !issuer.selfIssued && !rest.some(it => sketch.authorities.keyOf(it) === sketch.authorities.keyOf(issuer))
  const flaws = [...(validity.tone === 'warning' ? [validity.text] : []), ...(unsent ? ['issuer not sent'] : [])]
  sketch.edge({
    ...common,
    to: isItself ? sketch.certificate(first) : sketch.issuer(first, rest),
    label: [name, ...flaws].join(', '),
    says: `${brief(endpoint.label)} presents ${name}${isItself ? '' : `, issued by ${brief(first.issuer.display)}`}${flaws.map(it => `, ${it}`).join('')}`,
    tone: validity.tone
  })
}

/** Small bundles come first: what is known by then stands by itself in the large ones as well. */
export function addAnchors(sketch: Sketch, endpoints: readonly TlsEndpoint[]): void {
  const all = endpoints.flatMap(endpoint => endpoint.peer.trustAnchors.map(ref => ({ endpoint, ref, certificates: readable(sketch, ref) })))
  for (const large of [false, true]) {
    for (const it of all) if ((it.certificates?.length ?? 0) > mostOfBundle === large) addAnchor(sketch, it)
  }
}

interface Anchor {
  readonly endpoint: TlsEndpoint
  readonly ref: TrustRef
  readonly certificates: readonly Certificate[] | undefined
}

function readable({ read }: Sketch, ref: TrustRef): readonly Certificate[] | undefined {
  const opened = openCredential(ref, read)
  return opened.kind === 'pem' && opened.file.certificates.length > 0 ? opened.file.certificates : undefined
}

function addAnchor(sketch: Sketch, { endpoint, ref, certificates }: Anchor): void {
  const inEffect = trustCounts(endpoint)
  const trust = (to: string, name: string) =>
    sketch.edge({
      kind: 'trusts',
      from: sketch.endpointId(endpoint),
      to,
      label: inEffect ? '' : 'not in effect',
      says: `${brief(endpoint.label)} trusts ${name}${inEffect ? '' : `, but ${inVain(endpoint)}`}`,
      tone: inEffect ? 'plain' : 'warning',
      inEffect,
      at: ref.at
    })
  // A setting of another purpose (CRLs) trusts only the certificates that happen to lie beside.
  if (!certificates && !ref.intended) return
  if (!certificates) {
    trust(addElsewhere(sketch, ref), brief(nameOfRef(ref)))
    return
  }
  const alone = certificates.length <= mostOfBundle ? certificates : certificates.filter(it => sketch.known(it) !== undefined)
  for (const it of alone) trust(sketch.certificate(it), nameOf(it))
  const others = certificates.length - alone.length
  if (others > 0) trust(addBundle(sketch, ref, certificates, others), `${others} CAs of ${brief(nameOfRef(ref))}`)
}

/** Does the trust decide anything? What is not known may well. */
export function trustCounts(endpoint: TlsEndpoint): boolean {
  const { certificate, verifyChain } = endpoint.peer
  if (!endpoint.tls.value && isKnown(endpoint, endpoint.tls)) return false
  const asks = certificate.value !== 'ignore' || !isKnown(endpoint, certificate)
  return asks && (verifyChain.value || !isKnown(endpoint, verifyChain))
}

function inVain({ role, tls, peer }: TlsEndpoint): string {
  if (!tls.value) return 'it speaks no TLS'
  return role === 'server' && peer.certificate.value === 'ignore'
    ? 'asks nobody for a certificate'
    : `does not verify the ${role === 'server' ? 'client' : 'server'}`
}

function addBundle(sketch: Sketch, ref: TrustRef, certificates: readonly Certificate[], others: number): string {
  const beside = others < certificates.length ? `${others} more` : `${others}`
  return sketch.other(`bundle ${others} ${identifierOf(ref)}`, () => ({
    kind: 'authority',
    label: `${beside} CAs`,
    details: [plain(endOf(nameOfRef(ref), 1))],
    count: others,
    at: certificates[0]!.at()
  }))
}

function addElsewhere(sketch: Sketch, ref: CredentialRef): string {
  return sketch.other(identifierOf(ref), () => ({
    kind: 'elsewhere',
    label: endOf(nameOfRef(ref), 2),
    details: [whyElsewhere(sketch, ref)],
    at: ref.at
  }))
}

function whyElsewhere({ read }: Sketch, ref: CredentialRef): Detail {
  const opened = openCredential(ref, read)
  if (opened.kind === 'pem') return warning('no certificate in it')
  if (opened.kind === 'missing') return plain('not in this workspace')
  return plain(
    ref.kind === 'system'
      ? 'not read'
      : ref.kind === 'dynamic'
        ? 'known only when it runs'
        : ref.kind === 'secret'
          ? 'a secret that is not here'
          : 'not to be read'
  )
}

/** References that lead to the same thing. */
function identifierOf(ref: CredentialRef): string {
  switch (ref.kind) {
    case 'file':
    case 'directory':
      return `file ${ref.path}`
    case 'inline':
      return `inline ${ref.at.path} ${ref.at.start}`
    case 'secret':
      return `secret ${ref.secret}`
    case 'system':
      return 'system'
    case 'dynamic':
      return `dynamic ${ref.text}`
  }
}

/** The last segments of a path. Many a file is called `fullchain.pem`. */
const endOf = (path: string, segments: number): string => brief(path.split('/').filter(Boolean).slice(-segments).join('/') || path)
