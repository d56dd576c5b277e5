import type { Extension, GeneralName } from './certificate.js'
import { contentOf, element, hex, only, smallInteger, tags } from './der.js'
import { stringValue } from './distinguished-name.js'
import {
  type DistributionPoint,
  generalNameText,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readGeneralNames,
  readKeyIdentifier,
  readKeyUsage,
  readPurposes,
  serialText
} from './extensions.js'
import { extensionNames, oids, purposeNames } from './oids.js'

/** What an extension says, for a person. */
export interface ExtensionText {
  readonly oid: string
  readonly name?: string
  readonly critical: boolean
  /** One line; hex when nothing better is known or the content does not decode. */
  readonly text: string
  /** False when the content is not what the OID promises, or the OID is unknown here. */
  readonly decoded: boolean
}

/** An extension, wherever it stands. */
export type ExtensionValue = Pick<Extension, 'oid' | 'critical' | 'value'>

type Reader = (der: Uint8Array) => string | undefined

/**
 * Describes any extension; never throws, whatever it holds. What the hot path reads anyway, and what is no ASN.1, is read
 * here; `decode` is asked for all else.
 */
export function extensionText(
  { oid, critical, value }: ExtensionValue,
  decode: (oid: string, der: Uint8Array) => string | undefined
): ExtensionText {
  const name = extensionNames.get(oid)
  const read = texts.get(oid)
  const text = read ? read(value) : decode(oid, value)
  return { oid, ...(name !== undefined && { name }), critical, text: text ?? hex(value), decoded: text !== undefined }
}

/** A reader of a range becomes one of a whole value, and its answer a text. */
const whole =
  <T>(read: (der: Uint8Array, start: number, end: number) => T | undefined, write: (it: T) => string): Reader =>
  der => {
    const it = read(der, 0, der.length)
    return it === undefined ? undefined : write(it)
  }

const namesText = (names: readonly GeneralName[]) => names.map(generalNameText).join(', ')
const purposesText = (purposes: readonly string[]) => purposes.map(it => purposeNames.get(it) ?? it).join(', ')
const pointsText = (points: readonly DistributionPoint[]) =>
  points
    .map(it => [namesText(it.names), ...(it.issuers ? [`issuer ${namesText(it.issuers)}`] : [])].filter(part => part !== '').join(' '))
    .join(', ')

const texts: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [oids.subjectAltName, whole(readGeneralNames, namesText)],
  [oids.keyUsage, whole(readKeyUsage, it => [...it].join(', '))],
  [oids.extendedKeyUsage, whole(readPurposes, purposesText)],
  [
    oids.basicConstraints,
    whole(readBasicConstraints, it => `CA:${it.ca ? 'TRUE' : 'FALSE'}${it.pathLength === undefined ? '' : `, pathLength:${it.pathLength}`}`)
  ],
  [oids.subjectKeyIdentifier, whole(readKeyIdentifier, it => it)],
  [
    oids.authorityKeyIdentifier,
    whole(readAuthorityKeyIdentifier, ({ keyIdentifier, issuer, serialNumber }) =>
      [
        ...(keyIdentifier === undefined ? [] : [keyIdentifier]),
        ...(issuer ? [`issuer ${issuer.text}`] : []),
        ...(serialNumber === undefined ? [] : [`serial number ${serialNumber}`])
      ].join(', ')
    )
  ],
  [oids.authorityInfoAccess, whole(readAuthorityInfoAccess, accessText)],
  [oids.crlDistributionPoints, whole(readDistributionPoints, pointsText)],
  [oids.inhibitAnyPolicy, numberText],
  [oids.crlNumber, numberText],
  [oids.deltaCrlIndicator, numberText],
  [
    oids.timestamps,
    der =>
      readTimestamps(der)
        ?.map(it => `log ${it.log.slice(0, 16)}… at ${it.at.toISOString()}`)
        .join(', ')
  ],
  [oids.precertificatePoison, der => (only(der, 0, der.length, tags.null) ? 'this is a precertificate' : undefined)],
  ['1.3.6.1.5.5.7.48.1.5', der => (only(der, 0, der.length, tags.null) ? 'revocation of this responder is not checked' : undefined)],
  ['1.3.6.1.4.1.311.20.2', stringText],
  ['2.16.840.1.113730.1.13', stringText]
])

function accessText(descriptions: NonNullable<ReturnType<typeof readAuthorityInfoAccess>>): string {
  const methods: Readonly<Record<string, string | undefined>> = { [oids.ocsp]: 'OCSP', [oids.caIssuers]: 'CA issuers' }
  return descriptions.map(it => `${methods[it.method] ?? it.method} ${it.location.value}`).join(', ')
}

function numberText(der: Uint8Array): string | undefined {
  const number = only(der, 0, der.length, tags.integer)
  if (!number || number.content === number.end) return undefined
  return String(smallInteger(der, number) ?? serialText(der, number))
}

export interface Timestamp {
  /** Lower-case hex of the log's identifier. */
  readonly log: string
  readonly at: Date
}

/** RFC 6962 3.3: a list of SCTs with two-octet lengths, inside of an OCTET STRING. */
export function readTimestamps(der: Uint8Array): readonly Timestamp[] | undefined {
  const string = only(der, 0, der.length, tags.octetString)
  const list = string && contentOf(der, string)
  if (!list || list.length < 2 || twoOctets(list, 0) !== list.length - 2) return undefined
  const found: Timestamp[] = []
  for (let at = 2; at < list.length; at += 2 + twoOctets(list, at)) {
    // Version 1, the log's identifier, milliseconds.
    const size = at + 2 <= list.length ? twoOctets(list, at) : 0
    if (size < 41 || at + 2 + size > list.length || list[at + 2] !== 0) return undefined
    const milliseconds = list.subarray(at + 35, at + 43).reduce((sum, octet) => sum * 256 + octet, 0)
    if (milliseconds > 8.64e15) return undefined
    found.push({ log: hex(list.subarray(at + 3, at + 35)), at: new Date(milliseconds) })
  }
  return found
}

const twoOctets = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

function stringText(der: Uint8Array): string | undefined {
  const it = element(der, 0, der.length)
  return it && stringValue(der, it)
}
