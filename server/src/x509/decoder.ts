// What only a person reads is decoded by `@peculiar/x509`'s schemas. They take long to load, so this file is imported when
// somebody asks for details, and by nothing that checks.
import 'reflect-metadata'
import { CertificationRequest } from '@peculiar/asn1-csr'
import { AsnArray, AsnConvert, AsnPropTypes, AsnType, AsnTypeTypes, BitString } from '@peculiar/asn1-schema'
import {
  type AccessDescription,
  type Attribute,
  CertificateIssuer,
  CertificatePolicies,
  type DistributionPointName,
  EntrustVersionInfo,
  type Extension,
  Extensions,
  FreshestCRL,
  type GeneralName,
  type GeneralSubtrees,
  InvalidityDate,
  IssueAlternativeName,
  IssuingDistributionPoint,
  NameConstraints,
  PolicyConstraints,
  type PolicyInformation,
  PolicyMappings,
  type PolicyQualifierInfo,
  PrivateKeyUsagePeriod,
  type Reason,
  RevokedCertificate,
  SubjectDirectoryAttributes,
  SubjectInfoAccessSyntax,
  UserNotice
} from '@peculiar/asn1-x509'
import { type QCStatement, QCStatements } from '@peculiar/asn1-x509-qualified'
import { QcCClegislation, QcEuLimitValue, QcEuPDS, QcEuRetentionPeriod, QcType } from '@peculiar/asn1-x509-qualified-etsi'
import { contentOf, type Element, element, hex, oidOf, only, smallInteger, tags } from './der.js'
import { stringValue } from './distinguished-name.js'
import { generalNameText, readGeneralName, subnetText } from './extensions.js'
import { extensionNames, oids } from './oids.js'

/** More than any extension or request that somebody made on purpose; what is longer is not decoded. */
export const mostOctets = 64 * 1024

const challengePassword = '1.2.840.113549.1.9.7'
/** PKCS#9's, and one of Microsoft's from before. */
const extensionRequests: readonly string[] = [oids.extensionRequest, '1.3.6.1.4.1.311.2.1.14']

/**
 * The value that the bytes are the DER of; `undefined` when they are not. The schemas overlook some things, such as the
 * bits of a mask, so what they read has to come out as it went in.
 */
function decode<T>(type: new () => T, der: Uint8Array): T | undefined {
  const value = attempt(() => AsnConvert.parse(der, type))
  const again = value !== undefined && attempt(() => encode(value))
  return again && Buffer.compare(again, der) === 0 ? value : undefined
}

/** The schemas throw at what does not fit them, and that is ordinary here. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}

const encode = (value: unknown): Uint8Array => new Uint8Array(AsnConvert.serialize(value))

/** What the extension of this OID says, in one line; `undefined` when there is no schema for it or it does not fit. */
export function decodedText(oid: string, der: Uint8Array): string | undefined {
  if (der.length > mostOctets) return undefined
  return attempt(() => texts.get(oid)?.(der))
}

type Reader = (der: Uint8Array) => string | undefined

const as =
  <T>(type: new () => T, write: (it: T) => string | undefined): Reader =>
  der => {
    const value = decode(type, der)
    return value === undefined ? undefined : write(value)
  }

function sequenceOf<T>(itemType: AsnPropTypes): new () => AsnArray<T> {
  class List extends AsnArray<T> {}
  AsnType({ type: AsnTypeTypes.Sequence, itemType })(List)
  return List
}

const texts: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [oids.issuerAltName, as(IssueAlternativeName, it => namesText(it))],
  [oids.certificateIssuer, as(CertificateIssuer, it => namesText(it))],
  ['1.3.6.1.5.5.7.1.11', as(SubjectInfoAccessSyntax, it => it.map(accessText).join(', '))],
  [oids.freshestCrl, as(FreshestCRL, it => it.map(point => pointText(point.distributionPoint, point.reasons, point.cRLIssuer)).join(', '))],
  [oids.issuingDistributionPoint, as(IssuingDistributionPoint, issuingPointText)],
  [oids.nameConstraints, as(NameConstraints, it => constraintsText(constraintsOf(it)))],
  [oids.certificatePolicies, as(CertificatePolicies, it => it.map(policyText).join(', '))],
  [oids.policyMappings, as(PolicyMappings, it => it.map(pair => `${pair.issuerDomainPolicy} = ${pair.subjectDomainPolicy}`).join(', '))],
  [oids.policyConstraints, as(PolicyConstraints, policyConstraintsText)],
  ['2.5.29.16', as(PrivateKeyUsagePeriod, it => [dateText('from', it.notBefore), dateText('until', it.notAfter)].join(' ').trim())],
  ['2.5.29.9', as(SubjectDirectoryAttributes, it => it.map(attribute => `${attribute.type} ${attributeOf(attribute).text}`).join(', '))],
  ['1.3.6.1.5.5.7.1.3', statementsText],
  [oids.tlsFeature, as(sequenceOf<number>(AsnPropTypes.Integer), it => it.map(featureText).join(', '))],
  [oids.netscapeCertificateType, as(BitString, it => bitsText(it, netscapeTypes))],
  ['1.2.840.113533.7.65.0', as(EntrustVersionInfo, it => it.entrustVers)],
  ['1.3.6.1.4.1.311.21.7', templateText]
])

