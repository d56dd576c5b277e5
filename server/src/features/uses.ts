import type { Lowered, PathUse } from '../core/dialect.js'
import type { CredentialRef, TlsEndpoint } from '../core/model.js'
import type { Workspace } from '../core/workspace.js'

/** What the roots say that a file belongs to: a part of a configuration may be included by several. */
export const loweredWith = (workspace: Workspace, path: string): readonly Lowered[] =>
  workspace.roots().flatMap(root => {
    const lowered = workspace.lowered(root)
    return lowered && (root === path || lowered.files.some(it => it.path === path)) ? [lowered] : []
  })

/** The paths that are written in a file, each once. */
export function pathsIn(workspace: Workspace, path: string): readonly PathUse[] {
  const once = new Map<string, PathUse>()
  for (const lowered of loweredWith(workspace, path)) {
    for (const it of lowered.paths) if (it.at.path === path) once.set(`${it.at.start}:${it.at.end}:${it.path}`, it)
  }
  return [...once.values()]
}

/** An endpoint that has to do with a file. */
export interface FileUse {
  readonly endpoint: TlsEndpoint
  readonly part: 'certificate' | 'key' | 'trust' | 'crl'
  readonly ref: CredentialRef
}

/** Who in the configurations of the workspace uses a file of certificates, keys or CRLs. */
export function usesOf(workspace: Workspace, path: string): readonly FileUse[] {
  return workspace.roots().flatMap(root => (workspace.lowered(root)?.endpoints ?? []).flatMap(it => usesBy(it, path)))
}

function usesBy(endpoint: TlsEndpoint, path: string): readonly FileUse[] {
  const isIt = (ref: CredentialRef | undefined): ref is CredentialRef =>
    (ref?.kind === 'file' && ref.path === path) || (ref?.kind === 'directory' && path.startsWith(`${ref.path}/`))
  const use = (part: FileUse['part'], refs: readonly (CredentialRef | undefined)[]) =>
    refs.filter(isIt).map((ref): FileUse => ({ endpoint, part, ref }))
  return [
    ...use(
      'certificate',
      endpoint.identities.map(it => it.certificate)
    ),
    ...use(
      'key',
      endpoint.identities.map(it => it.key)
    ),
    ...use('trust', endpoint.peer.trustAnchors),
    ...use('crl', endpoint.peer.crls)
  ]
}
