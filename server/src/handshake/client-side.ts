/** The client of a prediction: made by hand from files, or read from another configuration. */
import type { CredentialRef, Setting, TlsEndpoint, TlsVersion, VerifierId } from '../core/model.js'
import type { Location, Read } from '../core/text.js'
import type { ReferenceIdentifier } from '../path/verify.js'
import type { Certificate } from '../x509/certificate.js'
import type { PemBlock } from '../x509/pem.js'
import { crlsOf, type Presented, presentedBy, trustOf } from './presented.js'
import { type ClientBehaviour, opensslClient, type Printer, printers, productOf } from './products/index.js'

export interface ClientSide {
  readonly label: string
  readonly behaviour: ClientBehaviour
  /** False for a client that speaks plain HTTP. */
  readonly tls: boolean
  readonly presents: Presented
  /** What it sends as server_name. */
  readonly serverName?: string
  /** The Host header, lower case, without port. */
  readonly host?: string
  readonly path: string
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  /** What it offers up to TLS 1.2, where it does not offer what is usual. */
  readonly ciphers?: Setting<string>
  /** Application protocols that it insists on. */
  readonly applicationProtocols?: readonly string[]
  /** From what it completes a chain of its own. */
  readonly store?: readonly Certificate[]
  /** How it judges the server; absent: not at all. */
  readonly judges?: Judgement
  /** What it prints when the handshake fails, where somebody looks at that. */
  readonly printed?: Printer
  /** Why the client side is not known, where it is not. */
  readonly unknown?: { readonly reason: string; readonly at: Location }
}

/** With what one side judges the other. */
export interface Judgement {
  readonly verifier: VerifierId
  readonly anchors: readonly Certificate[]
  /** Any of these has to match; empty: any name will do. */
  readonly names: readonly ReferenceIdentifier[]
  /** The setting that asks for a name. */
  readonly namedBy?: string
  readonly maxDepth?: number
  readonly crls?: readonly PemBlock[]
  /** Does what it trusts end a path even where it is not self-signed? */
  readonly partialChain?: true
  /** OpenSSL's, where it is not that of distributions. */
  readonly securityLevel?: 1
  /** Where the trust is configured. */
  readonly at?: Location
}

export interface ClientByHand {
  readonly presents: Presented
  readonly serverName?: string
  readonly host?: string
  readonly path?: string
  readonly tls?: '1.2' | '1.3'
  readonly plain?: boolean
  /** Absent: it does not verify the server. */
  readonly anchors?: readonly Certificate[]
}

export function clientByHand({ presents, serverName, host, path, tls, plain, anchors }: ClientByHand): ClientSide {
  // An address is no server_name (RFC 6066 3), but the certificate is held against it.
  const isAddress = serverName !== undefined && isAddressLiteral(serverName)
  const asked = host ?? serverName
  return {
    label: 'client',
    behaviour: opensslClient,
    tls: !plain,
    presents,
    ...(serverName !== undefined && !isAddress && { serverName: serverName.toLowerCase() }),
    ...(asked !== undefined && { host: bareHost(asked) }),
    path: path ?? '/',
    minVersion: tls === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: tls === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
    ...(anchors && {
      store: anchors,
      judges: {
        verifier: 'openssl' as const,
        anchors,
        names: serverName === undefined ? [] : [{ type: isAddress ? ('ip' as const) : ('dns' as const), value: serverName }]
      }
    })
  }
}

export const isAddressLiteral = (name: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || name.includes(':')

/** Lower case, without port and the dot of the root. */
export const bareHost = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')

/** What was asked of the client by whom it serves, where it is a proxy. */
export interface Errand {
  readonly host?: string
  readonly path?: string
}

export function clientFromEndpoint(endpoint: TlsEndpoint, errand: Errand, read: Read): ClientSide {
  const { identities, serverNames, peer, minVersion, maxVersion, ciphers } = endpoint
  const host = errand.host ?? endpoint.requestHost
  const unknown = unknownOf(endpoint)
  const product = endpoint.product ?? endpoint.dialect
  const behaviour = productOf(product).client
  const printed = printers[product]
  const common = {
    label: endpoint.label,
    behaviour,
    tls: endpoint.tls.value,
    presents: identities[0] ? presentedBy(identities[0], read, behaviour.isKeyInFile) : ({ kind: 'nothing' } as const),
    ...(serverNames[0] && { serverName: serverNames[0].value.toLowerCase() }),
    ...(host !== undefined && { host: bareHost(host) }),
    path: errand.path ?? endpoint.requestPath ?? '/',
    ...(printed && { printed }),
    minVersion: minVersion.value,
    maxVersion: maxVersion.value,
    ...(ciphers && ciphers.origin !== 'unknown' && { ciphers }),
    ...(endpoint.applicationProtocols && { applicationProtocols: endpoint.applicationProtocols }),
    ...(unknown && { unknown })
  }
  const trust = trustOf(peer.trustAnchors, read)
  const completes = behaviour.completesChain === 'always' || (behaviour.completesChain && peer.verifyChain.value)
  const side = { ...common, ...(completes && trust.kind === 'certificates' && { store: trust.certificates }) }
  if (!peer.verifyChain.value) return side
  if (trust.kind === 'unknown') return { ...common, unknown: unknown ?? trust }
  const anchorAt: CredentialRef | undefined = peer.trustAnchors[0]
  return {
    ...side,
    judges: {
      verifier: endpoint.verifier,
      anchors: trust.certificates,
      names: peer.verifyNames.map(it => ({ type: isAddressLiteral(it.value) ? ('ip' as const) : ('dns' as const), value: it.value })),
      ...(peer.verifyNames[0] && { namedBy: peer.verifyNames[0].name }),
      ...(peer.maxDepth && { maxDepth: peer.maxDepth.value }),
      ...(behaviour.partialChain && peer.crls.length === 0 && { partialChain: true as const }),
      ...(behaviour.securityLevel && { securityLevel: behaviour.securityLevel }),
      ...(peer.crls.length > 0 && { crls: crlsOf(peer.crls, read, behaviour) }),
      at: anchorAt?.at ?? peer.verifyChain.at
    }
  }
}

/** A setting that only shows when it runs, on which the handshake depends. */
function unknownOf({ tls, serverNames, peer, incomplete, at, minVersion, maxVersion }: TlsEndpoint): ClientSide['unknown'] {
  const unread = [
    tls,
    ...serverNames,
    peer.verifyChain,
    ...peer.verifyNames,
    minVersion,
    maxVersion,
    ...(peer.maxDepth ? [peer.maxDepth] : [])
  ].find(it => it.origin === 'unknown')
  if (unread) return { reason: `${unread.name} is known only when it runs`, at: unread.at }
  return incomplete ? { reason: 'settings of this client may be written somewhere that cannot be read', at } : undefined
}
