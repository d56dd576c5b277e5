import { defineRule, manual, rfc } from '../../core/rule.js'
import { brief } from '../../core/words.js'

export default defineRule({
  id: 'invalid-spiffe-id',
  subject: 'certificate',
  title: 'A SPIFFE ID breaks the rules for SPIFFE IDs',
  category: 'identity',
  severity: 'error',
  citations: [
    manual('SPIFFE ID', 'https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity'),
    manual('X509-SVID', 'https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md#2-spiffe-id'),
    rfc(3986, '3')
  ],
  check({ certificate, use }, ctx) {
    if (use?.part === 'trusted') return
    const uris = certificate.subjectAltNames?.filter(it => it.type === 'uri') ?? []
    const ids = uris.filter(it => /^spiffe:/i.test(it.value))
    if (ids.length === 0) return
    if (uris.length > 1) {
      ctx.report({
        at: certificate.block.locate(uris[1]!.bytes),
        message: `an X509-SVID has exactly one URI as subject alternative name, and this certificate has ${uris.length}: verifiers reject it`
      })
    }
    for (const { value, bytes } of ids) {
      const flaw = flawOf(value, certificate.isCa)
      if (flaw) ctx.report({ at: certificate.block.locate(bytes), message: `${brief(value)} is no valid SPIFFE ID: ${flaw}` })
    }
  }
})

/** What is wrong with a SPIFFE ID, as a clause. */
function flawOf(id: string, isCa: boolean): string | undefined {
  if (id.length > 2048) return 'it is longer than 2048 bytes'
  if (/[?#]/.test(id)) return 'it may have neither query nor fragment'
  const match = /^spiffe:\/\/([^/]*)(.*)$/.exec(id)
  if (!match) return 'it has to start with spiffe:// in lower case'
  const [, domain = '', path = ''] = match
  if (domain === '') return 'it names no trust domain'
  if (domain.length > 255) return 'its trust domain is longer than 255 bytes'
  if (/[@:]/.test(domain)) return 'its trust domain may have neither user nor port'
  if (!/^[a-z0-9._-]+$/.test(domain)) return 'its trust domain may hold lower-case letters, digits, dots, hyphens and underscores only'
  return path === '' ? (isCa ? undefined : 'a workload has a path below the trust domain') : flawOfPath(path)
}

function flawOfPath(path: string): string | undefined {
  if (path.endsWith('/')) return 'its path ends with a slash'
  const segments = path.slice(1).split('/')
  if (segments.includes('')) return 'its path has an empty segment'
  if (segments.some(it => it === '.' || it === '..')) return 'its path has a relative segment'
  if (!segments.every(it => /^[A-Za-z0-9._-]+$/.test(it))) return 'its path may hold letters, digits, dots, hyphens and underscores only'
  return undefined
}
