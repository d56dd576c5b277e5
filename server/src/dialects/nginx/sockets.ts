import { locate, memo } from '../../core/text.js'
import { argumentsOf, type Configuration, childrenOf, type Node, nameOf } from './configuration.js'
import { isAtLeast } from './defaults.js'
import { readAddress } from './listen.js'
import type { ReaderError } from './reader.js'

const socketOptions =
  /^(?:bind|backlog=|rcvbuf=|sndbuf=|ipv6only=|reuseport|so_keepalive=|fastopen=|setfib=|accept_filter=|deferred|multipath)/

interface Seen {
  readonly server: Node
  readonly listen: Node
}

/** nginx refuses two `listen` of one address in a server, two default servers of an address, and its socket options given twice. */
export function repeatedListens(configuration: Configuration, exactVersion: string | undefined): ReaderError[] {
  const groupsOf = (name: string) => configuration.nodes.filter(it => nameOf(it) === name).map(it => it.children)
  const http = [configuration.nodes, ...groupsOf('http')].flatMap(repeatedIn)
  // Since 1.25.5 servers of stream may share an address, too.
  const stream = exactVersion !== undefined && !isAtLeast(exactVersion, '1.25.5') ? groupsOf('stream') : []
  return [...http, ...[...groupsOf('mail'), ...stream].flatMap(sharedIn)]
}

/** Where no name can choose a server, an address belongs to one of them. */
function sharedIn(nodes: readonly Node[]): ReaderError[] {
  const taken = new Map<string, Seen>()
  const listens = nodes
    .filter(it => nameOf(it) === 'server')
    .flatMap(server => childrenOf(server, 'listen').map(listen => ({ server, listen })))
  return listens.flatMap(it => {
    const words = argumentsOf(it.listen)
    const key = socketKey(words)
    if (!key) return []
    const transport = words.includes('udp') ? 'udp' : 'tcp'
    const first = taken.get(`${transport} ${key.shown}`)
    if (first) return [repeated(it.listen, first, `duplicate "${words[0]}" address and port pair`)]
    taken.set(`${transport} ${key.shown}`, it)
    return []
  })
}

function repeatedIn(nodes: readonly Node[]): ReaderError[] {
  const errors: ReaderError[] = []
  const here = new Map<string, Seen>()
  const defaults = new Map<string, Seen>()
  const options = new Map<string, Seen>()
  for (const server of nodes) {
    if (nameOf(server) !== 'server') continue
    for (const listen of childrenOf(server, 'listen')) {
      const words = argumentsOf(listen)
      const key = socketKey(words)
      if (!key) continue
      const report = (first: Seen | undefined, message: string) => {
        if (first) errors.push(repeated(listen, first, message))
      }
      const before = here.get(key.key)
      if (before?.server === server) report(before, `a duplicate listen ${key.shown}`)
      else here.set(key.key, { server, listen })
      if (words.some(it => it === 'default_server' || it === 'default')) {
        if (before?.server !== server) report(defaults.get(key.key), `a duplicate default server for ${key.shown}`)
        defaults.set(key.key, { server, listen })
      }
      if (words.slice(1).some(it => socketOptions.test(it))) {
        if (before?.server !== server) report(options.get(key.key), `duplicate listen options for ${key.shown}`)
        options.set(key.key, { server, listen })
      }
    }
  }
  return errors
}

/** Names would have to be resolved, and variables do not exist here: only addresses are compared. */
const socketKey = memo((words: readonly string[]): { readonly key: string; readonly shown: string } | undefined => {
  if (words[0] === undefined) return undefined
  const { host, port } = readAddress(words[0], 80)
  if (host === undefined || port === undefined || !/^(?:\*|[\d.]+|[\da-f:.]+|\/.*)$/.test(host)) return undefined
  const shown = port === 0 ? `unix:${host}` : host.includes(':') ? `[${host}]:${port}` : `${host === '*' ? '0.0.0.0' : host}:${port}`
  return { key: `${words.includes('quic') ? 'udp' : 'tcp'} ${shown}`, shown }
})

function repeated(listen: Node, first: Seen, message: string): ReaderError {
  const { args, name, terminator } = listen.directive
  return {
    ...locate(listen.file, { start: name.start, end: args[args.length - 1]!.end }),
    rule: 'duplicate-setting',
    message,
    reportedAt: terminator,
    related: [{ ...locate(first.listen.file, first.listen.directive.name), message: 'it stands here already' }]
  }
}
