/** CertificateRequest, the client's Certificate, and what the server thinks of it. */
import { isKnown } from '../core/endpoints.js'
import type { PeerPolicy, TlsEndpoint } from '../core/model.js'
import type { Certificate } from '../x509/certificate.js'
import { alertOf } from './alerts.js'
import { isOnOtherCurve } from './ciphers.js'
import { type Ended, endUnknown, type Greeted, reject, say } from './conversation.js'
import type { Prediction, Reason, Step } from './prediction.js'
import { chainText, crlsOf, sentChain, trustOf } from './presented.js'
import type { Rejected, ServerBehaviour } from './products/product.js'
import { defaultOf } from './select.js'
import { decisiveError, type Forgiven, judge, ruleOf } from './verification.js'

/** The handshake is done, as far as the client's certificate is concerned. */
export interface Proven extends Greeted {
  readonly came: readonly Certificate[]
  /** What verification ended with, forgiven or not; of the end entity and above it, where the product keeps them apart. */
  readonly verified?: {
    readonly openssl: number
    readonly text: string
    readonly because: readonly Reason[]
    /** The first error above the end entity. */
    readonly issuer?: number
    /** The first error at the end entity. */
    readonly endEntity?: number
  }
}

export function askForCertificate(talk: Greeted): Proven | Ended {
  const { choice, listener, ctx } = talk
  const asking = askingServer(choice.endpoint, defaultOf(listener))
  const { peer } = asking
  if (!isKnown(asking, peer.certificate))
    return endUnknown(talk, `${peer.certificate.name} may be written somewhere that cannot be read`, peer.certificate.at)
  if (peer.certificate.value === 'ignore' || (peer.withoutAnchors === 'not asked' && peer.trustAnchors.length === 0))
    return {
      ...say(talk, { from: 'server', message: 'Finished', says: 'no client certificate is asked for', ok: true, at: peer.certificate.at }),
      came: []
    }
  const trust = trustOf(peer.trustAnchors, ctx.read)
  const announced = trustOf(
    peer.trustAnchors.filter(it => it.announced),
    ctx.read
  )
  const names = announced.kind === 'certificates' ? namesText(announced.certificates) : 'names that are not known here'
  const asked = say(talk, {
    from: 'server',
    message: 'CertificateRequest',
    says: `${peer.certificate.value === 'require' ? 'a certificate is demanded' : 'a certificate is asked for'}; acceptable CAs: ${names}`,
    ok: true,
    at: peer.certificate.at
  })
  const { presents, behaviour } = talk.client
  if (presents.kind === 'unknown') return endUnknown(asked, presents.reason, presents.at)
  if (presents.kind === 'nothing' || (presents.key === 'other-kind' && behaviour.otherKindOfKey === 'sends-nothing'))
    return withoutCertificate(asked, peer)
  const chain = sentChain(presents.chain, talk.client.store ?? [])
  if (behaviour.offers === 'acceptable') {
    if (announced.kind === 'unknown') return endUnknown(asked, announced.reason, announced.at)
    if (!isAcceptable(presents.chain, announced.certificates)) return withheld(asked, peer, presents.chain[0])
  }
  const sent = say(asked, {
    from: 'client',
    message: 'Certificate',
    says: `${chainText(chain)}, from ${chain.length > presents.chain.length ? 'the trust store and ' : ''}${chain[0].block.file.path}${presents.key === 'unchecked' ? unchecked : ''}`,
    ok: true,
    at: presents.chain[0].at()
  })
  if (trust.kind === 'unknown') return endUnknown(sent, trust.reason, trust.at)
  if (peer.maxDepth?.origin === 'unknown') return endUnknown(sent, `${peer.maxDepth.name} is known only when it runs`, peer.maxDepth.at)
  return judgeClient(sent, asking, chain, trust.certificates)
}

const unchecked = '; its key cannot be looked into here, and is taken to fit'

/** A server without a certificate of its own answers with the TLS settings of the address's default server. */
function askingServer(endpoint: TlsEndpoint, standard: TlsEndpoint): TlsEndpoint {
  if (endpoint === standard) return endpoint
  const [own] = endpoint.identities
  const isBorrowed =
    own !== undefined &&
    own.certificate.at.path === standard.block.path &&
    own.certificate.at.start >= standard.block.start &&
    own.certificate.at.end <= standard.block.end
  return isBorrowed ? standard : endpoint
}

