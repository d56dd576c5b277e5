import type { Dialect } from '../../core/dialect.js'
import { detect, mayBe } from './detect.js'
import { lower } from './lower.js'

/** Clients and servers of Node.js, as far as their options are literal. No language of its own in an editor: see `command-line`. */
export const node: Dialect = {
  id: 'node',
  languageIds: [],
  comment: '//',
  common: true,
  mayBe,
  detect,
  isMain: () => true,
  lower
}
