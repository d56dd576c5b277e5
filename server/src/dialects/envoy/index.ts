import type { Dialect } from '../../core/dialect.js'
import { describe } from './describe.js'
import { edit } from './edit.js'
import { language } from './language.js'
import { declares, lower } from './lower.js'
import { symbols } from './symbols.js'

export const envoy: Dialect = {
  ...language,
  comment: '#',
  isMain: () => true,
  declares,
  lower,
  edit,
  describe,
  symbols
}
