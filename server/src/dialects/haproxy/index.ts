import type { Dialect } from '../../core/dialect.js'
import { answeringOf } from './answering.js'
import { latestVersion } from './defaults.js'
import { describe } from './describe.js'
import { edit } from './edit.js'
import { language } from './language.js'
import { lower } from './lower.js'
import { lowerAgain } from './lower-again.js'
import { parseAgain } from './parse-again.js'
import { parse } from './parser.js'
import { symbols } from './symbols.js'
import { testWithFiles } from './test-files.js'

export const haproxy: Dialect = {
  ...language,
  comment: '#',
  isMain: file => parse(file, latestVersion).sections.length > 0,
  lower,
  edited: parseAgain,
  lowerAgain,
  edit,
  describe,
  symbols,
  test: testWithFiles,
  answering: answeringOf
}
