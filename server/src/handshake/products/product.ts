/**
 * How products behave where a handshake leaves them a choice. The engine knows these records, never a product: a difference
 * is a field here, or it is not predicted.
 */
import type { ClientRequest } from '../../core/answering.js'
import type { TlsVersion } from '../../core/model.js'
import type { PathError, ReferenceIdentifier } from '../../path/verify.js'
import type { Certificate } from '../../x509/certificate.js'
import type { Presented } from '../presented.js'

/** How a side judges the other's certificate, be it server or client. */
export interface JudgingBehaviour {
  readonly title: string
  /** Where this is known from, when it was not measured on a running one. */
  readonly source?: string
  /** Which of the verifier's errors counts: a callback that lets verification go on ends with the last one. */
  readonly decisive: 'first' | 'last'
  /** Its own words for a certificate that it does not trust; absent: those of its verifier. */
  untrusted?(rejected: Rejected): string
  /** The alert that it then sends; absent: OpenSSL's. */
  alertFor?(error: PathError, version: TlsVersion): string
  /** Does what it trusts end a path even where it is not self-signed, whatever its verifier does by default? */
  readonly partialChain?: true
  /** Does it complete a chain of one certificate from its trust store: even when it does not judge anybody by it? */
  readonly completesChain?: 'always' | 'when-judging'
  /** OpenSSL's security level, where it is not that of distributions. */
  readonly securityLevel?: 1
  /** `first`: of a file with several CRLs one is read. */
  readonly crlsOfFile?: 'first'
}

/** A certificate that was not trusted. */
export interface Rejected {
  readonly error: PathError
  /** As far as it was built, end entity first. */
  readonly path: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  /** Names that were asked for. */
  readonly names: readonly ReferenceIdentifier[]
}

export interface VersionRange {
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
}

export interface ServerBehaviour extends JudgingBehaviour {
  /** What a bad certificate, or none where one is demanded, leads to. `close`: the connection ends without a word. */
  readonly refusal: { readonly http: 'alert' | 'http-error' | 'close'; readonly stream: 'alert' | 'close' }
  /** What no certificate leads to, where that is not what a bad one does. */
  readonly refusalOfNone?: 'alert'
  /** The alert for a signature of another key; absent: OpenSSL's. */
  readonly alertForSignature?: string
  /** The alert for no certificate; absent: OpenSSL's. */
  readonly alertForNone?: string
  /** Has its error a number of OpenSSL? */
  readonly numbers: boolean
  /** What it says when it answers in a version below 1.2, for which its security level leaves no signature. */
  readonly oldVersions?: string
  /** A certificate whose key usage does not let an EC key sign: OpenSSL does not use it in TLS 1.2. */
  readonly ownUsage?: 'ignored'
  /** Errors that do not count where certificates are asked for and their chain is not to be verified. */
  readonly forgivenWithoutChain: ReadonlySet<number> | 'all'
  /** How the name in the handshake chooses: a server by its names, or a certificate by those in it. */
  readonly choosesBy: 'server-names' | 'certificate-names'
  /** Does a wildcard stand for any number of labels? */
  readonly wildcardsSpanLabels: boolean
  /** Does the Host header choose a server anew, and is one refused that verifies and was not negotiated? */
  readonly hostChooses: boolean
  /** What plain HTTP gets from a listener that speaks TLS; `null`: the connection ends. */
  readonly plaintextStatus: number | null
  readonly words: {
    readonly noCertificate: string
    readonly plaintext: string
    /** What its own pages say to a client that it turns away. */
    readonly pages?: Readonly<Partial<Record<NonNullable<ClientRequest['refusal']>, string>>>
    /** For a client whose signature is not that of the key in its certificate. */
    readonly badSignature: string
    /** For a client that speaks no version of its own; absent: OpenSSL's. */
    versions?(client: VersionRange, server: VersionRange): string
  }
  /** The variable about the verification. `error`: what the verification ended with, forgiven or not. */
  variable(came: boolean, error: { readonly openssl: number; readonly text: string } | undefined): string | null
}

export interface ClientBehaviour extends JudgingBehaviour {
  /** Does it look at the name only after the path has passed? Then its words for a mismatch are its own. */
  readonly nameCheck: 'with-path' | 'afterwards'
  nameMatches(certificate: Certificate, name: ReferenceIdentifier): boolean
  /** Its own words for a name that does not match, and that this setting asks for. */
  mismatch(name: ReferenceIdentifier, certificate: Certificate, namedBy?: string): string
  /** What it answers to its own client when the connection fails; a client by hand has none. */
  /** The alert for such a name, where that is not OpenSSL's for a verification that failed afterwards. */
  readonly alertForName?: 'none'
  readonly failureStatus: number | null
  /** Does it end the handshake with an alert when it rejects the server, or complete it and hang up? */
  readonly rejectsWith: 'alert' | 'close'
  /** Has its error a number of OpenSSL in its log? */
  readonly numbers: boolean
  /** A certificate with a key of another kind. */
  readonly otherKindOfKey: 'fails' | 'sends-nothing'
  /** A key of the same kind that is not the certificate's: `signs`: it is used all the same. */
  readonly otherKey?: 'signs'
  /** Has a key that is not named to be in the certificate's own file? */
  readonly isKeyInFile?: true
  /** `acceptable`: a certificate is only sent where one of its issuers is among the acceptable CAs of the request. */
  readonly offers?: 'acceptable'
  /** What keeps it from starting with this certificate and key, in its words; absent: what OpenSSL says of keys that do not fit. */
  ownFault?(presents: Extract<Presented, { kind: 'chain' }>): string | undefined
}
