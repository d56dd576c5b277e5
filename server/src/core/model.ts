/**
 * The neutral model: every dialect lowers its language to it, every rule about configurations reads only it.
 * A product's name occurs in values (`product`, `verifier`), never as a condition in a rule.
 */
import type { PemFile } from '../x509/pem.js'
import type { Location } from './text.js'

export type DialectId = 'nginx' | 'haproxy' | 'envoy' | 'istio' | 'pem' | 'command-line' | 'node'
/** Whose behaviour an endpoint has: the language's own product, or one that has no language of its own. */
export type ProductId = DialectId | 'node' | 'go' | 'go1.19' | 'java' | 'curl' | 's_client'
/** One product's way of judging a certification path: see `path/verifiers`. */
export const verifierIds = ['openssl', 'boringssl', 'go', 'java', 'rustls', 'gnutls', 'rfc5280'] as const
export type VerifierId = (typeof verifierIds)[number]
export const tlsVersions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof tlsVersions)[number]

/** A value together with the text that decided it. */
export interface Setting<T> {
  readonly value: T
  /** `inherited`: written in an enclosing block. `default`: written nowhere; the product decides. `unknown`: a variable or template. */
  readonly origin: 'written' | 'inherited' | 'default' | 'unknown'
  /** The deciding text; for a default, the endpoint's header. */
  readonly at: Location
  /** The word that the user would search for: `ssl_verify_client`, `verify`. */
  readonly name: string
}

/** Where a certificate, key or CRL comes from. Only `file`, `directory` and `inline` can be looked into. */
export type CredentialRef = { readonly at: Location /** The setting: `ssl_certificate`. */; readonly name: string } & (
  | {
      readonly kind: 'file' | 'directory' /** Absolute, after mapping. */
      readonly path: string /** As written. */
      readonly written: string
    }
  /** Written in the configuration itself, or found there: a Secret's content, located where it stands. */
  | {
      readonly kind: 'inline'
      readonly file: PemFile
      /** True in a Secret by this name, which is looked at for itself. */
      readonly stored?: boolean
    }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'system' }
  /** A variable in the path, an engine, a template: no rule may complain of it. */
  | { readonly kind: 'dynamic'; readonly text: string }
)

/** What an endpoint presents: a certificate chain and the key that proves it. */
export interface Identity {
  readonly certificate: CredentialRef
  /** Absent: none configured (a finding for some products), or in the same file. */
  readonly key?: CredentialRef
  /** What is sent behind the end entity, where that is not what follows it in its file. */
  readonly chain?: 'nothing' | CredentialRef
  /** True when a passphrase source for the key is configured. */
  readonly passphrase: boolean
  /** The names that choose it, with a `!` before those that do not, where they are written; else those in it do. */
  readonly names?: readonly string[]
}

/** A place that a server listens on or a client connects to. */
export interface Address {
  readonly at: Location
  /** `*` for any; absent when it is a variable. Lower case, IPv6 without brackets. */
  readonly host?: string
  /** Absent when it is a variable. For a UNIX socket `host` is the path and `port` 0. */
  readonly port?: number
  readonly transport: 'tcp' | 'udp'
  /** Does this very address speak TLS? */
  readonly tls: boolean
  /** The server that answers here when no name chooses another. */
  readonly isDefault: boolean
}

export interface PeerPolicy {
  /** What happens to a peer without a certificate. A client endpoint always has `require`. */
  readonly certificate: Setting<'ignore' | 'request' | 'require'>
  /** Is the peer's chain checked against `trustAnchors`? */
  readonly verifyChain: Setting<boolean>
  /** Which reference identifiers the peer's certificate has to match; empty: any name passes. */
  readonly verifyNames: readonly Setting<string>[]
  readonly trustAnchors: readonly TrustRef[]
  readonly crls: readonly CredentialRef[]
  /** Whose revocation is looked at. Absent: that of the whole path, so that every CA needs a list. */
  readonly crlsOf?: 'end entity'
  /** How many CA certificates may stand between the end entity and the anchor; absent: the product has no such setting. */
  readonly maxDepth?: Setting<number>
  /** What becomes of the demand when there is nothing to verify with. Absent: the product refuses the configuration. */
  readonly withoutAnchors?: 'not asked'
  /** OpenSSL's numbers of errors that do not count, at the end entity and above it. */
  readonly forgiven?: {
    readonly endEntity: ReadonlySet<number> | 'all'
    readonly above: ReadonlySet<number> | 'all'
    readonly at: Location
    readonly name: string
  }
}

export type TrustRef = CredentialRef & {
  /** False for a source whose setting's purpose is another (OCSP, CRL) and that trusts all the same. */
  readonly intended: boolean
  /** True when its names are sent as acceptable CAs. */
  readonly announced: boolean
  /** True where the product refuses a file that has no other certificates than those labelled TRUSTED CERTIFICATE. */
  readonly needsPlainLabel?: true
}

/** What becomes of the result of verifying clients, as far as this configuration shows it. */
export interface ResultUse {
  /** Places that decide by the result: a guard, a map, an ACL. */
  readonly tested: readonly Location[]
  /** Places that hand the result on to somebody who may test it. */
  readonly handedOn: readonly Location[]
  /** True when something that cannot be read (Lua, njs, an include that is not here) may test it. */
  readonly unknown: boolean
  /** The text by which a bad certificate is answered with normal content. */
  readonly forgiven?: Location
  /**
   * Places that use a result which reads as good where no certificate came, while nothing asks whether one came. `named`: a
   * name from the certificate is handed on along with it.
   */
  readonly ambiguous?: readonly { readonly at: Location; readonly decides: boolean; readonly named: boolean }[]
}

