import type { Language } from '../../core/dialect.js'
import { mayBe } from '../kubernetes/detect.js'
import { detect } from './detect.js'

/** Istio, and of Kubernetes what certificates and workloads are written in. */
export const language: Language = {
  id: 'istio',
  // Editors call it YAML or JSON, which most files are that are none of ours.
  languageIds: [],
  mayBe,
  detect
}
