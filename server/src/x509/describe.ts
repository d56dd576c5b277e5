import { createHash } from 'node:crypto'
import { type Certificate, certificateOf, isCertificateError, type PublicKey } from './certificate.js'
import { type Crl, crlOf, isCrl } from './crl.js'
import type { AttributeText, DecodedRequest, NameConstraintsText, Policy } from './decoder.js'
import { type Element, element, expect, hex, tags } from './der.js'
import { digest } from './digest.js'
import { isName, readName } from './distinguished-name.js'
import { type ExtensionText, type ExtensionValue, extensionText, readTimestamps, type Timestamp } from './extension-text.js'
import { readGeneralNames, readKeyUsage, readPurposes } from './extensions.js'
import { describeKey, publicKeyOf } from './keys.js'
import { oids, purposeNames } from './oids.js'
import { parametersOf } from './parameters.js'
import type { PemBlock } from './pem.js'
import { signedDataOf } from './pkcs7.js'
import { isAlgorithm, isPublicKey, readPublicKey } from './public-key.js'
import { signed } from './signature.js'
import { readSignatureAlgorithm } from './signature-algorithm.js'

/** Everything that a person may want to know of a block, as plain JSON. Nothing of a private key but what its public half tells. */
export type Description =
  | CertificateDescription
  | RequestDescription
  | CrlDescription
  | KeyDescription
  | { readonly kind: 'pkcs7'; readonly entries: readonly Description[] }
  /** `description`: `DH 2048`, where it can be told. */
  | { readonly kind: 'parameters'; readonly label: string; readonly description?: string; readonly hex: string }
  | { readonly kind: 'other'; readonly label: string }
  /** The block promises something that it does not hold. */
  | { readonly kind: 'unreadable'; readonly label: string; readonly message: string }

export interface PublicKeyText {
  readonly algorithm: string
  readonly description: string
  readonly size?: number
  readonly curve?: string
  /** Base64 of the SHA-256 over the SubjectPublicKeyInfo, as pins have it. */
  readonly pin: string
}

export interface AlternativeName {
  readonly type: 'dns' | 'ip' | 'uri' | 'email' | 'directory' | 'other'
  readonly value: string
}

export interface CertificateDescription {
  readonly kind: 'certificate'
  readonly version: number
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  readonly notBefore: string
  readonly notAfter: string
  readonly subjectAltNames: readonly AlternativeName[]
  readonly publicKey: PublicKeyText
  readonly signatureAlgorithm: string
  /** Absent extension: absent. */
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number }
  readonly nameConstraints?: NameConstraintsText
  readonly subjectKeyIdentifier?: string
  readonly authorityKeyIdentifier?: string
  readonly issuerUrls: readonly string[]
  readonly ocspUrls: readonly string[]
  readonly crlUrls: readonly string[]
  readonly policies: readonly Policy[]
  readonly timestamps: readonly { readonly log: string; readonly at: string }[]
  readonly selfSigned: boolean
  readonly trust?: Certificate['trust']
  readonly extensions: readonly ExtensionText[]
  readonly fingerprints: { readonly sha1: string; readonly sha256: string }
}

export interface RequestDescription {
  readonly kind: 'csr'
  readonly version: number
  readonly subject: string
  readonly subjectAltNames: readonly AlternativeName[]
  readonly publicKey: PublicKeyText
  readonly signatureAlgorithm: string
  /** Did the holder of the key sign it? Absent: unknown here. */
  readonly signatureValid?: boolean
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
  readonly attributes: readonly AttributeText[]
  readonly extensions: readonly ExtensionText[]
  readonly fingerprints: { readonly sha256: string }
}

export interface CrlDescription {
  readonly kind: 'crl'
  readonly version: number
  readonly issuer: string
  readonly thisUpdate: string
  readonly nextUpdate?: string
  readonly number?: string
  readonly signatureAlgorithm: string
  readonly revokedCount: number
  /** The first of them. */
  readonly revoked: readonly {
    readonly serialNumber: string
    readonly revokedAt?: string
    readonly reason?: string
    readonly invalidFrom?: string
    /** In an indirect CRL. */
    readonly certificateIssuer?: string
  }[]
  readonly extensions: readonly ExtensionText[]
  readonly fingerprints: { readonly sha1: string; readonly sha256: string }
}

export interface KeyDescription {
  readonly kind: 'privateKey' | 'publicKey'
  readonly format: string
  readonly encrypted: boolean
  readonly encryption?: string
  /** Without a pin where the public half cannot be computed. */
  readonly publicKey: Omit<PublicKeyText, 'pin'> & { readonly pin?: string }
}

