import type { Setting } from '../../core/model.js'
import {
  type Certificate,
  defineRule,
  matchesIdentifier,
  nginx,
  type RuleContext,
  rfc,
  type TlsEndpoint,
  verifiers
} from '../../core/rule.js'
import { brief, listed, openssl } from '../../core/words.js'

export default defineRule({
  id: 'san-does-not-match',
  subject: 'endpoint',
  title: 'A server answers for a name that its certificate does not cover',
  category: 'identity',
  severity: 'error',
  citations: [rfc(9525, '6'), nginx('ngx_http_core_module', 'server_name')],
  check(endpoint, ctx) {
    if (endpoint.role !== 'server' || !endpoint.tls.value || endpoint.rejectsHandshake) return
    const certificates = presentedBy(endpoint, ctx)
    const [first] = certificates
    // Without any name in it, missing-subject-alternative-name is the finding.
    if (!first || !certificates.every(it => it.subjectAltNames?.some(name => name.type === 'dns'))) return
    for (const name of endpoint.serverNames) {
      if (!isAskedFor(name) || certificates.some(it => covers(it, name.value, endpoint))) continue
      ctx.report({
        at: name.at,
        message: `the certificate is for ${namesIn(certificates)}: clients that ask for ${brief(name.value)} reject it (${openssl('hostname-mismatch')})`,
        related: [{ ...first.at({ extension: '2.5.29.17' }), message: 'the names in the certificate' }]
      })
    }
  }
})

/** The end entity of each identity; none when one of them cannot be read. */
function presentedBy(endpoint: TlsEndpoint, ctx: RuleContext): readonly Certificate[] {
  const found = endpoint.identities.map(it => ctx.certificates(it.certificate)?.[0])
  return found.every(it => it !== undefined) ? found : []
}

/** A name without a dot is a label for people or of a private network as often as one that clients ask for. */
function isAskedFor({ origin, value }: Setting<string>): boolean {
  return (
    origin !== 'unknown' && /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(value) && !/^[\d.]+$/.test(value) && !/(^|\.)localhost$/.test(value)
  )
}

function covers(certificate: Certificate, name: string, endpoint: TlsEndpoint): boolean {
  const presented = (certificate.subjectAltNames ?? []).filter(it => it.type === 'dns').map(it => it.value.toLowerCase())
  if (!name.startsWith('*.')) return matchesIdentifier(certificate, { type: 'dns', value: name }, verifiers[endpoint.verifier])
  // Which of all the names below it are used is not known; one that the certificate covers will do.
  const below = name.slice(1)
  return presented.some(it => it.endsWith(below))
}

const namesIn = (certificates: readonly Certificate[]): string =>
  listed([
    ...new Set(certificates.flatMap(it => (it.subjectAltNames ?? []).filter(name => name.type === 'dns').map(name => brief(name.value))))
  ])
