import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, type Meeting, type PathError, type RuleContext, rfc, type TlsEndpoint } from '../../core/rule.js'
import { serversOf, speakTls, told } from './sides.js'

/** Errors by which OpenSSL says that a path ends nowhere. */
const untrusted: ReadonlySet<number> = new Set([18, 19, 20, 21])

export default defineRule({
  id: 'issuer-not-trusted-by-peer',
  subject: 'connection',
  title: 'What one side presents does not lead to what the other trusts',
  category: 'trust',
  severity: 'error',
  citations: [rfc(5280, '6.1'), rfc(8446, '4.4.2')],
  check(meeting, ctx) {
    const [server, ...others] = serversOf(meeting)
    // Which of several would answer is not for this rule to say.
    if (!server || others.length > 0 || !speakTls(meeting)) return
    checkSide(meeting, meeting.client, server, ctx)
    checkSide(meeting, server, meeting.client, ctx)
  }
})

function checkSide(meeting: Meeting, presenter: TlsEndpoint, judge: TlsEndpoint, ctx: RuleContext): void {
  const [identity, ...more] = presenter.identities
  if (!identity || more.length > 0 || !isVerifying(judge)) return
  // Where errors are forgiven the client gets something all the same.
  if (judge.peer.forgiven || judge.result?.forgiven) return
  const chain = ctx.certificates(identity.certificate)
  const bundle = ctx.trustBundle(judge)
  const trustAnchors = bundle.sources.flatMap(it => it.certificates)
  if (!chain?.[0] || !bundle.complete || trustAnchors.length === 0) return
  // That the certificate itself is kept where its CA should be is told there.
  if (trustAnchors.some(it => it.sha256 === chain[0]!.sha256)) return
  const purpose = presenter.role === 'client' ? ('client' as const) : ('server' as const)
  const question = { trustAnchors, purpose, verifier: judge.verifier }
  const { errors, reported, undecided } = ctx.verify({ ...question, chain })
  if (undecided !== undefined || !errors[0] || !untrusted.has(errors[0].openssl)) return
  // A link that is merely missing from the file is told of where the file is.
  const completed = [...chain, ...issuersOf(chain, ctx)]
  if (completed.length > chain.length && !ctx.verify({ ...question, chain: completed }).errors.some(isUntrusted)) return
  const places = { client: identity.certificate.at, server: judge.peer.trustAnchors[0]!.at }
  const sides = presenter.role === 'client' ? places : { client: places.server, server: places.client }
  ctx.report({
    ...told(meeting, sides),
    message: `${presenter.label} presents ${chain[0].subject.display}, issued by ${chain[0].issuer.display}, which does not lead to any CA that ${judge.label} trusts: ${judge.label} rejects it with ${wordsOf(reported.filter(isUntrusted))}`
  })
}

const isUntrusted = ({ openssl }: PathError): boolean => untrusted.has(openssl)

/** Some products tell the first of a verifier's errors, some the last. */
const wordsOf = (errors: readonly PathError[]): string =>
  [...new Set([errors[0], errors.at(-1)].flatMap(it => (it ? `OpenSSL ${it.openssl}, ${it.message}` : [])))].join(', or ')

const mostIssuers = 10

/** CAs of the workspace above the chain. */
function issuersOf(chain: readonly Certificate[], ctx: RuleContext): readonly Certificate[] {
  const found: Certificate[] = []
  let level = chain
  while (level.length > 0 && found.length < mostIssuers) {
    level = level.flatMap(it => ctx.issuersInWorkspace(it)).filter(it => !it.selfIssued && !found.includes(it) && !chain.includes(it))
    found.push(...level)
  }
  return found
}
