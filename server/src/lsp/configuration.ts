import { type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver'
import { defaultSettings, type Settings } from '../service.js'
import { readSettings } from './settings.js'
import type { ClientSupport } from './support.js'
import { isInside, uriOf } from './uris.js'
import { warn } from './warn.js'

const section = 'mtlsLens'

/** The settings of each folder, as the editor has them. */
export interface Configuration {
  of(path: string): Settings
  /** Takes what the editor sent of itself. True when something is different now. */
  take(value: unknown): boolean
  /** Asks the editor, where it can be asked. True when something is different now. */
  fetch(): Promise<boolean>
  /** Asks to be told of changes. */
  register(): Promise<void>
}

export function createConfiguration(connection: Connection, support: () => ClientSupport, folders: () => readonly string[]): Configuration {
  let byFolder = new Map<string | undefined, Settings>()
  let toldProblems = ''

  const use = (values: readonly (readonly [folder: string | undefined, value: unknown])[]): boolean => {
    const read = values.map(([folder, value]) => [folder, readSettings(value, folder)] as const)
    tell(read.flatMap(([, it]) => it.problems))
    const before = JSON.stringify([...byFolder])
    byFolder = new Map(read.map(([folder, it]) => [folder, it.settings]))
    return JSON.stringify([...byFolder]) !== before
  }

  /** Once for each fault, not at every change. */
  const tell = (problems: readonly string[]) => {
    const text = [...new Set(problems)].join('; ')
    if (text !== '' && text !== toldProblems) warn(connection, text)
    toldProblems = text
  }

  const scopes = (): readonly (string | undefined)[] => (folders().length > 0 ? folders() : [undefined])

  return {
    of(path) {
      const within = [...byFolder.keys()].filter(it => it !== undefined && isInside(path, it)).sort((a, b) => b!.length - a!.length)
      return byFolder.get(within[0]) ?? first(byFolder.values()) ?? defaultSettings
    },
    take: value => use(scopes().map(it => [it, value] as const)),
    async fetch() {
      if (!support().configuration) return false
      const asked = scopes()
      const values = await connection.workspace.getConfiguration(
        asked.map(it => (it === undefined ? { section } : { section, scopeUri: uriOf(it) }))
      )
      return use(asked.map((it, index) => [it, (values as readonly unknown[])[index]] as const))
    },
    async register() {
      if (support().registersConfiguration) await connection.client.register(DidChangeConfigurationNotification.type, { section })
    }
  }
}

const first = <T>(items: Iterable<T>): T | undefined => {
  for (const it of items) return it
  return undefined
}
