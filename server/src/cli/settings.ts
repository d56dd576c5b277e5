import fs from 'node:fs'
import path from 'node:path'
import { type Severity, severities } from '../core/diagnostic.js'
import { defaultSettings, type Settings } from '../core/settings.js'
import { UsageError } from './exit.js'

/** The settings of `mtls-lens.config.json`, or of "mtlsLens" in package.json, in the folder or the nearest one above it. */
export function loadSettings(
  folder: string,
  rules: Readonly<Record<string, Severity | 'off'>>,
  standard: Settings = defaultSettings
): Settings {
  const found = findSettings(folder)
  const settings = found ? readSettings(found.value, found.file) : {}
  return { ...standard, ...settings, rules: { ...settings.rules, ...rules } }
}

function findSettings(folder: string): { readonly file: string; readonly value: unknown } | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const own = path.join(at, 'mtls-lens.config.json')
    if (fs.existsSync(own)) return { file: own, value: parseJson(own) }
    const manifest = path.join(at, 'package.json')
    const value = fs.existsSync(manifest) && (parseJson(manifest) as { mtlsLens?: unknown } | null)?.mtlsLens
    if (value) return { file: manifest, value }
    if (path.dirname(at) === at) return undefined
  }
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`)
  }
}

type Writable = { -readonly [K in keyof Settings]?: Settings[K] }

function readSettings(value: unknown, file: string): Writable {
  const wrong = (what: string): never => {
    throw new UsageError(`${file}: ${what}`)
  }
  if (!isRecord(value)) return wrong('the settings must be an object')
  const settings: Writable = {}
  for (const [name, it] of Object.entries(value)) {
    switch (name) {
      case '$schema':
        break
      case 'rules':
        if (!isRecord(it)) return wrong('"rules" must be an object from rule ids to severities')
        settings.rules = Object.fromEntries(
          Object.entries(it).map(([id, severity]) => [id, parseRuleSeverity(severity) ?? wrong(`"rules": ${id} must be ${severityWords}`)])
        )
        break
      case 'expiryWarningDays':
        if (typeof it !== 'number' || !(it >= 0)) return wrong('"expiryWarningDays" must be a number of days')
        settings.expiryWarningDays = it
        break
      case 'paths':
        if (!isRecord(it) || !Object.values(it).every(each => typeof each === 'string'))
          return wrong('"paths" must be an object from deployed paths to folders')
        settings.paths = Object.fromEntries(
          Object.entries(it).map(([from, to]) => [from, path.resolve(path.dirname(file), to as string).replaceAll('\\', '/')])
        )
        break
      case 'nginx':
        if (!isRecord(it) || typeof it.version !== 'string' || !/^\d+\.\d+(\.\d+)?$/.test(it.version))
          return wrong(`"nginx.version" must look like ${defaultSettings.nginx.version}`)
        settings.nginx = { version: it.version }
        break
      case 'haproxy':
        if (!isRecord(it) || typeof it.version !== 'string' || !/^\d+\.\d+(\.\d+)?$/.test(it.version))
          return wrong('"haproxy.version" must look like 3.2.0')
        settings.haproxy = { version: it.version }
        break
      default:
        return wrong(`there is no setting "${name}"`)
    }
  }
  return settings
}

export const severityWords = `one of ${severities.join(', ')}, off`

export const parseRuleSeverity = (text: unknown): Severity | 'off' | undefined =>
  text === 'off' ? 'off' : severities.find(it => it === text)

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
