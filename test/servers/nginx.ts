/** Real nginx on loopback, for holding what we say against what happens. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'

/** Say it in `skip` where it is not. */
export const nginxMissing: string | false = spawnSync('nginx', ['-v']).status === 0 ? false : 'nginx is not installed'

/** Where its dynamic modules lie. */
export const modulesPath = (): string =>
  /--modules-path=(\S+)/.exec(spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr)?.[1] ?? 'modules'

/** A copy of a folder in which every `127.0.0.1:port` has become a free port of this machine. */
export interface Copy {
  readonly folder: string
  /** The free port for the one that is written. */
  port(written: number): number
  remove(): void
}

export async function copyWithFreePorts(source: string): Promise<Copy> {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  cpSync(source, folder, { recursive: true })
  const ports = new Map<number, number>()
  for (const path of configurationsBelow(folder)) {
    let text = readFileSync(path, 'utf8')
    for (const [, written] of text.matchAll(/127\.0\.0\.1:(\d+)/g)) {
      if (!ports.has(Number(written))) ports.set(Number(written), await freePort([...ports.values()]))
    }
    text = text.replace(/127\.0\.0\.1:(\d+)/g, (_, written) => `127.0.0.1:${ports.get(Number(written))}`)
    writeFileSync(path, text)
  }
  return {
    folder,
    port: written => ports.get(written)!,
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

function configurationsBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return entries.filter(it => /\.(?:conf|cfg)$/.test(it)).map(it => join(folder, it))
}

/** The first of `size` ports in a row that are free, below those that the system gives to clients. */
export async function freePorts(size: number): Promise<number> {
  const [lowest, highest] = [19_000, 32_000]
  // Tests that run at the same time start their search at different places.
  const start = (process.pid * 197) % (highest - lowest)
  for (let tried = 0; tried < highest - lowest; tried += size) {
    const first = lowest + ((start + tried) % (highest - lowest - size))
    const sockets = await Promise.all(Array.from({ length: size }, (_, at) => listenOn(first + at)))
    await Promise.all(sockets.map(it => it && new Promise(done => it.close(done))))
    if (sockets.every(it => it !== undefined)) return first
  }
  throw new Error(`no ${size} ports in a row are free`)
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** None of `taken`: the system may well give the same one again. */
async function freePort(taken: readonly number[]): Promise<number> {
  const port = await anyFreePort()
  return taken.includes(port) ? freePort(taken) : port
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

export interface ConfigurationTest {
  readonly ok: boolean
  readonly message: string
}

/** What `nginx -t` says. */
export function testConfiguration(configuration: string): ConfigurationTest {
  const prefix = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  const { status, stderr } = spawnSync('nginx', ['-t', '-p', prefix, '-c', configuration], { encoding: 'utf8' })
  rmSync(prefix, { recursive: true, force: true })
  return { ok: status === 0, message: stderr }
}

export interface RunningNginx {
  /** All that its error log says so far. */
  log(): string
  stop(): Promise<void>
}

/** Starts nginx in the foreground and waits until it takes connections on `port`. */
export async function startNginx(configuration: string, port: number): Promise<RunningNginx> {
  const prefix = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  mkdirSync(join(prefix, 'logs'))
  const child = spawn('nginx', ['-p', prefix, '-c', configuration, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', it => {
    output += it
  })
  const logFile = join(prefix, 'error.log')
  const log = () => output + (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
  const stop = async () => {
    await stopped(child)
    rmSync(prefix, { recursive: true, force: true })
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break
    if (await takesConnections(port)) return { log, stop }
    await pause(25)
  }
  const said = log()
  await stop()
  throw new Error(`nginx does not start: ${said}`)
}

export function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

export const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

export function takesConnections(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectTcp(port, '127.0.0.1')
    const answer = (value: boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}

export interface ClientOptions {
  readonly serverName: string
  /** PEM texts. */
  readonly ca: string
  readonly cert?: string
  readonly key?: string
  readonly version?: 'TLSv1.2' | 'TLSv1.3'
}

export interface Answer {
  /** Absent when there was none. */
  readonly status?: number
  readonly text: string
  /** What broke the connection. */
  readonly error?: string
}

/** One HTTP request over TLS. Never rejects: what goes wrong is the answer. */
export function request(port: number, options: ClientOptions): Promise<Answer> {
  const { serverName, ca, cert, key, version } = options
  return new Promise(resolve => {
    let text = ''
    const end = (error?: string) => {
      socket.destroy()
      const status = /^HTTP\/1\.\d (\d+)/.exec(text)?.[1]
      resolve({ text, ...(status && { status: Number(status) }), ...(error !== undefined && { error }) })
    }
    const socket = connectTls({ host: '127.0.0.1', port, servername: serverName, ca, cert, key, minVersion: version, maxVersion: version })
    socket.setEncoding('utf8').setTimeout(10_000, () => end('timeout'))
    socket.once('secureConnect', () => socket.write(`GET / HTTP/1.1\r\nHost: ${serverName}\r\nConnection: close\r\n\r\n`))
    socket.on('data', it => {
      text += it
    })
    socket.once('error', it => end(it.message))
    socket.once('close', () => end())
  })
}

/** One plain HTTP request. */
export async function requestPlain(port: number, host: string): Promise<Answer> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { host, connection: 'close' } })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { text: '', error: String(error) }
  }
}
