import type { Dialect } from '../../core/dialect.js'
import { detect, isMain, mayBe } from './detect.js'
import { lower } from './lower.js'

export const nginx: Dialect = {
  id: 'nginx',
  languageIds: ['nginx', 'NGINX', 'nginx-conf'],
  comment: '#',
  mayBe,
  detect,
  isMain,
  lower
}
