import type { Language } from '../../core/dialect.js'
import { detect, mayBe } from './detect.js'

export const language: Language = {
  id: 'haproxy',
  languageIds: ['haproxy', 'haproxy-config', 'HAProxy'],
  mayBe,
  detect
}
