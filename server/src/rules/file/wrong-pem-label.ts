import { isEncrypted, locationOf } from '../../core/credentials.js'
import type { PathUse } from '../../core/dialect.js'
import { isKnown } from '../../core/endpoints.js'
import { isEditable } from '../../core/pem-edits.js'
import { certificateOf, defineRule, isCertificateError, kindOfDer, type PemBlock, type ProposedFix, rfc } from '../../core/rule.js'
import { memoInside } from '../../core/text.js'

type Kind = PemBlock['kind']

export default defineRule({
  id: 'wrong-pem-label',
  subject: 'file',
  title: 'A PEM block holds something else than its label says',
  category: 'syntax',
  severity: 'error',
  citations: [rfc(7468, '4'), rfc(7468, '5.1')],
  check(file, ctx) {
    for (const block of file.blocks) {
      const actual = actualKind(block)
      if (actual === undefined) continue
      ctx.report({
        at: labelOf(block),
        message: `this block is labelled ${block.label}, but it holds ${words[actual]}: nobody who looks for either can read it`,
        fixes: relabel(block, actual)
      })
    }
  },
  also: {
    path({ credential, what }, ctx) {
      const opened = credential && ctx.credential(credential)
      if (opened?.kind !== 'pem') return
      const { blocks } = opened.file
      const block = blocks.find(it => promised[what]?.includes(it.kind) && actualKind(it) !== undefined)
      if (block) {
        const found = words[actualKind(block)!]
        ctx.report({
          at: labelOf(block),
          message: `a block of this file is labelled ${block.label}, but it holds ${found}: it cannot be read`
        })
      }
      const unsent = what === 'certificate' ? blocks.filter(isCertificate).slice(1).find(isTrusted) : undefined
      if (unsent) {
        ctx.report({
          at: labelOf(unsent),
          message: 'a TRUSTED CERTIFICATE is read in the first place only: this one is not sent along'
        })
      }
    },
    bundle({ endpoint, sources }, ctx) {
      if (endpoint.role !== 'server' || endpoint.peer.certificate.value === 'ignore' || !isKnown(endpoint, endpoint.peer.certificate))
        return
      for (const { ref, file } of sources) {
        const all = ref.needsPlainLabel ? file.blocks.filter(isCertificate) : []
        if (all.length === 0 || !all.every(isTrusted)) continue
        ctx.report({
          at: ref.at,
          message: `${ref.name} needs a block that is labelled CERTIFICATE, and here each is a TRUSTED CERTIFICATE: the configuration is refused`,
          related: [{ ...labelOf(all[0]!), message: 'here, in the file' }]
        })
      }
    }
  }
})

const isTrusted = (it: PemBlock): boolean => it.kind === 'trustedCertificate'
const isCertificate = (it: PemBlock): boolean => it.kind === 'certificate' || isTrusted(it)

/** What is looked for by its label. */
const promised: Partial<Record<PathUse['what'], readonly Kind[]>> = {
  certificate: ['certificate', 'trustedCertificate'],
  key: ['privateKey', 'encryptedPrivateKey'],
  trust: ['certificate', 'trustedCertificate', 'crl'],
  crl: ['crl', 'certificate', 'trustedCertificate']
}

const words: Partial<Record<Kind, string>> = {
  certificate: 'a certificate',
  certificateRequest: 'a certificate request',
  crl: 'a CRL',
  publicKey: 'a public key',
  privateKey: 'a private key',
  encryptedPrivateKey: 'an encrypted private key',
  pkcs7: 'a PKCS#7 bundle'
}

/** What the block holds when that is certainly not what its label promises. */
function actualKind(block: PemBlock): Kind | undefined {
  const certificate = certificateOf(block)
  return certificate && !isCertificateError(certificate) ? undefined : otherKind(block)
}

/** Every use of the file asks. */
const otherKind = memoInside((block: PemBlock): Kind | undefined => {
  // A key that is encrypted in the traditional way looks like nothing at all.
  if (!block.der || block.label === '' || (isEncrypted(block) && block.headers.length > 0)) return undefined
  const promised = block.kind === 'trustedCertificate' ? 'certificate' : block.kind
  const actual = kindOfDer(block.der)
  return actual !== undefined && actual !== promised && words[promised] && words[actual] ? actual : undefined
})

/** Labels that leave no choice; keys have several, by their format. */
const labels: Partial<Record<Kind, string>> = {
  certificate: 'CERTIFICATE',
  certificateRequest: 'CERTIFICATE REQUEST',
  crl: 'X509 CRL',
  encryptedPrivateKey: 'ENCRYPTED PRIVATE KEY',
  pkcs7: 'PKCS7'
}

const begin = '-----BEGIN '

function labelOf(block: PemBlock) {
  const { path, start, end } = locationOf(block)
  const at = block.file.text.indexOf(block.label, start + begin.length)
  return at < 0 || at > end ? { path, start, end } : { path, start: at, end: at + block.label.length }
}

function relabel(block: PemBlock, actual: Kind): readonly ProposedFix[] {
  const label = labels[actual]
  const { path, start, end } = labelOf(block)
  const last = block.file.text.lastIndexOf(block.label, block.span.end)
  if (label === undefined || !isEditable(block) || last <= start) return []
  const edits = [
    { path, start, end, newText: label },
    { path, start: last, end: last + block.label.length, newText: label }
  ]
  return [{ title: `Label it ${label}`, edits }]
}
