/** What the client asks beyond LSP. Everything is plain JSON. Used by both sides; imports nothing. */

export interface Range {
  readonly start: { readonly line: number; readonly character: number }
  readonly end: { readonly line: number; readonly character: number }
}

/** `mtlsLens/chains`: params none, answer `ChainNode[]`, one a file that holds certificates. */
export const chainsRequest = 'mtlsLens/chains'

/** A node of the tree: a file, a certificate of a chain, or the link that is missing. Children stand from leaf to anchor, each below the one it issued. */
export interface ChainNode {
  readonly kind: 'file' | 'endEntity' | 'intermediate' | 'anchor' | 'missing' | 'key' | 'crl' | 'request'
  readonly label: string
  /** Grey text behind: `expires in 24 days`, `key matches`. */
  readonly description: string
  readonly tooltip: string
  readonly state: 'ok' | 'warning' | 'error' | 'unknown'
  readonly uri: string
  readonly range?: Range
  readonly children: readonly ChainNode[]
}

/** Notification from the server, params none: the chains may have changed. */
export const chainsChangedNotification = 'mtlsLens/chainsChanged'

/** `mtlsLens/verifyChain`: `VerifyParams` → `VerifyAnswer`. */
export const verifyChainRequest = 'mtlsLens/verifyChain'

export interface VerifyParams {
  readonly uri: string
  /** Absent: inferred from the configurations that use the file, else from the certificate's purposes. */
  readonly purpose?: 'client' | 'server' | 'any'
  /** URIs of PEM files with anchors. Absent: inferred from the configurations that use the file. */
  readonly trust?: readonly string[]
}

export type VerifyAnswer =
  | { readonly kind: 'result'; readonly verified: boolean | undefined; readonly title: string; readonly markdown: string }
  /** Something could not be inferred; the client asks the user and calls again. */
  | {
      readonly kind: 'ask'
      readonly purpose: boolean
      readonly trust: boolean
      readonly trustCandidates: readonly { readonly uri: string; readonly label: string; readonly description: string }[]
    }
  | { readonly kind: 'error'; readonly message: string }

/** `mtlsLens/status` notification, params `Status`: for the language status item. */
export const statusNotification = 'mtlsLens/status'

export interface Status {
  readonly busy: boolean
  readonly roots: number
  readonly certificates: number
  readonly errors: number
  readonly warnings: number
}

/** Notification from the server, params none: all changes known so far are checked, and answers given before may be out of date. */
export const checkedNotification = 'mtlsLens/checked'

/** `mtlsLens/checkWorkspace`: params none. Reads and checks everything again; answers `Status` when done. */
export const checkWorkspaceRequest = 'mtlsLens/checkWorkspace'

/** `mtlsLens/showCertificate`: `ShowCertificateParams` → `ShownCertificate | null`, null when nothing stands there. */
export const showCertificateRequest = 'mtlsLens/showCertificate'

/** A place in a PEM block or on a path in a directive; without a position, all blocks of the file. */
export interface ShowCertificateParams {
  readonly uri: string
  readonly position?: Range['start']
}

export interface ShownCertificate {
  readonly title: string
  readonly markdown: string
}

/** `mtlsLens/explainError`: `ExplainErrorParams` → `ExplainErrorAnswer`. */
export const explainErrorRequest = 'mtlsLens/explainError'

export interface ExplainErrorParams {
  /** A line of a log, or several, as pasted or selected. */
  readonly text: string
}

export interface ExplainErrorAnswer {
  readonly title: string
  readonly markdown: string
}

/** The command behind the lens over a listener; its only argument is a `HandshakeServer`. */
export const predictHandshakeCommand = 'mtlsLens.predictHandshake'

/** `mtlsLens/handshakeServers`: `HandshakeServersParams` → `HandshakeServerChoice[]`, the likeliest first. */
export const handshakeServersRequest = 'mtlsLens/handshakeServers'

export interface HandshakeServersParams {
  /** The editor at hand: its servers come first. */
  readonly uri?: string
}

/** A server of a listener, in words that stay true while the text around it changes. */
export interface HandshakeServer {
  /** Of the configuration. */
  readonly uri: string
  /** `127.0.0.1:8443`, `*:443`. */
  readonly listen: string
  /** What a client by hand asks for. */
  readonly name?: string
}

export interface HandshakeServerChoice {
  readonly label: string
  readonly description: string
  /** `orders/nginx.conf:13` */
  readonly detail: string
  readonly server: HandshakeServer
}

/** `mtlsLens/handshakeClients`: `HandshakeServer` → `HandshakeClients`: whom this server may meet. */
export const handshakeClientsRequest = 'mtlsLens/handshakeClients'

export interface HandshakeClients {
  /** Those of a group stand together, the likeliest group first. */
  readonly clients: readonly HandshakeClientChoice[]
  /** Whom a client by hand may trust, the likeliest first. */
  readonly trust: readonly { readonly uri: string; readonly label: string; readonly description: string }[]
}

export type HandshakeClient =
  /** A client of a configuration, the `index`th of those with this label. */
  | { readonly kind: 'endpoint'; readonly uri: string; readonly label: string; readonly index: number }
  /** By hand. Without a key it is taken to have the right one; without trust it does not verify the server. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key?: string; readonly trust?: readonly string[] }
  | { readonly kind: 'nothing'; readonly trust?: readonly string[] }

export interface HandshakeClientChoice {
  /** `connects`: its configuration leads to this server. `trusted`: a certificate below a CA that the server trusts. `hand`: neither. */
  readonly group: 'connects' | 'trusted' | 'hand' | 'certificates' | 'clients'
  readonly label: string
  readonly description: string
  readonly detail: string
  readonly client: HandshakeClient
}

