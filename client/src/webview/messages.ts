/** What a page of ours and the extension say to each other. Used by both sides; imports nothing. */

export type FromPage =
  /** The page is there, anew perhaps, and has nothing to show yet. */
  | { readonly kind: 'ready' }
  /** The user wants to see one of the places that came with the model. */
  | { readonly kind: 'open'; readonly place: number }
  /** The user wants one of the texts that the extension holds. */
  | { readonly kind: 'copy'; readonly name: string }
  /** The user wants one of the commands that this kind of page offers, where they say so for the `number`th of its things. */
  | { readonly kind: 'run'; readonly name: string; readonly number?: number }

export type ToPage<Model> =
  /** The page keeps the question as its state, so that it can be asked again when the window comes back. */
  | { readonly kind: 'show'; readonly question: unknown; readonly model: Model }
  /** There is no answer so far, and why that may be. */
  | { readonly kind: 'nothing'; readonly words: string }
  | { readonly kind: 'said'; readonly words: string }

/** A page shows what strangers wrote: whatever it sends is looked at before it is believed. */
export function readMessage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined
  const { kind } = message
  if (kind === 'ready') return { kind }
  if (kind === 'open' && 'place' in message && Number.isSafeInteger(message.place)) return { kind, place: Number(message.place) }
  if (!('name' in message) || typeof message.name !== 'string') return undefined
  const { name } = message
  if (kind === 'copy') return { kind, name }
  const number = 'number' in message && Number.isSafeInteger(message.number) ? { number: Number(message.number) } : {}
  if (kind === 'run') return { kind, name, ...number }
  return undefined
}
