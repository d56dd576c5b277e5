import type { CredentialUse } from '../../core/mesh.js'
import { defineRule, manual } from '../../core/rule.js'
import { listed } from '../../core/words.js'

export default defineRule({
  id: 'gateway-credential',
  subject: 'mesh',
  title: 'A gateway does not find the certificate or the CAs that it needs',
  category: 'trust',
  severity: 'error',
  citations: [
    manual('Istio ServerTLSSettings', 'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings'),
    manual('Istio key formats', 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats')
  ],
  check({ credentialUses }, ctx) {
    for (const use of credentialUses) {
      const { flaw } = use
      ctx.report({
        at: use.at,
        message: `${use.label} ${messageOf(use)}`,
        ...('secret' in flaw ? { related: [{ ...flaw.secret.at, message: flaw.secret.label }] } : {})
      })
    }
  }
})

function messageOf({ flaw, part, mode }: CredentialUse): string {
  const lacks = part === 'trust' ? 'has no CAs to verify clients with' : 'has no certificate to present'
  switch (flaw.kind) {
    case 'not-named':
      return `${lacks}: with ${mode} it needs ${flaw.wanted}, and is refused without`
    case 'lacking':
      return `${lacks}: ${flaw.secret.label} has ${flaw.present.length === 0 ? 'nothing in it' : listed(flaw.present)}, and needed is ${wantedWords(flaw.wanted, part)}`
    case 'other-namespace':
      return `${lacks}: ${flaw.secret.label} is in namespace ${flaw.there}, and it is read from ${flaw.here}`
    case 'no-pem':
      return `${lacks}: ${flaw.entry} of ${flaw.secret.label} is no PEM`
    case 'unread-type':
      return `${lacks}: a Secret of type ${flaw.type} is not read`
  }
}

function wantedWords(wanted: readonly string[], part: CredentialUse['part']): string {
  if (part === 'trust') return `${wanted.join(' or ')}, or a Secret of this name with -cacert behind it`
  const pairs = wanted.flatMap((it, index) => (index % 2 === 0 ? [`${it} with ${wanted[index + 1]}`] : []))
  return pairs.join(' or ')
}
