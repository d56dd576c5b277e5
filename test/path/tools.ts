import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a program says to these words; `undefined` when it is not installed. */
export async function installed(program: string, words: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(program, words)
    return `${stdout}${stderr}`.trim()
  } catch {
    return undefined
  }
}
