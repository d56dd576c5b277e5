import type { PathUse } from '../core/dialect.js'
import type { SourceFile, Span } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import { parsePem } from '../x509/pem.js'
import { pathsIn } from './uses.js'
import { count } from './words.js'

export interface Link {
  readonly span: Span
  readonly target: string
  readonly tooltip: string
}

/** From the paths that are written in a file to the files that are there. */
export function links(workspace: Workspace, file: SourceFile): readonly Link[] {
  return pathsIn(workspace, file.path).flatMap(use => {
    const entry = use.path === undefined ? undefined : workspace.read(use.path)
    return entry?.kind === 'file' ? [{ span: use.at, target: entry.file.path, tooltip: tooltip(use, entry.file) }] : []
  })
}

function tooltip({ what }: PathUse, file: SourceFile): string {
  if (what === 'include') return 'Open the included file'
  const { certificates, blocks } = parsePem(file)
  if (certificates.length > 0) return `Open ${count(certificates.length, 'certificate')}`
  return blocks.some(it => /key/i.test(it.kind)) ? 'Open the key' : 'Open the file'
}
