import { type Location, memo } from '../../core/text.js'
import { childrenOf, isDynamic, type Node, valueAt } from './configuration.js'

/** One `listen` directive, read. */
export interface Listen {
  readonly at: Location
  readonly node: Node | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly ssl: boolean
  readonly quic: boolean
  readonly http2: boolean
  readonly udp: boolean
  /** Two servers with the same key share a socket; absent where the address is a variable. */
  readonly key: string | undefined
  readonly defaultServer: boolean
  /** True when a parameter is a variable or a template's. */
  readonly dynamic: boolean
}

/** The addresses of a server block; nginx listens on port 80 when none is written. */
export function listensOf(server: Node, header: Location): Listen[] {
  const written = childrenOf(server, 'listen').map(readListen)
  if (written.length > 0) return written
  const plain = { ssl: false, quic: false, http2: false, udp: false, defaultServer: false, dynamic: server.incomplete }
  return [{ ...plain, at: header, node: undefined, host: '*', port: 80, key: 'tcp * 80' }]
}

const readListen = (node: Node): Listen => ({ at: valueAt(node), node, ...readArguments(node.values) })

/** Remembered by the arguments, which stay the same objects when an edit only moves the directive. */
const readArguments = memo((words: readonly string[]): Omit<Listen, 'at' | 'node'> => {
  const { host, port } = readAddress(words[0] ?? '', 80)
  const parameters = words.slice(1)
  const quic = parameters.includes('quic')
  const udp = quic || parameters.includes('udp')
  return {
    host,
    port,
    ssl: quic || parameters.includes('ssl'),
    quic,
    http2: parameters.includes('http2'),
    udp,
    key: host === undefined || port === undefined ? undefined : `${udp ? 'udp' : 'tcp'} ${host} ${port}`,
    defaultServer: parameters.includes('default_server') || parameters.includes('default'),
    dynamic: parameters.some(isDynamic)
  }
})

/** `host:port`, `[::1]:port`, `port`, `unix:path`; what is a variable stays undefined. */
export function readAddress(written: string, defaultPort: number | undefined): { host: string | undefined; port: number | undefined } {
  if (/^\d+(?:-\d+)?$/.test(written)) return { host: '*', port: readPort(written) }
  if (/^unix:/i.test(written)) return { host: written.slice(5), port: 0 }
  const ipv6 = written.startsWith('[') ? /^\[([^\]]*)\](?::(.+))?$/.exec(written) : undefined
  if (ipv6) return { host: ipv6[1]!.toLowerCase(), port: ipv6[2] === undefined ? defaultPort : readPort(ipv6[2]) }
  const colon = written.lastIndexOf(':')
  if (colon < 0) return isDynamic(written) ? { host: undefined, port: undefined } : { host: anyHost(written), port: defaultPort }
  const host = written.slice(0, colon)
  return { host: isDynamic(host) ? undefined : anyHost(host), port: readPort(written.slice(colon + 1)) }
}

const anyHost = (host: string): string => (host === '' || host === '0.0.0.0' ? '*' : host.toLowerCase())

const readPort = (text: string): number | undefined => (/^\d{1,5}$/.test(text) ? Number(text) : undefined)
