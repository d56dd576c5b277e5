import type { CredentialRef, Identity } from '../../core/model.js'
import type { Location, Read, SourceFile } from '../../core/text.js'
import { parsePem } from '../../x509/pem.js'
import type { Configuration } from './configuration.js'
import type { Line, Word } from './parser.js'

export type Base = 'crt-base' | 'ca-base' | 'key-base'

/** What a word refers to. */
export function credentialOf(name: string, word: Word, at: Location, base: Base, configuration: Configuration): CredentialRef {
  const { value, dynamic } = word
  if (dynamic || isTemplated(value)) return { at, name, kind: 'dynamic', text: value }
  if (value === '@system-ca') return { at, name, kind: 'system' }
  // `@store/name` and names that begin with `@` or `*` exist only in the running process.
  if (/^[@*]/.test(value)) return { at, name, kind: 'dynamic', text: value }
  const folder = configuration.globals.get(base)?.words[1]
  if (folder?.dynamic && !value.startsWith('/')) return { at, name, kind: 'dynamic', text: value }
  return { at, name, kind: 'file', path: configuration.paths.resolve(value, folder?.value), written: value }
}

const isTemplated = (text: string): boolean => /\{\{|<%|\{%|%%|__\w+__/.test(text)

/** Files beside a certificate that belong to it and are no certificates of their own. */
const companions = /\.(?:key|ocsp|issuer|sctl)$/

/** What `crt` of a `bind` line loads: a file with its key, a folder of such files, or files for keys of several kinds. */
export function identitiesOf(credential: CredentialRef, configuration: Configuration, read: Read): readonly Identity[] {
  if (credential.kind !== 'file') return [{ certificate: credential, passphrase: false }]
  const entry = read(credential.path)
  if (entry.kind === 'directory') {
    const names = [...entry.names].filter(it => !companions.test(it) && !it.startsWith('.')).sort()
    const files = names.filter(it => read(`${credential.path}/${it}`).kind === 'file')
    return files.map(it => identityOf(fileOf(credential, it), configuration, read))
  }
  if (entry.kind !== 'missing') return [identityOf(credential, configuration, read)]
  const bundle = ['rsa', 'ecdsa', 'dsa'].map(it => `${credential.path}.${it}`).filter(it => read(it).kind === 'file')
  if (bundle.length === 0) return [identityOf(credential, configuration, read)]
  return bundle.map(path => identityOf({ ...credential, path }, configuration, read))
}

type FileRef = Extract<CredentialRef, { kind: 'file' | 'directory' }>

const fileOf = (folder: FileRef, name: string): FileRef => ({ ...folder, kind: 'file', path: `${folder.path}/${name}` })

/** The key stands in the file itself, or in one beside it. */
export function identityOf(certificate: CredentialRef, configuration: Configuration, read: Read): Identity {
  if (certificate.kind !== 'file') return { certificate, passphrase: false }
  const path = keyFileOf(certificate.path, configuration)
  const content = contentOf(certificate.path, read)
  const hasKey = content ? parsePem(content).blocks.some(it => it.kind === 'privateKey' || it.kind === 'encryptedPrivateKey') : true
  if (hasKey || read(path).kind !== 'file') return { certificate, passphrase: false }
  return { certificate, key: { ...certificate, path }, passphrase: false }
}

/** `site.pem.key`; with `ssl-load-extra-del-ext` `site.key`. */
export function keyFileOf(path: string, { globals }: Configuration): string {
  return globals.has('ssl-load-extra-del-ext') ? `${path.replace(/\.crt$/, '')}.key` : `${path}.key`
}

function contentOf(path: string, read: Read): SourceFile | undefined {
  const entry = read(path)
  return entry.kind === 'file' ? entry.file : undefined
}

/** A certificate of a `crt-store`, by the name that `crt @store/name` uses. */
export interface StoredCertificate {
  readonly identity: Identity
  readonly line: Line
}

export function storesOf(configuration: Configuration, read: Read): ReadonlyMap<string, StoredCertificate> {
  const stored = new Map<string, StoredCertificate>()
  for (const section of configuration.tree.sections) {
    if (section.kind !== 'crt-store') continue
    const store = section.header.words[1]?.value
    const base = (name: string) => section.lines.filter(it => it.words[0]!.value === name).at(-1)?.words[1]?.value
    for (const line of section.lines) {
      if (line.words[0]!.value !== 'load') continue
      const value = (name: string) => line.words[line.words.findIndex((it, at) => at > 0 && it.value === name) + 1]
      const has = (name: string) => line.words.some((it, at) => at > 0 && it.value === name)
      const crt = has('crt') ? value('crt') : undefined
      if (!crt) continue
      const identity = storedIdentity(crt, has('key') ? value('key') : undefined, base, configuration, read)
      for (const name of [crt.value, ...(has('alias') ? [value('alias')!.value] : [])]) {
        // Without a name of its own, the store is the one that plain paths are looked up in.
        stored.set(store === undefined ? name : `@${store}/${name}`, { identity, line })
      }
    }
  }
  return stored
}

function storedIdentity(
  crt: Word,
  key: Word | undefined,
  base: (name: string) => string | undefined,
  configuration: Configuration,
  read: Read
): Identity {
  const inFolder = (word: Word, folder: string | undefined): Word =>
    folder === undefined || word.value.startsWith('/') ? word : { ...word, value: `${folder}/${word.value}` }
  const certificate = credentialOf('crt', inFolder(crt, base('crt-base')), configuration.at(crt), 'crt-base', configuration)
  const plain = identityOf(certificate, configuration, read)
  if (!key) return plain
  return { ...plain, key: credentialOf('key', inFolder(key, base('key-base')), configuration.at(key), 'key-base', configuration) }
}
