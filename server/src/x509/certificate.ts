import type { Location, Span } from '../core/text.js'
import type { PemBlock } from './pem.js'

/** An X.501 Name. */
export interface Name {
  readonly der: Uint8Array
  /** RFC 4514-like, most specific last as OpenSSL prints it: `C=DE, O=Acme, CN=api`. */
  readonly text: string
  /** Compares as RFC 5280 7.1 and OpenSSL do: case, runs of blanks and string types folded. Equal strings = equal names. */
  readonly canonical: string
  readonly commonName?: string
  readonly attributes: readonly { readonly oid: string; readonly value: string }[]
  /** The part of it that a person would say: the CN, else the O, else all of it, else `(no name)`. */
  readonly display: string
}

export interface PublicKey {
  /** The whole SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  readonly algorithm:
    | 'RSA'
    | 'RSA-PSS'
    | 'EC'
    | 'Ed25519'
    | 'Ed448'
    | 'X25519'
    | 'X448'
    | 'DSA'
    | 'DH'
    | 'ML-DSA'
    | 'ML-KEM'
    | 'SLH-DSA'
    | 'unknown'
  /** Words for a person: `RSA 2048`, `EC P-256`, `Ed25519`, `ML-DSA-65`. */
  readonly description: string
  /** Bits of the modulus or of the curve's field; absent where that says nothing. */
  readonly size?: number
  /** `P-256`, `secp256k1`, `brainpoolP256r1`; an unnamed curve's OID. */
  readonly curve?: string
  readonly oid: string
}

export interface SignatureAlgorithm {
  readonly oid: string
  /** `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, `Ed25519`, or the OID. */
  readonly name: string
  readonly hash?: 'MD2' | 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'
}

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** The content of extnValue's OCTET STRING. */
  readonly value: Uint8Array
  /** The whole Extension in the certificate. */
  readonly bytes: Span
}

export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri' | 'ip' | 'rid'; readonly value: string; readonly bytes: Span }
  | { readonly type: 'directory'; readonly value: string; readonly name: Name; readonly bytes: Span }
  | { readonly type: 'other'; readonly value: string; readonly bytes: Span }

export type KeyUsageBit =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

/** The parts of a certificate that a finding can stand on. */
export type Field =
  | 'version'
  | 'serialNumber'
  | 'signature'
  | 'issuer'
  | 'notBefore'
  | 'notAfter'
  | 'validity'
  | 'subject'
  | 'subjectPublicKey'
  | 'extensions'
  | 'signatureAlgorithm'
  | 'signatureValue'

/**
 * A certificate as the lean DER reader sees it. Extensions are decoded when they are asked for; one that does not decode
 * is `undefined` and listed in `malformed`.
 */
export interface Certificate {
  readonly der: Uint8Array
  /** Where it came from; a certificate given as bytes has a block over a made-up file. */
  readonly block: PemBlock
  /** 1, 2 or 3. */
  readonly version: number
  /** Upper-case hex without colons; the integer's bytes. */
  readonly serialNumber: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
  /** To be verified with the issuer's key. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>
  readonly subjectAltNames: readonly GeneralName[] | undefined
  readonly keyUsage: ReadonlySet<KeyUsageBit> | undefined
  /** OIDs. Absent extension: any purpose. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | undefined
  /** Lower-case hex. */
  readonly subjectKeyIdentifier: string | undefined
  readonly authorityKeyIdentifier: { readonly keyIdentifier?: string; readonly serialNumber?: string; readonly issuer?: Name } | undefined
  /** caIssuers URIs of authorityInfoAccess. */
  readonly issuerUrls: readonly string[]
  readonly ocspUrls: readonly string[]
  readonly crlUrls: readonly string[]
  /** Signed certificate timestamps embedded: a public CA issued it. */
  readonly hasTimestamps: boolean
  /** OIDs of extensions whose content does not decode. */
  readonly malformed: readonly string[]
  /** Subject and issuer are one name; says nothing about the signature. */
  readonly selfIssued: boolean
  /** basicConstraints CA:TRUE, or a version 1 certificate that is self-issued. */
  readonly isCa: boolean
  /** Lower-case hex over the DER; computed when asked for. */
  readonly sha256: string
  readonly sha1: string
  /** Byte ranges in `der`. */
  bytes(field: Field): Span | undefined
  /** The characters of the file that hold the field (or, by OID, the extension); without one, the whole block. */
  at(field?: Field | { readonly extension: string }): Location
}
