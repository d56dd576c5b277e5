/** Real HAProxy on loopback, for holding what we say against what happens. */
import { spawn, spawnSync } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { pause, stopped, takesConnections } from './nginx.js'

/** Say it in `skip` where it is not. */
export const haproxyMissing: string | false = spawnSync('haproxy', ['-v']).status === 0 ? false : 'HAProxy is not installed'

/** What `haproxy -c` says. Relative paths count from the folder of the configuration. */
export function testHaproxy(configuration: string): { readonly ok: boolean; readonly message: string } {
  const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', basename(configuration)], {
    cwd: dirname(configuration),
    encoding: 'utf8'
  })
  return { ok: status === 0, message: stdout + stderr }
}

export interface RunningHaproxy {
  /** All that it wrote so far. */
  log(): string
  stop(): Promise<void>
}

/** Starts HAProxy in the foreground and waits until it takes connections on `port`. */
export async function startHaproxy(configuration: string, port: number): Promise<RunningHaproxy> {
  const child = spawn('haproxy', ['-db', '-f', basename(configuration)], { cwd: dirname(configuration), stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', it => {
      output += it
    })
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break
    if (await takesConnections(port)) return { log: () => output, stop: () => stopped(child) }
    await pause(25)
  }
  await stopped(child)
  throw new Error(`HAProxy does not start: ${output}`)
}
