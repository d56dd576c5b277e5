import type { Dialect } from '../../core/dialect.js'
import { describe } from './describe.js'
import { detect, mayBe } from './detect.js'
import { edit } from './edit.js'
import { declares, lower } from './lower.js'
import { symbols } from './symbols.js'

export const envoy: Dialect = {
  id: 'envoy',
  // Editors call it YAML or JSON, which most files are that are none of ours.
  languageIds: [],
  comment: '#',
  mayBe,
  detect,
  isMain: () => true,
  declares,
  lower,
  edit,
  describe,
  symbols
}
