import { setFlagsFromString } from 'node:v8'

/**
 * Tells V8 that this process ends soon. It compiles whatever runs often anew, optimized, and a check of a second or two is over before
 * that pays: it took a third of the processor's time, and on a machine with other work to do as much of the user's. In Node 20 functions
 * have to run six times as long now until they are worth it; in a long run those that count still are. Until then they run as the machine
 * code that is made of them without any optimization, from their first call, which is quicker than to interpret them.
 */
export function expectShortRun(): void {
  for (const it of flagsFor(process.versions.node)) setFlagsFromString(it)
}

/** What this Node is known to take: V8 complains of a flag that it does not know on standard error. */
export function flagsFor(node: string): readonly string[] {
  switch (Number.parseInt(node, 10)) {
    case 20:
      return ['--interrupt-budget=400000', '--always-sparkplug']
    case 22:
    case 24:
      return ['--always-sparkplug']
    default:
      return []
  }
}
