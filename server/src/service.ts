/** The facade: everything that the faces (lsp/, cli/, the library) may use. Pure, but for the `read` and the clock they give. */

import { type Connection, connectionsOf } from './core/connections.js'
import type { Settings } from './core/settings.js'
import { defaultSettings } from './core/settings.js'
import type { Workspace } from './core/workspace.js'
import type { NewPki } from './create/development-pki.js'
import { type DevelopmentPki, defaultWishes, type KeyKind, keyKinds, readWishes } from './create/wishes.js'
import { dialects } from './dialects/index.js'
import { type HandshakeAnswer, type HandshakeQuestion, predictHandshake, prepareHandshakes } from './handshake/ask.js'
import type { ClientByHand } from './handshake/client-side.js'
import { drawDot, drawMermaid } from './handshake/drawing.js'
import { clientIdentity } from './handshake/identity.js'
import type { Prediction, Step } from './handshake/prediction.js'
import { writeAnswer } from './handshake/written.js'
import { type OpenWorkspaceOptions, openWorkspaceOf } from './open-workspace.js'
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
import { isOcspError, ocspBlocksOf, ocspOf } from './x509/ocsp.js'
import { type PemBlock, type PemFile, parsePem } from './x509/pem.js'

/** Certificates and keys for development; the library that makes them is loaded only here. */
export const createDevelopmentPki = async (wanted: DevelopmentPki): Promise<NewPki> =>
  (await import('./create/development-pki.js')).createDevelopmentPki(wanted)

/** Opens files for checking: `openWorkspace({ read, files }).check('/etc/nginx/nginx.conf')`. */
export const openWorkspace = (options: OpenWorkspaceOptions): Workspace => openWorkspaceOf(dialects, options)

/**
 * Who presents what to whom, in as many nodes as fit in a picture: `drawTrustMapSvg(trustMap({ workspace, at }), path => path)`.
 * `endpoints` says how many may stand by themselves, `within` names a file or folder to look into.
 */
export const trustMap = (question: MapQuestion & Limits): TrustMap => collapse(buildTrustMap(question), question)

export { type Explained, type Explanation, explainError } from './explain/explain.js'
export { type CauseHere, causesHere } from './explain/here.js'
export { type OpenWorkspaceOptions, verifySignaturesAhead } from './open-workspace.js'
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
