import { defaultSettings, type Settings } from '../core/settings.js'
import { findSettings, joinSettings } from '../files/settings.js'
import { rules } from '../open-workspace.js'
import { UsageError } from './exit.js'
import { notice } from './notice.js'

/** The settings of a folder: those of its project, and above them the severities that the command line names. */
export function loadSettings(folder: string, severities: Settings['rules'], standard: Settings = defaultSettings): Settings {
  const found = findSettings(folder)
  if (found && found.problems.length > 0) throw new UsageError(`${found.file}: ${found.problems.join('; ')}`)
  for (const id of Object.keys(found?.given.rules ?? {})) if (!isRule(id)) notice(`${found!.file}: there is no rule ${id}`)
  return joinSettings(joinSettings(standard, found?.given ?? {}), { rules: severities })
}

/** Ids that have a severity: all rules, `*` for those that are not named, and what the editor says of files that are not read. */
export const isRule = (id: string): boolean => id === '*' || id === 'unreadable-file' || rules.some(it => it.id === id)
