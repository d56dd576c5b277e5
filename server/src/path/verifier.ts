import type { VerifierId } from '../core/model.js'
import type { GeneralName, KeyUsageBit } from '../x509/certificate.js'
import type { FailureCode } from './failures.js'

/**
 * How one product judges a certification path. The builder and the validator know knobs, never products; a difference
 * between two products is a knob here or it is not modelled.
 */
export interface Knobs {
  /**
   * `first-issuer`: the first that fits is taken, from the trust store before what was sent, and no other is ever tried.
   * `sent-chain`: the same with what was sent before the trust store. `backtracking`: all are tried, best first.
   */
  readonly search: 'first-issuer' | 'sent-chain' | 'backtracking'
  /** `folded` compares as RFC 5280 7.1 does, `bytes` the encodings. */
  readonly nameComparison: 'folded' | 'bytes'
  /** What an authority key identifier that disagrees with the issuer's subject key identifier does. */
  readonly keyIdentifiers: 'must-agree' | 'hint' | 'ignored'
  /** Must the issuer and serial number that an authority key identifier may name be those of the issuer? */
  readonly issuerSerial: 'must-agree' | 'ignored'
  /** Is an issuer whose key cannot have made this kind of signature passed over, rather than found to have a bad signature? */
  readonly keyKind: 'must-fit' | 'ignored'
  /** Does an issuer need keyCertSign to be considered at all? */
  readonly issuerUsage: 'must-certify' | 'ignored'
  /** Of several issuers that fit, is one that is valid at the time taken before an earlier one? */
  readonly preferCurrent: boolean
  /** Which certificates of the trust store make a path good. `any-on-path`: any, but the path goes on as far as the store leads. */
  readonly anchors: 'self-signed' | 'all' | 'any-on-path'
  /**
   * Is an end entity that lies in the trust store itself accepted? `as-issuer`: if it could have issued itself. `as-anchor`: if
   * no issuer is trusted, and then it is looked at as an anchor is.
   */
  readonly trustedEndEntity: 'unchecked' | 'path-of-one' | 'as-anchor' | 'as-issuer'
  /** Which checks the anchor has to pass as well. */
  readonly anchorChecks: ReadonlySet<CheckName>
  /** How many CA certificates may stand between end entity and anchor where the question sets no limit. */
  readonly depth: number
  /** Signatures that it verifies before it gives up. */
  readonly signatureLimit: number

  /** What is looked at and in which order: all checks of a stage for one certificate, then for the next. */
  readonly stages: readonly Stage[]
  /** A certificate with an extension that does not decode: never an issuer nor issued, refused as such, or taken as it is. */
  readonly unreadable: 'issues-nothing' | 'refused' | 'tolerated'
  readonly versions: 'all' | 'three'
  /** May the end entity be a CA? */
  readonly endEntityCa: 'allowed' | 'refused'
  /** Curves that a certificate's key may be on; it cannot be read otherwise. */
  readonly curves: 'all' | ReadonlySet<string>
  /** Key usage: restricts, restricts unless no bit is set, or is not looked at. */
  readonly keyUsage: 'restricts' | 'restricts-if-any' | 'ignored'
  /** Critical extensions that it processes. */
  readonly understood: ReadonlySet<string>

  /** Is what was sent taken as the path, with no search, where it stands in order and leads to an anchor? */
  readonly asSent: boolean
  /** Does a search pass over anchors that are out of date, but for one that issued the end entity itself? */
  readonly searchedAnchors: 'all' | 'direct-or-current'
  /** May the end entity's subject be empty without a critical subjectAltName? */
  readonly emptySubject: 'allowed' | 'critical-alternative-name'
  /** Extensions whose content it decodes as soon as it reads a certificate. */
  readonly decoded: ReadonlySet<string>
  /** A mailbox that is none, where any name constraints apply. */
  readonly oddNames: 'compared' | 'refused'
  /** What may stand in for basicConstraints in a CA certificate. `old-anchor`: OpenSSL's kindness to an anchor of old. */
  readonly impliedAuthority: 'old-anchor' | 'version-1-anchor' | 'none'
  /** What is said of a CA whose key usage lacks keyCertSign. */
  readonly withoutCertSign: 'invalid-ca' | 'key-usage'
  /** Which certificates above the end entity their own extended key usage restricts. */
  readonly purposeAbove: 'all' | 'intermediates' | 'none'
  /** Does anyExtendedKeyUsage stand for every purpose in an end entity? */
  readonly anyPurpose: 'suffices' | 'ignored'
  /** The same in a CA. */
  readonly anyPurposeAbove: 'suffices' | 'ignored'
  /** Other purposes that pass for serverAuth. */
  readonly alsoServer: ReadonlySet<string>
  /** Key usages of which the end entity needs one, where it has the extension. */
  readonly usages: { readonly client: readonly KeyUsageBit[]; readonly server: readonly KeyUsageBit[] }
  /** Netscape's certificate type of old. */
  readonly netscapeTypes: 'restrict' | 'ignored'
  /** Is a CA that is none said to have the wrong purpose as well? */
  readonly purposeWantsAuthority: boolean

