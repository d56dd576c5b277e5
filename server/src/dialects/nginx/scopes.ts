import type { CredentialRef, Setting, TlsVersion, TrustRef } from '../../core/model.js'
import { tlsVersions } from '../../core/model.js'
import { type Location, locate } from '../../core/text.js'
import { argumentsOf, childrenOf, isDynamic, type Node, nameOf, valueAt } from './configuration.js'
import type { Defaults } from './defaults.js'
import type { Word } from './parser.js'
import type { Paths } from './paths.js'

/** The blocks whose settings count at one place, the innermost first. */
export interface Scope {
  readonly levels: readonly Node[]
  /** Where a finding about something unwritten is shown. */
  readonly header: Location
  readonly paths: Paths
  readonly defaults: Defaults
}

/** The settings of one name from the nearest level that has any: nginx replaces lists and never merges levels. */
export interface Written {
  readonly nodes: readonly Node[]
  readonly origin: 'written' | 'inherited'
}

export function findSetting(scope: Scope, name: string): Written | undefined {
  for (let depth = 0; depth < scope.levels.length; depth++) {
    const all = childrenOf(scope.levels[depth]!, name)
    if (all.length === 0) continue
    const nodes = all.every(hasArguments) ? all : all.filter(hasArguments)
    if (nodes.length > 0) return { nodes, origin: depth === 0 ? 'written' : 'inherited' }
  }
  return undefined
}

const hasArguments = (it: Node): boolean => it.directive.args.length > 0

/** Is any directive of this name written in the innermost block itself? */
export const isWrittenHere = (scope: Scope, test: (name: string) => boolean): boolean =>
  scope.levels[0]?.children.some(it => test(nameOf(it))) ?? false

export const enclosing = (node: Node): Node[] => {
  const levels: Node[] = []
  for (let it: Node | undefined = node; it; it = it.parent) levels.push(it)
  return levels
}

/** Reads one value; `read` gives nothing for a value that nginx refuses, and then the default holds. */
export function settingOf<T>(scope: Scope, name: string, fallback: T, read: (value: string, node: Node) => T | undefined): Setting<T> {
  const found = findSetting(scope, name)
  const node = found?.nodes[0]
  if (!found || !node) return { value: fallback, origin: 'default', at: scope.header, name }
  const written = argumentsOf(node)[0]!
  const value = isDynamic(written) ? undefined : read(written, node)
  return { value: value ?? fallback, origin: value === undefined ? 'unknown' : found.origin, at: valueAt(node), name }
}

export const flagSetting = (scope: Scope, name: string, fallback: boolean): Setting<boolean> =>
  settingOf(scope, name, fallback, it => (/^on$/i.test(it) ? true : /^off$/i.test(it) ? false : undefined))

export const numberSetting = (scope: Scope, name: string, fallback: number): Setting<number> =>
  settingOf(scope, name, fallback, it => (/^\d{1,9}$/.test(it) ? Number(it) : undefined))

/** The lowest and the highest version of a list such as `TLSv1.2 TLSv1.3`. */
export function versionSettings(
  scope: Scope,
  name: string
): { readonly minVersion: Setting<TlsVersion>; readonly maxVersion: Setting<TlsVersion> } {
  const read = (pick: (versions: readonly TlsVersion[]) => TlsVersion | undefined) => (_: string, node: Node) => {
    const words = argumentsOf(node)
    return words.some(isDynamic) ? undefined : pick(tlsVersions.filter(it => words.some(word => word.toLowerCase() === it.toLowerCase())))
  }
  return {
    minVersion: settingOf(
      scope,
      name,
      scope.defaults.minVersion,
      read(it => it[0])
    ),
    maxVersion: settingOf(
      scope,
      name,
      scope.defaults.maxVersion,
      read(it => it[it.length - 1])
    )
  }
}

/** What a path in a directive refers to; nothing for the empty string, by which nginx switches a setting off. */
export function credentialOf(node: Node, word: Word, paths: Paths): CredentialRef | undefined {
  if (word.value === '') return undefined
  const known = paths.credentials.get(word)
  if (known) return known
  const at = locate(node.file, word)
  const name = nameOf(node)
  const isElsewhere = isDynamic(word.value) || /^(?:data|engine|store):/.test(word.value)
  const ref: CredentialRef = isElsewhere
    ? { at, name, kind: 'dynamic', text: word.value }
    : { at, name, kind: 'file', path: paths.resolve(word.value), written: word.value }
  paths.credentials.set(word, ref)
  return ref
}

export function credentialSettings(scope: Scope, name: string): CredentialRef[] {
  const nodes = findSetting(scope, name)?.nodes ?? []
  return nodes.flatMap(it => credentialOf(it, it.directive.args[0]!, scope.paths) ?? [])
}

export const trustSettings = (scope: Scope, name: string, how: { readonly intended: boolean; readonly announced: boolean }): TrustRef[] =>
  credentialSettings(scope, name).map(it => ({ ...it, ...how }))
