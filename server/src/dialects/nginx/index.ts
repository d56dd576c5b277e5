import type { Dialect } from '../../core/dialect.js'
import { answeringOf } from './answering.js'
import { describe } from './describe.js'
import { isMain } from './detect.js'
import { edit } from './edit.js'
import { language } from './language.js'
import { lower, lowerAgain } from './lower.js'
import { parseAgain } from './parse-again.js'
import { symbols } from './symbols.js'
import { testWithFiles } from './test-files.js'

export const nginx: Dialect = {
  ...language,
  comment: '#',
  isMain,
  lower,
  edited: parseAgain,
  lowerAgain,
  edit,
  describe,
  symbols,
  test: testWithFiles,
  answering: answeringOf
}
