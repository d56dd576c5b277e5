/**
 * Holds predictions against what really happens: many listeners in one server, a real TLS client, and what the server's log
 * and answer say, field by field.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { diskRead } from '../../server/src/files/disk.js'
import {
  type ClientByHand,
  clientIdentity,
  defaultSettings,
  type HandshakeAnswer,
  openWorkspace,
  parsePem,
  prepareHandshakes
} from '../../server/src/service.js'
import { makeFiles } from '../pki.js'

/** What is compared; `undefined`: this could not be seen from outside. */
export interface Observed {
  readonly result?: 'accepted' | 'rejected'
  readonly side?: 'server' | 'client' | null
  readonly httpStatus?: number | null
  readonly openssl?: number | null
  readonly text?: string | null
  readonly verifyVariable?: string | null
  readonly alert?: string | null
}

/** A client that connects. */
export interface Connecting {
  /** Files of the folder; absent: no certificate. */
  readonly cert?: string
  readonly key?: string
  readonly sni?: string
  readonly host?: string
  readonly path?: string
  readonly tls?: '1.2' | '1.3'
  readonly plain?: boolean
}

/** A folder with certificates and configurations, and what we say of it. */
export interface World {
  readonly folder: string
  write(name: string, text: string): string
  /** `beside`: configurations that requests may be passed on to. */
  predict(configuration: string, listen: string, client: Connecting & { readonly ca?: string }, beside?: readonly string[]): HandshakeAnswer
  test(configuration: string): HandshakeAnswer['configTest']
  pem(name: string): string
  remove(): void
}

