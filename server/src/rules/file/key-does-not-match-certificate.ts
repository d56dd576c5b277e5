import { keyBlocksOf, locationOf } from '../../core/credentials.js'
import type { Identity } from '../../core/model.js'
import { type Certificate, defineRule, nginx, type PemBlock, type RuleContext, rfc, type TlsEndpoint } from '../../core/rule.js'
import { nameOf } from '../../core/words.js'

export default defineRule({
  id: 'key-does-not-match-certificate',
  subject: 'file',
  title: 'The private key belongs to another certificate',
  category: 'key',
  severity: 'error',
  citations: [rfc(8446, '4.4.3'), nginx('ngx_http_ssl_module', 'ssl_certificate_key')],
  check(file, ctx) {
    const keys = keyBlocksOf(file)
    const { certificates } = file
    const key = keys[0]
    const first = certificates[0]
    if (!key || !first || keys.length * certificates.length > 1000) return
    // Among many certificates and keys that are somebody's collection, nothing says what should belong to what.
    if (keys.some(it => certificates.some(certificate => ctx.keyMatches(certificate, it) !== false))) return
    ctx.report({
      at: locationOf(key),
      message: `this private key does not belong to ${nameOf(first)}: ${difference(first, key, ctx) ?? 'whoever loads both is refused (key values mismatch)'}`,
      related: [{ ...first.at('subjectPublicKey'), message: 'the public key of the certificate' }]
    })
  },
  also: {
    endpoint(endpoint, ctx) {
      for (const identity of endpoint.identities) checkIdentity(endpoint, identity, ctx)
    }
  }
})

function checkIdentity(endpoint: TlsEndpoint, identity: Identity, ctx: RuleContext): void {
  // What belongs together in a Secret, secret-shape tells where both stand.
  if (identity.certificate.kind === 'inline' && identity.certificate.stored) return
  const certificate = ctx.credential(identity.certificate)
  const holder = identity.key ? ctx.credential(identity.key) : certificate
  if (certificate.kind !== 'pem' || holder.kind !== 'pem') return
  const first = certificate.file.certificates[0]
  const key = keyBlocksOf(holder.file)[0]
  if (!first || !key || ctx.keyMatches(first, key) !== false) return
  // The key of a certificate further down: then the order is what is wrong.
  if (certificate.file.certificates.some(it => ctx.keyMatches(it, key))) return
  const other = difference(first, key, ctx)
  ctx.report({
    at: (identity.key ?? identity.certificate).at,
    message: `this private key does not belong to ${nameOf(first)}: ${
      other ? `${other}, ${fate(endpoint)}` : 'the configuration does not load (key values mismatch)'
    }`,
    related: [
      { ...first.at('subjectPublicKey'), message: 'the public key of the certificate' },
      { ...locationOf(key), message: 'the private key' }
    ]
  })
}

/** Says it when the two are not even of one kind; configuration tests may pass then. */
function difference(certificate: Certificate, key: PemBlock, ctx: RuleContext): string | undefined {
  const { algorithm, description } = ctx.key(key) ?? certificate.publicKey
  return algorithm === certificate.publicKey.algorithm
    ? undefined
    : `it is ${description}, and the certificate is for ${certificate.publicKey.description}`
}

const fate = (endpoint: TlsEndpoint): string =>
  endpoint.role === 'server'
    ? `so that every handshake fails with handshake failure (no suitable signature algorithm) even where the configuration test passes`
    : 'so that no certificate is sent even where the configuration test passes'
