import type { Certificate, GeneralName, Name } from '../x509/certificate.js'
import type { Crl } from '../x509/crl.js'
import { readRelativeName } from '../x509/distinguished-name.js'
import { type DistributionPoint, readDistributionPoints } from '../x509/extensions.js'

/** Every reason of RFC 5280 ReasonFlags as a bit, in the order in which the octets have them. */
export const allReasons = 0x807f

export const reasonsOf = (flags: Uint8Array): number => ((flags[0] ?? 0) | ((flags[1] ?? 0) << 8)) & allReasons

/**
 * RFC 5280 6.3.3 (b): the reasons for which this list speaks for the certificate; `undefined` when it does not.
 */
export function coversCertificate(crl: Crl, certificate: Certificate, nameFits: boolean): number | undefined {
  const scope = crl.issuingDistributionPoint
  if (scope?.onlyAttributeCertificates) return undefined
  if (certificate.basicConstraints?.ca ? scope?.onlyUserCertificates : scope?.onlyCaCertificates) return undefined
  const reasons = scope?.reasons ? reasonsOf(scope.reasons) : allReasons
  const extension = certificate.extensions.get('2.5.29.31')
  const points = (extension && readDistributionPoints(extension.value, 0, extension.value.length)) ?? []
  for (const point of points) {
    if (issuerFits(point, crl, nameFits) && (!scope || placeFits(point, extension!.value, certificate, crl))) {
      return point.reasons ? reasons & reasonsOf(point.reasons) : reasons
    }
  }
  const named = scope !== undefined && (scope.names.length > 0 || scope.relativeName !== undefined)
  return !named && nameFits ? reasons : undefined
}

/** Does the distribution point expect its list from whoever issued this one? */
function issuerFits(point: DistributionPoint, crl: Crl, nameFits: boolean): boolean {
  if (!point.issuers) return nameFits
  return point.issuers.some(it => it.type === 'directory' && it.name.canonical === crl.issuer.canonical)
}

/** The names of the distribution point and those of the list share one, where both have any. */
function placeFits(point: DistributionPoint, der: Uint8Array, certificate: Certificate, crl: Crl): boolean {
  const scope = crl.issuingDistributionPoint!
  const base = point.issuers?.find(it => it.type === 'directory')
  const wanted = placesOf(point, der, base?.type === 'directory' ? base.name : certificate.issuer)
  const offered = placesOf(scope, crl.der, crl.issuer)
  return wanted.length === 0 || offered.length === 0 || wanted.some(it => offered.includes(it))
}

/** Names as strings that are equal for equal names. A relative name continues that of the issuer. */
function placesOf(point: Pick<DistributionPoint, 'names' | 'relativeName'>, der: Uint8Array, issuer: Name): readonly string[] {
  if (!point.relativeName) return point.names.map(placeOf)
  const added = readRelativeName(der, point.relativeName).map(({ oid, value }) => `${oid}:${value.length}:${value.toLowerCase()}`)
  return [`directory ${issuer.canonical}${issuer.canonical === '' ? '' : ','}${[...added].sort().join('+')}`]
}

const placeOf = (it: GeneralName) => (it.type === 'directory' ? `directory ${it.name.canonical}` : `${it.type} ${it.value}`)
