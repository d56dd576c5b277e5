import fs from 'node:fs'
import { UsageError } from './exit.js'

/** Standard input to its end, or its first `most` bytes. */
export function readStdin(most: number): Buffer {
  const chunks: Buffer[] = []
  for (let left = most; left > 0; ) {
    const chunk = readSome(Math.min(left, 65_536))
    if (!chunk) break
    chunks.push(chunk)
    left -= chunk.length
  }
  return Buffer.concat(chunks)
}

/** What is there, waiting for it where need be; nothing at the end. */
function readSome(most: number): Buffer | undefined {
  const buffer = Buffer.alloc(most)
  for (;;) {
    try {
      const count = fs.readSync(0, buffer, 0, most, null)
      return count > 0 ? buffer.subarray(0, count) : undefined
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return undefined
      if (code !== 'EAGAIN') throw new UsageError(`standard input cannot be read (${code})`)
      // Whoever started us made it a pipe that does not wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
