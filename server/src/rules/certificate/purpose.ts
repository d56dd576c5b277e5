/** missing-client-auth and missing-server-auth: the same question from both sides. */
import { endEntitiesOf, isSelfSigned, lineage } from '../../core/chain.js'
import { isVerifying } from '../../core/endpoints.js'
import { allows, isAnyPurposeOnly, isMeantFor, purposesOf, type TlsPurpose } from '../../core/purposes.js'
import { type CertificateUse, oids, type RuleContext, verifiers } from '../../core/rule.js'
import { nameOf, openssl, saidBy } from '../../core/words.js'

const wanted = { client: 'clientAuth', server: 'serverAuth' } as const
const judge = { client: 'servers', server: 'clients' } as const
const rejected = openssl('unsuitable-certificate-purpose')

export function checkPurpose(subject: CertificateUse, purpose: TlsPurpose, ctx: RuleContext): void {
  const { certificate } = subject
  // A lone anyExtendedKeyUsage is the matter of any-extended-key-usage.
  if (allows(certificate, purpose) || isAnyPurposeOnly(certificate)) return
  const found = consequence(subject, purpose, ctx)
  if (!found) return
  ctx.report({
    at: certificate.at({ extension: '2.5.29.37' }),
    message: `${nameOf(certificate)} is for ${purposesOf(certificate)}, not for ${wanted[purpose]}: ${found.message}`,
    ...(found.isGuess && { severity: 'warning' as const })
  })
}

interface Consequence {
  readonly message: string
  readonly isGuess?: boolean
}

function consequence(subject: CertificateUse, purpose: TlsPurpose, ctx: RuleContext): Consequence | undefined {
  const { certificate, use } = subject
  if (!use) return consequenceAlone(subject, purpose, ctx)
  const { endpoint } = use
  if (use.part === 'presented') {
    if (endpoint.role !== purpose || !endpoint.tls.value) return undefined
    return { message: `${judge[purpose]} reject ${use.position === 0 ? 'it' : 'the chain'} (${rejected})` }
  }
  if (endpoint.role === purpose || !isVerifying(endpoint) || !verifiers[endpoint.verifier].anchorChecks.has('purpose')) return undefined
  // What no CA signed itself and is no CA either trusts nobody here: end-entity-in-trust-bundle.
  if (!certificate.isCa && !isSelfSigned(certificate, ctx.signed)) return undefined
  return { message: `every ${purpose} below it is rejected${saidBy(endpoint.verifier, 'unsuitable-certificate-purpose')}` }
}

/** Without a use, the certificate beside it or the name of the file may tell what it is for. */
function consequenceAlone({ certificate, file }: CertificateUse, purpose: TlsPurpose, ctx: RuleContext): Consequence | undefined {
  if (certificate.isCa) {
    const below = endEntitiesOf(file.certificates).find(
      it => isMeantFor(it, purpose) && lineage(it, file.certificates, ctx.signed).includes(certificate)
    )
    return below && { message: `${judge[purpose]} reject ${nameOf(below)} below it (${rejected})` }
  }
  const isOwnCase = certificate.extendedKeyUsage?.every(it => it === oids.serverAuth || it === oids.clientAuth)
  if (!isOwnCase || !saysFor(file.file.path, purpose)) return undefined
  return { message: `${judge[purpose]} reject it (${rejected}) where this file's name says it is used`, isGuess: true }
}

/** `certs/client.pem`, `api-client-fullchain.pem`; not `client-facing-server.pem` nor a CA's. */
function saysFor(path: string, purpose: TlsPurpose): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const words = name.split(/[^a-z0-9]+/)
  const other = purpose === 'client' ? 'server' : 'client'
  return (
    words.includes(purpose) && !words.includes(other) && !words.some(it => ['ca', 'cas', 'trust', 'truststore', 'trusted'].includes(it))
  )
}
