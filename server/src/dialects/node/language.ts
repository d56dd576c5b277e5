import type { Language } from '../../core/dialect.js'
import { detect, mayBe } from './detect.js'

/** Clients and servers of Node.js, as far as their options are literal. No language of its own in an editor: see `command-line`. */
export const language: Language = {
  id: 'node',
  languageIds: [],
  common: true,
  mayBe,
  detect
}
