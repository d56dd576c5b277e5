import type { SourceFile, Span } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import { findServer, type ServerSpot, serversOf, surelyConnecting } from './handshake-sides.js'
import { count } from './words.js'

export interface Lens {
  readonly span: Span
  readonly server: ServerSpot
}

/** One above each listener that speaks TLS. Who connects to it is looked up when the lens comes into sight. */
export function codeLenses(workspace: Workspace, file: SourceFile): readonly Lens[] {
  const lenses = new Map<number, Lens>()
  for (const root of workspace.roots()) {
    const lowered = workspace.lowered(root)
    if (root !== file.path && !lowered?.files.some(it => it.path === file.path)) continue
    for (const { at, spot } of serversOf(workspace, root)) {
      if (at.path === file.path && !lenses.has(at.start)) lenses.set(at.start, { span: { start: at.start, end: at.end }, server: spot })
    }
  }
  return [...lenses.values()]
}

export function lensTitle(workspace: Workspace, server: ServerSpot): string {
  const endpoint = findServer(workspace, server)
  const clients = endpoint ? surelyConnecting(workspace, endpoint).length : 0
  return clients > 0 ? `Predict handshake (${count(clients, 'client')} ${clients === 1 ? 'connects' : 'connect'})` : 'Predict handshake'
}
