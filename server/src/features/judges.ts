import type { CredentialRef, TlsEndpoint, VerifierId } from '../core/model.js'
import type { Workspace } from '../core/workspace.js'
import type { Purpose, ReferenceIdentifier } from '../path/verify.js'
import type { Certificate } from '../x509/certificate.js'
import { type PemBlock, parsePem } from '../x509/pem.js'
import { usesOf } from './uses.js'

/** Somebody who judges a path: whom they trust, and how strict they are. */
export interface Judge {
  readonly verifier: VerifierId
  readonly trustFiles: readonly string[]
  readonly trustAnchors: readonly Certificate[]
  readonly crls?: readonly PemBlock[]
  readonly maxDepth?: number
  readonly names?: readonly ReferenceIdentifier[]
  /** The endpoint that judges so; absent: the user chose whom to trust. */
  readonly endpoint?: TlsEndpoint
}

/** What the configurations use the certificates of a file for: absent when none does, or when they do for both. */
export function inferPurpose(workspace: Workspace, path: string): 'client' | 'server' | undefined {
  const roles = new Set(presenters(workspace, path).map(it => it.role))
  const [role] = roles
  return roles.size === 1 ? role : undefined
}

const presenters = (workspace: Workspace, path: string): readonly TlsEndpoint[] =>
  usesOf(workspace, path)
    .filter(it => it.part === 'certificate')
    .map(it => it.endpoint)

/**
 * Who judges what a file holds: the endpoints that those who present it connect to or are called by. A file that nobody
 * presents here goes to the only one who could judge it, if there is only one. Whoever names trust anchors counts, also
 * when he does not verify yet: the question is whether the chain holds.
 */
export function inferJudges(workspace: Workspace, path: string, purpose: Purpose): readonly Judge[] {
  const candidates = otherSide(workspace, purpose)
  const own = presenters(workspace, path)
  if (own.length === 0) {
    const judges = distinct(
      nearest(
        candidates.filter(it => it.peer.trustAnchors.length > 0),
        path
      ).flatMap(it => judgeOf(it, workspace))
    )
    return judges.length === 1 ? judges : []
  }
  const met = candidates.filter(it => own.some(each => meet(each, it)))
  return distinct(nearest(met, path).flatMap(it => judgeOf(it, workspace)))
}

function otherSide(workspace: Workspace, purpose: Purpose): readonly TlsEndpoint[] {
  if (purpose === 'any') return []
  const role = purpose === 'client' ? 'server' : 'client'
  return workspace
    .roots()
    .flatMap(root => workspace.lowered(root)?.endpoints ?? [])
    .filter(it => it.role === role && it.tls.value)
}

/** Does one connect to the other, as far as addresses show it? */
function meet(a: TlsEndpoint, b: TlsEndpoint): boolean {
  const [client, server] = a.role === 'client' ? [a, b] : [b, a]
  return client.addresses.some(target =>
    server.addresses.some(listener => {
      if (target.port === undefined || target.host === undefined || target.port !== listener.port) return false
      const isNamed = server.serverNames.some(it => it.value === target.host)
      return isNamed || listener.host === target.host || (listener.host === '*' && isLoopback(target.host))
    })
  )
}

/** One workspace may hold several deployments with the same addresses: those in the folder next to the file are meant. */
function nearest(endpoints: readonly TlsEndpoint[], path: string): readonly TlsEndpoint[] {
  const shared = endpoints.map(it => sharedFolders(it.at.path, path))
  const most = Math.max(...shared)
  return endpoints.filter((_, index) => shared[index] === most)
}

/** How near two files are: by the folders that lead to both. */
export function sharedFolders(a: string, b: string): number {
  const others = b.split('/')
  const differs = a.split('/').findIndex((folder, index) => folder !== others[index])
  return differs === -1 ? others.length : differs
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** Nothing when part of what it trusts cannot be read here: its verdict could then be another. */
function judgeOf(endpoint: TlsEndpoint, workspace: Workspace): readonly Judge[] {
  const { peer } = endpoint
  const trustFiles = peer.trustAnchors.flatMap(fileOf)
  const trust = trustFiles.map(it => blocksIn(workspace, it))
  const crls = peer.crls.flatMap(fileOf).map(it => blocksIn(workspace, it))
  const isComplete = !endpoint.incomplete && trustFiles.length === peer.trustAnchors.length && trustFiles.length > 0
  if (!isComplete || trust.includes(undefined) || crls.includes(undefined) || crls.length < peer.crls.length) return []
  return [
    {
      verifier: endpoint.verifier,
      trustFiles,
      trustAnchors: trustFiles.flatMap(it => certificatesIn(workspace, it) ?? []),
      endpoint,
      ...(crls.length > 0 && { crls: crls.flatMap(it => it!.filter(block => block.kind === 'crl')) }),
      ...(peer.maxDepth && peer.maxDepth.origin !== 'unknown' && { maxDepth: peer.maxDepth.value }),
      ...(peer.verifyNames.length > 0 && namesOf(endpoint))
    }
  ]
}

const fileOf = (ref: CredentialRef): readonly string[] => (ref.kind === 'file' ? [ref.path] : [])

function namesOf({ peer }: TlsEndpoint): { readonly names?: readonly ReferenceIdentifier[] } {
  if (peer.verifyNames.some(it => it.origin === 'unknown')) return {}
  return { names: peer.verifyNames.map(({ value }) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value })) }
}

function distinct(judges: readonly Judge[]): readonly Judge[] {
  const key = (it: Judge) => JSON.stringify([it.verifier, it.trustFiles, it.maxDepth, it.names, it.crls?.map(crl => crl.file.path)])
  return [...new Map(judges.map(it => [key(it), it])).values()]
}

function blocksIn(workspace: Workspace, path: string): readonly PemBlock[] | undefined {
  const entry = workspace.read(path)
  return entry.kind === 'file' ? parsePem(entry.file).blocks : undefined
}

export function certificatesIn(workspace: Workspace, path: string): readonly Certificate[] | undefined {
  const entry = workspace.read(path)
  return entry.kind === 'file' ? parsePem(entry.file).certificates : undefined
}
