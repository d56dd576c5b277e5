/** Who can be asked what happens when they meet: the listeners of a workspace and, for each, the clients, likely ones first. */
import { endEntityOf, isSameCertificate } from '../core/chain.js'
import { type Configurations, connect } from '../core/connections.js'
import { openCredential } from '../core/credentials.js'
import { addressName, type Listener } from '../core/endpoints.js'
import type { Address, TlsEndpoint } from '../core/model.js'
import { privateKeyIn } from '../core/openssl-files.js'
import type { Location } from '../core/text.js'
import { nameOf, nameText } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import type { Certificate } from '../x509/certificate.js'
import { publicKeyOf } from '../x509/keys.js'
import { oids } from '../x509/oids.js'
import { type CertificateIndex, indexCertificates } from './certificate-index.js'
import { sharedFolders } from './judges.js'
import { ancestors, candidatesFor, type TrustCandidate } from './verify-chain.js'
import { validityWords } from './words.js'

/** A server of a listener, in words that stay true while the text around it changes. */
export interface ServerSpot {
  /** The configuration. */
  readonly path: string
  /** `*:443`, as the configuration test would name it. */
  readonly listen: string
  /** What a client by hand asks for. */
  readonly name?: string
}

export type ClientSpot =
  | { readonly kind: 'endpoint'; readonly path: string; readonly label: string /** Among those of this label. */; readonly index: number }
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key?: string; readonly trust?: readonly string[] }
  | { readonly kind: 'nothing'; readonly trust?: readonly string[] }

export interface ServerChoice {
  readonly label: string
  readonly description: string
  readonly at: Location
  readonly endpoint: TlsEndpoint
  readonly spot: ServerSpot
}

/** Why a client stands where it stands in the list. */
export type ClientGroup = 'connects' | 'trusted' | 'hand' | 'certificates' | 'clients'

export interface ClientChoice {
  readonly group: ClientGroup
  readonly label: string
  readonly description: string
  readonly at?: Location
  readonly spot: ClientSpot
}

/** Those that ask for certificates come first; before them what stands in the file at hand, and whom that connects to. */
export function serverChoices(workspace: Workspace, here?: string): readonly ServerChoice[] {
  const met = here === undefined ? new Set() : metFrom(workspace, here)
  const place = (it: ServerChoice) => (it.at.path === here ? 0 : met.has(it.endpoint) ? 1 : 2)
  const rank = (it: ServerChoice) => 2 * place(it) + (it.endpoint.peer.certificate.value === 'ignore' ? 1 : 0)
  const choices = workspace.roots().flatMap(root => serversOf(workspace, root))
  return choices
    .map((it, at) => ({ it, at }))
    .sort((a, b) => rank(a.it) - rank(b.it) || a.at - b.at)
    .map(({ it }) => it)
}

/** The servers that the clients in this file may connect to. */
function metFrom(workspace: Workspace, here: string): ReadonlySet<TlsEndpoint> {
  const configurations = configurationsOf(workspace)
  const clients = configurations.flat().filter(it => it.role === 'client' && it.at.path === here)
  const met = clients.flatMap(it => nearestOf(it, configurations))
  return new Set(met.flatMap(it => it.servers.map(each => each.endpoint)))
}

/** The servers of one configuration; one that listens on a port in several ways counts once. */
export const serversOf = (workspace: Workspace, root: string): readonly ServerChoice[] =>
  (workspace.lowered(root)?.endpoints ?? []).flatMap(endpoint =>
    tlsAddressesOf(endpoint).map(address => {
      const listen = addressName(address)!
      const name = askedName(workspace, endpoint)
      return {
        label: endpoint.label,
        description: `${listen} · ${demands[endpoint.peer.certificate.value]}`,
        at: endpoint.at,
        endpoint,
        spot: { path: root, listen, ...(name !== undefined && { name }) }
      }
    })
  )

const demands = {
  ignore: 'asks for no certificate',
  request: 'client certificate optional',
  require: 'client certificate demanded'
} as const

function tlsAddressesOf({ role, tls, addresses }: TlsEndpoint): readonly Address[] {
  if (role !== 'server' || !tls.value) return []
  const usable = addresses.filter(it => it.tls && it.transport === 'tcp' && addressName(it) !== undefined)
  return usable.filter((it, at) => it.port === 0 || usable.findIndex(each => each.port === it.port) === at)
}

