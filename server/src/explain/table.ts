import type { ErrorEntry, Flaw, ProductId } from './entry.js'
import { type FlawId, flaws } from './flaws.js'

type Given = Partial<Pick<ErrorEntry, 'by' | 'concerns' | 'role' | 'isUmbrella' | 'citation'> & Flaw>

/** Writes the entries of one product: what a row does not say is what most of them share. */
export const tableOf =
  (product: ProductId, citation: string) =>
  (name: string, pattern: RegExp, flaw: FlawId, given: Given = {}): ErrorEntry => ({
    id: `${product}/${name}`,
    product,
    pattern,
    by: 'this-side',
    concerns: 'certificate',
    citation,
    ...flaws[flaw],
    ...given
  })

/** For what a configuration test, or a start, says before any connection. */
export const configuration = { by: 'configuration-test', concerns: 'configuration' } as const
/** For what concerns neither certificate. */
export const connection = { concerns: 'connection' } as const
export const umbrella = { isUmbrella: true } as const