/** How many entries of a CRL and parts of a PKCS#7 are worth listing. */
const mostListed = 1000

/** The schemas of what only people read. Loading them takes longer than all else here, so the first question does it. */
type Decoder = typeof import('./decoder.js')
const loadDecoder = (): Promise<Decoder> => import('./decoder.js')

export async function describeBlock(block: PemBlock): Promise<Description> {
  return describe(block, await loadDecoder())
}

function describe(block: PemBlock, decoder: Decoder): Description {
  if (!block.der) return unreadable(block, block.errors[0]?.message ?? 'its body is not base64')
  switch (block.kind) {
    case 'certificate':
    case 'trustedCertificate': {
      const certificate = certificateOf(block)
      return certificate && !isCertificateError(certificate)
        ? describeCertificate(certificate, decoder)
        : unreadable(block, certificate?.message)
    }
    case 'certificateRequest': {
      const root = expect(block.der, 0, block.der.length, tags.sequence)
      const request = root && decoder.decodeRequest(block.der.subarray(0, root.end))
      return (request && describeRequest(request, block.der.subarray(0, root.end), decoder)) ?? unreadable(block, notARequest)
    }
    case 'crl': {
      const crl = crlOf(block)
      return isCrl(crl) ? describeCrl(crl, decoder) : unreadable(block, crl?.message)
    }
    case 'publicKey':
    case 'privateKey':
    case 'encryptedPrivateKey':
      return describeKeyBlock(block)
    case 'pkcs7': {
      const content = signedDataOf(block)
      const parts = content && [...content.certificates, ...content.crls]
      return parts
        ? { kind: 'pkcs7', entries: parts.slice(0, mostListed).map(it => describe(it, decoder)) }
        : unreadable(block, 'this is no PKCS#7 SignedData that can be read')
    }
    case 'parameters': {
      const description = parametersOf(block)?.description
      return { kind: 'parameters', label: block.label, ...(description && { description }), hex: hex(block.der.subarray(0, 4096)) }
    }
    case 'other':
      // A label that says nothing may still stand over a secret.
      return { kind: 'other', label: block.label }
  }
}

const notARequest = 'this is no certificate request that can be read'

const unreadable = ({ label }: PemBlock, message = 'it does not decode'): Description => ({ kind: 'unreadable', label, message })

function describeCertificate(it: Certificate, decoder: Decoder): CertificateDescription {
  const { basicConstraints, subjectKeyIdentifier, authorityKeyIdentifier, trust, extensions } = it
  const constraints = read(extensions, oids.nameConstraints, decoder.decodeNameConstraints)
  const keyIdentifier = authorityKeyIdentifier?.keyIdentifier
  return {
    kind: 'certificate',
    version: it.version,
    subject: it.subject.text,
    issuer: it.issuer.text,
    serialNumber: it.serialNumber,
    notBefore: it.notBefore.toISOString(),
    notAfter: it.notAfter.toISOString(),
    publicKey: publicKeyText(it.publicKey),
    signatureAlgorithm: it.signatureAlgorithm.name,
    ...namesAndPurposes(extensions),
    ...(basicConstraints && { basicConstraints }),
    ...(constraints && { nameConstraints: constraints }),
    ...(subjectKeyIdentifier !== undefined && { subjectKeyIdentifier }),
    ...(keyIdentifier !== undefined && { authorityKeyIdentifier: keyIdentifier }),
    issuerUrls: it.issuerUrls,
    ocspUrls: it.ocspUrls,
    crlUrls: it.crlUrls,
    policies: read(extensions, oids.certificatePolicies, decoder.decodePolicies) ?? [],
    timestamps: (read(extensions, oids.timestamps, readTimestamps) ?? []).map(timestampText),
    selfSigned: it.selfIssued && signed(it, it) === true,
    ...(trust && { trust }),
    extensions: extensionTexts(extensions.values(), decoder),
    fingerprints: { sha1: it.sha1, sha256: it.sha256 }
  }
}

const timestampText = ({ log, at }: Timestamp) => ({ log, at: at.toISOString() })

/** Of what is longer in all, the rest is hex: nobody has to wait for what somebody made large on purpose. */
function extensionTexts(extensions: Iterable<ExtensionValue>, { decodedText, mostOctets }: Decoder): readonly ExtensionText[] {
  let octets = 0
  return Array.from(extensions, it =>
    extensionText(it, (oid, der) => {
      octets += der.length
      return octets <= mostOctets ? decodedText(oid, der) : undefined
    })
  )
}

type Extensions = ReadonlyMap<string, ExtensionValue>