export function makeWorld(certs: string): World {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-oracle-'))
  for (const [name, file] of makeFiles(certs)) writeFileSync(join(folder, name), file.binary ? Buffer.from(file.text, 'latin1') : file.text)
  const read = diskRead()
  const prepared = new Map<string, ReturnType<typeof prepareHandshakes>>()
  const prepare = (configuration: string, beside: readonly string[]) => {
    const files = [configuration, ...beside]
    const known = prepared.get(files.join())
    if (known) return known
    const settings = { ...defaultSettings, nginx: { version: '1.22.1' }, haproxy: { version: '2.6.12' } }
    const made = prepareHandshakes({ workspace: openWorkspace({ read, files, settings }), server: configuration })
    prepared.set(files.join(), made)
    return made
  }
  const pemFile = (name: string) => {
    const entry = read(join(folder, name))
    if (entry.kind !== 'file') throw new Error(`${name} is missing`)
    return parsePem(entry.file)
  }
  const at = new Date()
  const ask = (configuration: string, listen: string, client: ClientByHand, beside: readonly string[] = []) =>
    prepare(configuration, beside)({ listen, client, at })
  return {
    folder,
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    predict: (configuration, listen, { cert, key, sni, host, path, tls, plain, ca }, beside) =>
      ask(
        configuration,
        listen,
        {
          presents: cert === undefined ? { kind: 'nothing' } : clientIdentity(pemFile(cert), pemFile(key ?? cert)),
          ...(sni !== undefined && { serverName: sni }),
          ...(host !== undefined && { host }),
          ...(path !== undefined && { path }),
          ...(tls && { tls }),
          ...(plain && { plain }),
          ...(ca !== undefined && { anchors: pemFile(ca).certificates })
        },
        beside
      ),
    test: configuration => ask(configuration, '', { presents: { kind: 'nothing' } }).configTest,
    pem: name => readFileSync(join(folder, name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

export interface Answer {
  readonly status?: number
  readonly text: string
  readonly verify?: string
  /** The alert that the client got, by OpenSSL's name. */
  readonly alert?: string
  readonly error?: string
  /** The port that the client came from. */
  readonly port?: number
}

const alerts: Readonly<Record<string, string>> = {
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'certificate revoked',
  45: 'certificate expired',
  46: 'certificate unknown',
  47: 'illegal parameter',
  48: 'unknown ca',
  51: 'decrypt error',
  70: 'protocol version',
  80: 'internal error',
  112: 'unrecognized name',
  120: 'no application protocol',
  116: 'certificate required'
}

export const alertName = (text: string): string | undefined => alerts[/SSL alert number (\d+)/.exec(text)?.[1] ?? '']

/** One request, sending exactly the certificates of the file. Never rejects. */
export function connectOnce(port: number, world: World, client: Connecting): Promise<Answer> {
  const { cert, key, sni, host, path = '/', tls, plain } = client
  return new Promise(resolve => {
    let text = ''
    let localPort: number | undefined
    const end = (error?: string) => {
      socket.destroy()
      const status = /^HTTP\/1\.\d (\d+)/.exec(text)?.[1]
      const verify = /^x-verify: (.*?)\r?$/im.exec(text)?.[1]
      const alert = error === undefined ? undefined : alertName(error)
      resolve({
        text,
        ...(status && { status: Number(status) }),
        ...(verify !== undefined && { verify }),
        ...(alert && { alert }),
        ...(error !== undefined && { error }),
        ...(localPort !== undefined && { port: localPort })
      })
    }
    const ask = () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host ?? sni ?? '127.0.0.1'}\r\nConnection: close\r\n\r\n`)
    const version = tls === undefined ? {} : ({ minVersion: `TLSv${tls}`, maxVersion: `TLSv${tls}` } as const)
    const socket = plain
      ? connectTcp(port, '127.0.0.1', ask)
      : connectTls(
          {
            host: '127.0.0.1',
            port,
            ...(sni !== undefined ? { servername: sni } : {}),
            ...(cert !== undefined ? { cert: world.pem(cert), key: world.pem(key ?? cert) } : {}),
            // Its own store could complete the chain that it sends.
            ca: [],
            // Nor is it to refuse its own certificate, however weak.
            ciphers: 'DEFAULT@SECLEVEL=0',
            rejectUnauthorized: false,
            ...version
          },
          ask
        )
    socket.on('connect', () => {
      localPort = socket.localPort
    })
    socket.setEncoding('utf8').setTimeout(5000, () => end('timeout'))
    socket.on('data', it => {
      text += it
    })
    socket.once('error', it => end(it.message))
    socket.once('close', () => end())
  })
}

/** `openssl s_client`, which ends the handshake when it rejects the server. */
export function connectWithOpenssl(port: number, args: readonly string[], folder: string): Promise<string> {
  return new Promise(resolve => {
    const child = execFile(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, '-verify_return_error', ...args],
      { cwd: folder },
      (_, out, err) => resolve(out + err)
    )
    // Who has ended by itself reads no request.
    child.stdin?.on('error', () => {})
    child.stdin?.end('GET / HTTP/1.0\r\n\r\n')
  })
}

/** How often prediction and observation agree, field by field, and where they do not. */
export interface Tally {
  add(name: string, said: HandshakeAnswer, seen: Observed): void
  addTest(name: string, said: Tested, seen: Tested): void
  readonly cases: () => number
  readonly differences: readonly string[]
  share(field: string): number
  report(): string
}

/** What a configuration test says. */
export interface Tested {
  readonly ok: boolean
  readonly message: string | null
  readonly line: number | null
}

export function newTally(): Tally {
  const fields = new Map<string, { same: number; all: number }>()
  const differences: string[] = []
  let cases = 0
  const count = (name: string, field: string, said: unknown, seen: unknown) => {
    if (seen === undefined) return
    const known = fields.get(field) ?? { same: 0, all: 0 }
    fields.set(field, known)
    known.all++
    if (said === seen) known.same++
    else differences.push(`${name}: ${field} predicted ${JSON.stringify(said)}, seen ${JSON.stringify(seen)}`)
  }
  return {
    differences,
    cases: () => cases,
    add(name, said, seen) {
      cases++
      count(name, 'result', said.result, seen.result)
      count(name, 'side', said.side, seen.side)
      count(name, 'httpStatus', said.httpStatus, seen.httpStatus)
      count(name, 'openssl', said.error?.openssl ?? null, seen.openssl)
      count(name, 'text', said.error?.text ?? null, seen.text)
      count(name, 'verifyVariable', said.verifyVariable, seen.verifyVariable)
      count(name, 'alert', said.alert, seen.alert)
    },
    addTest(name, said, seen) {
      cases++
      count(name, 'configTest ok', said.ok, seen.ok)
      count(name, 'configTest message', said.message, seen.message)
      count(name, 'configTest line', said.line, seen.line)
    },
    share: field => {
      const known = fields.get(field)
      return known ? known.same / known.all : 1
    },
    report: () =>
      [...fields].map(([field, { same, all }]) => `${field}: ${same} of ${all} (${((same / all) * 100).toFixed(1)} %)`).join('\n')
  }
}
