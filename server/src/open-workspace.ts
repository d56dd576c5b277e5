/** Everything that checks, put together. By itself, so that a check loads nothing that draws, explains or predicts. */
import { possibleIssuers } from './core/chain.js'
import type { Dialect } from './core/dialect.js'
import { defaultSettings, type Settings } from './core/settings.js'
import type { Read } from './core/text.js'
import { createWorkspace, type Workspace, type WorkspaceOptions } from './core/workspace.js'
import { languages, loadDialects } from './dialects/languages.js'
import { verifyPath } from './path/verify.js'
import { rules } from './rules/index.js'
import type { Certificate } from './x509/certificate.js'
import { keyMatches, publicKeyOf } from './x509/keys.js'
import { signed, verifyAhead } from './x509/signature.js'

export { languages, loadDialects, rules, type Workspace }

export interface OpenWorkspaceOptions {
  /** The content of a file by absolute path, always the same object until it changes. */
  readonly read: Read
  /** Default: the system's clock. */
  readonly now?: () => Date
  readonly settings?: Partial<Settings>
  /** The files that belong to the workspace. */
  readonly files: Iterable<string>
  /** The folders that the user opened; default: everything is inside. */
  readonly folders?: readonly string[]
  readonly belongs?: WorkspaceOptions['belongs']
  readonly languageOf?: WorkspaceOptions['languageOf']
  readonly settingsOf?: WorkspaceOptions['settingsOf']
}

/** Opens files for checking: `openWorkspaceOf(await loadDialects(isNeeded), { read, files })`. */
export function openWorkspaceOf(dialects: readonly Dialect[], options: OpenWorkspaceOptions): Workspace {
  const { folders } = options
  return createWorkspace({
    read: options.read,
    now: options.now ?? (() => new Date()),
    settings: { ...defaultSettings, ...options.settings },
    files: options.files,
    dialects,
    rules,
    belongs: options.belongs,
    languageOf: options.languageOf,
    settingsOf: options.settingsOf,
    inWorkspace: path => folders === undefined || folders.some(it => path === it || path.startsWith(it.endsWith('/') ? it : `${it}/`)),
    crypto: {
      signed,
      keyMatches,
      key: publicKeyOf,
      verify: ({ chain, ...question }) =>
        verifyPath({
          endEntity: chain[0]!,
          intermediates: chain.slice(1),
          ...question,
          at: (options.now ?? (() => new Date()))()
        })
    }
  })
}

/** Verifies in other threads what the check of a workspace with these certificates will ask. Nothing but time depends on it. */
export const verifySignaturesAhead = (certificates: readonly Certificate[]): Promise<void> => verifyAhead(possibleIssuers(certificates))