/** `mtlsLens/predictHandshake`: `PredictHandshakeParams` → `PredictedHandshake | null`, null when a side is gone. */
export const predictHandshakeRequest = 'mtlsLens/predictHandshake'

export interface PredictHandshakeParams {
  readonly server: HandshakeServer
  readonly client: HandshakeClient
}

export interface PredictedHandshake {
  readonly picture: HandshakePicture
  /** What `place.index` counts. */
  readonly places: readonly { readonly uri: string; readonly range: Range }[]
  readonly text: string
  readonly mermaid: string
}

/** A place that the picture leads to: `orders/nginx.conf:22`. */
export interface PictureLink {
  readonly index: number
  readonly label: string
}

/** All of a prediction that is drawn. Texts are plain, and may hold anything. */
export interface HandshakePicture {
  readonly title: string
  readonly result: 'accepted' | 'rejected' | 'unknown'
  readonly side: 'server' | 'client' | null
  /** `Rejected by the server` */
  readonly verdict: string
  readonly client: PictureSide
  readonly server: PictureSide
  /** What is seen of the outcome: alert, status, the words in a log. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly because: readonly PictureReason[]
  readonly steps: readonly PictureStep[]
  /** What the program itself would say of its configuration, where it refuses it. */
  readonly refused?: { readonly message: string; readonly place?: PictureLink }
  /** Why there is no answer. */
  readonly reason?: string
  /** What the prediction rests on where no running server was at hand. */
  readonly notMeasured?: string
}

export interface PictureSide {
  readonly label: string
  readonly place?: PictureLink
}

export interface PictureReason {
  readonly message: string
  readonly place: PictureLink
  readonly rule?: string
  readonly url?: string
}

export interface PictureStep {
  readonly from: 'server' | 'client'
  /** `ClientHello`, `CertificateRequest`, … */
  readonly message: string
  readonly says: string
  readonly ok: boolean
  /** False for what a side makes of what it got. */
  readonly sent: boolean
  readonly place?: PictureLink
  /** Who speak, where a server has passed the request on. */
  readonly hop?: { readonly client: string; readonly server: string }
}

/** `mtlsLens/trustMap`: `TrustMapParams` → `DrawnTrustMap`. */
export const trustMapRequest = 'mtlsLens/trustMap'

export interface TrustMapParams {
  /** URI of the file or folder to look into; absent: all that there is. */
  readonly within?: string
}

export interface DrawnTrustMap {
  readonly picture: TrustMapPicture
  /** What `place.index` counts. */
  readonly places: readonly { readonly uri: string; readonly range: Range }[]
  /** What `ask` counts. */
  readonly questions: readonly PredictHandshakeParams[]
  /** What `within` of nodes counts. */
  readonly folders: readonly string[]
  readonly svg: string
  readonly mermaid: string
}

/** All of a map that is drawn. Texts are plain, and may hold anything. */
export interface TrustMapPicture {
  /** `2 clients, 1 server, 3 CAs; connections: 1 rejected`. */
  readonly summary: string
  /** The file or folder that it looks into. */
  readonly within?: string
  readonly notes: readonly string[]
  readonly width: number
  readonly height: number
  /** The groups in them that have a `data-id` are the nodes and ties of this id. */
  readonly shapes: readonly PictureShape[]
  readonly nodes: readonly TrustMapNode[]
  readonly ties: readonly TrustMapTie[]
}

/** An SVG element: an attribute is never a script, a string is only ever text. */
export interface PictureShape {
  readonly tag: 'g' | 'rect' | 'path' | 'text' | 'title' | 'circle'
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly (PictureShape | string)[]
}

export interface TrustMapNode {
  readonly id: string
  readonly kind: 'client' | 'server' | 'authority' | 'certificate' | 'elsewhere'
  readonly label: string
  readonly details: readonly string[]
  readonly place?: PictureLink
  /** Set for one that stands for all of a file or folder, which can be looked into. */
  readonly within?: number
}

export interface TrustMapTie {
  readonly id: string
  readonly kind: 'presents' | 'issued' | 'trusts' | 'connects'
  readonly from: string
  readonly to: string
  readonly says: string
  readonly verdict?: 'accepted' | 'rejected' | 'unknown' | 'plaintext'
  readonly place?: PictureLink
  /** Connections: the prediction that can be asked for. */
  readonly ask?: number
}

/** `mtlsLens/createDevelopmentPki`: `CreatePkiParams` → `CreatePkiAnswer`. Writes into the folder, and overwrites nothing. */
export const createPkiRequest = 'mtlsLens/createDevelopmentPki'

export interface CreatePkiParams {
  /** URI of the folder; made when it is missing. */
  readonly folder: string
  /** DNS names and IP addresses. Absent: this machine. */
  readonly serverNames?: readonly string[]
  readonly clientName?: string
}

/** Private keys are in the files only. */
export type CreatePkiAnswer =
  | { readonly kind: 'made'; readonly files: readonly { readonly uri: string; readonly what: string }[]; readonly password: string }
  | { readonly kind: 'error'; readonly message: string }