/** The first name that this server answers for; else the first that its certificate bears. */
function askedName(workspace: Workspace, endpoint: TlsEndpoint): string | undefined {
  const written = endpoint.serverNames.filter(it => it.origin !== 'unknown').map(it => literalName(it.value))
  const own = written.find(it => it !== undefined)
  if (own !== undefined || endpoint.serverNames.length > 0) return own
  const names = serverCertificate(workspace, endpoint)?.subjectAltNames ?? []
  return names
    .filter(it => it.type === 'dns')
    .map(it => literalName(it.value))
    .find(it => it !== undefined)
}

/** A wildcard stands for one of the names that it covers. */
function literalName(name: string): string | undefined {
  const literal = name.replace(/^\*\./, 'www.').replace(/^\./, '')
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(literal) ? literal.toLowerCase() : undefined
}

function serverCertificate(workspace: Workspace, { identities }: TlsEndpoint): Certificate | undefined {
  const [identity] = identities
  const opened = identity && openCredential(identity.certificate, workspace.read)
  return opened?.kind === 'pem' ? opened.file.certificates[0] : undefined
}

/** Finds the listener again, and the server that is meant among those that share it. */
export function findServer(workspace: Workspace, { path, listen, name }: ServerSpot): TlsEndpoint | undefined {
  const here = serversOf(workspace, path).filter(it => it.spot.listen === listen)
  return (here.find(it => it.spot.name === name) ?? here[0])?.endpoint
}

/** The clients that this server may meet. */
export function clientChoices(workspace: Workspace, server: ServerSpot, now: Date): readonly ClientChoice[] {
  const endpoint = findServer(workspace, server)
  if (!endpoint) return []
  const index = indexCertificates(workspace)
  const certificates = certificateChoices(workspace, endpoint, index, now)
  const clients = endpointChoices(workspace, endpoint)
  const nobody: ClientChoice = {
    group: 'hand',
    label: 'No certificate',
    description: 'as a browser comes first',
    spot: { kind: 'nothing' }
  }
  const all = [...clients, ...certificates, nobody]
  return groups.flatMap(group => all.filter(it => it.group === group).slice(0, mostOfGroup))
}

const groups: readonly ClientGroup[] = ['connects', 'trusted', 'hand', 'certificates', 'clients']
/** More than this nobody looks through. */
const mostOfGroup = 200

interface Caller {
  readonly choice: ClientChoice
  /** Of all that this client may reach the server is the nearest, or one of several as near. */
  readonly leads: 'here' | 'perhaps here' | 'elsewhere'
}

function endpointChoices(workspace: Workspace, server: TlsEndpoint): readonly ClientChoice[] {
  const callers = callersOf(workspace, server)
  const order = ['here', 'perhaps here', 'elsewhere'] as const
  return order.flatMap(leads => callers.filter(it => it.leads === leads).map(it => it.choice))
}

/** The clients whose configuration leads to this server and to no other. */
export const surelyConnecting = (workspace: Workspace, server: TlsEndpoint): readonly ClientChoice[] =>
  callersOf(workspace, server).flatMap(it => (it.leads === 'here' ? [it.choice] : []))

function callersOf(workspace: Workspace, server: TlsEndpoint): readonly Caller[] {
  const configurations = configurationsOf(workspace)
  return workspace.roots().flatMap(root => {
    const seen = new Map<string, number>()
    const clients = (workspace.lowered(root)?.endpoints ?? []).filter(it => it.role === 'client' && it.tls.value)
    return clients.map((client): Caller => {
      const { label, at } = client
      const index = seen.get(label) ?? 0
      seen.set(label, index + 1)
      const leads = whereTo(client, server, configurations)
      const description = client.addresses.flatMap(it => addressName(it) ?? []).join(', ')
      const spot: ClientSpot = { kind: 'endpoint', path: root, label, index }
      return { choice: { group: leads === 'elsewhere' ? 'clients' : 'connects', label, description, at, spot }, leads }
    })
  })
}

