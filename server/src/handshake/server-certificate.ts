/** The server's Certificate message, and what the client thinks of it. */
import type { TlsVersion } from '../core/model.js'
import type { Location } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { alertOf } from './alerts.js'
import { hasSuiteFor } from './ciphers.js'
import type { Judgement } from './client-side.js'
import { type Ended, endUnknown, type Greeted, reject, say } from './conversation.js'
import type { Reason, Step } from './prediction.js'
import { chainText, type Presented, sentChain, trustOf } from './presented.js'
import type { Rejected, ServerBehaviour } from './products/product.js'
import { decisiveError, judge, ruleOf } from './verification.js'

type Chain = Extract<Presented, { kind: 'chain' }>

export function presentServer(talk: Greeted): Greeted | Ended {
  const { choice, version, client } = talk
  const unread = choice.presents.find(it => it.kind === 'unknown')
  const chains = choice.presents.filter((it): it is Chain => it.kind === 'chain')
  const lists = version === 'TLSv1.2' ? [choice.endpoint.ciphers, client.ciphers].filter(it => it && it.origin !== 'unknown') : []
  const unfit = (it: Chain) => lists.find(list => hasSuiteFor(it.chain[0], list!.value) === false)
  const suited = chains.filter(it => !unfit(it))
  if (suited.length === 0 && chains[0] && !unread) return noSuite(talk, chains[0], unfit(chains[0])!.at)
  const usable = suited.filter(it => canSign(it, version, talk.server)).sort((a, b) => preference(a) - preference(b))[0]
  if (unread?.kind === 'unknown' && (client.judges || !usable)) return endUnknown(talk, unread.reason, unread.at ?? choice.endpoint.at)
  if (!usable) return noSignature(talk, suited[0])
  const sent = { ...usable, chain: sentChain(usable.chain, storeOf(talk)) }
  const [first] = sent.chain
  const step: Step = {
    from: 'server',
    message: 'Certificate',
    says: `${chainText(sent.chain)}, from ${first.block.file.path}`,
    ok: true,
    at: first.at()
  }
  const shown = say(talk, step)
  return client.judges ? judgeServer(shown, sent, client.judges) : say(shown, notJudged)
}

function storeOf({ server, choice, ctx }: Greeted): readonly Certificate[] {
  if (server.completesChain !== 'always') return []
  const trust = trustOf(choice.endpoint.peer.trustAnchors, ctx.read)
  return trust.kind === 'certificates' ? trust.certificates : []
}

const notJudged: Step = {
  from: 'client',
  message: 'CertificateVerify',
  says: "the client does not verify the server's certificate",
  ok: true
}

/** In TLS 1.2 an EC key that may not sign leaves no cipher; TLS 1.3 does not look. */
function canSign({ key, chain: [first] }: Chain, version: TlsVersion, { ownUsage }: ServerBehaviour): boolean {
  if (key === 'other-kind' || key === 'other-key' || key === 'missing') return false
  return (
    ownUsage === 'ignored' ||
    version === 'TLSv1.3' ||
    first.publicKey.algorithm !== 'EC' ||
    !first.keyUsage ||
    first.keyUsage.has('digitalSignature')
  )
}

/** Clients prefer the signatures of elliptic curves, and the server goes by the client. */
const preference = ({ chain: [first] }: Chain): number => ['EC', 'Ed25519', 'Ed448'].indexOf(first.publicKey.algorithm) + 1 || 9

function noSignature(talk: Greeted, chain: Chain | undefined): Ended {
  const { endpoint } = talk.choice
  const message = chain
    ? chain.key === 'fits' || chain.key === 'unchecked'
      ? `${chain.chain[0].subject.display} may not make signatures, which TLS 1.2 needs of an EC key`
      : `the key is not that of ${chain.chain[0].subject.display}`
    : `${endpoint.label} has no certificate to present`
  return reject(talk, {
    side: 'server',
    error: { openssl: null, text: talk.version === 'TLSv1.3' ? 'no suitable signature algorithm' : 'no shared cipher' },
    alert: 'handshake failure',
    because: [{ at: chain?.at ?? endpoint.at, message, rule: chain ? 'key-does-not-match-certificate' : 'missing-certificate' }]
  })
}

function noSuite(talk: Greeted, { chain: [first] }: Chain, at: Location): Ended {
  const message = `none of these cipher suites goes with the ${first.publicKey.algorithm} key of ${first.subject.display}, up to TLS 1.2`
  return reject(talk, {
    side: 'server',
    error: { openssl: null, text: 'no shared cipher' },
    alert: 'handshake failure',
    because: [{ at, message, rule: null }]
  })
}

function judgeServer(talk: Greeted, { chain }: Chain, by: Judgement): Greeted | Ended {
  const { client, ctx } = talk
  const { behaviour } = client
  const verdict = judge(chain, 'server', by, ctx.at, behaviour.nameCheck === 'with-path')
  if (verdict.undecided !== undefined) return endUnknown(talk, verdict.undecided, chain[0].at())
  const error = decisiveError(verdict, behaviour.decisive)
  if (error) return rejectServer(talk, { error, path: verdict.path, anchors: by.anchors, names: by.names }, by)
  if (behaviour.nameCheck === 'afterwards' && by.names.length > 0 && !by.names.some(it => behaviour.nameMatches(chain[0], it))) {
    const text = behaviour.mismatch(by.names[0]!, chain[0], by.namedBy)
    const message = `${chain[0].subject.display} is not for ${by.names[0]!.value}`
    return reject(talk, {
      side: 'client',
      error: { openssl: null, text },
      alert: behaviour.rejectsWith === 'alert' && behaviour.alertForName !== 'none' ? 'handshake failure' : null,
      because: [{ at: chain[0].at({ extension: '2.5.29.17' }), message, rule: 'san-does-not-match' }]
    })
  }
  const trusted: Step = {
    from: 'client',
    message: 'CertificateVerify',
    says: `${client.label} trusts ${chain[0].subject.display}`,
    ok: true
  }
  return say(talk, trusted)
}

function rejectServer(talk: Greeted, rejected: Rejected, by: Judgement): Ended {
  const { behaviour } = talk.client
  const { error } = rejected
  const because: Reason[] = [
    {
      at: error.certificate.at(),
      message: `${error.message}${error.hint ? `: ${error.hint}` : ''}`,
      rule: ruleOf(error.openssl, 'server')
    },
    ...(by.at ? [{ at: by.at, message: 'the client trusts what is in here', rule: null }] : [])
  ]
  return reject(talk, {
    side: 'client',
    error: behaviour.numbers
      ? { openssl: error.openssl, text: behaviour.untrusted?.(rejected) ?? error.message }
      : { openssl: null, text: behaviour.untrusted?.(rejected) ?? 'certificate verify failed' },
    alert: behaviour.rejectsWith === 'alert' ? (behaviour.alertFor?.(error, talk.version) ?? alertOf(error.openssl)) : null,
    because
  })
}
