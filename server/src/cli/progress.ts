import cliProgress from 'cli-progress'

/** A bar on standard error, only where a person watches it. */
export function showProgress(what: string, total: number): { step(): void; done(): void } {
  if (!process.stderr.isTTY || total < 100) return { step() {}, done() {} }
  const bar = new cliProgress.SingleBar({
    format: `${what} [{bar}] {value}/{total}`,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr
  })
  bar.start(total, 0)
  return { step: () => bar.increment(), done: () => bar.stop() }
}
