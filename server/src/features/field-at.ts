import { day, nameText } from '../core/words.js'
import type { Certificate, Field } from '../x509/certificate.js'
import type { ExtensionText } from '../x509/extension-text.js'
import { extensionNames } from '../x509/oids.js'
import { altNameWords, authorityWords, code, plain, purposeWords, shorten, validityWords } from './words.js'

/** The field whose base64 characters the cursor is on. */
export function fieldAt(certificate: Certificate, texts: readonly ExtensionText[], offset: number, now: Date): string | undefined {
  for (const extension of certificate.extensions.values()) {
    if (!holds(certificate.at({ extension: extension.oid }), offset)) continue
    const name = extensionNames.get(extension.oid)
    const value = extensionWords(certificate, extension.oid) ?? textOf(texts, extension.oid)
    return `At the cursor: **${name ?? `extension ${extension.oid}`}**${extension.critical ? ' (critical)' : ''}${value ? `: ${value}` : ''}`
  }
  const found = fields(certificate, now).find(([field]) => certificate.bytes(field) && holds(certificate.at(field), offset))
  return found && `At the cursor: **${found[0]}**: ${found[1]}`
}

const holds = ({ start, end }: { readonly start: number; readonly end: number }, offset: number): boolean => start <= offset && offset < end

const fields = (certificate: Certificate, now: Date): readonly (readonly [Field, string])[] => [
  ['serialNumber', code(shorten(certificate.serialNumber, 80))],
  ['notBefore', day(certificate.notBefore)],
  ['notAfter', `${day(certificate.notAfter)}, ${validityWords(certificate, now)}`],
  ['issuer', code(shorten(certificate.issuer.text))],
  ['subject', code(shorten(certificate.subject.text))],
  ['subjectPublicKey', plain(certificate.publicKey.description)],
  ['signature', plain(certificate.signatureAlgorithm.name)],
  ['signatureAlgorithm', plain(certificate.signatureAlgorithm.name)],
  ['signatureValue', `made by ${plain(nameText(certificate.issuer))}`]
]

function extensionWords(certificate: Certificate, oid: string): string | undefined {
  switch (extensionNames.get(oid)) {
    case 'subjectAltName':
      return certificate.subjectAltNames && altNameWords(certificate.subjectAltNames)
    case 'keyUsage':
      return certificate.keyUsage && [...certificate.keyUsage].join(', ')
    case 'extKeyUsage':
      return certificate.extendedKeyUsage && plain(purposeWords(certificate.extendedKeyUsage))
    case 'basicConstraints':
      return `CA ${authorityWords(certificate)}`
    case 'subjectKeyIdentifier':
      return certificate.subjectKeyIdentifier && code(certificate.subjectKeyIdentifier)
    case 'authorityKeyIdentifier':
      return certificate.authorityKeyIdentifier?.keyIdentifier && code(certificate.authorityKeyIdentifier.keyIdentifier)
    default:
      return undefined
  }
}

/** Hex says nothing to who only wants to know where the cursor is. */
function textOf(texts: readonly ExtensionText[], oid: string): string | undefined {
  const found = texts.find(it => it.oid === oid)
  return found?.decoded ? plain(shorten(found.text)) : undefined
}
