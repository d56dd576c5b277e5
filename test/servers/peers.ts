/** Node, Go and Java as TLS servers and clients: one program each, told line by line whom to meet. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { repository } from '../files.js'
import { installed } from '../path/tools.js'
import { stopped } from './nginx.js'

/** What a program is told of its side. Files by absolute path, several by comma. */
export interface PeerWords {
  readonly verify: 'none' | 'request' | 'any' | 'given' | 'require'
  readonly min: '1.2' | '1.3'
  readonly max: '1.2' | '1.3'
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
  readonly crl?: string
  /** Clients: the server that is asked for. */
  readonly name?: string
}

/** How it ended for one side: nothing, or its error in its own words. */
export type Outcome = { readonly error?: string }

export interface Peer {
  /** Takes one connection. */
  serve(words: PeerWords): Promise<{ readonly port: number; readonly outcome: Promise<Outcome> }>
  connect(words: PeerWords & { readonly port: number }): Promise<Outcome>
  stop(): Promise<void>
}

export type PeerProduct = 'node' | 'go' | 'java'

const sources = join(repository, 'test/servers/peers')

/** The program's command, or why there is none. */
export async function peerCommand(product: PeerProduct): Promise<readonly [string, ...string[]] | { readonly missing: string }> {
  switch (product) {
    case 'node':
      return [process.execPath, join(sources, 'peer.mjs')]
    case 'java':
      return (await installed('javac', ['-version']))
        ? ['java', '-XX:TieredStopAtLevel=1', join(sources, 'Peer.java')]
        : { missing: 'a JDK is not installed' }
    case 'go': {
      if (!(await installed('go', ['version']))) return { missing: 'Go is not installed' }
      const folder = mkdtempSync(join(tmpdir(), 'go-peer-'))
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
      const program = join(folder, 'peer')
      const env = { ...process.env, GOCACHE: join(folder, 'cache'), GO111MODULE: 'off', GOFLAGS: '' }
      await promisify(execFile)('go', ['build', '-o', program, join(sources, 'peer.go')], { env })
      return [program]
    }
  }
}

export function startPeer([program, ...args]: readonly [string, ...string[]]): Peer {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ports = new Map<string, (port: number) => void>()
  const outcomes = new Map<string, (outcome: Outcome) => void>()
  createInterface({ input: child.stdout }).on('line', line => {
    const [, id, word, rest] = /^(\S+) (port|ok|no) ?(.*)$/.exec(line) ?? []
    if (id === undefined) return
    if (word === 'port') ports.get(id)?.(Number(rest))
    else outcomes.get(id)?.(word === 'ok' ? {} : { error: rest! })
  })
  let last = 0
  const tell = (command: string, words: object): readonly [port: Promise<number>, outcome: Promise<Outcome>] => {
    const id = String(++last)
    const told = Object.entries({ id, ...words }).map(([name, value]) => `${name}=${value}`)
    const port = new Promise<number>(resolve => ports.set(id, resolve))
    const outcome = new Promise<Outcome>(resolve => outcomes.set(id, resolve))
    child.stdin.write(`${[command, ...told].join('\t')}\n`)
    return [port, outcome]
  }
  return {
    async serve(words) {
      const [port, outcome] = tell('serve', words)
      return { port: await port, outcome }
    },
    connect: words => tell('connect', words)[1],
    stop: () => stopped(child)
  }
}
