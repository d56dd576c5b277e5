import type { Language } from '../../core/dialect.js'
import { detect, mayBe } from './regions.js'

/**
 * `curl` and `openssl s_client` in scripts and in the fenced blocks of Markdown pages. It has no language of its own in an
 * editor, where every project has scripts and pages and few of them connect anywhere.
 */
export const language: Language = {
  id: 'command-line',
  languageIds: [],
  common: true,
  mayBe,
  detect
}
