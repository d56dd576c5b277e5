import type { Extension, GeneralName } from './certificate.js'
import { children, contentOf, type Element, element, elements, hex, isOid, oidOf, only, smallInteger, tags, time } from './der.js'
import { stringValue } from './distinguished-name.js'
import {
  type DistributionPoint,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readGeneralName,
  readGeneralNames,
  readKeyIdentifier,
  readKeyUsage,
  readPurposes,
  serialText,
  subnetText
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

type Reader = (der: Uint8Array) => string | undefined

/** Describes any extension; never throws, whatever it holds. */
export function extensionText({ oid, critical, value }: Extension): ExtensionText {
  const name = extensionNames.get(oid)
  const text = texts.get(oid)?.(value)
  return { oid, ...(name !== undefined && { name }), critical, text: text ?? hex(value), decoded: text !== undefined }
}

/** A reader of a range becomes one of a whole value, and its answer a text. */
const whole =
  <T>(read: (der: Uint8Array, start: number, end: number) => T | undefined, write: (it: T) => string): Reader =>
  der => {
    const it = read(der, 0, der.length)
    return it === undefined ? undefined : write(it)
  }

const nameWords = {
  dns: 'DNS',
  email: 'email',
  uri: 'URI',
  ip: 'IP',
  rid: 'registered ID',
  directory: 'directory',
  other: 'other'
} as const

/** `DNS:api.example.com`. */
const generalNameText = ({ type, value }: GeneralName): string => `${nameWords[type]}:${value}`
const namesText = (names: readonly GeneralName[]) => names.map(generalNameText).join(', ')
const purposesText = (purposes: readonly string[]) => purposes.map(it => purposeNames.get(it) ?? it).join(', ')
const pointsText = (points: readonly DistributionPoint[]) =>
  points
    .map(it => [namesText(it.names), ...(it.issuers ? [`issuer ${namesText(it.issuers)}`] : [])].filter(part => part !== '').join(' '))
    .join(', ')

const texts: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [oids.subjectAltName, whole(readGeneralNames, namesText)],
  [oids.issuerAltName, whole(readGeneralNames, namesText)],
  [oids.certificateIssuer, whole(readGeneralNames, namesText)],
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
  ['1.3.6.1.5.5.7.1.11', whole(readAuthorityInfoAccess, accessText)],
  [oids.crlDistributionPoints, whole(readDistributionPoints, pointsText)],
  [oids.freshestCrl, whole(readDistributionPoints, pointsText)],
  [oids.nameConstraints, der => constraintsText(readNameConstraints(der))],
  [oids.certificatePolicies, der => readPolicies(der)?.map(policyText).join(', ')],
  [oids.policyMappings, mappingsText],
  [oids.policyConstraints, policyConstraintsText],
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
  [oids.tlsFeature, featuresText],
  ['2.5.29.16', usagePeriodText],
  ['1.3.6.1.5.5.7.48.1.5', der => (only(der, 0, der.length, tags.null) ? 'revocation of this responder is not checked' : undefined)],
  ['1.3.6.1.4.1.311.20.2', stringText],
  ['2.16.840.1.113730.1.13', stringText]
])

function accessText(descriptions: NonNullable<ReturnType<typeof readAuthorityInfoAccess>>): string {
  const methods: Readonly<Record<string, string | undefined>> = { [oids.ocsp]: 'OCSP', [oids.caIssuers]: 'CA issuers' }
  return descriptions.map(it => `${methods[it.method] ?? it.method} ${it.location.value}`).join(', ')
}

export interface NameConstraintsText {
  readonly permitted: readonly string[]
  readonly excluded: readonly string[]
}

/** Subtrees as people write them: `DNS:example.com`, `IP:10.0.0.0/255.0.0.0`. */
export function readNameConstraints(der: Uint8Array): NameConstraintsText | undefined {
  const parts = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  if (!parts?.every(it => it.tag === 0xa0 || it.tag === 0xa1)) return undefined
  const permitted = subtreesText(
    der,
    parts.find(it => it.tag === 0xa0)
  )
  const excluded = subtreesText(
    der,
    parts.find(it => it.tag === 0xa1)
  )
  return permitted && excluded && { permitted, excluded }
}

