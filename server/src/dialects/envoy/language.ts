import type { Language } from '../../core/dialect.js'
import { detect, mayBe } from './detect.js'

export const language: Language = {
  id: 'envoy',
  // Editors call it YAML or JSON, which most files are that are none of ours.
  languageIds: [],
  mayBe,
  detect
}
