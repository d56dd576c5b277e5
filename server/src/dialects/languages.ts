import type { Dialect, Language } from '../core/dialect.js'
import { language as commandLine } from './command-line/language.js'
import { language as envoy } from './envoy/language.js'
import { language as haproxy } from './haproxy/language.js'
import { language as istio } from './istio/language.js'
import { language as nginx } from './nginx/language.js'
import { language as node } from './node/language.js'
import { pem } from './pem/index.js'

interface Loaded extends Language {
  load(): Promise<Dialect>
}

/** In the order of `dialects`, for those who run once: what no file is of is not even loaded. */
export const languages: readonly Loaded[] = [
  { ...pem, load: async () => pem },
  { ...envoy, load: async () => (await import('./envoy/index.js')).envoy },
  { ...haproxy, load: async () => (await import('./haproxy/index.js')).haproxy },
  { ...nginx, load: async () => (await import('./nginx/index.js')).nginx },
  { ...istio, load: async () => (await import('./istio/index.js')).istio },
  { ...commandLine, load: async () => (await import('./command-line/index.js')).commandLine },
  { ...node, load: async () => (await import('./node/index.js')).node }
]

export const loadDialects = (needed: (language: Language) => boolean): Promise<readonly Dialect[]> =>
  Promise.all(languages.filter(needed).map(it => it.load()))