/** Re-encoded, so that names read the same here and where our own reader reads them. */
function nameText(it: GeneralName): string {
  const der = encode(it)
  const name = readGeneralName(der, whole(der))
  if (!name) throw new Error('no GeneralName')
  return name.type === 'ip' && it.iPAddress?.includes('/') ? `IP:${subnetText(contentOf(der, whole(der)))}` : generalNameText(name)
}

const namesText = (names: readonly GeneralName[]): string => names.map(nameText).join(', ')

const whole = (der: Uint8Array): Element => element(der, 0, der.length)!

function accessText({ accessMethod, accessLocation }: AccessDescription): string {
  const methods: Readonly<Record<string, string | undefined>> = {
    '1.3.6.1.5.5.7.48.3': 'time stamping',
    '1.3.6.1.5.5.7.48.5': 'CA repository'
  }
  return `${methods[accessMethod] ?? accessMethod} ${nameText(accessLocation)}`
}

const words = (...parts: readonly (string | undefined)[]): string => parts.filter(it => it).join(' ')

function pointText(
  name: DistributionPointName | undefined,
  reasons: Reason | undefined,
  issuer: readonly GeneralName[] | undefined
): string {
  return words(
    name?.fullName && namesText(name.fullName),
    name?.nameRelativeToCRLIssuer && `name relative to the issuer ${hex(encode(name.nameRelativeToCRLIssuer))}`,
    reasons && `for ${reasons.toJSON().join(', ')}`,
    issuer && `issuer ${namesText(issuer)}`
  )
}

function issuingPointText(it: IssuingDistributionPoint): string {
  return [
    pointText(it.distributionPoint, it.onlySomeReasons, undefined),
    it.onlyContainsUserCerts ? 'only end-entity certificates' : '',
    it.onlyContainsCACerts ? 'only CA certificates' : '',
    it.onlyContainsAttributeCerts ? 'only attribute certificates' : '',
    it.indirectCRL ? 'indirect' : ''
  ]
    .filter(part => part !== '')
    .join(', ')
}

export interface NameConstraintsText {
  readonly permitted: readonly string[]
  readonly excluded: readonly string[]
}

/** Subtrees as people write them: `DNS:example.com`, `IP:10.0.0.0/255.0.0.0`. */
export function decodeNameConstraints(der: Uint8Array): NameConstraintsText | undefined {
  const constraints = der.length <= mostOctets ? decode(NameConstraints, der) : undefined
  return constraints && attempt(() => constraintsOf(constraints))
}

const constraintsOf = (it: NameConstraints): NameConstraintsText => ({
  permitted: subtreesText(it.permittedSubtrees),
  excluded: subtreesText(it.excludedSubtrees)
})

const subtreesText = (subtrees: GeneralSubtrees | undefined): readonly string[] => Array.from(subtrees ?? [], it => nameText(it.base))

function constraintsText({ permitted, excluded }: NameConstraintsText): string {
  const side = (word: string, names: readonly string[]) => (names.length === 0 ? [] : [`${word} ${names.join(', ')}`])
  return [...side('permitted', permitted), ...side('excluded', excluded)].join('; ')
}

export interface Policy {
  readonly oid: string
  /** URIs of certification practice statements, and texts for the user. */
  readonly qualifiers: readonly string[]
}

export function decodePolicies(der: Uint8Array): readonly Policy[] | undefined {
  const policies = der.length <= mostOctets ? decode(CertificatePolicies, der) : undefined
  return policies && attempt(() => Array.from(policies, policyOf))
}

const policyOf = ({ policyIdentifier, policyQualifiers }: PolicyInformation): Policy => ({
  oid: policyIdentifier,
  qualifiers: (policyQualifiers ?? []).flatMap(qualifierTexts)
})

function qualifierTexts({ qualifier }: PolicyQualifierInfo): readonly string[] {
  const der = new Uint8Array(qualifier)
  if (der[0] !== tags.sequence) return [stringOf(der) ?? hex(der)]
  const notice = AsnConvert.parse(der, UserNotice)
  return [notice.noticeRef?.organization.toString(), notice.explicitText?.toString()].filter(it => it !== undefined)
}

