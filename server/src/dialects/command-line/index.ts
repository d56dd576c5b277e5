import type { Dialect } from '../../core/dialect.js'
import { language } from './language.js'
import { lower } from './lower.js'

export const commandLine: Dialect = { ...language, comment: '#', isMain: () => true, lower }