function whereTo(client: TlsEndpoint, server: TlsEndpoint, configurations: Configurations): Caller['leads'] {
  const met = nearestOf(client, configurations)
  if (!met.some(it => it.servers.some(each => each.endpoint === server))) return 'elsewhere'
  return met.length === 1 ? 'here' : 'perhaps here'
}

/** One workspace may hold several deployments with the same addresses: the nearest is meant. */
function nearestOf(client: TlsEndpoint, configurations: Configurations): readonly Listener[] {
  const met = connect(client, configurations)
  const near = (it: Listener) => sharedFolders(it.servers[0]!.endpoint.at.path, client.at.path)
  const most = Math.max(...met.map(near))
  return met.filter(it => near(it) === most)
}

const known = new WeakMap<readonly string[], Configurations>()

/** The same object as long as nothing changes: whoever pairs them remembers what was found by it. */
function configurationsOf(workspace: Workspace): Configurations {
  const roots = workspace.roots()
  const found = known.get(roots) ?? roots.map(it => workspace.lowered(it)?.endpoints ?? [])
  known.set(roots, found)
  return found
}

function certificateChoices(workspace: Workspace, server: TlsEndpoint, index: CertificateIndex, now: Date): readonly ClientChoice[] {
  const anchors = server.peer.trustAnchors.flatMap(it => {
    const opened = openCredential(it, workspace.read)
    return opened.kind === 'pem' ? opened.file.certificates : []
  })
  const keys = keyFiles(index)
  return index.files.flatMap(file => {
    const certificate = endEntityOf(file.certificates)
    // What is written in a configuration is no file that a client could take.
    const dialect = workspace.dialectOf(file.file.path)
    if (!certificate || certificate.isCa || (dialect && dialect.id !== 'pem')) return []
    const group: ClientGroup = mayBeClient(certificate) && isBelow(certificate, anchors, index) ? 'trusted' : 'certificates'
    const description = `issued by ${nameText(certificate.issuer)}, ${validityWords(certificate, now)}`
    const key = nearest(keys.get(keyName(certificate.publicKey)) ?? [], file.file.path)
    const spot: ClientSpot = { kind: 'certificate', certificate: file.file.path, ...(key !== undefined && { key }) }
    return [{ group, label: nameOf(certificate), description, at: certificate.at(), spot }]
  })
}

const mayBeClient = ({ extendedKeyUsage }: Certificate): boolean =>
  !extendedKeyUsage || extendedKeyUsage.includes(oids.clientAuth) || extendedKeyUsage.includes(oids.anyExtendedKeyUsage)

function isBelow(certificate: Certificate, anchors: readonly Certificate[], index: CertificateIndex): boolean {
  if (anchors.length === 0) return false
  return [certificate, ...ancestors(certificate, index.issuersOf)].some(it => anchors.some(anchor => isSameCertificate(it, anchor)))
}

/** The files with private keys, by what they prove. */
function keyFiles({ files }: CertificateIndex): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const file of files) {
    const block = privateKeyIn(file)
    const key = block && publicKeyOf(block)
    if (!key) continue
    const known = found.get(keyName(key))
    if (known) known.push(file.file.path)
    else found.set(keyName(key), [file.file.path])
  }
  return found
}

const keyName = ({ spki }: { readonly spki: Uint8Array }): string => Buffer.from(spki).toString('latin1')

function nearest(paths: readonly string[], path: string): string | undefined {
  if (paths.includes(path)) return path
  return paths.toSorted((a, b) => sharedFolders(b, path) - sharedFolders(a, path))[0]
}

/** Whom a client by hand may trust: the files whose CAs this server's certificate leads to come first. */
export function trustChoices(workspace: Workspace, server: ServerSpot, shown: (path: string) => string): readonly TrustCandidate[] {
  const endpoint = findServer(workspace, server)
  const certificate = endpoint && serverCertificate(workspace, endpoint)
  return certificate ? candidatesFor(workspace, '', certificate, { path: shown }) : []
}

/** Finds a client of a configuration again. */
export function findClient(
  workspace: Workspace,
  { path, label, index }: ClientSpot & { readonly kind: 'endpoint' }
): TlsEndpoint | undefined {
  const clients = (workspace.lowered(path)?.endpoints ?? []).filter(it => it.role === 'client' && it.label === label)
  return clients[index] ?? clients[0]
}
