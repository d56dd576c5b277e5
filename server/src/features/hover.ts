import type { PathUse } from '../core/dialect.js'
import type { FileEntry, SourceFile, Span } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import { keyMatches } from '../x509/keys.js'
import { type PemBlock, type PemFile, parsePem } from '../x509/pem.js'
import { hoverText } from './block-details.js'
import { describeBlock, summarize } from './describe-block.js'
import { dialectFor } from './document-symbols.js'
import { loweredWith, pathsIn } from './uses.js'
import { code, count, plain } from './words.js'

/** A hover holds this many certificates; the rest is counted. */
const mostShown = 6

export interface Hover {
  readonly span: Span
  readonly markdown: string
}

/** Whose certificate stands here or behind the path here, or what the word here means; `shown` writes paths for people. */
export async function hover(
  workspace: Workspace,
  file: SourceFile,
  offset: number,
  now: Date,
  shown: (path: string) => string = it => it
): Promise<Hover | undefined> {
  return (await hoverBlock(file, offset, now)) ?? hoverPath(workspace, file, offset, now, shown) ?? hoverWord(workspace, file, offset)
}

async function hoverBlock(file: SourceFile, offset: number, now: Date): Promise<Hover | undefined> {
  if (!file.text.includes('-----BEGIN ')) return undefined
  const block = blockAt(file, offset)
  return block && { span: block.span, markdown: await hoverText(block, now, offset) }
}

export const blockAt = (file: SourceFile, offset: number): PemBlock | undefined =>
  parsePem(file).blocks.find(({ span }) => span.start <= offset && offset <= span.end)

export const pathAt = (workspace: Workspace, file: SourceFile, offset: number): PathUse | undefined =>
  pathsIn(workspace, file.path).find(({ at }) => at.start <= offset && offset <= at.end)

function hoverPath(workspace: Workspace, file: SourceFile, offset: number, now: Date, shown: (path: string) => string): Hover | undefined {
  const use = pathAt(workspace, file, offset)
  if (use?.path === undefined) return undefined
  const described = describeEntry(workspace, use, use.path, workspace.read(use.path), now)
  return { span: use.at, markdown: `${described}\n\n${code(shown(use.path))}` }
}

function describeEntry(workspace: Workspace, use: PathUse, path: string, entry: FileEntry, now: Date): string {
  switch (entry.kind) {
    case 'missing':
      return /[*?[]/.test(path) && use.what === 'include' ? 'A pattern for files' : 'There is no such file here'
    case 'unreadable':
      return `It cannot be read: ${plain(entry.reason)}`
    case 'directory':
      return `A directory with ${count(entry.names.length, 'entry').replace('entrys', 'entries')}`
    case 'file':
      return describeFile(workspace, use, parsePem(entry.file), now)
  }
}

function describeFile(workspace: Workspace, use: PathUse, pem: PemFile, now: Date): string {
  if (pem.blocks.length === 0) return use.what === 'include' ? 'An included file' : 'A file without PEM'
  const shown = pem.blocks.slice(0, mostShown).map(it => describeLine(workspace, use, it, now))
  const rest = pem.blocks.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${count(rest, 'block')} more`] : [])].map(it => `- ${it}`).join('\n')
}

function describeLine(workspace: Workspace, use: PathUse, block: PemBlock, now: Date): string {
  const certificate = parsePem(block.file).certificates.find(it => it.block === block)
  if (certificate) return summarize(certificate, now)
  const matches = block.kind === 'privateKey' ? matchWords(workspace, use, block) : ''
  return `${describeBlock(block, now)}${matches}`
}

/** Does the key belong to the certificate that is configured beside it? */
function matchWords(workspace: Workspace, use: PathUse, block: PemBlock): string {
  for (const lowered of loweredWith(workspace, use.at.path)) {
    for (const { certificate, key } of lowered.endpoints.flatMap(it => it.identities)) {
      const written = key ?? certificate
      if (written.at.path !== use.at.path || written.at.start !== use.at.start || certificate.kind !== 'file') continue
      const entry = workspace.read(certificate.path)
      const first = entry.kind === 'file' ? parsePem(entry.file).certificates[0] : undefined
      const matches = first && keyMatches(first, block)
      if (first && matches !== undefined) {
        return matches
          ? `; it belongs to **${plain(first.subject.display)}**`
          : `; it does **not** belong to **${plain(first.subject.display)}**`
      }
    }
  }
  return ''
}

function hoverWord(workspace: Workspace, file: SourceFile, offset: number): Hover | undefined {
  return dialectFor(workspace, file.path)?.describe?.(file, offset, workspace.lowered(file.path))
}
