import { locate, memo } from '../../core/text.js'
import { type Configuration, childrenOf, type Node } from './configuration.js'
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
  if (!configuration.names.has('listen')) return []
  const groupsOf = (name: string) =>
    configuration.names.has(name) ? configuration.nodes.filter(it => it.name === name).map(it => listensIn(it.children)) : []
  const http = [listensIn(configuration.nodes), ...groupsOf('http')].flatMap(repeatedIn)
  // Since 1.25.5 servers of stream may share an address, too.
  const stream = exactVersion !== undefined && !isAtLeast(exactVersion, '1.25.5') ? groupsOf('stream') : []
  return http.concat([...groupsOf('mail'), ...stream].flatMap(sharedIn))
}

const listensIn = (nodes: readonly Node[]): readonly Seen[] =>
  nodes.filter(it => it.name === 'server').flatMap(server => childrenOf(server, 'listen').map(listen => ({ server, listen })))

/** Where no name can choose a server, an address belongs to one of them. */
function sharedIn(listens: readonly Seen[]): ReaderError[] {
  const taken = new Map<string, Seen>()
  return listens.flatMap(it => {
    const words = it.listen.values
    const key = socketKey(words)
    if (!key) return []
    const transport = words.includes('udp') ? 'udp' : 'tcp'
    const first = taken.get(`${transport} ${key.shown}`)
    if (first) return [repeated(it.listen, first, `duplicate "${words[0]}" address and port pair`)]
    taken.set(`${transport} ${key.shown}`, it)
    return []
  })
}

function repeatedIn(listens: readonly Seen[]): ReaderError[] {
  const errors: ReaderError[] = []
  if (listens.length < 2) return errors
  const here = new Map<string, Seen>()
  const defaults = new Map<string, Seen>()
  const options = new Map<string, Seen>()
  for (const it of listens) {
    const { server, listen } = it
    const words = listen.values
    const key = socketKey(words)
    if (!key) continue
    const report = (first: Seen | undefined, message: string) => {
      if (first) errors.push(repeated(listen, first, message))
    }
    const before = here.get(key.key)
    if (before?.server === server) report(before, `a duplicate listen ${key.shown}`)
    else here.set(key.key, it)
    if (words.some(word => word === 'default_server' || word === 'default')) {
      if (before?.server !== server) report(defaults.get(key.key), `a duplicate default server for ${key.shown}`)
      defaults.set(key.key, it)
    }
    if (words.slice(1).some(word => socketOptions.test(word))) {
      if (before?.server !== server) report(options.get(key.key), `duplicate listen options for ${key.shown}`)
      options.set(key.key, it)
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
