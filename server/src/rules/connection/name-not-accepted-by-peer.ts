import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, matchesIdentifier, rfc, type TlsEndpoint, verifiers } from '../../core/rule.js'
import { serversOf, speakTls, told } from './sides.js'

export default defineRule({
  id: 'name-not-accepted-by-peer',
  subject: 'connection',
  title: 'The other side expects another name than this certificate has',
  category: 'identity',
  severity: 'error',
  citations: [rfc(9525, '6.1')],
  check(meeting, ctx) {
    const { client } = meeting
    const [server, ...others] = serversOf(meeting)
    const [identity, ...more] = server?.identities ?? []
    if (!server || others.length > 0 || !identity || more.length > 0 || !speakTls(meeting) || !isVerifying(client)) return
    const certificate = ctx.certificates(identity.certificate)?.[0]
    const names = client.peer.verifyNames
    if (!certificate || names.length === 0 || names.some(it => it.origin === 'unknown')) return
    if (names.some(it => accepts(client, certificate, it.value))) return
    const wanted = names[0]!
    // The server goes by this name itself: that its certificate lacks it is told there.
    if (server.serverNames.some(it => it.value === wanted.value)) return
    ctx.report({
      ...told(meeting, { client: wanted.at, server: identity.certificate.at }),
      message: `${client.label} expects a certificate for ${wanted.value}, and ${server.label} presents ${certificate.subject.display}, which is not for it`
    })
  }
})

/** Any kind of name that the text may stand for: which one is asked for differs from product to product. */
function accepts({ verifier }: TlsEndpoint, certificate: Certificate, value: string): boolean {
  const knobs = verifiers[verifier]
  return (['dns', 'ip', 'uri', 'email'] as const).some(type => matchesIdentifier(certificate, { type, value }, knobs))
}
