import { type Credential, defineRule, manual, nginx, type PemBlock, rfc } from '../../core/rule.js'

type What = 'certificate' | 'key' | 'trust' | 'crl'
type BlockKind = PemBlock['kind']

export default defineRule({
  id: 'wrong-file-kind',
  subject: 'path',
  title: 'A file holds something else than the setting expects',
  category: 'hygiene',
  severity: 'error',
  citations: [
    rfc(7468, '2'),
    manual('OpenSSL PEM_read_bio', 'https://docs.openssl.org/3.0/man3/PEM_read_bio_PrivateKey/'),
    nginx('ngx_http_ssl_module', 'ssl_certificate')
  ],
  check({ at, what, credential, path }, ctx) {
    if (what === 'include' || what === 'other' || !credential || credential.kind !== 'file' || path === undefined) return
    const holds = ctx.read(path).kind === 'directory' ? 'a directory' : describeContent(what, ctx.credential(credential))
    if (holds === undefined) return
    // A file of CRLs alone can be loaded as a trust store, so that the products differ in what they say of it.
    const words = holds === 'a CRL' ? '' : `: ${consequence[what]}`
    ctx.report({ at, message: `${credential.name} expects ${expected[what]}, but this is ${holds}${words}` })
  }
})

const expected: Readonly<Record<What, string>> = {
  certificate: 'a certificate in PEM',
  key: 'a private key in PEM',
  trust: 'CA certificates in PEM',
  crl: 'CRLs in PEM'
}
const consequence: Readonly<Record<What, string>> = {
  certificate: 'no start line',
  key: 'no key to decode',
  trust: 'no certificate or crl found',
  crl: 'no certificate or crl found'
}
const accepted: Readonly<Record<What, readonly BlockKind[]>> = {
  certificate: ['certificate', 'trustedCertificate'],
  key: ['privateKey', 'encryptedPrivateKey'],
  trust: ['certificate', 'trustedCertificate'],
  // A file of certificates alone is loaded as well; that it holds no CRL is told by those who look for one.
  crl: ['crl', 'certificate', 'trustedCertificate']
}

/** What the file holds instead; nothing when it will do, or when that cannot be known. */
function describeContent(what: What, credential: Credential): string | undefined {
  if (credential.kind !== 'pem') return undefined
  const { blocks, errors } = credential.file
  // A block that is damaged has its own findings.
  const willDo = ({ kind, label }: PemBlock) => accepted[what].includes(kind) && label !== openSshKey
  if (blocks.some(it => it.label !== '' && (willDo(it) || it.errors.length > 0))) return undefined
  const firstInPem = blocks.find(it => it.label !== '')
  if (errors.length > 0 && !firstInPem) return undefined
  const first = firstInPem ?? blocks[0]
  if (!first) return 'a file without any PEM'
  if (first.label === openSshKey) return "a private key in OpenSSH's own format"
  return first.label === '' ? `${kinds[first.kind]} in DER` : kinds[first.kind]
}

/** What ssh-keygen writes is read by SSH alone. */
const openSshKey = 'OPENSSH PRIVATE KEY'

const kinds: Readonly<Record<BlockKind, string>> = {
  certificate: 'a certificate',
  trustedCertificate: 'a certificate',
  certificateRequest: 'a certificate request',
  crl: 'a CRL',
  publicKey: 'a public key',
  privateKey: 'a private key',
  encryptedPrivateKey: 'an encrypted private key',
  pkcs7: 'a PKCS#7 bundle',
  parameters: 'parameters',
  other: 'something else'
}
