import type { CredentialRef, Setting, TlsVersion, TrustRef } from '../../core/model.js'
import { tlsVersions } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import { childOf, childrenOf, isDynamic, type Node, valueAt } from './configuration.js'
import type { Defaults } from './defaults.js'
import type { Word } from './parser.js'
import type { Paths } from './paths.js'

/** The blocks whose settings count at one place, the innermost first. */
export interface Scope {
  readonly levels: readonly Node[]
  /** True when settings that count here may stand where they cannot be read. */
  readonly incomplete: boolean
  /** Where a finding about something unwritten is shown. */
  readonly header: Location
  readonly paths: Paths
  readonly defaults: Defaults
}

export function scopeOf(block: Node, header: Location, paths: Paths, defaults: Defaults): Scope {
  const levels = enclosing(block)
  return { levels, incomplete: levels.some(it => it.incomplete), header, paths, defaults }
}

/** The settings of one name from the nearest level that has any: nginx replaces lists and never merges levels. */
export interface Written {
  readonly nodes: readonly Node[]
  readonly origin: 'written' | 'inherited'
}

export function findSetting({ levels }: Scope, name: string): Written | undefined {
  if (!levels[0]?.names.has(name)) return undefined
  for (let depth = 0; depth < levels.length; depth++) {
    const all = childrenOf(levels[depth]!, name)
    if (all.length === 0) continue
    const nodes = all.every(hasArguments) ? all : all.filter(hasArguments)
    if (nodes.length > 0) return { nodes, origin: depth === 0 ? 'written' : 'inherited' }
  }
  return undefined
}

const hasArguments = (it: Node): boolean => it.values.length > 0

export const enclosing = (node: Node): Node[] => {
  const levels: Node[] = []
  for (let it: Node | undefined = node; it; it = it.parent) levels.push(it)
  return levels
}

/** Reads one value; `read` gives nothing for a value that nginx refuses, and then the default holds. */
export const settingOf = <T>(scope: Scope, name: string, fallback: T, read: (value: string, node: Node) => T | undefined): Setting<T> =>
  writtenSetting(scope, name, fallback, read) ?? { value: fallback, origin: 'default', at: scope.header, name }

/** A text as it is written, if it is. */
export const textSetting = (scope: Scope, name: string): Setting<string> | undefined => writtenSetting(scope, name, '', asWritten)

function writtenSetting<T>(
  { levels }: Scope,
  name: string,
  fallback: T,
  read: (value: string, node: Node) => T | undefined
): Setting<T> | undefined {
  if (!levels[0]?.names.has(name)) return undefined
  for (let depth = 0; depth < levels.length; depth++) {
    const node = childOf(levels[depth]!, name, hasArguments)
    if (!node) continue
    const written = node.values[0]!
    const value = isDynamic(written) ? undefined : read(written, node)
    const origin = value === undefined ? 'unknown' : depth === 0 ? 'written' : 'inherited'
    return { value: value ?? fallback, origin, at: valueAt(node), name }
  }
  return undefined
}

export const flagSetting = (scope: Scope, name: string, fallback: boolean): Setting<boolean> => settingOf(scope, name, fallback, readFlag)

export const numberSetting = (scope: Scope, name: string, fallback: number): Setting<number> => settingOf(scope, name, fallback, readNumber)

const asWritten = (value: string): string => value
const readFlag = (value: string): boolean | undefined => (/^on$/i.test(value) ? true : /^off$/i.test(value) ? false : undefined)
const readNumber = (value: string): number | undefined => (/^\d{1,9}$/.test(value) ? Number(value) : undefined)

/** The lowest and the highest version of a list such as `TLSv1.2 TLSv1.3`. */
export const versionSettings = (
  scope: Scope,
  name: string
): { readonly minVersion: Setting<TlsVersion>; readonly maxVersion: Setting<TlsVersion> } => ({
  minVersion: settingOf(scope, name, scope.defaults.minVersion, (_, node) => versionsOf(node)[0]),
  maxVersion: settingOf(scope, name, scope.defaults.maxVersion, (_, node) => versionsOf(node).at(-1))
})

function versionsOf({ values }: Node): readonly TlsVersion[] {
  if (values.some(isDynamic)) return []
  const words = values.map(it => it.toLowerCase())
  return tlsVersions.filter(it => words.includes(it.toLowerCase()))
}

/** What a path in a directive refers to; nothing for the empty string, by which nginx switches a setting off. */
export function credentialOf(node: Node, word: Word, paths: Paths): CredentialRef | undefined {
  if (word.value === '') return undefined
  const known = paths.credentials.get(word)
  if (known) return known
  const at = locate(node.file, word)
  const name = node.name
  const isElsewhere = isDynamic(word.value) || /^(?:data|engine|store):/.test(word.value)
  const ref: CredentialRef = isElsewhere
    ? { at, name, kind: 'dynamic', text: word.value }
    : { at, name, kind: 'file', path: paths.resolve(word.value), written: word.value }
  paths.credentials.set(word, ref)
  return ref
}

export function credentialSettings(scope: Scope, name: string): CredentialRef[] {
  const found = findSetting(scope, name)
  return found ? credentialsOf(found.nodes, scope.paths) : []
}

const credentialsOf = (nodes: readonly Node[], paths: Paths): CredentialRef[] =>
  nodes.flatMap(it => credentialOf(it, it.directive.args[0]!, paths) ?? [])

export const trustSettings = (scope: Scope, name: string, how: { readonly intended: boolean; readonly announced: boolean }): TrustRef[] =>
  credentialSettings(scope, name).map(it => trustedAs(it, how.intended, how.announced))

/** Revocation lists stand in the same store, so that certificates in their files are trusted, too. */
export const trustInLists = (crls: readonly CredentialRef[]): TrustRef[] => crls.map(it => trustedAs(it, false, false))

// The other way round, `{ ...it, intended, announced }`, takes V8 twenty times as long.
const trustedAs = (it: CredentialRef, intended: boolean, announced: boolean): TrustRef =>
  // What is announced is read once more for it, by a call of OpenSSL's that knows the plain label alone.
  announced ? { intended, announced, needsPlainLabel: true, ...it } : { intended, announced, ...it }
