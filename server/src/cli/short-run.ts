import { setFlagsFromString } from 'node:v8'

/**
 * Tells V8 that this process ends soon. It compiles whatever runs often anew, optimized, and a check of a second or two is over before
 * that pays: it took a third of the processor's time, and on a machine with other work to do as much of the user's. Functions have to run
 * six times as long now until they are worth it; in a long run those that count still are. Until then they run as the machine code that
 * is made of them without any optimization, from their first call, which is quicker than to interpret them.
 */
export function expectShortRun(): void {
  // Node 20 to 24. A version that does not know the flags would say so on standard error.
  const version = Number.parseInt(process.versions.v8, 10)
  if (version >= 11 && version <= 13) {
    setFlagsFromString('--interrupt-budget=400000')
    setFlagsFromString('--always-sparkplug')
  }
}
