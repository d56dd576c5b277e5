/** Public CAs, as far as a certificate tells them from private ones. */
import type { Certificate } from '../x509/certificate.js'
import { oids } from '../x509/oids.js'

// Organisations that issue for the public only and, in the past, without timestamps too.
const organisations = new Set(["Let's Encrypt", 'ZeroSSL', 'Google Trust Services', 'Google Trust Services LLC', 'Buypass AS-983163327'])

/** Browsers demand timestamps from public CAs; nobody else embeds them. */
export const isFromPublicCa = (certificate: Certificate): boolean =>
  certificate.hasTimestamps || certificate.issuer.attributes.some(it => it.oid === oids.organization && organisations.has(it.value))
