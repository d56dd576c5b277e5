import type { PathError, PathVerdict, Purpose } from '../path/verify.js'
import type { Certificate, Name, PublicKey } from '../x509/certificate.js'
import type { Crl } from '../x509/crl.js'
import type { PemBlock, PemFile } from '../x509/pem.js'
import type { Connection, PlainConnection } from './connections.js'
import type { Severity } from './diagnostic.js'
import type { PathUse } from './dialect.js'
import type { Mesh } from './mesh.js'
import type { Change, CredentialRef, Identity, TlsEndpoint, TrustRef, VerifierId } from './model.js'
import type { Settings } from './settings.js'
import type { Location, Read, SourceFile, TextEdit } from './text.js'

/** What one `check()` sees, by the rule's subject. */
export interface Subjects {
  /** A PEM or DER file, opened for itself. */
  file: PemFile
  /** One certificate: in a PEM file, or used by an endpoint. */
  certificate: CertificateUse
  /** What an endpoint presents, or what a PEM file would present: it holds a certificate that is no CA's. */
  chain: PresentedChain
  /** What an endpoint trusts. */
  bundle: TrustBundle
  endpoint: TlsEndpoint
  /** A path that is written in a configuration. */
  path: PathUse
  /** All endpoints of one root, for rules that compare them. */
  configuration: { readonly endpoints: readonly TlsEndpoint[] }
  /** What a root says of a mesh and of the secrets in it. */
  mesh: Mesh
  /** A client and the listener that it connects to, at least one of them in the root. */
  connection: Meeting
  /** A client and a listener of which only one speaks TLS, and the other has no setting of it. */
  plainConnection: PlainMeeting
}
export type Subject = keyof Subjects

/** A connection, seen from one of its sides: findings stand there, and name the other. */
export interface Meeting extends Connection {
  readonly here: 'client' | 'server'
}

/** The same where one side does not speak TLS. */
export type PlainMeeting = PlainConnection & { readonly here: 'client' | 'server' }

export interface CertificateUse {
  readonly certificate: Certificate
  /** All that stands beside it. */
  readonly file: PemFile
  /** Absent in a PEM file opened for itself: what it is used for is not known then. */
  readonly use?:
    | { readonly endpoint: TlsEndpoint; readonly part: 'presented'; readonly position: number }
    | { readonly endpoint: TlsEndpoint; readonly part: 'trusted' }
}

export interface PresentedChain {
  /** As they stand in the file; at least one. */
  readonly certificates: readonly Certificate[]
  readonly file: PemFile
  readonly use?: { readonly endpoint: TlsEndpoint; readonly identity: Identity }
}

export interface TrustBundle {
  readonly endpoint: TlsEndpoint
  /** Those that could be read. */
  readonly sources: readonly { readonly ref: TrustRef; readonly file: PemFile; readonly certificates: readonly Certificate[] }[]
  /** True when everything that the endpoint trusts could be read. */
  readonly complete: boolean
}

export interface Citation {
  /** `RFC 5280 4.2.1.12`, `nginx ssl_verify_client`. */
  readonly title: string
  readonly url: string
}

export interface RuleMetadata {
  /** = file name; names the flaw; never changes its meaning. */
  readonly id: string
  readonly title: string
  readonly category: 'validity' | 'trust' | 'identity' | 'protocol' | 'key' | 'hygiene' | 'syntax'
  readonly severity: Severity
  readonly citations: readonly Citation[]
}

/** A rule about `S`. */
export interface CheckedRule<S extends Subject = Subject> extends RuleMetadata {
  readonly subject: S
  check(subject: Subjects[S], ctx: RuleContext): void
  /** The same flaw as it shows in subjects of other kinds. */
  readonly also?: { readonly [T in Subject]?: (subject: Subjects[T], ctx: RuleContext) => void }
}

/** A rule whose findings the dialects report themselves, because only the language's own reader can see them. */
export interface LanguageRule extends RuleMetadata {
  readonly subject: 'language'
}

export type Rule = { [S in Subject]: CheckedRule<S> }[Subject] | LanguageRule

