export const exitCodes = { nothingFound: 0, found: 1, usage: 2, ownFault: 70 } as const

/** The user asked for something that cannot be: an unknown file, a date that is none. */
export class UsageError extends Error {}
