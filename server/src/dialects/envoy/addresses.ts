import type { Address } from '../../core/model.js'
import { locate, type SourceFile } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { mapField, mapsField, scalarField, textField } from './fields.js'

/** Reads a `core.v3.Address`; nothing for what names no place, as an internal listener. */
export function readAddress(
  address: YamlMap | undefined,
  file: SourceFile,
  known: Pick<Address, 'tls' | 'isDefault'>,
  transport?: 'udp'
): Address | undefined {
  const socket = mapField(address, 'socket_address')
  const pipe = mapField(address, 'pipe')
  const path = textField(pipe, 'path')
  if (pipe) return { at: locate(file, pipe.span), ...(path === undefined ? {} : { host: path, port: 0 }), transport: 'tcp', ...known }
  if (!socket) return undefined
  const host = textField(socket, 'address')
  const port = scalarField(socket, 'port_value')
  const number = port && !port.dynamic ? Number(port.text) : Number.NaN
  const isUdp = transport === 'udp' || /^(?:UDP|1)$/i.test(textField(socket, 'protocol') ?? '')
  return {
    at: locate(file, socket.span),
    ...(host === undefined ? {} : { host: hostOf(host) }),
    ...(Number.isInteger(number) && number > 0 ? { port: number } : {}),
    transport: isUdp ? 'udp' : 'tcp',
    ...known
  }
}

const hostOf = (host: string): string => (host === '0.0.0.0' || host === '::' ? '*' : host.toLowerCase())

/** Where a listener takes connections. */
export const listenersAddresses = (listener: YamlMap): readonly YamlMap[] => [
  ...mapsField(listener, 'address'),
  ...mapsField(listener, 'additional_addresses').flatMap(it => mapField(it, 'address') ?? [])
]

/** The endpoints that a cluster writes down; those of a discovery service are not here. */
export function clusterAddresses(cluster: YamlMap, file: SourceFile): readonly Address[] {
  const known = { tls: true, isDefault: false }
  const assigned = mapsField(cluster, 'load_assignment', 'endpoints')
    .flatMap(it => mapsField(it, 'lb_endpoints'))
    .flatMap(it => readAddress(mapField(it, 'endpoint', 'address'), file, known) ?? [])
  const old = mapsField(cluster, 'hosts').flatMap(it => readAddress(it, file, known) ?? [])
  return [...assigned, ...old]
}
