import type { SourceFile } from '../core/text.js'
import { nameOf } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import { certificateOf, isCertificateError } from '../x509/certificate.js'
import { type PemBlock, parsePem } from '../x509/pem.js'
import { describeBlock } from './describe-block.js'
import { blockAt, pathAt } from './hover.js'

/** Blocks beyond so many are not what anybody reads. */
const mostShown = 50

/** All that the certificate at an offset says, or those behind the path there; without an offset, all of the file. */
export function showCertificate(
  workspace: Workspace,
  file: SourceFile,
  offset: number | undefined,
  now: Date
): { readonly title: string; readonly markdown: string } | undefined {
  const blocks = (offset === undefined ? parsePem(file).blocks : blocksAt(workspace, file, offset)).slice(0, mostShown)
  const first = blocks[0]
  if (!first) return undefined
  return { title: titleOf(first), markdown: blocks.map(it => `# ${titleOf(it)}\n\n${describeBlock(it, now)}`).join('\n\n') }
}

function blocksAt(workspace: Workspace, file: SourceFile, offset: number): readonly PemBlock[] {
  const block = file.text.includes('-----BEGIN ') ? blockAt(file, offset) : undefined
  if (block) return [block]
  const path = pathAt(workspace, file, offset)?.path
  const entry = path === undefined ? undefined : workspace.read(path)
  return entry?.kind === 'file' ? parsePem(entry.file).blocks : []
}

function titleOf(block: PemBlock): string {
  const certificate = certificateOf(block)
  return certificate && !isCertificateError(certificate) ? nameOf(certificate) : block.label || 'DER'
}
