import { type PemBlock, type PemFile, parsePem } from '../x509/pem.js'
import type { CredentialRef } from './model.js'
import type { Credential } from './rule.js'
import { type Location, type Read, type SourceFile, sourceFile } from './text.js'

/** What stands behind a reference, or why that cannot be known here. */
export function openCredential(ref: CredentialRef, read: Read): Credential {
  switch (ref.kind) {
    case 'file':
      return openFile(ref.path, read)
    case 'directory':
      return openDirectory(ref.path, read)
    case 'inline':
      return { kind: 'pem', file: ref.file }
    case 'secret':
      return { kind: 'unknown', reason: `the secret ${ref.secret} is not in this workspace` }
    case 'system':
      return { kind: 'unknown', reason: "the system's trust store is not read" }
    case 'dynamic':
      return { kind: 'unknown', reason: `${ref.text} is known only when it runs` }
  }
}

function openFile(path: string, read: Read): Credential {
  const entry = read(path)
  switch (entry.kind) {
    case 'file':
      return { kind: 'pem', file: parsePem(entry.file) }
    case 'directory':
      return openDirectory(path, read)
    case 'missing':
      return { kind: 'missing' }
    case 'unreadable':
      return { kind: 'unknown', reason: entry.reason }
  }
}

/** All files of the directory as if they were one: that is how products that take a directory use it. */
function openDirectory(path: string, read: Read): Credential {
  const entry = read(path)
  if (entry.kind === 'missing') return { kind: 'missing' }
  if (entry.kind !== 'directory')
    return { kind: 'unknown', reason: entry.kind === 'unreadable' ? entry.reason : `${path} is not a directory` }
  const files = entry.names.flatMap(name => {
    const child = read(`${path}/${name}`)
    return child.kind === 'file' ? [child.file] : []
  })
  return { kind: 'pem', file: joinPem(path, files) }
}

function joinPem(path: string, files: readonly SourceFile[]): PemFile {
  const parts = files.map(parsePem)
  return {
    file: files[0] ?? sourceFile(path, ''),
    blocks: parts.flatMap(it => it.blocks),
    errors: parts.flatMap(it => it.errors),
    certificates: parts.flatMap(it => it.certificates)
  }
}

/** Private keys, encrypted or not. */
export function keyBlocksOf({ blocks }: PemFile): readonly PemBlock[] {
  let found: PemBlock[] | undefined
  for (let at = 0; at < blocks.length; at++) {
    const { kind } = blocks[at]!
    if (kind !== 'privateKey' && kind !== 'encryptedPrivateKey') continue
    found ??= []
    found.push(blocks[at]!)
  }
  return found ?? none
}

/** Most files hold no key, and every rule asks. */
const none: readonly PemBlock[] = []

export const isEncrypted = (block: PemBlock): boolean =>
  block.kind === 'encryptedPrivateKey' || block.headers.some(it => it.name === 'DEK-Info')

export const locationOf = (block: PemBlock): Location => ({ path: block.file.path, ...block.span })