function namesText(certificates: readonly Certificate[]): string {
  const names = [...new Set(certificates.map(it => it.subject.text))]
  if (names.length === 0) return 'any'
  return `${names.slice(0, 5).join('; ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
}

/** RFC 8446 4.2.4, as strict readers have it: some issuer of the chain has to be among the names, if there are any. */
function isAcceptable(chain: readonly Certificate[], announced: readonly Certificate[]): boolean {
  if (announced.length === 0) return true
  const names = new Set(announced.map(it => it.subject.canonical))
  return chain.some(it => names.has(it.issuer.canonical))
}

function withheld(talk: Greeted, peer: PeerPolicy, certificate: Certificate): Proven | Ended {
  const message = `${talk.client.label} keeps ${certificate.subject.display} to itself: no issuer of it is among the acceptable CAs`
  return withoutCertificate(talk, peer, { at: certificate.at(), message, rule: 'issuer-not-trusted-by-peer' })
}

function withoutCertificate(talk: Greeted, peer: PeerPolicy, why?: Reason): Proven | Ended {
  const silent = say(talk, {
    from: 'client',
    message: 'Certificate',
    says: why ? `none: ${why.message}` : 'none',
    ok: peer.certificate.value !== 'require',
    ...(why && { at: why.at })
  })
  const { server, version } = talk
  if (peer.certificate.value !== 'require' || (server.refusalOfNone ?? refusalOf(talk)) !== 'alert') return { ...silent, came: [] }
  return reject(silent, {
    side: 'server',
    error: { openssl: null, text: server.words.noCertificate },
    alert: server.alertForNone ?? (version === 'TLSv1.3' ? 'certificate required' : 'handshake failure'),
    because: [
      ...(why ? [why] : []),
      {
        at: peer.certificate.at,
        message: 'a certificate is demanded here, and the client presents none',
        rule: 'client-certificate-missing'
      }
    ]
  })
}

export const refusalOf = ({ server, choice }: Greeted): 'alert' | 'http-error' | 'close' =>
  choice.endpoint.protocol === 'http' ? server.refusal.http : server.refusal.stream

function judgeClient(
  talk: Greeted,
  asking: TlsEndpoint,
  chain: readonly [Certificate, ...Certificate[]],
  anchors: readonly Certificate[]
): Proven | Ended {
  const { server, ctx } = talk
  const { peer, verifier } = asking
  const forgiven: Forgiven | undefined =
    peer.forgiven ?? (peer.verifyChain.value ? undefined : { endEntity: server.forgivenWithoutChain, above: server.forgivenWithoutChain })
  const crls = peer.crls.length > 0 ? crlsOf(peer.crls, ctx.read, server) : undefined
  const by = {
    verifier,
    anchors,
    names: [],
    ...(peer.maxDepth && { maxDepth: peer.maxDepth.value }),
    ...(crls && { crls }),
    ...(server.securityLevel && { securityLevel: server.securityLevel })
  }
  const verdict = judge(chain, 'client', by, ctx.at, false)
  if (verdict.undecided !== undefined) return endUnknown(talk, verdict.undecided, chain[0].at())
  const last = verdict.reported.at(-1)
  const decisive = decisiveError(verdict, server.decisive, forgiven)
  const shown = decisive ?? last
  const forged = badProof(talk, shown !== undefined && decisive !== undefined && refusalOf(talk) === 'alert', chain[0])
  if (forged) return forged
  if (!shown) {
    const trusted: Step = {
      from: 'server',
      message: 'CertificateVerify',
      says: `${chain[0].subject.display} is trusted`,
      ok: true,
      at: chain[0].at()
    }
    return nameRefused(talk, asking, chain[0]) ?? { ...say(talk, trusted), came: chain }
  }
  const because: Reason[] = [
    {
      at: shown.certificate.at(),
      message: `${shown.message}${shown.hint ? `: ${shown.hint}` : ''}`,
      rule: ruleOf(shown.openssl, 'client')
    },
    ...(peer.trustAnchors[0] ? [{ at: peer.trustAnchors[0].at, message: 'clients are verified against what is in here', rule: null }] : [])
  ]
  if (decisive && refusalOf(talk) === 'alert') {
    // Its log has one number for the certificate and one for those above: the first, although that may have been forgiven.
    const logged = verdict.reported.find(it => (it.depth === 0) === (decisive.depth === 0)) ?? decisive
    const alert = server.alertFor?.(decisive, talk.version) ?? alertOf(decisive.openssl)
    return reject(talk, {
      side: 'server',
      error: wordsOf(server, { error: logged, path: verdict.path, anchors, names: [] }),
      alert,
      because
    })
  }
  const isForgiven = server.decisive === 'last' ? forgiven !== undefined && includes(forgiven.endEntity, shown.openssl) : !decisive
  const noted: Step = {
    from: 'server',
    message: 'CertificateVerify',
    says: `${shown.message} (${shown.openssl})${isForgiven ? ', which is forgiven' : ''}`,
    ok: isForgiven,
    at: shown.certificate.at()
  }
  const above = verdict.reported.find(it => it.depth > 0)
  const atEndEntity = verdict.reported.find(it => it.depth === 0)
  return {
    ...say(talk, noted),
    came: chain,
    verified: {
      ...wordsOf(server, { error: last!, path: verdict.path, anchors, names: [] }),
      openssl: last!.openssl,
      because,
      ...(above && { issuer: above.openssl }),
      ...(atEndEntity && { endEntity: atEndEntity.openssl })
    }
  }
}

/** CertificateVerify comes after the certificate: what is refused for itself is refused before. */
function badProof(talk: Greeted, isRefused: boolean, certificate: Certificate): Ended | undefined {
  const { client, server, choice, version } = talk
  if (isRefused || client.presents.kind !== 'chain') return undefined
  const { groups } = choice.endpoint
  if (groups && groups.origin !== 'unknown' && version !== 'TLSv1.3' && isOnOtherCurve(certificate, groups.value)) {
    const message = `clients with keys on ${certificate.publicKey.curve} are refused in TLS 1.2: the curve is not among these`
    return reject(talk, {
      side: 'server',
      error: { openssl: null, text: 'wrong curve' },
      alert: 'illegal parameter',
      because: [{ at: groups.at, message, rule: null }]
    })
  }
  if (client.presents.key !== 'other-key') return undefined
  const message = `the key is not that of ${certificate.subject.display}, so that its signature is not either`
  return reject(talk, {
    side: 'server',
    error: { openssl: null, text: server.words.badSignature },
    alert: server.alertForSignature ?? 'decrypt error',
    because: [{ at: certificate.at(), message, rule: 'key-does-not-match-certificate' }]
  })
}

const wordsOf = (server: ServerBehaviour, rejected: Rejected): NonNullable<Prediction['error']> => ({
  openssl: server.numbers ? rejected.error.openssl : null,
  text: server.untrusted?.(rejected) ?? rejected.error.message
})

const includes = (errors: ReadonlySet<number> | 'all', openssl: number): boolean => errors === 'all' || errors.has(openssl)

/** Names that clients have to present, as Envoy and Istio can demand them. */
function nameRefused(talk: Greeted, { peer }: TlsEndpoint, certificate: Certificate): Ended | undefined {
  if (peer.verifyNames.length === 0) return undefined
  const unread = peer.verifyNames.find(it => it.origin === 'unknown')
  const presented = new Set((certificate.subjectAltNames ?? []).map(it => it.value.toLowerCase()))
  if (peer.verifyNames.some(it => it.origin !== 'unknown' && presented.has(it.value.toLowerCase()))) return undefined
  if (unread) return endUnknown(talk, `whether ${unread.value} takes the client's name is not to be told`, unread.at)
  const message = `none of the names of ${certificate.subject.display} is accepted here`
  return reject(talk, {
    side: 'server',
    error: { openssl: null, text: 'verify cert failed: SAN matcher' },
    alert: 'certificate unknown',
    because: [{ at: peer.verifyNames[0]!.at, message, rule: 'name-not-accepted-by-peer' }]
  })
}
