import type { Dialect } from '../../core/dialect.js'
import { declares } from './declarations.js'
import { describe } from './describe.js'
import { edit } from './edit.js'
import { language } from './language.js'
import { lower } from './lower.js'
import { symbols } from './symbols.js'

export const istio: Dialect = {
  ...language,
  comment: '#',
  isMain: () => true,
  declares,
  lower,
  edit,
  describe,
  symbols
}
