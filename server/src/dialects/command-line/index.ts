import type { Dialect } from '../../core/dialect.js'
import { lower } from './lower.js'
import { detect, mayBe } from './regions.js'

/**
 * `curl` and `openssl s_client` in scripts and in the fenced blocks of Markdown pages. It has no language of its own in an
 * editor, where every project has scripts and pages and few of them connect anywhere.
 */
export const commandLine: Dialect = {
  id: 'command-line',
  languageIds: [],
  comment: '#',
  common: true,
  mayBe,
  detect,
  isMain: () => true,
  lower
}
