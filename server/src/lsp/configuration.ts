import { type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver'
import { findSettings, joinSettings, readSettings } from '../files/settings.js'
import { defaultSettings, type Settings } from '../service.js'
import type { ClientSupport } from './support.js'
import { isInside, uriOf } from './uris.js'
import { warn } from './warn.js'

const section = 'mtlsLens'

/** The settings of each folder: what its project's own file says, which holds for all who work on it, and for the rest the editor's. */
export interface Configuration {
  of(path: string): Settings
  /** Takes what the editor sent at its start, which holds wherever it says nothing later. */
  begin(value: unknown): void
  /** Takes what the editor sent of itself. True when something is different now. */
  take(value: unknown): boolean
  /** Asks the editor, where it can be asked. True when something is different now. */
  fetch(): Promise<boolean>
  /** Looks at the projects' files again. True when something is different now. */
  readAgain(): boolean
  /** Asks to be told of changes. */
  register(): Promise<void>
}

export function createConfiguration(connection: Connection, support: () => ClientSupport, folders: () => readonly string[]): Configuration {
  let byFolder = new Map<string | undefined, Settings>()
  let ofEditor: readonly (readonly [folder: string | undefined, value: unknown])[] = []
  let atStart: unknown
  let toldProblems = ''

  const use = (values: typeof ofEditor): boolean => {
    ofEditor = values
    return readAgain()
  }

  const readAgain = (): boolean => {
    const problems: string[] = []
    const before = JSON.stringify([...byFolder])
    byFolder = new Map(
      ofEditor.map(([folder, value]) => {
        const editor = readSettings(value ?? atStart, folder, it => `${section}.${it}`, false)
        const project = folder === undefined ? undefined : findSettings(folder)
        problems.push(...editor.problems, ...(project?.problems.map(it => `${project.file}: ${it}`) ?? []))
        return [folder, joinSettings(joinSettings(defaultSettings, editor.given), project?.given ?? {})]
      })
    )
    tell(problems)
    return JSON.stringify([...byFolder]) !== before
  }

  /** Once for each fault, not at every change. */
  const tell = (problems: readonly string[]) => {
    const text = [...new Set(problems)].join('; ')
    if (text !== '' && text !== toldProblems) warn(connection, text)
    toldProblems = text
  }

  const scopes = (): readonly (string | undefined)[] => (folders().length > 0 ? folders() : [undefined])

  const take = (value: unknown): boolean => use(scopes().map(it => [it, value] as const))

  return {
    begin(value) {
      atStart = value
      take(undefined)
    },
    of(path) {
      const within = [...byFolder.keys()].filter(it => it !== undefined && isInside(path, it)).sort((a, b) => b!.length - a!.length)
      return byFolder.get(within[0]) ?? first(byFolder.values()) ?? defaultSettings
    },
    take,
    async fetch() {
      if (!support().configuration) return false
      const asked = scopes()
      const values = await connection.workspace.getConfiguration(
        asked.map(it => (it === undefined ? { section } : { section, scopeUri: uriOf(it) }))
      )
      return use(asked.map((it, index) => [it, (values as readonly unknown[])[index]] as const))
    },
    readAgain,
    async register() {
      if (support().registersConfiguration) await connection.client.register(DidChangeConfigurationNotification.type, { section })
    }
  }
}

const first = <T>(items: Iterable<T>): T | undefined => {
  for (const it of items) return it
  return undefined
}
