import { severities } from '../core/diagnostic.js'
import { defaultSettings, type Settings } from '../service.js'
import { isOnDisk } from './uris.js'

/** What the editor's settings say, and what of it cannot be used. */
export interface ReadSettings {
  readonly settings: Settings
  /** Sentences without full stop. */
  readonly problems: readonly string[]
}

/** Reads `mtlsLens.*`. A value that cannot be used is named, and its default stands. Folders in `paths` are relative to `folder`. */
export function readSettings(value: unknown, folder: string | undefined): ReadSettings {
  const problems: string[] = []
  const given = isRecord(value) ? value : {}
  const versionOf = (product: 'nginx' | 'haproxy') => {
    const section = given[product]
    return { version: readVersion(product, isRecord(section) ? section.version : undefined, problems) }
  }
  return {
    settings: {
      rules: readRules(given.rules, problems),
      expiryWarningDays: readDays(given.expiryWarningDays, problems),
      paths: readPaths(given.paths, folder, problems),
      nginx: versionOf('nginx'),
      haproxy: versionOf('haproxy'),
      codeLens: { enable: readSwitch('codeLens.enable', isRecord(given.codeLens) ? given.codeLens.enable : undefined, problems) }
    },
    problems
  }
}

function readRules(value: unknown, problems: string[]): Settings['rules'] {
  if (value === undefined || value === null) return defaultSettings.rules
  if (!isRecord(value)) {
    problems.push('mtlsLens.rules must be an object from rule ids to severities')
    return defaultSettings.rules
  }
  const allowed = ['off', ...severities] as const
  const rules: Record<string, (typeof allowed)[number]> = {}
  for (const [id, it] of Object.entries(value)) {
    const severity = allowed.find(name => name === it)
    if (severity) rules[id] = severity
    else problems.push(`mtlsLens.rules: ${id} must be one of ${severities.join(', ')}, off`)
  }
  return rules
}

function readDays(value: unknown, problems: string[]): number {
  if (value === undefined || value === null) return defaultSettings.expiryWarningDays
  if (typeof value === 'number' && value >= 0) return value
  problems.push('mtlsLens.expiryWarningDays must be a number of days')
  return defaultSettings.expiryWarningDays
}

function readPaths(value: unknown, folder: string | undefined, problems: string[]): Settings['paths'] {
  if (value === undefined || value === null) return defaultSettings.paths
  if (!isRecord(value)) {
    problems.push('mtlsLens.paths must be an object from deployed paths to folders')
    return defaultSettings.paths
  }
  const paths: Record<string, string> = {}
  for (const [deployed, it] of Object.entries(value)) {
    if (typeof it !== 'string') problems.push(`mtlsLens.paths: the folder for ${deployed} must be text`)
    else if (!isOnDisk(it) && folder === undefined) problems.push(`mtlsLens.paths: ${it} is relative, and no folder is open`)
    else paths[deployed] = absolute(it, folder ?? '')
  }
  return paths
}

/** Folder and path joined, with `.` and `..` resolved. */
function absolute(path: string, folder: string): string {
  const whole = path.replaceAll('\\', '/')
  const parts: string[] = []
  for (const part of (isOnDisk(whole) ? whole : `${folder}/${whole}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  const joined = parts.join('/')
  return /^[a-z]:/i.test(joined) ? joined : `/${joined}`
}

function readVersion(product: 'nginx' | 'haproxy', value: unknown, problems: string[]): string {
  const { version } = defaultSettings[product]
  if (value === undefined || value === null) return version
  if (typeof value === 'string' && /^\d+\.\d+(\.\d+)?$/.test(value)) return value
  problems.push(`mtlsLens.${product}.version must look like ${version}`)
  return version
}

function readSwitch(name: string, value: unknown, problems: string[]): boolean {
  if (typeof value === 'boolean') return value
  if (value !== undefined && value !== null) problems.push(`mtlsLens.${name} must be true or false`)
  return defaultSettings.codeLens.enable
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
