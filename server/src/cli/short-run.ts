import { setFlagsFromString } from 'node:v8'

/**
 * Tells V8 that this process ends soon. It compiles whatever runs often anew, optimized, and a check of a second or two is over before
 * that pays: it took a third of the processor's time, and on a machine with other work to do as much of the user's. Functions have to run
 * three times as long now until they are worth it; in a long run those that count still are.
 */
export function expectShortRun(): void {
  // Node 20 to 24. A version that does not know the flag would say so on standard error.
  const version = Number.parseInt(process.versions.v8, 10)
  if (version >= 11 && version <= 13) setFlagsFromString('--interrupt-budget=400000')
}
