import type { Location, TextEdit } from './text.js'

/** From the gravest to the mildest, as LSP orders them. */
export const severities = ['error', 'warning', 'information', 'hint'] as const
export type Severity = (typeof severities)[number]

/** True when `severity` is at least as grave as `threshold`. */
export const reaches = (severity: Severity, threshold: Severity): boolean => severities.indexOf(severity) <= severities.indexOf(threshold)

/** A finding: one flaw, on the exact text that has it. */
export interface Diagnostic extends Location {
  /** The rule's id. */
  readonly rule: string
  readonly severity: Severity
  /** One sentence without full stop: what happens, to whom, in the words of the user's own file. */
  readonly message: string
  /** The rule's page. */
  readonly url: string
  readonly related: readonly Related[]
  readonly fixes: readonly Fix[]
  /** Set when an ignore comment silences it: such findings reach only SARIF, with this as justification. */
  readonly suppressed?: string
}

/** Another place that has part in the finding: the certificate behind a path, the directive that wins. */
export interface Related extends Location {
  readonly message: string
}

export interface Fix {
  /** Sentence case, imperative: `Verify the client certificate`. */
  readonly title: string
  readonly edits: readonly TextEdit[]
  /** Applied by `check --fix`: cannot break a working configuration. */
  readonly safe: boolean
}