  /** Do self-issued intermediates count against a path length? */
  readonly selfIssuedCounts: boolean
  /** At the very second of notAfter; `valid-at-start`: and not a fraction of a second later. */
  readonly atNotAfter: 'valid' | 'expired' | 'valid-at-start'
  /** `strict`: times that RFC 5280 does not allow are a failure of their own. */
  readonly timeFormat: 'strict' | 'any'
  /** Is the last certificate of an incomplete path looked at? */
  readonly looseEnd: 'seen' | 'unseen'
  /** Signature algorithms that it takes, by OID. */
  readonly signatureAlgorithms: 'all' | ReadonlySet<string>
  /** Keys whose signatures it takes. */
  readonly signingKeys: 'all' | SigningKeys
  /** OpenSSL's scale: 2 asks for 112 bits, which is RSA 2048 and SHA-224. */
  readonly securityLevel: 0 | 1 | 2 | 3 | 4 | 5

  /** Names that constraints are held against. */
  readonly constrainedNames: 'subject-and-alternative' | 'alternative'
  /** Are self-issued CAs free of the constraints above them? */
  readonly selfIssuedFree: boolean
  /** Kinds of names whose constraints it can check. */
  readonly constraintTypes: ReadonlySet<GeneralName['type']>
  /**
   * When a constraint of any other kind is a failure: where such a name is presented, where the extension is critical and so
   * not understood, or where it excludes anything.
   */
  readonly otherConstraints: 'if-presented' | 'if-critical' | 'if-excluding'
  readonly constrainedCertificates: 'all' | 'end-entity'
  /** Does a host in a constraint on mailboxes and URIs stand for the hosts below it as well? */
  readonly subdomains: 'dns-only' | 'all'
  /** Is a common name that looks like a host name held against DNS constraints? */
  readonly commonNameConstrained: boolean
  /** What `*.example.com` means to an excluded `www.example.com`. */
  readonly wildcardNames: 'as-written' | 'stand-for-all'
  /** Names times constraints that it is willing to compare. */
  readonly nameComparisonLimit: number
  /** `plain`: lists of the certificate's own issuer, complete. `full`: indirect and delta lists and lists by reason as well. */
  readonly crls: 'ignored' | 'plain' | 'full'
  readonly ocsp: 'ignored' | OcspPolicy
  /** Has a CRL to have a number? */
  readonly listNumber: 'required' | 'optional'
  /** Does a common name serve where there is no subject alternative name of the kind asked for? */
  readonly commonName: 'fallback' | 'never'
  /** `under-two-labels`: a whole label, with two more at least. */
  readonly wildcards: 'whole-label' | 'under-two-labels' | 'part-of-label'
  /** What `.example.com` asks for. */
  readonly leadingDot: 'any-subdomain' | 'literal'
  /** The dot that makes a host name absolute. */
  readonly trailingDot: 'ignored' | 'significant'

  /** Its own words for a failure; OpenSSL's where it has none. */
  readonly words: (code: FailureCode) => string
}

/** RSA between these sizes, EC on these curves; other kinds by name. */
export interface SigningKeys {
  readonly rsa: readonly [least: number, most: number]
  readonly curves: ReadonlySet<string>
  readonly others: ReadonlySet<string>
}

/** How OCSP responses are taken, where any are given. */
export interface OcspPolicy {
  /** Who needs one; a response about anybody else of the path counts as well. */
  readonly needed: 'end-entity' | 'whole-path'
  /** Seconds by which its times may be off. */
  readonly skew: number
  /** What the status “unknown” does. */
  readonly unknown: 'refused' | 'accepted'
  /** Does a certificate that has a good response need no CRL, and one that a CRL covers no response? */
  readonly inLieuOfCrl: boolean
}

export interface Stage {
  readonly from: 'end-entity' | 'anchor'
  readonly checks: readonly CheckName[]
}

export const checkNames = [
  'completeness',
  'form',
  'criticalExtensions',
  'authority',
  'explicitCurve',
  'purpose',
  'pathLength',
  'endEntityKeyStrength',
  'authorityKeyStrength',
  'signatureStrength',
  'identifiers',
  'revocation',
  'signature',
  'validity',
  'nameConstraints',
  'nameConstraintsBelow',
  'policies',
  'profile'
] as const
export type CheckName = (typeof checkNames)[number]
export const everyCheck: ReadonlySet<CheckName> = new Set(checkNames)

export interface Verifier extends Knobs {
  readonly id: VerifierId
  readonly title: string
  /** Where each knob's setting is to be read: documentation, source file and function, or the measurement. */
  readonly sources: { readonly [K in keyof Knobs]: string }
}

/** A knob's setting together with where it is written. */
export type Cited<T> = readonly [setting: T, source: string]

export function defineVerifier(id: VerifierId, title: string, cited: { readonly [K in keyof Knobs]: Cited<Knobs[K]> }): Verifier {
  const part = (index: 0 | 1) => Object.fromEntries(Object.entries(cited).map(([knob, setting]) => [knob, setting[index]]))
  return { id, title, sources: part(1) as Verifier['sources'], ...(part(0) as unknown as Knobs) }
}