export function defineRule<S extends Subject>(rule: CheckedRule<S>): CheckedRule<S>
export function defineRule(rule: LanguageRule): LanguageRule
export function defineRule(rule: Rule): Rule {
  return rule
}

export const rfc = (number: number, section: string): Citation => ({
  title: `RFC ${number} ${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`
})
export const nginx = (module: string, directive: string): Citation => ({
  title: `nginx ${directive}`,
  url: `https://nginx.org/en/docs/http/${module}.html#${directive}`
})
export const manual = (title: string, url: string): Citation => ({ title, url })

/** What came of looking behind a reference. `undefined` content means: cannot be known here. */
export type Credential =
  | { readonly kind: 'pem'; readonly file: PemFile }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface RuleContext {
  readonly now: Date
  readonly settings: Settings
  credential(ref: CredentialRef): Credential
  /** `undefined` when it cannot be known here; silence is then the only right answer. */
  certificates(ref: CredentialRef): readonly Certificate[] | undefined
  /** All that this endpoint would trust, as far as it is to be read. */
  trustBundle(endpoint: TlsEndpoint): TrustBundle
  /** Certificates anywhere in the workspace that issued this one: the name and the signature agree. */
  issuersInWorkspace(certificate: Certificate): readonly Certificate[]
  /** Certificates anywhere in the workspace with this subject; signatures are not looked at. */
  certificatesNamed(subject: Name): readonly Certificate[]
  /** Certificates anywhere in the workspace that name this issuer; signatures are not looked at. */
  certificatesIssuedUnder(issuer: Name): readonly Certificate[]
  /** The intermediate CAs anywhere in the workspace, one copy of each. The same object until one of them changes. */
  authoritiesInWorkspace(): readonly Certificate[]
  /** What stands at a path: what `file-not-found` asks. */
  readonly read: Read
  /** Is this path inside the folders that the user opened? */
  inWorkspace(path: string): boolean
  /** Does the private key belong to the certificate? `undefined`: encrypted, or of an unknown kind. */
  keyMatches(certificate: Certificate, key: PemBlock): boolean | undefined
  /** The key in a key, certificate or request block, as words and numbers, never the key itself. */
  key(block: PemBlock): PublicKey | undefined
  /** Did `issuer` sign it? `undefined`: the algorithm is unknown here. Remembered for the life of the process. */
  signed(it: Certificate | Crl, issuer: Certificate): boolean | undefined
  verify(question: {
    readonly chain: readonly Certificate[]
    readonly trustAnchors: readonly Certificate[]
    readonly purpose: Purpose
    readonly verifier: VerifierId
    readonly maxDepth?: number
    /** Do all of `trustAnchors` end a path, or those only that the verifier says? */
    readonly partialChain?: boolean
    readonly crls?: readonly PemBlock[]
  }): PathVerdict
  report(finding: Finding): void
}

export interface Finding {
  /** A place in the root itself, or in a credential: then it is shown at the reference, with the credential's place as related. */
  readonly at: Location
  readonly message: string
  /** Instead of the rule's own. */
  readonly severity?: Severity
  readonly related?: readonly (Location & { readonly message: string })[]
  readonly fixes?: readonly ProposedFix[]
}

export type ProposedFix =
  | { readonly title: string; readonly endpoint: TlsEndpoint; readonly change: Change; readonly safe?: boolean }
  | { readonly title: string; readonly edits: readonly TextEdit[]; readonly safe?: boolean }

export { matchesIdentifier } from '../path/identifiers.js'
// What rules may ask of a file's content beside the context.
export { verifiers } from '../path/verifiers/index.js'
export { certificateOf, isCertificateError } from '../x509/certificate.js'
export { type Crl, crlOf, isCrl } from '../x509/crl.js'
export { kindOfDer } from '../x509/der-kind.js'
export { extensionNames, oids, purposeNames } from '../x509/oids.js'
export { parametersOf } from '../x509/parameters.js'
export type { Certificate, CredentialRef, Location, PathError, PathVerdict, PemBlock, PemFile, Purpose, SourceFile, TlsEndpoint }
