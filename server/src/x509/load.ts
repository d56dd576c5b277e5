import { sourceFile } from '../core/text.js'
import { type Certificate, type CertificateError, parseCertificate } from './certificate.js'
import { derBlock, parsePem } from './pem.js'

/** Reads a certificate that lies in no file of a workspace; its block stands over a made-up one. */
export function certificateFromDer(der: Uint8Array, path = 'certificate.der'): Certificate | CertificateError {
  const file = { path, text: Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1'), encoding: 'binary' } as const
  return parseCertificate(der, derBlock(file, der, 'certificate'))
}

/** All certificates of a PEM text, or the one of DER bytes; what cannot be read is left out. */
export function readCertificates(input: string | Uint8Array, path = 'certificates.pem'): readonly Certificate[] {
  if (typeof input === 'string') return parsePem(sourceFile(path, input)).certificates
  const certificate = certificateFromDer(input, path)
  return 'subject' in certificate ? [certificate] : []
}
