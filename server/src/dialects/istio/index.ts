import type { Dialect } from '../../core/dialect.js'
import { isResource, mayBe } from '../kubernetes/detect.js'
import { declares } from './declarations.js'
import { describe } from './describe.js'
import { edit } from './edit.js'
import { lower } from './lower.js'
import { isMeshConfig } from './mesh-config.js'
import { symbols } from './symbols.js'

/** Istio, and of Kubernetes what certificates and workloads are written in. */
export const istio: Dialect = {
  id: 'istio',
  // Editors call it YAML or JSON, which most files are that are none of ours.
  languageIds: [],
  comment: '#',
  mayBe,
  detect: (_path, text) => isResource(text) || isMeshConfig(text),
  isMain: () => true,
  declares,
  lower,
  edit,
  describe,
  symbols
}
