/** Who presents what to whom in a workspace, as a graph: what the folder builds, draws and exports. Plain data. */
import type { Location } from '../core/text.js'

export interface TrustMap {
  readonly nodes: readonly MapNode[]
  readonly edges: readonly MapEdge[]
  /** What the picture leaves out or cannot tell, a sentence each. */
  readonly notes: readonly string[]
}

export interface MapNode {
  /** `e0` for endpoints, `a0` for authorities, `x0` for what is elsewhere; the same for the same workspace. */
  readonly id: string
  /**
   * `authority`: an issuer or a trust anchor, by subject and key. `certificate`: one that is trusted, or presented by itself, and
   * is no CA's. `elsewhere`: a file, secret or store that cannot be looked into here.
   */
  readonly kind: 'client' | 'server' | 'authority' | 'certificate' | 'elsewhere'
  readonly label: string
  readonly details: readonly Detail[]
  /** Endpoints: the file that it is written in. */
  readonly path?: string
  /** Where it is written; absent where it is only spoken of. */
  readonly at?: Location
  /** How many of its kind this node stands for, where more than one. */
  readonly count?: number
  /** The folder or file that a node stands for, where it stands for more than one endpoint. */
  readonly within?: string
}

/** A line of a node. */
export interface Detail {
  readonly text: string
  readonly tone: 'plain' | 'warning'
  /** Endpoints: the kind of tie that it is about, and that starts from it in the picture. */
  readonly about?: Exclude<MapEdge['kind'], 'issued'>
}

export type Verdict = 'accepted' | 'rejected' | 'unknown' | 'plaintext'

export interface MapEdge {
  readonly id: string
  /** `presents`: to the issuer of what is presented. `issued`: from a CA to the one that issued it. `trusts`: to an anchor. */
  readonly kind: 'presents' | 'issued' | 'trusts' | 'connects'
  readonly from: string
  readonly to: string
  /** A few words for the picture; may be empty. */
  readonly label: string
  /** Connections only: with which words it is rejected. */
  readonly reason?: string
  /** A whole sentence without full stop. */
  readonly says: string
  readonly tone: 'plain' | 'warning'
  /** Connections only. */
  readonly verdict?: Verdict
  /** `trusts` only: false when nobody is asked, or nothing verified, so that the trust decides nothing. */
  readonly inEffect?: boolean
  readonly at?: Location
  /** How many ties it stands for, where more than one. */
  readonly count?: number
  /** Connections only: how to ask for the whole prediction. */
  readonly question?: MapQuestionSides
}

/** The two sides of a connection, by what they are called in their configurations. */
export interface MapQuestionSides {
  readonly server: { readonly path: string; readonly listen: string }
  /** The `index`th client of this label. */
  readonly client: { readonly path: string; readonly label: string; readonly index: number }
}

export const isEndpoint = ({ kind }: Pick<MapNode, 'kind'>): boolean => kind === 'client' || kind === 'server'
