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
