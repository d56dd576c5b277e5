import type { Severity } from './diagnostic.js'

/** What users can set, in the editor under `mtlsLens.`, and for all faces in a project's `mtls-lens.config.json`; the same names. */
export interface Settings {
  /** A severity for each rule id, or `off`. `*` stands for all that are not named. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>
  /** Days before the end of validity at which `certificate-expires-soon` warns; twice as early it informs. */
  readonly expiryWarningDays: number
  /** Deployed paths to folders here: `{"/etc/nginx/ssl": "deploy/certs"}`. Values absolute once loaded. */
  readonly paths: Readonly<Record<string, string>>
  readonly nginx: {
    /** `major.minor.patch`; defaults of directives depend on it. */
    readonly version: string
  }
  readonly haproxy: {
    /** `major.minor.patch`; which words it knows depends on it. */
    readonly version: string
  }
  /** Of the editor only. */
  readonly codeLens: {
    /** Offers predictions above listeners. */
    readonly enable: boolean
  }
}

export const defaultSettings: Settings = {
  rules: {},
  expiryWarningDays: 30,
  paths: {},
  nginx: { version: '1.31.4' },
  haproxy: { version: '3.2.0' },
  codeLens: { enable: true }
}
