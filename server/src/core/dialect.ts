import type { PemFile } from '../x509/pem.js'
import type { Answering, ConfigurationTest } from './answering.js'
import type { Severity } from './diagnostic.js'
import type { Mesh } from './mesh.js'
import type { Change, CredentialRef, DialectId, PlainEnd, TlsEndpoint } from './model.js'
import type { Settings } from './settings.js'
import type { Location, Read, SourceFile, Span, TextEdit } from './text.js'

/** How the files of a language are told from all others. */
export interface Language {
  readonly id: DialectId
  /** What VS Code may call it, other extensions' names included. */
  readonly languageIds: readonly string[]
  /** May a file of this name be of this language? Decides what is read at all when a folder is walked. */
  mayBe(path: string): boolean
  /** True for a language that projects are full of, so that a walk looks into its files before it counts them. */
  readonly common?: boolean
  /** Is this a file of this language, by its name and its text? Cheap, and rather no than a wrong yes. */
  detect(path: string, text: string): boolean
}

/**
 * A language that TLS endpoints are written in. Parsing never throws, whatever bytes come; what cannot be known is
 * `dynamic`, `unknown` or absent in the model, and rules stay silent about it.
 */
export interface Dialect extends Language {
  /** False for a file that only makes sense included by another: it is a root as long as no other root includes it. */
  isMain(file: SourceFile): boolean
  /**
   * What a file offers to the other roots of the workspace, by name: a Secret, a Service, a policy that holds for a namespace.
   * Asked of every file of the dialect; lowering finds it with `ctx.declared`. Remember it by the file.
   */
  declares?(file: SourceFile): readonly Declaration[]
  /** Reads one root with all that it includes. Pure, but for what `ctx` gives. */
  lower(root: SourceFile, ctx: LowerContext): Lowered
  /** Tells that the text of a file was edited, before anything else is asked of the new text: what is alike needs no second reading. */
  edited?(before: SourceFile, after: SourceFile): void
  /**
   * What `lower` gives, sooner: `earlier` is what the root said before its own text was edited, and all else that it reads is
   * unchanged. Nothing when the edit may concern too much of it.
   */
  lowerAgain?(root: SourceFile, earlier: Lowered, ctx: LowerContext): LoweredAgain | undefined
  /** Writes a change in this language, keeping comments and style; nothing when it cannot. */
  edit?(endpoint: TlsEndpoint, change: Change, read: Read): readonly TextEdit[] | undefined
  /** One or two sentences on the word at this offset, with a link, as Markdown; `lowered` is what its root says, where that is at hand. */
  describe?(file: SourceFile, offset: number, lowered?: Lowered): { readonly span: Span; readonly markdown: string } | undefined
  /** The outline of one file. */
  symbols?(file: SourceFile): readonly DocumentSymbol[]
  /** What the product itself would say of a root before it takes any connection, what stands in certificate files included. */
  test?(root: SourceFile, ctx: LowerContext): ConfigurationTest
  /** What becomes of requests behind the listeners of a root, as far as that is literal. */
  answering?(root: SourceFile, ctx: LowerContext): Answering
  /** How a comment starts, for ignore comments. */
  readonly comment: string
}

/** Something in a file that other roots can refer to. */
export interface Declaration {
  /** Its kind and name: `Secret/payments/tls`, `PeerAuthentication/payments`. */
  readonly key: string
  readonly file: SourceFile
  /** What the dialect that declared it knows of it; only dialects that share the keys read it. */
  readonly value: unknown
}

export interface LowerContext {
  readonly read: Read
  /** All of this key in the workspace, this root's own included. Recorded: when one comes, goes or changes, the root is read again. */
  declared(key: string): readonly Declaration[]
  readonly settings: Settings
}

export interface LoweredAgain {
  readonly lowered: Lowered
  /** The endpoints that the edit cannot have changed, with what they were before it: the same, but for their places in the text. */
  readonly kept: ReadonlyMap<TlsEndpoint, TlsEndpoint>
  /**
   * True when nothing but problems and places has changed: endpoints, paths and files are those of before, in their order. They
   * may be computed when somebody asks.
   */
  readonly onlyMoved?: boolean
  /** Carries anything else that was found before the edit over to the new text. */
  readonly move: <T>(value: T) => T
}

/** What a root says. */
export interface Lowered {
  readonly endpoints: readonly TlsEndpoint[]
  /** Who speaks without TLS what could be spoken with it (HTTP, not passed-through bytes), and is not among the endpoints. */
  readonly plain?: readonly PlainEnd[]
  /** Findings that only the language itself can see (syntax, places, values), each under the id of a rule without `check`. */
  readonly problems: readonly Problem[]
  /** Every path that is written, for links, hovers and `file-not-found`; includes and credentials alike. */
  readonly paths: readonly PathUse[]
  /** Certificates and keys that stand in the root itself. */
  readonly pem: readonly PemFile[]
  /** The files of the same language that belong to this root, itself first. They are no roots of their own. */
  readonly files: readonly SourceFile[]
  /** What it says of a mesh; absent where the language knows none. */
  readonly mesh?: Mesh
}

export interface Problem extends Location {
  readonly rule: string
  readonly message: string
  /** Instead of the rule's own. */
  readonly severity?: Severity
  readonly related?: readonly (Location & { readonly message: string })[]
  readonly fixes?: readonly { readonly title: string; readonly edits: readonly TextEdit[]; readonly safe: boolean }[]
}

export interface PathUse {
  readonly at: Location
  /** Absolute, after mapping; absent when it is a variable or template. */
  readonly path?: string
  readonly what: 'include' | 'certificate' | 'key' | 'trust' | 'crl' | 'other'
  /** True when the folder that a relative path counts from can only be guessed. */
  readonly guessed?: boolean
  /** Present for those that the model knows too. */
  readonly credential?: CredentialRef
}

export interface DocumentSymbol {
  readonly name: string
  readonly detail: string
  readonly kind: 'block' | 'server' | 'upstream' | 'certificate' | 'key' | 'request' | 'crl' | 'other'
  readonly span: Span
  readonly selection: Span
  readonly children: readonly DocumentSymbol[]
}