function subtreesText(der: Uint8Array, parent: Element | undefined): readonly string[] | undefined {
  const subtrees = parent ? elements(der, parent.content, parent.end) : []
  const found = subtrees?.map(it => {
    const base = children(der, it, tags.sequence)?.[0]
    const name = base && readGeneralName(der, base)
    if (!base || !name) return undefined
    return name.type === 'ip' ? `IP:${subnetText(contentOf(der, base))}` : generalNameText(name)
  })
  return found?.every(it => it !== undefined) ? (found as readonly string[]) : undefined
}

function constraintsText(it: NameConstraintsText | undefined): string | undefined {
  if (!it) return undefined
  const side = (word: string, names: readonly string[]) => (names.length === 0 ? [] : [`${word} ${names.join(', ')}`])
  return [...side('permitted', it.permitted), ...side('excluded', it.excluded)].join('; ')
}

export interface Policy {
  readonly oid: string
  /** URIs of certification practice statements, and texts for the user. */
  readonly qualifiers: readonly string[]
}

const policyNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.32.0', 'anyPolicy'],
  ['2.23.140.1.2.1', 'domain validated'],
  ['2.23.140.1.2.2', 'organization validated'],
  ['2.23.140.1.2.3', 'individual validated'],
  ['2.23.140.1.1', 'extended validation']
])

const policyText = ({ oid, qualifiers }: Policy) => {
  const name = policyNames.get(oid)
  return [name === undefined ? oid : `${name} (${oid})`, ...qualifiers].join(' ')
}

export function readPolicies(der: Uint8Array): readonly Policy[] | undefined {
  const found = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)?.map(it => readPolicy(der, it))
  return found?.every(it => it !== undefined) ? (found as readonly Policy[]) : undefined
}

function readPolicy(der: Uint8Array, it: Element): Policy | undefined {
  const [oid, list] = children(der, it, tags.sequence) ?? []
  if (oid?.tag !== tags.oid || !isOid(der, oid)) return undefined
  const qualifiers = children(der, list, tags.sequence) ?? []
  return { oid: oidOf(der, oid), qualifiers: qualifiers.flatMap(qualifier => qualifierTexts(der, qualifier)) }
}

/** CPSuri is a string, UserNotice holds strings one level down. */
function qualifierTexts(der: Uint8Array, it: Element): readonly string[] {
  const value = children(der, it, tags.sequence)?.[1]
  const strings = value?.tag === tags.sequence ? (children(der, value, tags.sequence) ?? []) : value ? [value] : []
  return strings.map(string => stringValue(der, string)).filter(text => text !== undefined)
}

function mappingsText(der: Uint8Array): string | undefined {
  const pairs = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)?.map(it => children(der, it, tags.sequence))
  const isPair = (it: readonly Element[] | undefined) => it?.length === 2 && it.every(oid => oid.tag === tags.oid)
  return pairs?.every(isPair) ? pairs.map(it => it!.map(oid => oidOf(der, oid)).join(' = ')).join(', ') : undefined
}

function policyConstraintsText(der: Uint8Array): string | undefined {
  const parts = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  if (!parts?.every(it => it.tag === 0x80 || it.tag === 0x81)) return undefined
  return parts.map(it => `${it.tag === 0x80 ? 'requireExplicitPolicy' : 'inhibitPolicyMapping'}:${smallInteger(der, it) ?? '?'}`).join(', ')
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

/** RFC 7633: numbers of TLS extensions; 5 is what people call “must staple”. */
function featuresText(der: Uint8Array): string | undefined {
  const features = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  const names: Readonly<Record<number, string | undefined>> = { 5: 'status_request', 17: 'status_request_v2' }
  const numbers = features?.map(it => smallInteger(der, it))
  return numbers?.every(it => it !== undefined) ? numbers.map(it => names[it!] ?? String(it)).join(', ') : undefined
}

function usagePeriodText(der: Uint8Array): string | undefined {
  const parts = children(der, only(der, 0, der.length, tags.sequence), tags.sequence)
  const dates = parts?.map(it => ({ word: it.tag === 0x80 ? 'from' : 'until', date: time(der, { ...it, tag: tags.generalizedTime }) }))
  return dates?.every(it => it.date) ? dates.map(it => `${it.word} ${it.date!.toISOString()}`).join(' ') : undefined
}

function stringText(der: Uint8Array): string | undefined {
  const it = element(der, 0, der.length)
  return it && stringValue(der, it)
}
