import type { Dialect, DocumentSymbol } from '../../core/dialect.js'
import { certificateOf } from '../../x509/certificate.js'
import type { BlockKind, PemBlock } from '../../x509/pem.js'
import { parsePem } from '../../x509/pem.js'

/** One for the thousands of files that have none. */
const none: readonly never[] = []

/** PEM as PowerShell writes it, one character a byte: nobody finds a block there, and that is what to say of it. */
const isUtf16 = (text: string): boolean => /^(?:\xff\xfe|\xfe\xff)/.test(text) && text.includes('-\0B\0E\0G\0I\0N\0 ')

const names = /\.(pem|crt|cer|cert|ca|ca-bundle|chain|fullchain|key|csr|req|crl|p7b|p7c|p7s|der|p8|pub|bundle)$/i

/** A file of certificates and keys is a root too: it has findings of its own, and no endpoints. */
export const pem: Dialect = {
  id: 'pem',
  languageIds: ['pem', 'pem-certificate'],
  comment: '#',
  mayBe: path => names.test(path),
  // A DER file has no text to go by; its name and the reader decide. A lost BEGIN line leaves the END that lacks it.
  detect: (path, text) =>
    text.includes('-----BEGIN ') || isUtf16(text) || (names.test(path) && (text.charCodeAt(0) === 0x30 || text.includes('-----END '))),
  isMain: () => true,
  lower: root => ({ endpoints: none, problems: none, paths: none, pem: [parsePem(root)], files: [root] }),
  symbols: file => parsePem(file).blocks.map(blockSymbol)
}

const symbolKinds: Partial<Record<BlockKind, DocumentSymbol['kind']>> = {
  certificate: 'certificate',
  trustedCertificate: 'certificate',
  certificateRequest: 'request',
  crl: 'crl',
  privateKey: 'key',
  encryptedPrivateKey: 'key',
  publicKey: 'key'
}

function blockSymbol(block: PemBlock): DocumentSymbol {
  const certificate = certificateOf(block)
  const readable = certificate && 'subject' in certificate ? certificate : undefined
  return {
    name: readable?.subject.display ?? (block.label || block.kind),
    detail: readable ? `until ${readable.notAfter.toISOString().slice(0, 10)}` : '',
    kind: symbolKinds[block.kind] ?? 'other',
    span: block.span,
    selection: block.span,
    children: []
  }
}
