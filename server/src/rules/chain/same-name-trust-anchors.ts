import { distinct, isSameKey } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { type Certificate, defineRule, rfc, verifiers } from '../../core/rule.js'
import { isPublicStore } from '../../core/trust.js'
import { nameOf, openssl, peersOf } from '../../core/words.js'

export default defineRule({
  id: 'same-name-trust-anchors',
  subject: 'bundle',
  title: 'Trusted CAs of one name cannot be told apart',
  category: 'trust',
  severity: 'warning',
  citations: [rfc(5280, '4.2.1.1'), rfc(5280, '4.2.1.2')],
  check({ endpoint, sources }, ctx) {
    if (!isVerifying(endpoint) || verifiers[endpoint.verifier].search !== 'first-issuer') return
    const seen = new Map<string, Certificate>()
    for (const { ref, file, certificates } of sources) {
      if (isPublicStore(file)) continue
      for (const certificate of distinct(certificates)) {
        const first = seen.get(certificate.subject.canonical)
        if (!first) seen.set(certificate.subject.canonical, certificate)
        else if (isMistakable(first, certificate)) {
          ctx.report({
            at: ref.at,
            message: `there are two CAs named ${nameOf(certificate)}, and no key identifiers tell them apart: ${peersOf(endpoint)} below the second are rejected (${openssl('certificate-signature-failure')})`,
            related: [
              { ...first.at(), message: 'the first' },
              { ...certificate.at(), message: 'the second' }
            ]
          })
        }
      }
    }
  }
})

/** Keys of different kinds make signatures of different kinds, which tells them apart as well. */
const isMistakable = (first: Certificate, second: Certificate): boolean =>
  first.isCa &&
  second.isCa &&
  !isSameKey(first, second) &&
  first.publicKey.algorithm === second.publicKey.algorithm &&
  (first.subjectKeyIdentifier === undefined || second.subjectKeyIdentifier === undefined)
