import { keyBlocksOf, locationOf } from '../../core/credentials.js'
import { isVerifying } from '../../core/endpoints.js'
import { defineRule, manual, type PemFile, type RuleContext, rfc } from '../../core/rule.js'
import { peersOf } from '../../core/words.js'

export default defineRule({
  id: 'private-key-in-trust-bundle',
  subject: 'file',
  title: 'A file of trusted certificates also holds a private key',
  category: 'key',
  severity: 'error',
  citations: [rfc(5280, '6.1.1'), manual('NIST SP 800-57 part 1', 'https://doi.org/10.6028/NIST.SP.800-57pt1r5')],
  check(file, ctx) {
    const key = keyBlocksOf(file)[0]
    const { certificates } = file
    if (!key || certificates.length === 0 || certificates.some(it => !it.isCa) || isOwnIdentity(file, ctx)) return
    ctx.report({
      at: locationOf(key),
      message: 'this file of CA certificates also holds a private key: whoever is handed it to trust the CA can act in the name of the key',
      related: [{ ...certificates[0]!.at(), message: 'the CA certificate' }]
    })
  },
  also: {
    bundle({ endpoint, sources }, ctx) {
      for (const { ref, file } of sources) {
        const key = keyBlocksOf(file)[0]
        if (!key || !ref.intended || !isVerifying(endpoint)) continue
        // A file that is presented as well, with its key, is an identity that pins itself.
        if (endpoint.identities.some(it => samePlace(ctx, it.certificate, file) || (it.key && samePlace(ctx, it.key, file)))) continue
        ctx.report({
          at: ref.at,
          message: `the file that ${peersOf(endpoint)} are verified against also holds a private key, which no verifier needs`,
          related: [{ ...locationOf(key), message: 'the private key' }]
        })
      }
    }
  }
})

/**
 * A self-signed certificate together with its key is what a server of a laboratory presents: tools make such certificates
 * CA:TRUE unless they are told otherwise, and only key usage tells them from a CA proper.
 */
function isOwnIdentity({ certificates, blocks }: PemFile, ctx: RuleContext): boolean {
  const [only] = certificates
  if (!only || certificates.length > 1 || !only.selfIssued) return false
  const forTls = only.subjectAltNames !== undefined || only.extendedKeyUsage !== undefined || !only.keyUsage?.has('keyCertSign')
  return forTls && blocks.some(it => it.kind === 'privateKey' && ctx.keyMatches(only, it) !== false)
}

/** Several certificates and keys can be written in one configuration. */
function samePlace(ctx: RuleContext, ref: Parameters<RuleContext['credential']>[0], file: PemFile): boolean {
  const opened = ctx.credential(ref)
  return opened.kind === 'pem' && (ref.kind === 'inline' ? opened.file === file : opened.file.file === file.file)
}
