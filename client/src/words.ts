import type { Status } from '../../server/src/lsp/protocol.js'

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

export function countFindings({ errors, warnings }: Pick<Status, 'errors' | 'warnings'>): string {
  if (!errors && !warnings) return 'no problems'
  return [errors && plural(errors, 'error'), warnings && plural(warnings, 'warning')].filter(Boolean).join(', ')
}
