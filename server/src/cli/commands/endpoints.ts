import { Command, Option } from 'commander'
import type { Address, CredentialRef, Setting, TlsEndpoint } from '../../core/model.js'
import type { Location, Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import { type Connection, connectionsOf, drawDot, drawMermaid } from '../../service.js'
import { rangeOf } from '../json.js'
import { openPaths } from '../open-paths.js'
import { relative } from '../options.js'

export const endpointsCommand = (): Command =>
  new Command('endpoints')
    .description('Every TLS endpoint found: what it presents, whom it trusts, and who connects to whom')
    .argument('[path...]', 'files and folders (default: the working directory)')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['json', 'mermaid', 'dot']).default('json'))
    .action(endpoints)

function endpoints(paths: readonly string[], { format }: { readonly format: 'json' | 'mermaid' | 'dot' }): void {
  const read = diskRead()
  const workspace = openPaths(paths, read)
  const configurations = workspace.roots().map(it => workspace.lowered(it)?.endpoints ?? [])
  const all = configurations.flat()
  const connections = connectionsOf(configurations)
  switch (format) {
    case 'json':
      process.stdout.write(formatJson(all, connections, read))
      return
    case 'mermaid':
      process.stdout.write(drawMermaid(all, connections))
      return
    case 'dot':
      process.stdout.write(drawDot(all, connections))
  }
}

function formatJson(all: readonly TlsEndpoint[], connections: readonly Connection[], read: Read): string {
  const place = (at: Location) => ({ file: relative(at.path), range: rangeOf(at, read) })
  const setting = <T>({ value, origin, at, name }: Setting<T>) => ({ value, origin, name, ...place(at) })
  const credential = (it: CredentialRef) => ({ kind: it.kind, name: it.name, value: writtenValue(it), ...place(it.at) })
  const address = ({ at, host, port, transport, tls, isDefault }: Address) => ({
    host: host ?? null,
    port: port ?? null,
    transport,
    tls,
    isDefault,
    ...place(at)
  })
  const numbers = new Map(all.map((it, index) => [it, index]))
  const described = all.map((it, id) => ({
    id,
    dialect: it.dialect,
    role: it.role,
    label: it.label,
    verifier: it.verifier,
    protocol: it.protocol,
    ...place(it.at),
    addresses: it.addresses.map(address),
    serverNames: it.serverNames.map(setting),
    tls: setting(it.tls),
    identities: it.identities.map(({ certificate, key }) => ({ certificate: credential(certificate), key: key ? credential(key) : null })),
    peer: {
      certificate: setting(it.peer.certificate),
      verifyChain: setting(it.peer.verifyChain),
      verifyNames: it.peer.verifyNames.map(setting),
      trustAnchors: it.peer.trustAnchors.map(ref => ({ ...credential(ref), intended: ref.intended, announced: ref.announced })),
      crls: it.peer.crls.map(credential),
      maxDepth: it.peer.maxDepth ? setting(it.peer.maxDepth) : null
    },
    minVersion: setting(it.minVersion),
    maxVersion: setting(it.maxVersion),
    acceptsPlaintext: setting(it.acceptsPlaintext),
    incomplete: it.incomplete
  }))
  const pairs = connections.map(({ client, listener, by, address: at }) => ({
    client: numbers.get(client),
    servers: listener.servers.map(it => numbers.get(it.endpoint)),
    address: listener.name,
    by,
    ...place(at.at)
  }))
  return `${JSON.stringify({ schema: 1, endpoints: described, connections: pairs }, null, 2)}\n`
}

/** Never what is in it. */
function writtenValue(ref: CredentialRef): string | null {
  switch (ref.kind) {
    case 'file':
    case 'directory':
      return relative(ref.path)
    case 'inline':
      return null
    case 'secret':
      return ref.secret
    case 'system':
      return null
    case 'dynamic':
      return ref.text
  }
}
