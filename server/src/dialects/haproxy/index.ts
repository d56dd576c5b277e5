import type { Dialect } from '../../core/dialect.js'
import { answeringOf } from './answering.js'
import { describe } from './describe.js'
import { detect, isMain, mayBe } from './detect.js'
import { edit } from './edit.js'
import { lower } from './lower.js'
import { lowerAgain } from './lower-again.js'
import { parseAgain } from './parse-again.js'
import { symbols } from './symbols.js'
import { testWithFiles } from './test-files.js'

export const haproxy: Dialect = {
  id: 'haproxy',
  languageIds: ['haproxy', 'haproxy-config', 'HAProxy'],
  comment: '#',
  mayBe,
  detect,
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