function stringOf(der: Uint8Array): string | undefined {
  const it = element(der, 0, der.length)
  return it && stringValue(der, it)
}

const policyNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.32.0', 'anyPolicy'],
  ['2.23.140.1.2.1', 'domain validated'],
  ['2.23.140.1.2.2', 'organization validated'],
  ['2.23.140.1.2.3', 'individual validated'],
  ['2.23.140.1.1', 'extended validation']
])

function policyText(it: PolicyInformation): string {
  const { oid, qualifiers } = policyOf(it)
  const name = policyNames.get(oid)
  return [name === undefined ? oid : `${name} (${oid})`, ...qualifiers].join(' ')
}

function policyConstraintsText({ requireExplicitPolicy, inhibitPolicyMapping }: PolicyConstraints): string {
  const side = (word: string, skip: ArrayBuffer | undefined) =>
    skip ? [`${word}:${Number.parseInt(hex(new Uint8Array(skip)) || '0', 16)}`] : []
  return [...side('requireExplicitPolicy', requireExplicitPolicy), ...side('inhibitPolicyMapping', inhibitPolicyMapping)].join(', ')
}

const dateText = (word: string, date: Date | undefined): string => (date ? `${word} ${date.toISOString()}` : '')

/** RFC 7633: numbers of TLS extensions; 5 is what people call “must staple”. */
const featureText = (feature: number): string => ({ 5: 'status_request', 17: 'status_request_v2' })[feature] ?? String(feature)

const netscapeTypes = ['SSL client', 'SSL server', 'S/MIME', 'object signing', 'reserved', 'SSL CA', 'S/MIME CA', 'object signing CA']

function bitsText({ value, unusedBits }: BitString, names: readonly string[]): string {
  const octets = new Uint8Array(value)
  const count = octets.length * 8 - unusedBits
  return names.filter((_, index) => index < count && octets[index >> 3]! & (0x80 >> (index & 7))).join(', ')
}

const parts = (der: Uint8Array | ArrayBuffer): readonly Uint8Array[] => AsnConvert.parse(der, Parts).map(it => new Uint8Array(it))
const Parts = sequenceOf<ArrayBuffer>(AsnPropTypes.Any)

/** The OID of the template and its version: what Active Directory's CA made the certificate after. */
function templateText(der: Uint8Array): string | undefined {
  const [template, ...version] = parts(der)
  const oid = template && only(template, 0, template.length, tags.oid)
  const numbers = version.map(it => smallInteger(it, whole(it)))
  return oid && words(oidOf(template, oid), numbers.length > 0 ? `version ${numbers.join('.')}` : undefined)
}

/** A statement without more to say has no encoding in the schema, so these are not held against what they were read from. */
function statementsText(der: Uint8Array): string {
  return AsnConvert.parse(der, QCStatements).map(statementText).join(', ')
}

function statementText({ statementId, statementInfo }: QCStatement): string {
  const statement = statements.get(statementId)
  if (statementInfo.byteLength === 0) return statement?.name ?? statementId
  const said = statement?.says && attempt(() => statement.says!(statementInfo))
  return `${statement?.name ?? statementId} ${said ?? hex(new Uint8Array(statementInfo))}`
}

/** ETSI EN 319 412-5, and TS 119 495 for the certificates of payment services. */
const statements: ReadonlyMap<string, { readonly name: string; readonly says?: (info: ArrayBuffer) => string }> = new Map([
  ['1.3.6.1.5.5.7.11.2', { name: 'semantics' }],
  ['0.4.0.1862.1.1', { name: 'EU qualified' }],
  ['0.4.0.1862.1.2', { name: 'limit', says: limitText }],
  ['0.4.0.1862.1.3', { name: 'retention', says: info => `${AsnConvert.parse(info, QcEuRetentionPeriod).value} years` }],
  ['0.4.0.1862.1.4', { name: 'key in a qualified device' }],
  [
    '0.4.0.1862.1.5',
    {
      name: 'disclosure',
      says: info =>
        AsnConvert.parse(info, QcEuPDS)
          .map(it => `${it.url} (${it.language})`)
          .join(' ')
    }
  ],
  [
    '0.4.0.1862.1.6',
    {
      name: 'type',
      says: info =>
        AsnConvert.parse(info, QcType)
          .map(it => qualifiedTypes.get(it) ?? it)
          .join(' ')
    }
  ],
  ['0.4.0.1862.1.7', { name: 'country', says: info => AsnConvert.parse(info, QcCClegislation).join(' ') }],
  ['0.4.0.19495.2', { name: 'PSD2', says: paymentText }]
])

