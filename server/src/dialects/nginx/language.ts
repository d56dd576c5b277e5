import type { Language } from '../../core/dialect.js'
import { detect, mayBe } from './detect.js'

export const language: Language = {
  id: 'nginx',
  languageIds: ['nginx', 'NGINX', 'nginx-conf'],
  mayBe,
  detect
}
