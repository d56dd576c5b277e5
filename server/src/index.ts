/**
 * The library: `import { openWorkspace, parsePem, predictHandshake, rules, verifyPath } from 'mtls-lens'`. No VS Code, no process state; files
 * and the clock are given to it.
 */
import { type SourceFile, sourceFile } from './core/text.js'
import { type PemFile, parsePem as parse } from './x509/pem.js'

export type { Diagnostic, Fix, Related, Severity } from './core/diagnostic.js'
export type { Lowered, PathUse, Problem } from './core/dialect.js'
export type * from './core/model.js'
export type { Rule, RuleMetadata } from './core/rule.js'
export type { Settings } from './core/settings.js'
export type { FileEntry, LineIndex, Location, Position, Read, SourceFile, Span, TextEdit } from './core/text.js'
export { lineIndex, sourceFile } from './core/text.js'
export type { Workspace } from './core/workspace.js'
export { type Input, type VerifyInput, type VerifyResult, verifyPathInput as verifyPath } from './path/library.js'
export type { Purpose, ReferenceIdentifier } from './path/verify.js'
export {
  type ClientByHand,
  clientIdentity,
  defaultSettings,
  drawTrustMapMermaid,
  drawTrustMapSvg,
  type HandshakeAnswer,
  type HandshakeQuestion,
  type MapEdge,
  type MapNode,
  type OpenWorkspaceOptions,
  openWorkspace,
  type Prediction,
  predictHandshake,
  rules,
  type Step,
  type TrustMap,
  trustMap
} from './service.js'
export type { Certificate, Extension, GeneralName, Name, PublicKey, SignatureAlgorithm } from './x509/certificate.js'
export type { BlockKind, PemBlock, PemError, PemFile } from './x509/pem.js'

/**
 * Finds every PEM block of a text, with its exact range in UTF-16 units, and reads its certificates; or reads the one
 * structure of DER bytes. Never throws: what is wrong stands in `errors` of the answer and of its blocks.
 */
export function parsePem(input: string | Uint8Array | SourceFile, path = 'input.pem'): PemFile {
  if (typeof input === 'string') return parse(sourceFile(path, input))
  if (!(input instanceof Uint8Array)) return parse(input)
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1')
  return parse({ path, text, encoding: 'binary' })
}
