/** A bar on standard error, only where a person watches it. */
export async function showProgress(what: string, total: number): Promise<{ step(): void; done(): void }> {
  if (!process.stderr.isTTY || total < 100) return { step() {}, done() {} }
  const { default: cliProgress } = await import('cli-progress')
  const bar = new cliProgress.SingleBar({
    format: `${what} [{bar}] {value}/{total}`,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr
  })
  bar.start(total, 0)
  return { step: () => bar.increment(), done: () => bar.stop() }
}
