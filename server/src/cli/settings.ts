import { defaultSettings, type Settings } from '../core/settings.js'
import { findSettings, joinSettings } from '../files/settings.js'
import { UsageError } from './exit.js'

/** The settings of a folder: those of its project, and above them the severities that the command line names. */
export function loadSettings(folder: string, rules: Settings['rules'], standard: Settings = defaultSettings): Settings {
  const found = findSettings(folder)
  if (found && found.problems.length > 0) throw new UsageError(`${found.file}: ${found.problems.join('; ')}`)
  return joinSettings(joinSettings(standard, found?.given ?? {}), { rules })
}
