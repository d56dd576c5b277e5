/** What certificates are good for, by extended key usage. */

import type { Certificate } from '../x509/certificate.js'
import { oids, purposeNames } from '../x509/oids.js'
import { listed } from './words.js'

export type TlsPurpose = 'client' | 'server'

// Server Gated Cryptography of old: OpenSSL still takes it for serverAuth.
const gatedCryptography = ['1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1']

const accepted: Readonly<Record<TlsPurpose, readonly string[]>> = {
  client: [oids.clientAuth],
  server: [oids.serverAuth, ...gatedCryptography]
}

/** Is the purpose named, or none at all, which leaves every purpose open? anyExtendedKeyUsage is a matter of its own. */
export function allows({ extendedKeyUsage }: Certificate, purpose: TlsPurpose): boolean {
  if (extendedKeyUsage === undefined) return true
  const taken = accepted[purpose]
  for (let at = 0; at < extendedKeyUsage.length; at++) if (taken.includes(extendedKeyUsage[at]!)) return true
  return false
}

/** Named outright, and the other not. */
export const isMeantFor = (certificate: Certificate, purpose: TlsPurpose): boolean =>
  certificate.extendedKeyUsage !== undefined &&
  allows(certificate, purpose) &&
  !allows(certificate, purpose === 'client' ? 'server' : 'client')

export const isAnyPurposeOnly = ({ extendedKeyUsage }: Certificate): boolean =>
  extendedKeyUsage !== undefined && extendedKeyUsage.length > 0 && extendedKeyUsage.every(it => it === oids.anyExtendedKeyUsage)

/** `serverAuth and codeSigning` */
export const purposesOf = ({ extendedKeyUsage = [] }: Certificate): string =>
  extendedKeyUsage.length === 0 ? 'no purpose' : listed(extendedKeyUsage.map(it => purposeNames.get(it) ?? it))

/** Would a peer in this role present it, as far as the certificate tells? Without any purpose, its names have to do. */
export const looksMeantFor = (certificate: Certificate, purpose: TlsPurpose): boolean => {
  if (certificate.isCa || !allows(certificate, purpose)) return false
  const isNamedHost = certificate.subjectAltNames?.some(it => it.type === 'dns' || it.type === 'ip') ?? false
  return certificate.extendedKeyUsage !== undefined || isNamedHost === (purpose === 'server')
}