const qualifiedTypes: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.6.1', 'electronic signature'],
  ['0.4.0.1862.1.6.2', 'electronic seal'],
  ['0.4.0.1862.1.6.3', 'website authentication']
])

function limitText(info: ArrayBuffer): string {
  const { currency, amount, exponent } = AsnConvert.parse(info, QcEuLimitValue)
  return `${amount * 10 ** exponent} ${currency.alphabetic ?? currency.numeric}`
}

/** The roles, and the authority that gave them. */
function paymentText(info: ArrayBuffer): string {
  const [roles, ...authority] = parts(info)
  const names = parts(roles!).map(role => stringOf(parts(role)[1]!))
  return `${names.join(' ')} by ${authority.map(stringOf).join(' ')}`
}

/** An attribute of a request or of a subject. */
export interface AttributeText {
  readonly oid: string
  readonly name?: string
  readonly text: string
}

const attributeNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.9.2', 'unstructuredName'],
  [challengePassword, 'challengePassword'],
  [oids.extensionRequest, 'extensionRequest'],
  ['1.3.6.1.4.1.311.2.1.14', 'extensionRequest of Microsoft'],
  ['1.3.6.1.4.1.311.13.2.3', 'operating system'],
  ['1.3.6.1.4.1.311.13.2.2', 'cryptographic provider'],
  ['1.3.6.1.4.1.311.21.20', 'client information']
])

function attributeOf({ type, values }: Attribute): AttributeText {
  const name = attributeNames.get(type)
  return { oid: type, ...(name !== undefined && { name }), text: attributeValue(type, values) }
}

function attributeValue(type: string, values: readonly ArrayBuffer[]): string {
  // It is a secret between the holder and the CA, which only travels in the request.
  if (type === challengePassword) return 'not shown'
  if (extensionRequests.includes(type))
    return values.flatMap(it => Array.from(AsnConvert.parse(it, Extensions), each => nameOf(each.extnID))).join(', ')
  return values.map(it => valueText(new Uint8Array(it))).join(', ')
}

const nameOf = (oid: string): string => extensionNames.get(oid) ?? oid

function valueText(der: Uint8Array): string {
  const it = element(der, 0, der.length)
  if (it?.tag === tags.oid) return oidOf(der, it)
  return stringOf(der) ?? hex(der)
}

/** What a certification request (RFC 2986) says, each part as its DER. */
export interface DecodedRequest {
  readonly version: number
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  readonly signed: Uint8Array
  readonly signatureAlgorithm: Uint8Array
  readonly signature: Uint8Array
  readonly attributes: readonly AttributeText[]
  /** What it asks to be in the certificate. */
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array }[]
}

export function decodeRequest(der: Uint8Array): DecodedRequest | undefined {
  const request = der.length <= mostOctets ? decode(CertificationRequest, der) : undefined
  return request && attempt(() => requestOf(request))
}

function requestOf({ certificationRequestInfo: info, certificationRequestInfoRaw, signatureAlgorithm, signature }: CertificationRequest) {
  const attributes = Array.from(info.attributes ?? [])
  const asked = attributes.find(it => extensionRequests.includes(it.type))?.values[0]
  return {
    version: info.version + 1,
    subject: encode(info.subject),
    spki: encode(info.subjectPKInfo),
    signed: new Uint8Array(certificationRequestInfoRaw!),
    signatureAlgorithm: encode(signatureAlgorithm),
    signature: new Uint8Array(signature),
    attributes: attributes.map(attributeOf),
    extensions: asked ? Array.from(AsnConvert.parse(asked, Extensions), extensionOf) : []
  }
}

const extensionOf = ({ extnID, critical, extnValue }: Extension): DecodedRequest['extensions'][number] => ({
  oid: extnID,
  critical,
  value: new Uint8Array(extnValue.buffer)
})

/** What an entry of a CRL says beyond serial number, date and reason. */
export function decodeRevocation(der: Uint8Array): { readonly invalidFrom?: string; readonly certificateIssuer?: string } {
  const extensions = (der.length <= mostOctets && decode(RevokedCertificate, der)?.crlEntryExtensions) || []
  const contentIn = (oid: string) => extensions.find(it => it.extnID === oid)?.extnValue.buffer
  const date = contentIn(oids.invalidityDate)
  const issuer = contentIn(oids.certificateIssuer)
  const invalidFrom = date && attempt(() => AsnConvert.parse(date, InvalidityDate).value.toISOString())
  const certificateIssuer = issuer && decodedText(oids.certificateIssuer, new Uint8Array(issuer))
  return { ...(invalidFrom && { invalidFrom }), ...(certificateIssuer && { certificateIssuer }) }
}
