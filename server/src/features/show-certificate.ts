import type { SourceFile } from '../core/text.js'
import { nameOf, nameText } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import { certificateOf, isCertificateError } from '../x509/certificate.js'
import { crlOf, isCrl } from '../x509/crl.js'
import { type PemBlock, parsePem } from '../x509/pem.js'
import { requestSubject } from '../x509/request.js'
import { describeInFull } from './block-details.js'
import { blockAt, pathAt } from './hover.js'
import { plain } from './words.js'

/** Blocks beyond so many are not what anybody reads. */
const mostShown = 50

/** All that the certificate at an offset says, or those behind the path there; without an offset, all of the file. */
export async function showCertificate(
  workspace: Workspace,
  file: SourceFile,
  offset: number | undefined,
  now: Date
): Promise<{ readonly title: string; readonly markdown: string } | undefined> {
  const blocks = (offset === undefined ? parsePem(file).blocks : blocksAt(workspace, file, offset)).slice(0, mostShown)
  const [first] = blocks
  if (!first) return undefined
  const parts = await Promise.all(blocks.map(async it => `# ${plain(titleOf(it))}\n\n${await describeInFull(it, now)}`))
  return { title: titleOf(first), markdown: parts.join('\n\n') }
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
  if (certificate && !isCertificateError(certificate)) return nameOf(certificate)
  const subject = requestSubject(block)
  if (subject) return `Request for ${nameText(subject)}`
  const crl = crlOf(block)
  return isCrl(crl) ? `Revocation list of ${nameText(crl.issuer)}` : block.label || 'DER'
}
