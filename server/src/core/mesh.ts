/**
 * What the rules about meshes see. Inside a mesh nobody writes certificates down: proxies have them from the mesh's own CA,
 * and what is written is only who has to use them. Beside that stand the secrets that certificates come from.
 */
import type { PemFile } from '../x509/pem.js'
import type { Setting } from './model.js'
import type { Location, TextEdit } from './text.js'

/** What a workload takes: mutual TLS alone, plain connections as well, or no mutual TLS at all. */
export type MeshMode = 'strict' | 'permissive' | 'disabled'

/** What one root says of a mesh. */
export interface Mesh {
  readonly policies: readonly MeshPolicy[]
  readonly clients: readonly MeshClient[]
  readonly identityMatches: readonly IdentityMatch[]
  readonly workloads: readonly MeshWorkload[]
  readonly credentialUses: readonly CredentialUse[]
  readonly secrets: readonly StoredSecret[]
  readonly doubledTls: readonly DoubledTls[]
  readonly plainRoutes: readonly PlainRoute[]
  readonly requests: readonly CertificateRequest[]
  readonly identityIssuers: readonly IdentityIssuer[]
}

export interface Named {
  /** What users call it: `PeerAuthentication default`. */
  readonly label: string
  /** Its name, or where that is missing its kind. */
  readonly at: Location
}

/** What workloads have to take from others. */
export interface MeshPolicy extends Named {
  /** In words, for the middle of a sentence: `the whole mesh`, `namespace payments`. */
  readonly reach: string
  /** Absent when it leaves the mode to a wider policy. */
  readonly mode?: Setting<MeshMode>
  readonly ports: readonly {
    readonly port: string
    readonly mode: Setting<MeshMode>
    /** Who ends TLS of its own there, with certificates that are not the mesh's. */
    readonly ownTls?: Named
  }[]
  /** Set when the settings for ports have no effect, because they need a choice of workloads and there is none. */
  readonly ignoredPorts?: Location
  /** Others of the same reach; only the oldest of them all counts. */
  readonly rivals: readonly Named[]
  /** What has to be written for mutual TLS alone to be taken. */
  readonly demand?: readonly TextEdit[]
}

/** How proxies speak to a host. */
export interface MeshClient extends Named {
  readonly host: string
  readonly mode: Setting<'plain' | 'tls' | 'mutual'>
  /** What the host takes, where a policy says so for all that the setting concerns. */
  readonly meets?: { readonly mode: MeshMode; readonly by: Named & { readonly modeAt: Location }; readonly certain: boolean }
}

/** A rule of authorization that goes by the identity in a client's certificate. */
export interface IdentityMatch extends Named {
  /** The setting: `principals`. */
  readonly name: string
  /** The text of the setting. */
  readonly setting: Location
  /** Words that no identity in this mesh ever fits. */
  readonly unmatched: readonly (Location & {
    readonly text: string
    readonly why: 'scheme' | 'wildcard' | 'form' | 'namespace' | 'trust domain'
    /** The trust domains that proxies take certificates of. */
    readonly accepted?: readonly string[]
    readonly correction?: readonly TextEdit[]
  })[]
  /** Why no client ever has an identity here, where that is known. */
  readonly without?: { readonly reason: 'disabled' | 'not-automatic'; readonly related: readonly (Named & { readonly modeAt: Location })[] }
}

/** A workload with what it takes, for people to look at. */
export interface MeshWorkload extends Named {
  readonly mode: MeshMode
  /** Absent: no policy here says anything, so the product decides. */
  readonly by?: Named
  readonly ports: readonly { readonly port: string; readonly mode: MeshMode; readonly ownTls?: Named }[]
}

/** TLS that proxies begin on a port where applications have begun it already. */
export interface DoubledTls extends Named {
  readonly host: string
  readonly port: string
  readonly modeAt: Location
  readonly entry: NamedPort
  /** False where it may be meant for other ports of the host. */
  readonly certain: boolean
}

/** Requests that are sent without TLS to a port for TLS. */
export interface PlainRoute extends Named {
  readonly host: string
  readonly port: string
  readonly entry: NamedPort
}

/** What a controller asks an issuer for, and when it asks again. */
export interface CertificateRequest extends Named {
  readonly usageFlaws: readonly (Location &
    (
      | { readonly kind: 'unknown'; readonly text: string; readonly meant?: string }
      /** Who presents it, though it is for other purposes. */
      | { readonly kind: 'no client auth'; readonly client: Named }
      /** An issuer that certifies no clients. */
      | { readonly kind: 'public issuer'; readonly issuer: Named }
    ))[]
  /** `early`: renewed before it is valid. `short`, `late`: below the least that is taken. `unit`: no duration. */
  readonly windowFlaws: readonly (Location & {
    readonly kind: 'early' | 'short' | 'late' | 'unit'
    readonly text: string
    /** How long it is valid. */
    readonly other: string
  })[]
}

/** The CA that certifies the proxies of a mesh. */
export interface IdentityIssuer extends Named {
  readonly certificate: PemFile
  /** What proxies trust; absent where that is not here. */
  readonly trusted?: PemFile
}

/** Who says what is spoken on a port. */
interface NamedPort extends Named {
  readonly protocol: string
  readonly protocolAt: Location
}

/** What an endpoint takes from a secret by name, where something is wrong with that. */
export interface CredentialUse {
  /** `Gateway public, port 443`. */
  readonly label: string
  readonly at: Location
  readonly mode: string
  readonly part: 'identity' | 'trust'
  readonly flaw:
    | { readonly kind: 'not-named' /** In words: `a credentialName or caCertificates`. */; readonly wanted: string }
    | { readonly kind: 'lacking'; readonly secret: Named; readonly wanted: readonly string[]; readonly present: readonly string[] }
    | { readonly kind: 'other-namespace'; readonly secret: Named; readonly there: string; readonly here: string }
    | { readonly kind: 'no-pem'; readonly secret: Named; readonly entry: string }
    | { readonly kind: 'unread-type'; readonly secret: Named; readonly type: string }
}

/** A secret, with what its entries hold. Its keys are never shown. */
export interface StoredSecret extends Named {
  readonly type: string
  /** Entries that its type demands and that are not there. */
  readonly lacking: readonly string[]
  readonly entries: readonly StoredEntry[]
  /** Certificates with the keys that are used with them. */
  readonly pairs: readonly {
    readonly certificate: StoredEntry & { readonly pem: PemFile }
    readonly key: StoredEntry & { readonly pem: PemFile }
  }[]
}

export interface StoredEntry {
  /** `tls.crt`. */
  readonly name: string
  readonly at: Location
  /**
   * `plain`: PEM where base64 of it is expected. `encoded-twice`: base64 where the text itself is expected, or base64 of base64.
   * `der`: the bytes of a certificate or key without PEM around them. `other`: what is known to be none of these. `unknown`:
   * empty, or somebody has still to fill it in.
   */
  readonly holds: 'pem' | 'plain' | 'encoded-twice' | 'der' | 'other' | 'unknown'
  readonly pem?: PemFile
}
