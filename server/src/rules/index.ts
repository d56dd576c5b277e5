import type { Rule } from '../core/rule.js'

/** One line a rule. */
export const rules: readonly Rule[] = []
