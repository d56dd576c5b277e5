import { isVerifying } from '../../core/endpoints.js'
import {
  type Certificate,
  defineRule,
  type Meeting,
  matchesIdentifier,
  type RuleContext,
  rfc,
  type TlsEndpoint,
  verifiers
} from '../../core/rule.js'
import { serversOf, speakTls, told } from './sides.js'

export default defineRule({
  id: 'name-not-accepted-by-peer',
  subject: 'connection',
  title: 'The other side expects another name than this certificate has',
  category: 'identity',
  severity: 'error',
  citations: [rfc(9525, '6.1')],
  check(meeting, ctx) {
    const [server, ...others] = serversOf(meeting)
    // Which of several would answer is not for this rule to say.
    if (!server || others.length > 0 || !speakTls(meeting)) return
    checkSide(meeting, server, meeting.client, ctx)
    checkSide(meeting, meeting.client, server, ctx)
  }
})

function checkSide(meeting: Meeting, presenter: TlsEndpoint, judge: TlsEndpoint, ctx: RuleContext): void {
  const [identity, ...more] = presenter.identities
  if (!identity || more.length > 0 || !isVerifying(judge)) return
  const certificate = ctx.certificates(identity.certificate)?.[0]
  const names = judge.peer.verifyNames
  if (!certificate || names.length === 0 || names.some(it => it.origin === 'unknown')) return
  if (names.some(it => accepts(judge, certificate, it.value))) return
  const wanted = names[0]!
  // The server goes by this name itself: that its certificate lacks it is told there.
  if (presenter.role === 'server' && presenter.serverNames.some(it => it.value === wanted.value)) return
  const here = { client: wanted.at, server: identity.certificate.at }
  const others = names.length > 1 ? ` or ${names.length - 1} others` : ''
  ctx.report({
    ...told(meeting, judge.role === 'client' ? here : { client: here.server, server: here.client }),
    message: `${judge.label} expects a certificate for ${wanted.value}${others}, and ${presenter.label} presents ${certificate.subject.display}, which is not for it`
  })
}

/** Any kind of name that the text may stand for: which one is asked for differs from product to product. */
function accepts({ verifier }: TlsEndpoint, certificate: Certificate, value: string): boolean {
  const knobs = verifiers[verifier]
  if (certificate.subjectAltNames?.some(it => it.value.toLowerCase() === value.toLowerCase())) return true
  return (['dns', 'ip', 'uri', 'email'] as const).some(type => matchesIdentifier(certificate, { type, value }, knobs))
}
