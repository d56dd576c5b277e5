import type { Read } from '../core/text.js'
import { walk } from '../files/walk.js'
import { wantedBy } from '../files/wanted.js'
import { dialects, openWorkspace, type Workspace } from '../service.js'
import { requireLanguage } from './language.js'
import { isFolder } from './named.js'
import { notice, noticePassedOver } from './notice.js'
import { absolute } from './options.js'
import { loadSettings } from './settings.js'

/** The files and folders that were named, as one workspace; without any, the working directory. */
export function openPaths(paths: readonly string[], read: Read): Workspace {
  const named = paths.length > 0 ? paths : ['.']
  const files = named.flatMap(it => filesAt(it, read))
  const outright = new Map(named.map(absolute).map(it => [it, requireLanguage(it, read)]))
  return openWorkspace({
    read,
    files: new Set(files),
    settings: loadSettings(absolute(named[0]!), {}),
    languageOf: path => outright.get(path)
  })
}

const filesAt = (path: string, read: Read): readonly string[] =>
  isFolder(path, read) ? walk(absolute(path), wantedBy(dialects), { notice, passedOver: noticePassedOver }) : [absolute(path)]
