import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { severities } from '../core/diagnostic.js'
import { defaultSettings, type Settings } from '../core/settings.js'

/** What somebody set, and what of it cannot be used. */
export interface ReadSettings {
  readonly given: Partial<Settings>
  /** Sentences without full stop. */
  readonly problems: readonly string[]
}

/** Settings in a file of the project. */
export interface SettingsFile extends ReadSettings {
  readonly file: string
  /** False for a file that is no JSON, or too large for any settings. */
  readonly isRead: boolean
}

/** The one under the other: rules and paths are joined, of all else the latter counts. */
export const joinSettings = (standard: Settings, { rules, paths, ...others }: Partial<Settings>): Settings => ({
  ...standard,
  ...others,
  rules: { ...standard.rules, ...rules },
  paths: { ...standard.paths, ...paths }
})

const ownFile = 'mtls-lens.config.json'
const manifest = 'package.json'

/** May this be a file that holds settings? */
export const isSettingsFile = (file: string): boolean => file.endsWith(`/${ownFile}`) || file.endsWith(`/${manifest}`)

/** `mtls-lens.config.json`, or "mtlsLens" of package.json, in the folder or the nearest one above it. */
export function findSettings(folder: string): SettingsFile | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const own = settingsIn(path.join(at, ownFile), it => it)
    if (own) return own
    // A manifest that is broken is broken for others, and says nothing to us.
    const shared = settingsIn(path.join(at, manifest), it => (isRecord(it) ? it.mtlsLens : undefined))
    if (shared?.isRead) return shared
    if (path.dirname(at) === at) return undefined
  }
}

/** No settings are larger; what is may be anything. */
const largestFile = 1024 * 1024

/** In bytes; nothing for what is no file, or not to be looked at. */
function sizeOf(path: string): number | undefined {
  try {
    const stats = statSync(path)
    return stats.isFile() ? stats.size : undefined
  } catch {
    return undefined
  }
}

/** `pick` takes the settings out of what the file holds; nothing when there are none. */
function settingsIn(file: string, pick: (content: unknown) => unknown): SettingsFile | undefined {
  const unusable = (problem: string): SettingsFile => ({ file, isRead: false, given: {}, problems: [problem] })
  const size = sizeOf(file)
  if (size === undefined) return undefined
  try {
    if (size > largestFile) return unusable('it is too large to hold settings')
    const value = pick(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')))
    return value === undefined ? undefined : { file, isRead: true, ...readSettings(value, path.dirname(file), it => `"${it}"`, true) }
  } catch (error) {
    return unusable((error as Error).message)
  }
}

/**
 * Reads the settings of an object one by one; what cannot be used is named, in the words of `named`, and left out. Folders in
 * `paths` are relative to `folder`. `complete`: no other setting is allowed.
 */
export function readSettings(value: unknown, folder: string | undefined, named: (name: string) => string, complete: boolean): ReadSettings {
  const problems: string[] = []
  if (value === undefined || value === null) return { given: {}, problems: complete ? ['the settings must be an object'] : [] }
  if (!isRecord(value)) return { given: {}, problems: ['the settings must be an object'] }
  const given: { -readonly [K in keyof Settings]?: Settings[K] } = {}
  for (const [written, content] of Object.entries(value)) {
    if (content === undefined || content === null || written === '$schema') continue
    // The editor's `nginx.version` is `version` in `nginx`.
    const [, outer, inner] = /^(nginx|haproxy|codeLens)\.(version|enable)$/.exec(written) ?? []
    const name = outer ?? written
    const it = inner === undefined ? content : { [inner]: content }
    switch (name) {
      case 'rules':
        given.rules = readRules(it)
        break
      case 'expiryWarningDays':
        if (typeof it === 'number' && it >= 0) given.expiryWarningDays = it
        else problems.push(`${named(name)} must be a number of days`)
        break
      case 'paths':
        given.paths = readPaths(it)
        break
      case 'nginx':
      case 'haproxy': {
        const version = readVersion(name, it)
        if (version !== undefined) given[name] = { version }
        break
      }
      case 'codeLens': {
        const enable = readSwitch(it)
        if (enable !== undefined) given.codeLens = { enable }
        break
      }
      default:
        if (complete) problems.push(`there is no setting ${named(name)}`)
    }
  }
  return { given, problems }

  function readRules(it: unknown): Settings['rules'] {
    if (!isRecord(it)) {
      problems.push(`${named('rules')} must be an object from rule ids to severities`)
      return {}
    }
    const rules: Record<string, Settings['rules'][string]> = {}
    for (const [id, severity] of Object.entries(it)) {
      const known = parseRuleSeverity(severity)
      if (known) rules[id] = known
      else problems.push(`${named('rules')}: ${id} must be ${severityWords}`)
    }
    return rules
  }

  function readPaths(it: unknown): Settings['paths'] {
    if (!isRecord(it)) {
      problems.push(`${named('paths')} must be an object from deployed paths to folders`)
      return {}
    }
    const paths: Record<string, string> = {}
    for (const [deployed, to] of Object.entries(it)) {
      if (typeof to !== 'string') problems.push(`${named('paths')}: the folder for ${deployed} must be text`)
      else if (folder === undefined && !path.isAbsolute(to)) problems.push(`${named('paths')}: ${to} is relative, and no folder is open`)
      else paths[deployed] = path.resolve(folder ?? '', to).replaceAll('\\', '/')
    }
    return paths
  }

  function readVersion(product: 'nginx' | 'haproxy', it: unknown): string | undefined {
    const version = isRecord(it) ? (it.version ?? undefined) : null
    if (version === undefined || (typeof version === 'string' && /^\d+\.\d+(\.\d+)?$/.test(version))) return version
    problems.push(`${named(`${product}.version`)} must look like ${defaultSettings[product].version}`)
    return undefined
  }

  function readSwitch(it: unknown): boolean | undefined {
    const enable = isRecord(it) ? (it.enable ?? undefined) : null
    if (enable === undefined || typeof enable === 'boolean') return enable
    problems.push(`${named('codeLens.enable')} must be true or false`)
    return undefined
  }
}

export const severityWords = `one of ${severities.join(', ')}, off`

export const parseRuleSeverity = (text: unknown): Settings['rules'][string] | undefined =>
  text === 'off' ? 'off' : severities.find(it => it === text)

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
