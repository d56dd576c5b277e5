/** The facade: everything that the faces (lsp/, cli/, the library) may use. Pure, but for the `read` and the clock they give. */

import { possibleIssuers } from './core/chain.js'
import { type Connection, connectionsOf } from './core/connections.js'
import type { Settings } from './core/settings.js'
import { defaultSettings } from './core/settings.js'
import type { Read } from './core/text.js'
import { createWorkspace, type Workspace, type WorkspaceOptions } from './core/workspace.js'
import type { NewPki } from './create/development-pki.js'
import { type DevelopmentPki, defaultWishes, type KeyKind, keyKinds, readWishes } from './create/wishes.js'
import { dialects } from './dialects/index.js'
import { type HandshakeAnswer, type HandshakeQuestion, predictHandshake, prepareHandshakes } from './handshake/ask.js'
import type { ClientByHand } from './handshake/client-side.js'
import { drawDot, drawMermaid } from './handshake/drawing.js'
import { clientIdentity } from './handshake/identity.js'
import type { Prediction, Step } from './handshake/prediction.js'
import { writeAnswer } from './handshake/written.js'
import { describeVerdict } from './path/library.js'
import { purposeOf } from './path/purpose.js'
import { type PathError, type PathQuestion, type PathVerdict, type Purpose, type ReferenceIdentifier, verifyPath } from './path/verify.js'
import { rules } from './rules/index.js'
import { collapse, type Limits } from './trust-map/collapse.js'
import { buildTrustMap, type MapQuestion } from './trust-map/graph.js'
import type { MapEdge, MapNode, TrustMap } from './trust-map/map.js'
import { drawMermaid as drawTrustMapMermaid } from './trust-map/mermaid.js'
import { drawSvg as drawTrustMapSvg } from './trust-map/svg.js'
import { summaryOf as summarizeTrustMap } from './trust-map/words.js'
import type { Certificate } from './x509/certificate.js'
import { type Description, describeBlock } from './x509/describe.js'
import { keyMatches, publicKeyOf } from './x509/keys.js'
import { isOcspError, ocspBlocksOf, ocspOf } from './x509/ocsp.js'
import { type PemBlock, type PemFile, parsePem } from './x509/pem.js'
import { signed, verifyAhead } from './x509/signature.js'

export interface OpenWorkspaceOptions {
  /** The content of a file by absolute path, always the same object until it changes. */
  readonly read: Read
  /** Default: the system's clock. */
  readonly now?: () => Date
  readonly settings?: Partial<Settings>
  /** The files that belong to the workspace. */
  readonly files: Iterable<string>
  /** The folders that the user opened; default: everything is inside. */
  readonly folders?: readonly string[]
  readonly belongs?: WorkspaceOptions['belongs']
  readonly languageOf?: WorkspaceOptions['languageOf']
  readonly settingsOf?: WorkspaceOptions['settingsOf']
}

/** Opens files for checking: `openWorkspace({ read, files }).check('/etc/nginx/nginx.conf')`. */
export function openWorkspace(options: OpenWorkspaceOptions): Workspace {
  const { folders } = options
  return createWorkspace({
    read: options.read,
    now: options.now ?? (() => new Date()),
    settings: { ...defaultSettings, ...options.settings },
    files: options.files,
    dialects,
    rules,
    belongs: options.belongs,
    languageOf: options.languageOf,
    settingsOf: options.settingsOf,
    inWorkspace: path => folders === undefined || folders.some(it => path === it || path.startsWith(it.endsWith('/') ? it : `${it}/`)),
    crypto: {
      signed,
      keyMatches,
      key: publicKeyOf,
      verify: ({ chain, ...question }) =>
        verifyPath({
          endEntity: chain[0]!,
          intermediates: chain.slice(1),
          ...question,
          at: (options.now ?? (() => new Date()))()
        })
    }
  })
}

/** Verifies in other threads what the check of a workspace with these certificates will ask. Nothing but time depends on it. */
export const verifySignaturesAhead = (certificates: readonly Certificate[]): Promise<void> => verifyAhead(possibleIssuers(certificates))

/** Certificates and keys for development; the library that makes them is loaded only here. */
export const createDevelopmentPki = async (wanted: DevelopmentPki): Promise<NewPki> =>
  (await import('./create/development-pki.js')).createDevelopmentPki(wanted)

/**
 * Who presents what to whom, in as many nodes as fit in a picture: `drawTrustMapSvg(trustMap({ workspace, at }), path => path)`.
 * `endpoints` says how many may stand by themselves, `within` names a file or folder to look into.
 */
export const trustMap = (question: MapQuestion & Limits): TrustMap => collapse(buildTrustMap(question), question)

export { type Explained, type Explanation, explainError } from './explain/explain.js'
export { type CauseHere, causesHere } from './explain/here.js'
export type {
  Certificate,
  ClientByHand,
  Connection,
  Description,
  HandshakeAnswer,
  HandshakeQuestion,
  KeyKind,
  MapEdge,
  MapNode,
  NewPki,
  PathError,
  PathQuestion,
  PathVerdict,
  PemBlock,
  PemFile,
  Prediction,
  Purpose,
  ReferenceIdentifier,
  Settings,
  Step,
  TrustMap,
  Workspace
}
export {
  clientIdentity,
  connectionsOf,
  defaultSettings,
  defaultWishes,
  describeBlock,
  describeVerdict,
  dialects,
  drawDot,
  drawMermaid,
  drawTrustMapMermaid,
  drawTrustMapSvg,
  isOcspError,
  keyKinds,
  ocspBlocksOf,
  ocspOf,
  parsePem,
  predictHandshake,
  prepareHandshakes,
  purposeOf,
  readWishes,
  rules,
  summarizeTrustMap,
  verifyPath,
  writeAnswer
}