/** Reads an extension that is there. */
function read<T>(
  extensions: Extensions,
  oid: string,
  reader: (der: Uint8Array, start: number, end: number) => T | undefined
): T | undefined {
  const value = extensions.get(oid)?.value
  return value && reader(value, 0, value.length)
}

/** What certificates and requests say alike. */
function namesAndPurposes(extensions: Extensions): Pick<CertificateDescription, 'subjectAltNames' | 'keyUsage' | 'extendedKeyUsage'> {
  const keyUsage = read(extensions, oids.keyUsage, readKeyUsage)
  const purposes = read(extensions, oids.extendedKeyUsage, readPurposes)
  const names = read(extensions, oids.subjectAltName, readGeneralNames) ?? []
  return {
    subjectAltNames: names.map(({ type, value }) => ({ type: type === 'rid' ? 'other' : type, value })),
    ...(keyUsage && { keyUsage: [...keyUsage] }),
    ...(purposes && { extendedKeyUsage: purposes.map(it => purposeNames.get(it) ?? it) })
  }
}

function publicKeyText(key: PublicKey): PublicKeyText {
  return { ...keyWords(key), pin: createHash('sha256').update(key.spki).digest('base64') }
}

const keyWords = ({ algorithm, description, size, curve }: Omit<PublicKey, 'spki'>): Omit<PublicKeyText, 'pin'> => ({
  algorithm,
  description,
  ...(size !== undefined && { size }),
  ...(curve !== undefined && { curve })
})

/** `undefined` when the parts are not what our own readers take. */
function describeRequest(it: DecodedRequest, der: Uint8Array, decoder: Decoder): RequestDescription | undefined {
  const whole = (part: Uint8Array): Element => element(part, 0, part.length)!
  if (!isName(it.subject, whole(it.subject)) || !isPublicKey(it.spki, whole(it.spki))) return undefined
  if (!isAlgorithm(it.signatureAlgorithm, whole(it.signatureAlgorithm))) return undefined
  const publicKey = readPublicKey(it.spki, whole(it.spki))
  const sha256 = digest('sha256', der)
  const signatureAlgorithm = readSignatureAlgorithm(it.signatureAlgorithm, whole(it.signatureAlgorithm))
  const signatureValid = signed(
    {
      tbs: it.signed,
      signature: it.signature,
      signatureAlgorithm,
      signatureAlgorithmDer: it.signatureAlgorithm,
      algorithmsAgree: true,
      sha256
    },
    { publicKey }
  )
  return {
    kind: 'csr',
    version: it.version,
    subject: readName(it.subject, whole(it.subject)).text,
    publicKey: publicKeyText(publicKey),
    signatureAlgorithm: signatureAlgorithm.name,
    ...(signatureValid !== undefined && { signatureValid }),
    ...namesAndPurposes(new Map(it.extensions.map(extension => [extension.oid, extension]))),
    attributes: it.attributes,
    extensions: extensionTexts(it.extensions, decoder),
    fingerprints: { sha256 }
  }
}

function describeCrl(it: Crl, decoder: Decoder): CrlDescription {
  return {
    kind: 'crl',
    version: it.version,
    issuer: it.issuer.text,
    thisUpdate: it.thisUpdate.toISOString(),
    ...(it.nextUpdate && { nextUpdate: it.nextUpdate.toISOString() }),
    ...(it.number !== undefined && { number: it.number }),
    signatureAlgorithm: it.signatureAlgorithm.name,
    revokedCount: it.size,
    revoked: firstEntries(it, decoder),
    extensions: extensionTexts(it.extensions.values(), decoder),
    fingerprints: { sha1: it.sha1, sha256: it.sha256 }
  }
}

function firstEntries(crl: Crl, { decodeRevocation }: Decoder): CrlDescription['revoked'] {
  const found: CrlDescription['revoked'][number][] = []
  for (const { serialNumber, revokedAt, reason, bytes } of crl.entries()) {
    if (found.length === mostListed) break
    found.push({
      serialNumber,
      ...(revokedAt && { revokedAt: revokedAt.toISOString() }),
      ...(reason && { reason }),
      ...decodeRevocation(crl.der.subarray(bytes.start, bytes.end))
    })
  }
  return found
}

function describeKeyBlock(block: PemBlock): Description {
  const key = describeKey(block)
  if (!key) return unreadable(block, 'no key of a known structure')
  const half = publicKeyOf(block)
  return {
    kind: key.private ? 'privateKey' : 'publicKey',
    format: key.format,
    encrypted: key.encrypted,
    ...(key.encryption !== undefined && { encryption: key.encryption }),
    publicKey: half ? publicKeyText(half) : keyWords(key)
  }
}