/** A hop onwards from a server: the headers that it sets on the way. */
export interface Forward {
  readonly at: Location
  /** As written, to compare hops: `http://backend`. */
  readonly target: string
  readonly headers: readonly {
    readonly name: string
    readonly at: Location
    readonly carries: 'result' | 'identity' | 'nothing' | 'other'
    /** True when it is added beside one of this name that the client sent. */
    readonly added?: boolean
  }[]
  /** True when what is written here may not be all (an include that is not here). */
  readonly incomplete: boolean
  /** True when the verification result decides who gets to this hop. */
  readonly guarded: boolean
  /** A header that tells who the client is and is passed on as the client sent it. */
  readonly unfiltered?: {
    readonly name: string
    readonly at: Location
    /** The value that lets it through. */
    readonly setting: string
    readonly by: 'anybody' | 'certificate holders'
  }
}

/** One side of a TLS connection as a configuration describes it. */
export interface TlsEndpoint {
  readonly dialect: DialectId
  /** Whose behaviour it has, where that is not the product of the language that it is written in. */
  readonly product?: ProductId
  /** `server` accepts handshakes (a listener); `client` opens them (towards an upstream). */
  readonly role: 'server' | 'client'
  /** What users call it: `server www.example.com`, `cluster payments`. */
  readonly label: string
  readonly verifier: VerifierId
  readonly protocol: 'http' | 'stream' | 'mail' | 'tcp'
  /** The block's header, where a finding about something absent is shown. */
  readonly at: Location
  /** The whole block, for fixes that insert. */
  readonly block: Location
  /** Where it listens, or what it connects to. Pairs clients with servers. */
  readonly addresses: readonly Address[]
  /** Host names it answers for (server) or asks for in SNI (client; empty: no SNI). */
  readonly serverNames: readonly Setting<string>[]
  /** Does it speak TLS at all? An endpoint without TLS is in the model only when TLS settings are written for it. */
  readonly tls: Setting<boolean>
  /** What it presents. More than one when it chooses by SNI or key type; none when it presents nothing. */
  readonly identities: readonly Identity[]
  /** True when it turns handshakes away on purpose and so needs nothing to present. */
  readonly rejectsHandshake?: boolean
  /** Servers only: true when a handshake without a name that is known here is turned away. */
  readonly rejectsUnknownNames?: boolean
  /** Clients only: the Host header that it sends, where it can be known without a request. */
  readonly requestHost?: string
  /** Clients only: what it asks for, where that is known. */
  readonly requestPath?: string
  /** Servers only: true when no other server of the address can lend it a certificate. */
  readonly needsOwnIdentity?: boolean
  readonly peer: PeerPolicy
  readonly minVersion: Setting<TlsVersion>
  readonly maxVersion: Setting<TlsVersion>
  /** As written, in the product's own syntax; absent: the product's default. */
  readonly ciphers?: Setting<string>
  /** Curves and other groups of the key exchange, likewise; they bound the keys of clients too. */
  readonly groups?: Setting<string>
  /** Application protocols (RFC 7301) that a client insists on, or a server takes; absent: not known, or nobody minds. */
  readonly applicationProtocols?: readonly string[]
  /** True when the same port also takes connections without TLS, e.g. Istio's PERMISSIVE. */
  readonly acceptsPlaintext: Setting<boolean>
  /** Servers only. */
  readonly result?: ResultUse
  /** Servers only. */
  readonly forwards?: readonly Forward[]
  /**
   * Servers only: where the content comes from, as written, to compare servers: `http://backend`, `root /srv/www`.
   * Empty when it only refuses or redirects; absent when that cannot be known.
   */
  readonly content?: readonly string[]
  /** Servers only: true when requests that come without TLS are refused or redirected before they reach any content. */
  readonly refusesPlaintext?: boolean
  /** Clients only: may it resume TLS sessions, and with whom does it share them? */
  readonly sessionReuse?: Setting<boolean>
  /**
   * Clients only: there to be tried out, in a page for readers, a script or a test. It may be meant to fail, so nobody is blamed
   * for what it leaves out, and its server never.
   */
  readonly trial?: 'page' | 'script' | 'test'
  /** The header of the block that they belong to: of clients the server, of listeners the one whose rules they share with others. */
  readonly parent?: Location
  /** True when settings that decide about it may be written somewhere that cannot be read. Rules about something absent stay silent. */
  readonly incomplete: boolean
}

/** One end of a connection that knows nothing of TLS. It counts only where the other end speaks it. */
export interface PlainEnd {
  readonly dialect: DialectId
  readonly role: TlsEndpoint['role']
  readonly label: string
  readonly at: Location
  readonly addresses: readonly Address[]
}

/** A change to an endpoint in neutral words; a dialect's `edit` writes it in its language, or returns nothing. */
export type Change =
  | { readonly set: 'certificate'; readonly value: 'require' }
  | { readonly set: 'verifyChain'; readonly value: true }
  | { readonly set: 'maxDepth'; readonly value: number }
  | { readonly set: 'minVersion'; readonly value: TlsVersion }
  | { readonly set: 'serverNameIndication'; readonly value: true }
  | { readonly set: 'verifyName'; readonly value: string }
  | { readonly set: 'tls'; readonly value: true; readonly address: Address }
  | { readonly set: 'sessionReuse'; readonly value: false }
